//! A throwaway server that processes share: those of a test run, of which each may be killed.

use std::fs::{self, File};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use crate::account::Account;
use crate::error::ServerError;
use crate::hash::fnv1a;
use crate::postmaster::PidFile;
use crate::{Endpoint, Installation, Options, Search, TempServer, lock, supervisor, tree};

/// How long it lives without an owner: from the end of one test process to the start of the next.
const LINGER: u32 = 2;

/// A throwaway server that belongs to all processes that have joined it. It is gone, with its
/// folder, a few seconds after the last of them has ended or dropped this value, however it ends.
///
/// Like [`TempServer`], it does not flush to disk, and lives in memory where there is room.
#[derive(Debug)]
pub struct SharedServer {
    endpoint: Endpoint,
    /// The open end of a pipe, which makes this process an owner.
    _owner: File,
    in_memory: bool,
}

/// A process that owns a shared server for a while, so that people can look at it.
#[derive(Debug)]
pub struct Kept {
    /// The process; it ends by itself, and may be ended before.
    pub pid: u32,
}

impl SharedServer {
    /// Joins the server of that name and of the installation that is found, which is started unless
    /// it runs. Only processes of the same user meet.
    ///
    /// # Errors
    ///
    /// When there is no PostgreSQL, or it does not start.
    pub fn join(name: &str) -> Result<Self, ServerError> {
        Self::join_with(&Search::from_environment(), name)
    }

    /// [`join`](Self::join) with other places to look in and to keep things.
    ///
    /// # Errors
    ///
    /// When there is no PostgreSQL, or it does not start.
    pub fn join_with(search: &Search, name: &str) -> Result<Self, ServerError> {
        let installation = Installation::find(search, &mut |_| {})?;
        // Without a cache there is no place to meet at: everyone has a server.
        let Some(cache) = &search.folders.cache else {
            return Self::start(search, installation, None);
        };
        let key = format!("{name}\0{}", installation.program("postgres").display());
        let meeting = cache.join(format!("shared-{:08x}", fnv1a(key.as_bytes())));
        tree::create_base(&meeting)?;
        let lock_file = meeting.join("lock");
        let _lock = lock::exclusive(&lock_file)
            .map_err(|cause| ServerError::folder("lock", &lock_file, cause))?;
        let place = meeting.join("place");
        match Self::join_running(search, &place) {
            Some(server) => Ok(server),
            None => Self::start(search, installation, Some(&place)),
        }
    }

    /// Where it is reached.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// A URL for `database` over the socket.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        self.endpoint.url(database)
    }

    /// Whether it lives in memory; else on a disk, since memory had no room.
    #[must_use]
    pub fn in_memory(&self) -> bool {
        self.in_memory
    }

    /// Keeps it for `time` more, whatever becomes of its owners.
    ///
    /// # Errors
    ///
    /// When the shell that does so cannot be started.
    pub fn keep(&self, time: Duration) -> Result<Kept, ServerError> {
        let shell = Path::new("/bin/sh");
        let child = Account::choose()?
            .command(shell)
            .args(["-c", "exec sleep \"$1\" 9>\"$2\"", "jubilee-pg-local"])
            .arg(time.as_secs().to_string())
            .arg(self.endpoint.socket_dir.join("owners"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|cause| ServerError::run(shell, cause))?;
        Ok(Kept { pid: child.id() })
    }

    /// Joins the server that a file names; none when there is none, or it is about to end.
    fn join_running(search: &Search, place: &Path) -> Option<Self> {
        let folder = PathBuf::from(std::ffi::OsString::from_vec(fs::read(place).ok()?));
        let owner = supervisor::join(&folder).ok()??;
        let endpoint = PidFile::running(&folder.join("data"))?.endpoint()?;
        Some(Self::of(search, endpoint, owner))
    }

    fn start(
        search: &Search,
        installation: Installation,
        place: Option<&Path>,
    ) -> Result<Self, ServerError> {
        let server = TempServer::start(&Options {
            installation: Some(installation),
            search: Some(search.clone()),
            ..Options::default()
        })?;
        let (endpoint, owner) = server.share(LINGER)?;
        if let Some(place) = place {
            fs::write(place, endpoint.socket_dir.as_os_str().as_bytes())
                .map_err(|cause| ServerError::folder("write", place, cause))?;
        }
        Ok(Self::of(search, endpoint, owner))
    }

    fn of(search: &Search, endpoint: Endpoint, owner: File) -> Self {
        let memory = search.folders.memory.as_ref();
        Self {
            in_memory: memory.is_some_and(|memory| endpoint.socket_dir.starts_with(memory)),
            endpoint,
            _owner: owner,
        }
    }
}
