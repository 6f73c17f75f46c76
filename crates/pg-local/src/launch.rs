//! Starting a server and waiting for it, with patience for what a killed one left behind.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::ServerError;
use crate::postmaster::{NotReady, PidFile, wait_ready};
use crate::{log, process};

/// How long processes of a killed server may take to notice that it is gone.
const LEFTOVERS_LIMIT: Duration = Duration::from_secs(30);

/// Where a server works, and how long it may take to become ready.
pub(crate) struct Launch<'a> {
    pub(crate) data: &'a Path,
    pub(crate) log: &'a Path,
    pub(crate) limit: Duration,
}

impl Launch<'_> {
    /// Has `start` start the server, whose process number it returns, and waits until it is ready.
    ///
    /// When the server's main process was killed, its other processes end by themselves, and
    /// PostgreSQL refuses to start until they have: `leftovers` hears of it once, and `start` is
    /// called again.
    pub(crate) fn until_ready(
        &self,
        start: &mut dyn FnMut() -> Result<u32, ServerError>,
        leftovers: &mut dyn FnMut(),
    ) -> Result<PidFile, ServerError> {
        let deadline = Instant::now() + LEFTOVERS_LIMIT;
        let mut told = false;
        loop {
            let before = log::read(self.log).len();
            let pid = start()?;
            let why = match wait_ready(self.data, pid, self.limit) {
                Ok(file) => return Ok(file),
                Err(why) => why,
            };
            let error = self.failure(&why, before);
            let patient = matches!(&error, ServerError::Died { log, .. }
                if log.contains("pre-existing shared memory block"));
            if !patient || Instant::now() > deadline {
                return Err(error);
            }
            if !told {
                leftovers();
                told = true;
            }
            thread::sleep(process::POLL * 10);
        }
    }

    /// The error for a server that is not ready, with what it logged since the log had this length.
    pub(crate) fn failure(&self, why: &NotReady, before: usize) -> ServerError {
        let log = log::read(self.log);
        let new = log.get(before..).unwrap_or(&log);
        match why {
            NotReady::Died => ServerError::Died {
                log: log::last_lines(new),
                hint: log::hint(new),
            },
            NotReady::TimedOut => ServerError::NotReady {
                seconds: self.limit.as_secs(),
                log: log::last_lines(new),
            },
        }
    }
}
