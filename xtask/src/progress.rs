//! What people and programs see of runs that are under way, on standard error.

mod board;
mod state;

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clap::ValueEnum;
use jubilee_core::MigrationName;
use jubilee_runner::{AtWork, Event, Wait};

use crate::activity::{lines, terminate, waited};
use crate::exit::Exit;
use crate::output::{duration, eprint, is_json_log, is_terminal, span};
use board::{Board, Shared};
use state::{Doing, State};

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// Bars on a terminal, else as plain
    Auto,
    /// A line when a migration begins and ends, and while one takes long
    Plain,
    /// Only what is out of the ordinary: waits, retries, warnings
    None,
}

/// Of all runs.
pub(crate) struct Progress {
    states: Vec<Shared>,
    board: Option<Board>,
    /// Whether a migration that begins has a line.
    begins: bool,
    /// Whether a migration that is applied has a line.
    each: bool,
    /// How long at most nothing is said of a run that goes on.
    heartbeat: Option<Duration>,
    look_after: Duration,
}

/// Of the run of one database.
pub(crate) struct OfDatabase<'p> {
    progress: &'p Progress,
    name: &'static str,
    state: Shared,
}

/// How progress is shown, and how often.
pub(crate) struct Shown {
    pub(crate) mode: Mode,
    pub(crate) heartbeat: Duration,
    /// How long a run must be silent before it is looked at.
    pub(crate) look_after: Duration,
    pub(crate) color: bool,
    /// Whether each migration has a line where there are bars too.
    pub(crate) verbose: bool,
    /// Whether a program reads the result, so that nobody looks at bars.
    pub(crate) for_program: bool,
}

impl Progress {
    /// Of the runs of these databases, in this order.
    pub(crate) fn new(shown: &Shown, databases: impl Iterator<Item = &'static str>) -> Self {
        let shared = |database| Arc::new(Mutex::new(State::new(database)));
        let states: Vec<Shared> = databases.map(shared).collect();
        let bars = shown.mode == Mode::Auto
            && is_terminal(std::io::stderr())
            && !shown.for_program
            && !is_json_log();
        let plain = shown.mode != Mode::None && !bars;
        Self {
            board: bars.then(|| Board::new(states.clone(), shown.color)),
            states,
            begins: plain,
            each: plain || shown.verbose,
            heartbeat: (plain && !shown.heartbeat.is_zero()).then_some(shown.heartbeat),
            look_after: shown.look_after,
        }
    }

    pub(crate) fn of(&self, name: &'static str) -> OfDatabase<'_> {
        let is_its = |state: &&Shared| lock(state).database == name;
        let state = self.states.iter().find(is_its).cloned();
        OfDatabase {
            progress: self,
            name,
            state: state.unwrap_or_else(|| Arc::new(Mutex::new(State::new(name)))),
        }
    }

    /// Takes the bars away.
    pub(crate) fn end(&self) {
        if let Some(board) = &self.board {
            board.clear();
        }
    }
}

fn lock(state: &Shared) -> MutexGuard<'_, State> {
    // What panicked under the lock can have left no state that is worse than an old one.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl OfDatabase<'_> {
    pub(crate) fn event(&self, event: &Event) {
        let (begun, last_wait) = {
            let mut state = lock(&self.state);
            let last_wait = state.last_wait.clone();
            (state.event(event), last_wait)
        };
        if let (Some(board), Event::Planned { .. } | Event::Waiting { .. }) =
            (&self.progress.board, event)
        {
            board.show();
        }
        self.has_begun(begun);
        match event {
            Event::Applied { name, execution_ms } if self.progress.each => {
                let text = format!("applied {name} in {}", duration(*execution_ms));
                if is_json_log() {
                    tracing::info!(event = "applied", database = self.name, migration = %name, execution_ms, "{text}");
                    self.has_spoken();
                } else {
                    self.line(&text);
                }
            }
            Event::Lost { name } => self.tell(
                "lost",
                Some(name),
                &format!("{name} was lost when the server crashed; applying it again"),
            ),
            Event::Waiting { who: None } => {
                self.tell("waiting", None, "waiting for another runner")
            }
            Event::Waiting { who: Some(who) } => {
                let end = who.process.map(|process| {
                    format!(
                        "\nif its runner is gone, end its session: {}",
                        terminate(process)
                    )
                });
                self.tell(
                    "waiting",
                    None,
                    &format!("waiting for {who}{}", end.unwrap_or_default()),
                );
            }
            Event::Retrying {
                name,
                reason,
                attempt,
                of,
                delay,
            } => {
                let delay = duration(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX));
                let mut text = format!(
                    "{name} was rolled back: {reason}; attempt {attempt} of {of}, the next in {delay}"
                );
                if let Some(wait) = last_wait {
                    text.push_str(&format!("\n{}", waited(&wait)));
                }
                self.tell("retrying", Some(name), &text);
            }
            Event::DroppingInvalidIndex { index } => self.say(&format!(
                "dropping INVALID index {index}, left behind by an unfinished build"
            )),
            _ => {}
        }
    }

    /// What another session sees of the run. Who is in its way, and whom it keeps waiting, is said
    /// when it changes; the bars show all of it.
    pub(crate) fn see(&self, run: Option<&AtWork>) {
        let (begun, is_news, at) = {
            let mut state = lock(&self.state);
            (state.see(run), state.has_news(), at_work(&state))
        };
        self.has_begun(begun);
        let Some(run) = run.filter(|_| is_news) else {
            return;
        };
        if let Some(board) = &self.progress.board {
            board.show();
        } else {
            let name = at
                .as_ref()
                .map(|name| format!("{name}: "))
                .unwrap_or_default();
            let text = format!("{name}{}", lines(run).join("\n"));
            self.tell("seen", at.as_ref(), &text);
        }
    }

    fn has_begun(&self, begun: Option<MigrationName>) {
        if let Some(name) = begun.filter(|_| self.progress.begins) {
            self.tell("applying", Some(&name), &format!("applying {name}"));
        }
    }

    /// The last lock that the migration under way was seen waiting for.
    pub(crate) fn last_wait(&self) -> Option<Wait> {
        lock(&self.state).last_wait.clone()
    }

    /// How long the run must be silent before it is looked at.
    pub(crate) fn look_after(&self) -> Duration {
        self.progress.look_after
    }

    /// How long the run has told nothing.
    pub(crate) fn silent_for(&self) -> Duration {
        lock(&self.state).silent_for()
    }

    /// Says now and then that the run goes on, where no bars show it. Never ends.
    pub(crate) async fn heartbeat(&self) -> Infallible {
        let Some(every) = self.progress.heartbeat else {
            return std::future::pending().await;
        };
        loop {
            let quiet = lock(&self.state).last_line.elapsed();
            if quiet < every {
                tokio::time::sleep(every - quiet).await;
                continue;
            }
            let (text, at) = {
                let state = lock(&self.state);
                (still(&state), at_work(&state))
            };
            self.tell("running", at.as_ref(), &text);
        }
    }

    /// Anything else.
    pub(crate) fn say(&self, text: &str) {
        self.tell("note", None, text);
    }

    fn tell(&self, event: &str, migration: Option<&MigrationName>, text: &str) {
        if is_json_log() {
            let migration = migration.map(tracing::field::display);
            tracing::info!(event, database = self.name, migration, "{text}");
            self.has_spoken();
        } else {
            self.line(text);
        }
    }

    fn line(&self, text: &str) {
        let text = format!("{}: {}", self.name, text.replace('\n', "\n  "));
        let shown = self
            .progress
            .board
            .as_ref()
            .is_some_and(|board| board.line(&text));
        if !shown {
            eprint(&format!("{text}\n"));
        }
        self.has_spoken();
    }

    fn has_spoken(&self) {
        lock(&self.state).last_line = std::time::Instant::now();
    }

    pub(crate) fn end(&self, exit: Exit) {
        lock(&self.state).end(exit);
    }
}

/// The migration that is under way.
fn at_work(state: &State) -> Option<MigrationName> {
    match &state.doing {
        Doing::Applying(name) => Some(name.clone()),
        _ => None,
    }
}

/// What a run still does.
fn still(state: &State) -> String {
    let time = span(state.since.elapsed());
    let doing = match &state.doing {
        Doing::Applying(name) => format!("{name} is running, for {time} so far"),
        Doing::WaitingFor { who: Some(who), .. } => {
            format!("waiting for {who}, for {time} so far")
        }
        Doing::WaitingFor { who: None, .. } => {
            format!("waiting for another runner, for {time} so far")
        }
        Doing::Reading | Doing::Ended { .. } => {
            format!("waiting for the server's answer, for {time} so far")
        }
    };
    let seen = state.seen.as_ref().map(lines).unwrap_or_default();
    [vec![doing], seen].concat().join("\n")
}
