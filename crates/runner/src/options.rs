//! How a run behaves, and how it is stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How a run behaves.
///
/// ```
/// use std::time::Duration;
/// use jubilee_runner::Options;
///
/// let options = Options::new()
///     .accept_newer(true)
///     .wait(Duration::from_secs(60));
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    pub(crate) lock_timeout: Duration,
    pub(crate) retries: u32,
    pub(crate) wait: Duration,
    pub(crate) accept_newer: bool,
    pub(crate) stop: StopFlag,
    pub(crate) direct: bool,
    pub(crate) new_session: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// What is right for most: see each method for its default.
    #[must_use]
    pub fn new() -> Self {
        Self {
            lock_timeout: Duration::from_secs(5),
            retries: 10,
            wait: Duration::from_secs(600),
            accept_newer: false,
            stop: StopFlag::default(),
            direct: false,
            new_session: false,
        }
    }

    /// How long a statement may wait for a lock before it gives up and is tried again: 5 seconds
    /// by default. While it waits, every later statement on that table waits behind it.
    #[must_use]
    pub fn lock_timeout(mut self, time: Duration) -> Self {
        self.lock_timeout = time;
        self
    }

    /// How often a migration is tried again after a lock time-out, a deadlock, a serialization
    /// failure or a lost connection between servers: 10 times by default.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// How long to wait for another runner: 10 minutes by default.
    #[must_use]
    pub fn wait(mut self, time: Duration) -> Self {
        self.wait = time;
        self
    }

    /// Whether a database that is ahead of these migrations is taken as up to date: for a
    /// service whose old replicas may restart while a new release is rolled out. Not by default.
    #[must_use]
    pub fn accept_newer(mut self, accept: bool) -> Self {
        self.accept_newer = accept;
        self
    }

    /// What ends the run at the next chance, when it is set from elsewhere.
    #[must_use]
    pub fn stop(mut self, stop: StopFlag) -> Self {
        self.stop = stop;
        self
    }

    /// Vouches that no pooler sits between the client and PostgreSQL: several migrations may then be
    /// under way at once, which saves a round trip for each.
    /// [`run_async`](crate::Migrator::run_async) alone makes use of it.
    ///
    /// By default each migration's answer is awaited before the next one is sent. A pooler hands a
    /// connection to another client when its own client is gone: if the process is killed while
    /// several messages are under way, PgBouncer 1.18 gives the answers that come after the first to
    /// that other client, as the answers to *its* queries.
    ///
    /// Where the process that answers is not the one that the client was told of when it connected, as
    /// behind every known pooler, this is not believed. A TCP proxy or a tunnel does no harm.
    #[must_use]
    pub fn direct_connection(mut self) -> Self {
        self.direct = true;
        self
    }

    /// Vouches that the connection was opened for this run, so that nothing was set or prepared in its
    /// session: this saves the round trip that asks for it.
    ///
    /// What startup options, a role or a database set is not meant; that comes back by itself.
    #[must_use]
    pub fn new_session(mut self) -> Self {
        self.new_session = true;
        self
    }
}

/// A wish to stop that can be shared with a signal handler.
#[derive(Debug, Clone, Default)]
pub struct StopFlag(Arc<AtomicBool>);

impl StopFlag {
    /// Asks the run to stop. A statement under way goes on until it is cancelled on the server.
    pub fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether somebody asked.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
