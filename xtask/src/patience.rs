//! How often a lost connection is opened again.

use std::time::{Duration, Instant};

use jubilee_core::MigrationName;
use jubilee_runner::RunErrorKind;

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
    /// With what it was lost first, of the times that one follows from the other.
    loss: Option<RunErrorKind>,
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
        error: &RunErrorKind,
        stop: &mut Stop,
        progress: &OfDatabase<'_>,
    ) -> bool {
        let RunErrorKind::ConnectionLost { cause, during } = error else {
            return false;
        };
        self.count(error, during.clone()) < SAME_MIGRATION
            && self.pause(cause, stop, progress).await
    }

    /// How often in a row it was lost during that migration.
    fn count(&mut self, error: &RunErrorKind, during: Option<MigrationName>) -> u32 {
        let again = during.is_some() && during == self.during.0;
        // A server that crashed may close the next connection too, before a migration is under way.
        if during.is_some() && !again {
            self.loss = None;
        }
        self.loss.get_or_insert_with(|| error.clone());
        self.during = (during, if again { self.during.1 + 1 } else { 1 });
        self.during.1
    }

    /// What began it, where a connection that was lost does not come back: the full disk rather than
    /// a server that is not there since.
    pub(crate) fn began_with(&mut self) -> Option<RunErrorKind> {
        self.loss.take()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_loss_counts_until_another_migration_is_under_way() {
        let mut patience = Patience::default();
        let mut lose = |cause: &str, during: Option<&str>| {
            let during =
                during.map(|name| MigrationName::from_file_name(&format!("{name}.sql")).unwrap());
            let cause = cause.to_owned();
            let error = RunErrorKind::ConnectionLost {
                cause,
                during: during.clone(),
            };
            patience.count(&error, during);
            patience.loss.clone().unwrap().to_string()
        };
        let full = "the connection was lost during 0001_a: the disk is full";
        assert_eq!(lose("the disk is full", Some("0001_a")), full);
        assert_eq!(lose("it starts", Some("0001_a")), full);
        assert_eq!(lose("it starts", None), full);
        assert!(lose("a restart", Some("0002_b")).ends_with("0002_b: a restart"));
    }
}
