//! What people see while migrations are proved, on standard error: on a terminal a line for each database,
//! elsewhere a line when a migration begins and ends, and while one takes long.

use std::collections::BTreeMap;
use std::io::{IsTerminal, stderr};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jubilee_core::MigrationName;
use jubilee_verify::Progress as Step;

use super::report::summary_of;
use crate::output::{duration, eprint, is_json_log, span};
use crate::progress::Mode;
use crate::terminal::{InPlace, Size, cut};

/// How progress is shown, and how often.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    pub(crate) mode: Mode,
    /// How long at most nothing is said where there is no terminal; zero for always.
    pub(crate) heartbeat: Duration,
    /// Whether a program reads the result, so that nobody looks at lines in place.
    pub(crate) for_program: bool,
}

/// Where all databases are.
pub(super) struct Progress {
    kind: Kind,
    heartbeat: Duration,
    state: Mutex<State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    InPlace,
    Lines,
    None,
}

#[derive(Default)]
struct State {
    shown: InPlace,
    of: BTreeMap<&'static str, At>,
}

/// Where a database is.
struct At {
    name: MigrationName,
    doing: String,
    /// Since when the migration is under way.
    since: Instant,
    /// When something was said of it last.
    last_line: Instant,
}

impl Progress {
    pub(super) fn new(shown: Shown) -> Self {
        let terminal = stderr().is_terminal() && !shown.for_program && !is_json_log();
        let kind = match shown.mode {
            Mode::None => Kind::None,
            Mode::Auto if terminal => Kind::InPlace,
            Mode::Auto | Mode::Plain => Kind::Lines,
        };
        Self {
            kind,
            heartbeat: shown.heartbeat,
            state: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes down where a migration of that database is.
    pub(super) fn step(&self, database: &'static str, name: &MigrationName, step: Step<'_>) {
        let doing = match step {
            Step::Asks(proof) => proof.to_string(),
            Step::Measures => "forecast".to_owned(),
            Step::Done(proved) => {
                let mut state = self.lock();
                let began = state.of.remove(database).map(|at| at.since);
                if self.kind == Kind::Lines {
                    let took = began.map_or(Duration::ZERO, |began| began.elapsed());
                    let took = duration(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
                    let result = summary_of(&proved.outcomes.iter().collect::<Vec<_>>());
                    eprint(&format!("{database}: proved {name} in {took}: {result}\n"));
                }
                return;
            }
        };
        let mut state = self.lock();
        let now = Instant::now();
        match state.of.get_mut(database) {
            Some(at) => at.doing = doing,
            None => {
                if self.kind == Kind::Lines {
                    eprint(&format!("{database}: proving {name}\n"));
                }
                let at = At {
                    name: name.clone(),
                    doing,
                    since: now,
                    last_line: now,
                };
                state.of.insert(database, at);
            }
        }
        self.draw(&mut state);
    }

    /// Takes the line of a database away.
    pub(super) fn end(&self, database: &'static str) {
        let mut state = self.lock();
        state.of.remove(database);
        self.draw(&mut state);
    }

    /// Takes all lines away: something else is to be said.
    pub(super) fn clear(&self) {
        let mut state = self.lock();
        state.of.clear();
        self.draw(&mut state);
    }

    fn draw(&self, state: &mut State) {
        if self.kind != Kind::InPlace {
            return;
        }
        let size = Size::of(stderr());
        let width = size.columns.saturating_sub(1);
        let lines = state.of.iter().map(|(database, at)| {
            let line = format!("{database:<12} {}: {}", at.name, at.doing);
            cut(&line, width)
        });
        let text = lines.collect::<Vec<String>>();
        let text = match text.is_empty() {
            true => state.shown.remove(),
            false => state.shown.replace(&text.join("\n"), size),
        };
        eprint(&text);
    }

    /// Says now and then what goes on, until the other end of `done` is gone.
    pub(super) fn heartbeat(&self, done: &Receiver<()>) {
        if self.kind != Kind::Lines || self.heartbeat.is_zero() {
            return;
        }
        let mut wait = self.heartbeat;
        while done.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
            let mut state = self.lock();
            wait = self.heartbeat;
            for (database, at) in &mut state.of {
                let quiet = at.last_line.elapsed();
                if quiet < self.heartbeat {
                    wait = wait.min(self.heartbeat - quiet);
                    continue;
                }
                at.last_line = Instant::now();
                let time = span(at.since.elapsed());
                eprint(&format!(
                    "{database}: {}: {}, for {time} so far\n",
                    at.name, at.doing
                ));
            }
        }
    }
}
