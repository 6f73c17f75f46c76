//! What runs do at this moment, as another session sees it: who holds the lock that they wait for,
//! how far the server is with their statement, and whom they keep waiting.

use std::time::Duration;

use crate::engine::any_application_name;
use crate::error::{RunError, RunErrorKind};
use crate::link::{Link, UnderWay};
use crate::message::{LinkError, Message, Reply, Row};
use crate::sql::{fill, literal};

const SQL: &str = include_str!("sql/activity.sql");

/// What the sessions of runs do at this moment, as far as the role that asks may see it: without
/// `pg_read_all_stats`, states and queries of other roles are hidden; locks are not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Activity {
    /// The sessions.
    pub runs: Vec<AtWork>,
}

/// The session of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AtWork {
    /// The server's process.
    pub process: i32,
    /// The session's `application_name`.
    pub application_name: String,
    /// The role that logged in.
    pub role: Option<String>,
    /// `active`, `idle in transaction` and so on.
    pub state: Option<String>,
    /// For how long its transaction is open.
    pub in_transaction: Option<Duration>,
    /// Whether it writes the history: then it has claimed a migration that runs in a transaction,
    /// or waits for one who has.
    pub writes_history: bool,
    /// What it waits for.
    pub waits: Option<Wait>,
    /// How far the server is with a statement that takes its time.
    pub progress: Option<Progress>,
    /// Whom it keeps waiting.
    pub behind: Option<Behind>,
    /// The server's `synchronous_standby_names`, if a commit waits for them.
    pub standbys: Option<String>,
}

/// What a session waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wait {
    /// The mode that it wants, in SQL's words: `ACCESS EXCLUSIVE`.
    pub mode: String,
    /// On what.
    pub on: Locked,
    /// For how long it waits; PostgreSQL 13 does not tell.
    pub waited: Option<Duration>,
    /// Who keeps it waiting.
    pub holders: Vec<Holder>,
}

/// What is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Locked {
    /// A table, an index or the like.
    Relation(String),
    /// A transaction, whose end is waited for: it has written the same row or key, or is older
    /// than a concurrent build may bear.
    Transaction,
    /// Anything else, as `pg_locks` has it: `advisory`, `object`.
    Other(String),
}

/// A session that keeps another one waiting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// The server's process; none for a prepared transaction.
    pub process: Option<i32>,
    /// The session's `application_name`, if it has one.
    pub application_name: Option<String>,
    /// The role that logged in.
    pub role: Option<String>,
    /// `active`, `idle in transaction` and so on.
    pub state: Option<String>,
    /// For how long it is in that state.
    pub in_state: Option<Duration>,
    /// Its query: the one that runs, else the last one.
    pub query: Option<String>,
    /// The strongest mode that it has on the same relation, else the one that it waits for.
    pub mode: Option<String>,
    /// Whether it waits itself, and came first.
    pub queued: bool,
}

/// How far the server is with a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// `CREATE INDEX CONCURRENTLY`, `VACUUM` and so on.
    pub command: String,
    /// What it is doing, in the words of the server's progress view.
    pub phase: String,
    /// The table, where it is committed already.
    pub relation: Option<String>,
    /// How much of this phase is done.
    pub done: Option<u64>,
    /// How much there is to do in this phase, where that is known.
    pub total: Option<u64>,
    /// Of what: `blocks`, `rows`, `sessions`, `bytes`.
    pub unit: String,
}

/// Sessions that a run keeps waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Behind {
    /// How many; not more than 100 are counted.
    pub sessions: u32,
    /// For how long the first of them waits.
    pub longest: Option<Duration>,
}

impl Activity {
    /// The session of that name.
    #[must_use]
    pub fn of(&self, application_name: &str) -> Option<&AtWork> {
        let mut runs = self.runs.iter();
        runs.find(|run| run.application_name == application_name)
    }

    /// The one that has claimed a migration which runs in a transaction. Others may wait for it.
    #[must_use]
    pub fn claims(&self) -> Option<&AtWork> {
        let mut claims = self.runs.iter().filter(|run| run.writes_history);
        let first = claims.next()?;
        let waits =
            |run: &&AtWork| !matches!(&run.waits, Some(wait) if wait.on == Locked::Transaction);
        std::iter::once(first)
            .chain(claims)
            .find(waits)
            .or(Some(first))
    }

    async fn look_over<L: Link>(mut link: L, statement: String) -> Result<Self, RunError> {
        let mut answer = Reply::default();
        let mut message = std::iter::once(Message::query(&[&statement]));
        let asked = link
            .send_all(&mut message, UnderWay::One, &mut |reply| answer = reply)
            .await;
        match asked.map_err(|failure| failure.error) {
            Ok(()) => Ok(Self::read(
                answer.results.first().map_or(&[], Vec::as_slice),
            )),
            Err(LinkError::Server(error)) => Err(RunErrorKind::Server {
                doing: "see what sessions do",
                error,
            }
            .into()),
            Err(LinkError::Lost(cause)) => Err(RunErrorKind::ConnectionLost {
                during: None,
                cause,
            }
            .into()),
        }
    }

    /// Reads the facts of `activity.sql`.
    fn read(rows: &[Row]) -> Self {
        let mut activity = Self::default();
        for row in rows {
            let fact = Fact(row);
            let Some(process) = fact.number(1) else {
                continue;
            };
            if fact.text(0) == Some("run") {
                activity.runs.push(fact.run(process));
            }
        }
        for row in rows {
            let fact = Fact(row);
            let process = fact.number(1);
            let mut runs = activity.runs.iter_mut();
            let Some(run) = runs.find(|run| Some(run.process) == process) else {
                continue;
            };
            match fact.text(0) {
                Some("wait") => run.waits = Some(fact.wait()),
                Some("holder") => {
                    if let Some(wait) = &mut run.waits {
                        wait.holders.push(fact.holder());
                    }
                }
                Some("behind") => {
                    run.behind = fact.number(2).map(|sessions| Behind {
                        sessions,
                        longest: fact.span(3),
                    });
                }
                Some("progress") => run.progress = Some(fact.progress()),
                _ => {}
            }
        }
        for run in &mut activity.runs {
            if let Some(wait) = &mut run.waits {
                // Who holds the lock comes before who only waits for it too.
                wait.holders
                    .sort_by_key(|holder| (holder.queued, holder.process));
            }
        }
        activity
    }
}

/// The query of the sessions that have that `application_name` or are that process; of all runs where
/// neither is given.
fn statement(application_name: Option<&str>, process: Option<i32>) -> String {
    let name = match (application_name, process) {
        (Some(name), _) => literal(name),
        (None, Some(_)) => "NULL".to_owned(),
        (None, None) => literal(&any_application_name()),
    };
    let process = process.unwrap_or_default().to_string();
    fill(SQL, &[("application_name", &name), ("process", &process)])
}

/// A row of `activity.sql`.
struct Fact<'r>(&'r Row);

impl Fact<'_> {
    fn text(&self, column: usize) -> Option<&str> {
        self.0.get(column)?.as_deref()
    }

    fn owned(&self, column: usize) -> Option<String> {
        self.text(column).map(str::to_owned)
    }

    fn number<T: std::str::FromStr>(&self, column: usize) -> Option<T> {
        self.text(column)?.parse().ok()
    }

    /// Seconds; a clock that was set back makes none of them negative.
    fn span(&self, column: usize) -> Option<Duration> {
        Duration::try_from_secs_f64(self.number::<f64>(column)?.max(0.0)).ok()
    }

    fn run(&self, process: i32) -> AtWork {
        AtWork {
            process,
            application_name: self.owned(2).unwrap_or_default(),
            role: self.owned(3),
            state: self.owned(4),
            in_transaction: self.span(5),
            writes_history: self.text(6) == Some("true"),
            standbys: self.owned(7),
            ..AtWork::default()
        }
    }

    fn wait(&self) -> Wait {
        let kind = self.text(3).unwrap_or_default();
        Wait {
            mode: mode(self.text(2).unwrap_or_default()),
            on: match (self.owned(4), kind) {
                (Some(relation), _) => Locked::Relation(relation),
                (None, "transactionid" | "virtualxid") => Locked::Transaction,
                (None, other) => Locked::Other(other.to_owned()),
            },
            waited: self.span(5),
            holders: Vec::new(),
        }
    }

    fn holder(&self) -> Holder {
        let held = self.text(7);
        let queued = held.and_then(|held| held.strip_prefix("queued "));
        Holder {
            // `pg_blocking_pids` gives 0 for a prepared transaction.
            process: self.number(2).filter(|process| *process != 0),
            application_name: self.owned(3).filter(|name| !name.is_empty()),
            role: self.owned(4),
            state: self.owned(5),
            in_state: self.span(6),
            query: self.owned(8).filter(|query| !query.is_empty()),
            mode: queued.or(held).map(mode),
            queued: queued.is_some(),
        }
    }

    fn progress(&self) -> Progress {
        Progress {
            command: self.owned(2).unwrap_or_default(),
            phase: self.owned(3).unwrap_or_default(),
            relation: self.owned(4),
            done: self.number(5),
            total: self.number(6).filter(|total| *total > 0),
            unit: self.owned(7).unwrap_or_default(),
        }
    }
}

/// `AccessExclusiveLock` as `ACCESS EXCLUSIVE`.
fn mode(name: &str) -> String {
    let name = name.strip_suffix("Lock").unwrap_or(name);
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_uppercase());
    }
    words
}

#[cfg(feature = "postgres")]
impl Activity {
    /// What all runs in this client's database do, or the one of that
    /// [`application_name`](crate::Migrator::application_name).
    ///
    /// # Errors
    ///
    /// The role may not read `pg_stat_activity` or `pg_locks`, or the connection is lost.
    pub fn look(
        client: &mut postgres::Client,
        application_name: Option<&str>,
    ) -> Result<Self, RunError> {
        use crate::driver::blocking::{BlockingLink, block_on};
        block_on(Self::look_over(
            BlockingLink(client),
            statement(application_name, None),
        ))
    }
}

#[cfg(feature = "tokio-postgres")]
impl Activity {
    /// What all runs in this client's database do, or the session of that
    /// [`application_name`](crate::Migrator::application_name) or [process](crate::server_process):
    /// between two migrations a session does not have the run's name.
    ///
    /// # Errors
    ///
    /// The role may not read `pg_stat_activity` or `pg_locks`, or the connection is lost.
    pub async fn look_async(
        client: &tokio_postgres::Client,
        application_name: Option<&str>,
        process: Option<i32>,
    ) -> Result<Self, RunError> {
        let statement = statement(application_name, process);
        Self::look_over(crate::driver::pipelined::PipelinedLink(client), statement).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_in_the_words_of_sql() {
        assert_eq!(mode("AccessExclusiveLock"), "ACCESS EXCLUSIVE");
        assert_eq!(mode("ShareUpdateExclusiveLock"), "SHARE UPDATE EXCLUSIVE");
        assert_eq!(mode("ShareLock"), "SHARE");
    }

    #[test]
    fn of_two_that_write_the_history_the_one_that_waits_for_the_other_has_no_claim() {
        let run = |process, waits| AtWork {
            process,
            writes_history: true,
            waits,
            ..AtWork::default()
        };
        let wait = Wait {
            mode: "SHARE".to_owned(),
            on: Locked::Transaction,
            waited: None,
            holders: Vec::new(),
        };
        let activity = Activity {
            runs: vec![run(1, Some(wait)), run(2, None)],
        };
        assert_eq!(activity.claims().map(|run| run.process), Some(2));
    }
}
