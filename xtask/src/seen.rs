//! Where the migrations of one database stand: what `migrate status` shows.

use std::time::Duration;

use jubilee_core::{Environment, MigrationName};
use jubilee_runner::{
    Activity, HistoryKind, MigrationState, MigrationStatus, Migrator, RunError, RunErrorKind,
    Status as Found, Wait,
};
use serde::Serialize;
use tokio::time::sleep;
use tokio_postgres::Client;

use crate::activity::{how_to_end, lines, waited};
use crate::connection::Connection;
use crate::databases::Entry;
use crate::exit::Exit;
use crate::explain::of_status;
use crate::observer::{LOOK_AFTER, while_observed};
use crate::output::{count, duration, span};
use crate::problem::{Failure, Problem};
use crate::target::Reach;

/// How many migrations of a database are shown where all must fit a screen.
const WATCHED: usize = 5;

/// What was seen of one database.
pub(crate) struct Seen {
    pub(crate) database: &'static str,
    pub(crate) environment: Environment,
    pub(crate) place: String,
    pub(crate) found: Option<Found>,
    /// The migrations whose files cannot be read.
    pub(crate) unreadable: Vec<MigrationName>,
    pub(crate) problems: Vec<Problem>,
}

/// How much is shown for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Each migration.
    Each,
    /// Each migration, and who applied it with what.
    Who,
    /// What is not applied; of the rest the number.
    Open,
}

/// Looks, over an open connection. A lock on the history is waited for no longer than `bound`.
pub(crate) async fn look(
    entry: &Entry,
    environment: Environment,
    reach: &Reach,
    migrator: &mut Migrator<'_>,
    connection: &Connection,
    bound: Duration,
) -> Result<Seen, RunError> {
    let database = entry.database.name;
    let mut seen = Seen {
        database,
        environment,
        place: reach.describe(),
        found: None,
        unreadable: Vec::new(),
        problems: Vec::new(),
    };
    let open = async || reach.connect().await.ok();
    let work = read(migrator, &connection.client);
    // Who holds the lock is seen before the wait for it is given up.
    let after = LOOK_AFTER.min(bound / 2);
    match while_observed(database, connection, open, after, sleep(bound), work).await {
        Ok(found) => {
            let found = found?;
            let refusals = found.identity.iter();
            seen.problems = refusals
                .map(|refusal| of_status(refusal, database, &seen.place))
                .collect();
            seen.found = Some(found);
        }
        Err(((), wait)) => seen.problems = vec![unread(database, bound, wait.as_ref())],
    }
    let place = seen.place.clone();
    let about = |problem: Problem| problem.about(database, Some(place.clone()), environment);
    seen.problems = seen.problems.into_iter().map(about).collect();
    Ok(seen)
}

async fn read(migrator: &mut Migrator<'_>, client: &Client) -> Result<Found, RunError> {
    let mut found = migrator.status_async(client).await?;
    let is_open = |state: &MigrationState| state.status != MigrationStatus::Completed;
    if found.migrations.iter().any(is_open) {
        match Activity::look_async(client, None, None).await {
            Ok(activity) => found.see(&activity),
            // Not every role may look; then the history is all that is known.
            Err(error) if matches!(error.kind(), RunErrorKind::Server { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn unread(database: &str, bound: Duration, wait: Option<&Wait>) -> Problem {
    let what = format!(
        "{database}: the history could not be read within {}",
        span(bound)
    );
    let why = wait.map_or_else(|| "the server has not answered".to_owned(), waited);
    let longer = "wait longer with --wait 1m";
    let hint = match wait.and_then(how_to_end) {
        Some(end) => format!("{longer}\n{end}"),
        None => longer.to_owned(),
    };
    Problem::new(Exit::Failed, what).why(why).hint(hint)
}

impl Seen {
    /// The same where files are wrong.
    pub(crate) fn with(mut self, wrong: &[Problem], unreadable: &[MigrationName]) -> Self {
        let (database, environment, place) = (self.database, self.environment, &self.place);
        let problems = wrong.iter().cloned();
        let problems =
            problems.map(|problem| problem.about(database, Some(place.clone()), environment));
        self.problems.extend(problems);
        self.unreadable = unreadable.to_vec();
        self
    }

    pub(crate) fn migrations(&self) -> &[MigrationState] {
        self.found.as_ref().map_or(&[], |found| &found.migrations)
    }

    fn count(&self, status: MigrationStatus) -> usize {
        self.migrations()
            .iter()
            .filter(|m| m.status == status && !self.unreadable.contains(&m.name))
            .count()
    }

    /// Where a migration stands, in one word.
    fn status_of(&self, migration: &MigrationState) -> &'static str {
        match self.unreadable.contains(&migration.name) {
            true => "unreadable",
            false => migration.status.name(),
        }
    }

    /// Whether nobody has looked yet.
    pub(crate) fn is_unknown(&self) -> bool {
        self.found.is_none() && self.problems.is_empty()
    }

    /// Whether files and history agree, and all is applied.
    pub(crate) fn is_settled(&self) -> bool {
        self.found.is_some()
            && self.problems.is_empty()
            && self.migrations().iter().all(|migration| {
                matches!(
                    migration.status,
                    MigrationStatus::Completed | MigrationStatus::Abandoned
                )
            })
    }

    pub(crate) fn show(&self, detail: Detail) -> String {
        let environment = self.environment;
        // Where it is not asked again, problems are reported behind everything else.
        let problems = self.problems.iter().filter(|_| detail == Detail::Open);
        let problems: String = problems
            .map(|problem| format!("  {}\n", problem.what))
            .collect();
        let Some(found) = &self.found else {
            let not = match self.problems.first().map(|problem| problem.exit) {
                Some(Exit::NoConnection) => "not reached",
                _ => "not read",
            };
            return format!("{} ({environment}): {not}\n{problems}", self.database);
        };
        let mut text = format!(
            "{} ({environment}, {})\n{problems}",
            self.database, self.place
        );
        if let Some(note) = history_note(found.history) {
            text.push_str(&format!("  {note}\n"));
        }
        let is_shown = |migration: &&MigrationState| {
            detail != Detail::Open || migration.status != MigrationStatus::Completed
        };
        if detail == Detail::Open && self.count(MigrationStatus::Completed) > 0 {
            let completed = count(self.count(MigrationStatus::Completed), "migration");
            text.push_str(&format!("  {completed} completed\n"));
        }
        let mut shown: Vec<&MigrationState> = found.migrations.iter().filter(is_shown).collect();
        let mut left_out = 0;
        if detail == Detail::Open {
            // The next ones are pending, and they stand last.
            left_out = shown.len().saturating_sub(WATCHED);
            shown.truncate(WATCHED);
        }
        let rows: Vec<[String; 5]> = shown
            .iter()
            .map(|state| self.cells(state, detail))
            .collect();
        let width = |column: usize| {
            let widths = rows.iter().map(|row| row[column].chars().count());
            widths.max().unwrap_or_default()
        };
        let [names, states, days, times, _] = [0, 1, 2, 3, 4].map(width);
        for (row, migration) in rows.iter().zip(shown) {
            let [name, status, day, time, who] = row;
            let line =
                format!("  {name:<names$}  {status:<states$}  {day:<days$}  {time:>times$}  {who}");
            text.push_str(line.trim_end());
            text.push('\n');
            let below = migration.error.iter().cloned();
            for line in below.chain(migration.at_work.iter().flat_map(lines)) {
                text.push_str(&format!("    {line}\n"));
            }
        }
        if left_out > 0 {
            text.push_str(&format!("  … {left_out} behind these\n"));
        }
        text
    }

    pub(crate) fn json(&self) -> SeenJson<'_> {
        SeenJson {
            name: self.database,
            environment: self.environment.name(),
            target: Some(&*self.place).filter(|place| !place.is_empty()),
            reachable: self.found.is_some(),
            applied: self.count(MigrationStatus::Completed),
            pending: self.count(MigrationStatus::Pending) + self.count(MigrationStatus::Rerun),
            failed: self.count(MigrationStatus::Failed),
            migrations: self
                .migrations()
                .iter()
                .map(|state| MigrationJson::of(state, self.status_of(state)))
                .collect(),
            failure: Failure::of(&self.problems),
        }
    }

    /// Name, status, when it was applied, how long that took, and by whom with what.
    fn cells(&self, migration: &MigrationState, detail: Detail) -> [String; 5] {
        let at_work = migration.at_work.as_ref();
        let running = at_work.and_then(|run| run.in_transaction);
        let took = migration.execution_ms.map(duration);
        let who = match (&migration.applied_by, &migration.runner, at_work) {
            (Some(role), Some(runner), _) if detail == Detail::Who => format!("{role}, {runner}"),
            (None, _, Some(run)) if detail == Detail::Who => run.role.clone().unwrap_or_default(),
            _ => String::new(),
        };
        [
            migration.name.to_string(),
            match at_work {
                Some(run) => format!("running, pid {}", run.process),
                None => self.status_of(migration).to_owned(),
            },
            migration
                .applied_at
                .as_deref()
                .map(readable)
                .unwrap_or_default(),
            took.or(running.map(|time| format!("for {}", span(time))))
                .unwrap_or_default(),
            who,
        ]
    }
}

/// What to say of a history that is not simply there.
fn history_note(history: HistoryKind) -> Option<&'static str> {
    match history {
        HistoryKind::Ours => None,
        HistoryKind::None => Some("no history: nothing has been applied here"),
        HistoryKind::Node => Some("the history is that of the earlier Node runner"),
        HistoryKind::Refinery => Some("the history is that of refinery"),
        HistoryKind::Untracked => Some("no history, but there are tables"),
        _ => Some("the history has an unknown format"),
    }
}

/// `2026-11-22T10:00:00.123Z` as `2026-11-22 10:00:00 UTC`.
fn readable(time: &str) -> String {
    match time.split_once('T') {
        Some((day, clock)) => format!(
            "{day} {} UTC",
            clock.split(['.', 'Z']).next().unwrap_or(clock)
        ),
        None => time.to_owned(),
    }
}

#[derive(Serialize)]
pub(crate) struct SeenJson<'s> {
    name: &'s str,
    environment: &'s str,
    target: Option<&'s str>,
    reachable: bool,
    applied: usize,
    pending: usize,
    failed: usize,
    migrations: Vec<MigrationJson<'s>>,
    #[serde(flatten)]
    failure: Failure,
}

#[derive(Serialize)]
struct MigrationJson<'s> {
    version: u16,
    name: String,
    status: &'static str,
    started_at: Option<&'s str>,
    applied_at: Option<&'s str>,
    execution_ms: Option<u64>,
    applied_by: Option<&'s str>,
    runner: Option<&'s str>,
    /// The server's process that is at work at it.
    pid: Option<i32>,
    /// What that waits for, how far it is, and whom it keeps waiting.
    at_work: Option<Vec<String>>,
    error: Option<&'s str>,
}

impl<'s> MigrationJson<'s> {
    fn of(state: &'s MigrationState, status: &'static str) -> Self {
        Self {
            version: state.name.version().get(),
            name: state.name.to_string(),
            status,
            started_at: state.started_at.as_deref(),
            applied_at: state.applied_at.as_deref(),
            execution_ms: state.execution_ms,
            applied_by: state.applied_by.as_deref(),
            runner: state.runner.as_deref(),
            pid: state.at_work.as_ref().map(|run| run.process),
            at_work: state.at_work.as_ref().map(lines),
            error: state.error.as_deref(),
        }
    }
}
