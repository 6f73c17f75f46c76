use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How a run behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long a statement may wait for a lock before it gives up and is tried again. While
    /// it waits, every later statement on that table waits behind it.
    pub lock_timeout: Duration,
    /// How often a migration is tried again after a lock time-out, deadlock or serialization
    /// failure.
    pub retries: u32,
    /// How long to wait for another runner.
    pub wait: Duration,
    /// The program and its version, for the history: `jubilee-codex 0.1.0`.
    pub runner: String,
    /// The host that it runs on, for the history; the address that the server sees when `None`.
    pub host: Option<String>,
    /// Whether a database that is ahead of these migrations is taken as up to date: for a
    /// service whose old replicas may restart while a new release is rolled out.
    pub accept_newer: bool,
    /// Set from elsewhere to end the run at the next chance.
    pub stop: StopFlag,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_secs(5),
            retries: 10,
            wait: Duration::from_secs(600),
            runner: concat!("jubilee-runner ", env!("CARGO_PKG_VERSION")).to_owned(),
            host: None,
            accept_newer: false,
            stop: StopFlag::default(),
        }
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
