//! `cargo xtask migrate status`.

use clap::Args;
use jubilee_core::Environment;
use jubilee_runner::{HistoryKind, MigrationState, MigrationStatus, Status as Found};
use serde::Serialize;

use crate::argument::{database_or_all_parser, selected};
use crate::exit::Exit;
use crate::explain::of_refusal;
use crate::globals::Globals;
use crate::output::{duration, print, print_json};
use crate::problem::{Problem, ProblemJson};
use crate::sources::Sources;
use crate::target::{Target, Where};

/// `cargo xtask migrate status`.
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Databases to show [default: all]
    #[arg(value_parser = database_or_all_parser(), value_name = "DATABASE")]
    databases: Vec<String>,
    #[command(flatten)]
    place: Where,
}

struct Seen {
    database: &'static str,
    place: String,
    found: Option<Found>,
    problems: Vec<Problem>,
}

impl Status {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let sources = globals.sources();
        let targets = self.place.targets(&selected(&self.databases))?;
        let environment = targets.environment;
        let seen: Vec<Seen> = std::thread::scope(|scope| {
            let threads: Vec<_> = targets
                .targets
                .into_iter()
                .map(|target| scope.spawn(|| look(target, environment, &sources)))
                .collect();
            threads
                .into_iter()
                .filter_map(|thread| thread.join().ok())
                .collect()
        });
        if globals.is_json() {
            print_json(&Report {
                databases: seen.iter().map(|seen| seen.json(environment)).collect(),
            });
        } else {
            print(
                &seen
                    .iter()
                    .map(|seen| seen.show(environment))
                    .collect::<Vec<_>>()
                    .join("\n"),
            );
        }
        globals.report(seen.iter().flat_map(|seen| &seen.problems));
        Ok(seen
            .iter()
            .flat_map(|seen| &seen.problems)
            .map(|problem| problem.exit)
            .max()
            .unwrap_or(Exit::Done))
    }
}

fn look(target: Target, environment: Environment, sources: &Sources) -> Seen {
    let database = target.entry.database.name;
    let mut seen = Seen {
        database,
        place: String::new(),
        found: None,
        problems: Vec::new(),
    };
    let result = target
        .reach
        .map_err(|problem| vec![problem])
        .and_then(|reach| {
            seen.place = reach.describe();
            reach.with_migrator(
                target.entry,
                environment,
                sources,
                async |migrator, client| migrator.status_async(client).await,
            )
        });
    match result {
        Ok(found) => {
            seen.problems = found
                .identity
                .iter()
                .map(|refusal| {
                    let place = Some(seen.place.clone());
                    of_refusal(refusal, database, &seen.place).about(database, place, environment)
                })
                .collect();
            seen.found = Some(found);
        }
        Err(problems) => seen.problems = problems,
    }
    seen
}

impl Seen {
    fn migrations(&self) -> &[MigrationState] {
        self.found.as_ref().map_or(&[], |found| &found.migrations)
    }

    fn count(&self, status: MigrationStatus) -> usize {
        self.migrations()
            .iter()
            .filter(|m| m.status == status)
            .count()
    }

    fn show(&self, environment: Environment) -> String {
        let Some(found) = &self.found else {
            return format!("{} ({environment}): not reached\n", self.database);
        };
        let mut text = format!("{} ({environment}, {})\n", self.database, self.place);
        if let Some(note) = history_note(found.history) {
            text.push_str(&format!("  {note}\n"));
        }
        if found.migrations.is_empty() {
            return text;
        }
        let rows: Vec<[String; 4]> = found.migrations.iter().map(cells).collect();
        let width = |column: usize| {
            let widths = rows.iter().map(|row| row[column].chars().count());
            widths.max().unwrap_or_default()
        };
        let [names, states, days, times] = [0, 1, 2, 3].map(width);
        for (row, migration) in rows.iter().zip(&found.migrations) {
            let [name, status, day, time] = row;
            let line = format!("  {name:<names$}  {status:<states$}  {day:<days$}  {time:>times$}");
            text.push_str(line.trim_end());
            text.push('\n');
            if let Some(error) = &migration.error {
                text.push_str(&format!("    {error}\n"));
            }
        }
        text
    }

    fn json(&self, environment: Environment) -> SeenJson<'_> {
        SeenJson {
            name: self.database,
            environment: environment.name(),
            target: Some(&*self.place).filter(|place| !place.is_empty()),
            reachable: self.found.is_some(),
            applied: self.count(MigrationStatus::Completed),
            pending: self.count(MigrationStatus::Pending) + self.count(MigrationStatus::Rerun),
            failed: self.count(MigrationStatus::Failed),
            migrations: self.migrations().iter().map(MigrationJson::of).collect(),
            error: self.problems.first().map(Problem::json),
        }
    }
}

/// Name, status, when it was applied, and how long that took.
fn cells(migration: &MigrationState) -> [String; 4] {
    [
        migration.name.to_string(),
        migration.status.to_string(),
        migration
            .applied_at
            .as_deref()
            .map(readable)
            .unwrap_or_default(),
        migration.execution_ms.map(duration).unwrap_or_default(),
    ]
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
struct Report<'s> {
    databases: Vec<SeenJson<'s>>,
}

#[derive(Serialize)]
struct SeenJson<'s> {
    name: &'s str,
    environment: &'s str,
    target: Option<&'s str>,
    reachable: bool,
    applied: usize,
    pending: usize,
    failed: usize,
    migrations: Vec<MigrationJson<'s>>,
    error: Option<ProblemJson>,
}

#[derive(Serialize)]
struct MigrationJson<'s> {
    version: u16,
    name: String,
    status: &'static str,
    applied_at: Option<&'s str>,
    execution_ms: Option<u64>,
    error: Option<&'s str>,
}

impl<'s> MigrationJson<'s> {
    fn of(state: &'s MigrationState) -> Self {
        Self {
            version: state.name.version().get(),
            name: state.name.to_string(),
            status: state.status.name(),
            applied_at: state.applied_at.as_deref(),
            execution_ms: state.execution_ms,
            error: state.error.as_deref(),
        }
    }
}
