//! Where the run of one database stands.

use std::time::{Duration, Instant};

use jubilee_core::MigrationName;
use jubilee_runner::{AtWork, Event, Locked, OtherRun, Wait};

use crate::activity::{Gist, gist};
use crate::exit::Exit;

/// Where the run of one database stands.
pub(super) struct State {
    pub(super) database: &'static str,
    pub(super) doing: Doing,
    /// Since when it does that.
    pub(super) since: Instant,
    pub(super) began: Instant,
    pub(super) applied: usize,
    /// How many there are to apply, with those that are applied.
    pub(super) total: usize,
    /// What another session has seen of the run since the last event.
    pub(super) seen: Option<AtWork>,
    /// What was said of that.
    said: Gist,
    /// The last lock that the migration under way was seen waiting for.
    pub(super) last_wait: Option<Wait>,
    last_event: Instant,
    /// When people were told something last.
    pub(super) last_line: Instant,
}

/// What a run does.
pub(super) enum Doing {
    /// It connects, or reads the history.
    Reading,
    Applying(MigrationName),
    WaitingFor {
        who: Option<OtherRun>,
        /// The migration that it wants too.
        next: Option<MigrationName>,
    },
    Ended {
        exit: Exit,
        /// The migration that was under way.
        at: Option<MigrationName>,
        after: Duration,
    },
}

impl State {
    pub(super) fn new(database: &'static str) -> Self {
        let now = Instant::now();
        Self {
            database,
            doing: Doing::Reading,
            since: now,
            began: now,
            applied: 0,
            total: 0,
            seen: None,
            said: Gist::default(),
            last_wait: None,
            last_event: now,
            last_line: now,
        }
    }

    /// Takes an event in, and gives the migration that has begun with it.
    pub(super) fn event(&mut self, event: &Event) -> Option<MigrationName> {
        let now = Instant::now();
        self.last_event = now;
        self.seen = None;
        match event {
            Event::Planned { pending } => self.total = self.applied + pending,
            Event::Applying { name } => {
                let tried_again = match &self.doing {
                    Doing::Applying(before) => before == name,
                    Doing::WaitingFor { next, .. } => next.as_ref() == Some(name),
                    _ => false,
                };
                if !tried_again {
                    self.begin(Doing::Applying(name.clone()), now);
                    return Some(name.clone());
                }
            }
            Event::Applied { .. } => {
                self.applied += 1;
                self.total = self.total.max(self.applied);
                self.begin(Doing::Reading, now);
            }
            Event::Lost { .. } => self.applied = self.applied.saturating_sub(1),
            Event::Waiting { who } => {
                let next = match &mut self.doing {
                    Doing::Applying(name) => Some(name.clone()),
                    Doing::WaitingFor { next, .. } => next.take(),
                    _ => None,
                };
                let who = who.clone();
                self.begin(Doing::WaitingFor { who, next }, now);
            }
            _ => {}
        }
        None
    }

    fn begin(&mut self, doing: Doing, now: Instant) {
        self.doing = doing;
        self.since = now;
        self.said = Gist::default();
        self.last_wait = None;
    }

    /// Takes in what another session sees of the run, and gives the migration that has begun.
    pub(super) fn see(&mut self, run: Option<&AtWork>) -> Option<MigrationName> {
        self.seen = run.cloned();
        let run = run?;
        if run.waits.is_some() {
            self.last_wait.clone_from(&run.waits);
        }
        // It is tried again and again; only now it is known to have the claim.
        let has_claim = run.writes_history
            && !matches!(&run.waits, Some(wait) if wait.on == Locked::Transaction);
        match &mut self.doing {
            Doing::WaitingFor { next, .. } if has_claim => {
                let name = next.take()?;
                self.begin(Doing::Applying(name.clone()), Instant::now());
                Some(name)
            }
            _ => None,
        }
    }

    /// Whether what was seen last is to be said at once.
    pub(super) fn has_news(&mut self) -> bool {
        let gist = self.seen.as_ref().map(gist).unwrap_or_default();
        self.said.takes_in(gist)
    }

    pub(super) fn end(&mut self, exit: Exit) {
        let at = match &self.doing {
            Doing::Applying(name) => Some(name.clone()),
            _ => None,
        };
        self.seen = None;
        self.doing = Doing::Ended {
            exit,
            at,
            after: self.began.elapsed(),
        };
    }

    /// How long the run has told nothing.
    pub(super) fn silent_for(&self) -> Duration {
        self.last_event.elapsed()
    }
}
