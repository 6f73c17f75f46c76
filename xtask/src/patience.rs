//! How often a lost connection is opened again.

use std::time::{Duration, Instant};

use jubilee_core::MigrationName;

use crate::problem::Problem;
use crate::progress::OfDatabase;
use crate::stop::Stop;

/// How often a lost connection is opened again before the run gives up: for about half a minute,
/// in which a server restarts.
const ATTEMPTS: u32 = 8;

/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How far apart the looks for a server are that may be starting.
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

/// How often the connection may be lost during one migration before that is taken for its doing.
const SAME_MIGRATION: u32 = 3;

/// How a run bears the loss of its connection.
#[derive(Default)]
pub(crate) struct Patience {
    attempts: u32,
    /// The migration during which the connection was lost last, and how often in a row.
    during: (Option<MigrationName>, u32),
    /// Until when a server that was never there is waited for, and whether that was said.
    first: (Option<Instant>, bool),
}

impl Patience {
    /// That waits so long for a server that may be starting.
    pub(crate) fn with_server(limit: Duration) -> Self {
        Self {
            first: (Instant::now().checked_add(limit), false),
            ..Self::default()
        }
    }

    /// No connection could be opened so far: waits for a server that may be starting.
    pub(crate) async fn not_there_yet(
        &mut self,
        problem: &Problem,
        stop: &mut Stop,
        progress: &OfDatabase<'_>,
    ) -> bool {
        let (until, said) = self.first;
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let Some(left) = left.filter(|left| !left.is_zero()) else {
            return false;
        };
        if self.attempts > 0 || !problem.passes || stop.is_set() {
            return false;
        }
        if !said {
            self.first.1 = true;
            let limit = left.as_secs_f32().ceil();
            progress.say(&format!(
                "{}; waiting for it, up to {limit} s",
                problem.what
            ));
        }
        tokio::select! {
            () = tokio::time::sleep(BETWEEN_LOOKS.min(left)) => true,
            () = stop.asked() => false,
        }
    }

    /// The connection was lost: waits, and says whether to connect again.
    pub(crate) async fn lost(
        &mut self,
        during: Option<MigrationName>,
        cause: &str,
        stop: &mut Stop,
        progress: &OfDatabase<'_>,
    ) -> bool {
        let again = during.is_some() && during == self.during.0;
        self.during = (during, if again { self.during.1 + 1 } else { 1 });
        self.during.1 < SAME_MIGRATION && self.pause(cause, stop, progress).await
    }

    /// No connection can be opened: waits for a server that accepted one before.
    pub(crate) async fn not_back_yet(
        &mut self,
        cause: &str,
        stop: &mut Stop,
        progress: &OfDatabase<'_>,
    ) -> bool {
        self.attempts > 0 && self.pause(cause, stop, progress).await
    }

    async fn pause(&mut self, cause: &str, stop: &mut Stop, progress: &OfDatabase<'_>) -> bool {
        if self.attempts == ATTEMPTS || stop.is_set() {
            return false;
        }
        self.attempts += 1;
        progress.say(&format!(
            "connection lost ({cause}); reconnecting, attempt {} of {ATTEMPTS}",
            self.attempts
        ));
        let pause = Duration::from_millis(200 << self.attempts.min(5)).min(LONGEST_PAUSE);
        tokio::select! {
            () = tokio::time::sleep(pause) => true,
            () = stop.asked() => false,
        }
    }
}
