use std::sync::Mutex;
use std::time::Duration;

use jubilee_runner::StopFlag;

use crate::progress::OfDatabase;
use crate::run::asked_to_stop;

/// How often a lost connection is opened again before the run gives up: for about half a minute,
/// in which a server restarts.
const ATTEMPTS: u32 = 8;

/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How often the connection may be lost during one migration before that is taken for its doing.
const SAME_MIGRATION: u32 = 3;

/// How a run bears the loss of its connection.
pub(crate) struct Patience<'s> {
    stop: &'s StopFlag,
    attempts: u32,
    /// The migration during which the connection was lost last, and how often in a row.
    during: (Option<String>, u32),
}

impl<'s> Patience<'s> {
    pub(crate) fn new(stop: &'s StopFlag) -> Self {
        Self {
            stop,
            attempts: 0,
            during: (None, 0),
        }
    }

    /// Whether the connection was lost before.
    pub(crate) fn was_tried(&self) -> bool {
        self.attempts > 0
    }

    /// The connection was lost: waits, and says whether to connect again.
    pub(crate) async fn lost(
        &mut self,
        during: Option<String>,
        cause: &str,
        progress: &Mutex<&mut OfDatabase<'_>>,
    ) -> bool {
        let again = during.is_some() && during == self.during.0;
        self.during = (during, if again { self.during.1 + 1 } else { 1 });
        self.during.1 < SAME_MIGRATION && self.pause(cause, progress).await
    }

    /// The server does not accept connections: waits for one that did before.
    pub(crate) async fn not_back_yet(
        &mut self,
        cause: &str,
        progress: &Mutex<&mut OfDatabase<'_>>,
    ) -> bool {
        self.was_tried() && self.pause(cause, progress).await
    }

    async fn pause(&mut self, cause: &str, progress: &Mutex<&mut OfDatabase<'_>>) -> bool {
        if self.attempts == ATTEMPTS || self.stop.is_set() {
            return false;
        }
        self.attempts += 1;
        if let Ok(progress) = progress.lock() {
            progress.say(&format!(
                "the connection was lost ({cause}); connecting again, attempt {} of {ATTEMPTS}",
                self.attempts
            ));
        }
        let pause = Duration::from_millis(200 << self.attempts.min(5)).min(LONGEST_PAUSE);
        tokio::select! {
            () = tokio::time::sleep(pause) => true,
            () = asked_to_stop(self.stop) => false,
        }
    }
}
