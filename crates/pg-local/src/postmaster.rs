//! What a server writes about itself in `postmaster.pid`, and waiting until it is ready.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::Endpoint;
use crate::cluster::SUPERUSER;
use crate::process::{self, POLL};

/// The lines of `postmaster.pid` (`src/include/utils/pidfile.h` in PostgreSQL's sources). The file
/// grows while the server starts, so lines may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PidFile {
    pub(crate) pid: u32,
    pub(crate) port: Option<u16>,
    pub(crate) socket_dir: Option<PathBuf>,
    /// Whether it listens on TCP.
    pub(crate) tcp: bool,
    /// `starting`, `stopping`, `ready` or `standby`.
    pub(crate) status: String,
}

impl PidFile {
    /// Reads the file in a data folder; `None` when there is none, or nothing in it yet.
    pub(crate) fn read(data: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(data.join("postmaster.pid")).ok()?)
    }

    /// The server that runs in a data folder, as it describes itself.
    pub(crate) fn running(data: &Path) -> Option<Self> {
        Self::read(data).filter(|file| process::is_postmaster_of(file.pid, data))
    }

    /// Where it is reached, once it is ready.
    pub(crate) fn endpoint(&self) -> Option<Endpoint> {
        let (port, socket_dir) = (self.port?, self.socket_dir.clone()?);
        self.is_ready().then(|| Endpoint {
            socket_dir,
            port,
            tcp_port: self.tcp.then_some(port),
            user: SUPERUSER.to_owned(),
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        // A standalone backend writes its number as a negative one.
        let pid = lines.next()?.trim().parse().ok()?;
        let mut rest = lines.skip(2).map(str::trim_end);
        Some(Self {
            pid,
            port: rest.next().and_then(|port| port.parse().ok()),
            socket_dir: rest.next().filter(|dir| !dir.is_empty()).map(PathBuf::from),
            tcp: rest.next().is_some_and(|address| !address.is_empty()),
            status: rest.nth(1).unwrap_or_default().to_owned(),
        })
    }

    /// Whether it accepts connections, if only for reading.
    pub(crate) fn is_ready(&self) -> bool {
        self.status == "ready" || self.status == "standby"
    }
}

/// Why a server is not ready.
pub(crate) enum NotReady {
    Died,
    TimedOut,
}

/// Waits until the server with this number accepts connections.
pub(crate) fn wait_ready(data: &Path, pid: u32, limit: Duration) -> Result<PidFile, NotReady> {
    let deadline = Instant::now() + limit;
    loop {
        // Looked at before the file: a server that became ready and then died counts as dead.
        let alive = process::is_running(pid);
        match PidFile::read(data) {
            _ if !alive => return Err(NotReady::Died),
            Some(file) if file.pid == pid && file.is_ready() => return Ok(file),
            _ if Instant::now() > deadline => return Err(NotReady::TimedOut),
            _ => thread::sleep(POLL),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_ready() {
        let file = PidFile::parse(
            "4711\n/data\n1700000000\n5433\n/tmp/a socket\n127.0.0.1\n  1234  5678\nready   \n",
        )
        .unwrap();
        assert_eq!(
            file,
            PidFile {
                pid: 4711,
                port: Some(5433),
                socket_dir: Some("/tmp/a socket".into()),
                tcp: true,
                status: "ready".into(),
            }
        );
        assert!(file.is_ready());
    }

    #[test]
    fn a_server_that_starts() {
        let file = PidFile::parse("4711\n/data\n1700000000\n5432\n/tmp\n\n").unwrap();
        assert!(!file.tcp && !file.is_ready());
        assert!(!PidFile::parse("4711\n").unwrap().is_ready());
    }

    #[test]
    fn other_contents_name_no_server() {
        for text in ["", "\n", "-4711\n/data\n", "text"] {
            assert_eq!(PidFile::parse(text), None, "{text:?}");
        }
    }
}
