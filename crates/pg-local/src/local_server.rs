//! The persistent server of a checkout, for development.

use std::fs;
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::account::Account;
use crate::cluster;
use crate::configuration::Configuration;
use crate::error::ServerError;
use crate::launch::Launch;
use crate::postmaster::{NotReady, PidFile, wait_ready};
use crate::state_folder::StateFolder;
use crate::{Endpoint, Event, Installation, Search, daemon, process, tree};

/// How long a server may take to become ready; after a crash it recovers first.
const START_LIMIT: Duration = Duration::from_secs(300);

/// The persistent server of one checkout. Making this value starts nothing; dropping it stops
/// nothing.
#[derive(Clone, Debug)]
pub struct LocalServer {
    search: Search,
    folder: StateFolder,
    tcp: Option<Tcp>,
}

/// How a persistent server is reached over TCP, from this machine only.
#[derive(Clone)]
pub struct Tcp {
    /// The port on 127.0.0.1.
    pub port: u16,
    /// The superuser's password; over the socket none is asked for.
    pub password: String,
}

impl std::fmt::Debug for Tcp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tcp")
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// What there is of a persistent server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It was never started, or was deleted.
    Absent,
    /// There is data of this major version, and no server.
    Stopped {
        /// The data's major version.
        major: u16,
    },
    /// It starts, recovers or stops right now.
    Busy {
        /// Its main process.
        pid: u32,
    },
    /// It accepts connections.
    Running {
        /// Its main process.
        pid: u32,
        /// The data's major version.
        major: u16,
        /// Where it is reached.
        endpoint: Endpoint,
    },
}

impl LocalServer {
    /// The server of the checkout at `workspace`, a folder that exists. Its data is kept in
    /// `search.folders.state`, in a folder of its own.
    pub fn at(search: Search, workspace: &Path) -> Result<Self, ServerError> {
        let base = search.folders.state.as_deref();
        let base = base.ok_or(ServerError::NoStateFolder)?;
        Ok(Self {
            folder: StateFolder::of(base, workspace)?,
            search,
            tcp: None,
        })
    }

    /// The same server, which [`LocalServer::up`] will have listen on 127.0.0.1 too.
    #[must_use]
    pub fn with_tcp(self, tcp: Tcp) -> Self {
        Self {
            tcp: Some(tcp),
            ..self
        }
    }

    /// The folder of all that belongs to it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its log. It begins anew at each start.
    pub fn log_path(&self) -> PathBuf {
        self.folder.log()
    }

    /// Looks at it, without a change and without waiting.
    pub fn status(&self) -> Result<Status, ServerError> {
        let Some((data, major)) = self.folder.cluster()? else {
            return Ok(Status::Absent);
        };
        let Some(file) = PidFile::running(&data) else {
            return Ok(Status::Stopped { major });
        };
        Ok(match file.endpoint() {
            Some(endpoint) => Status::Running {
                pid: file.pid,
                major,
                endpoint,
            },
            None => Status::Busy { pid: file.pid },
        })
    }

    /// Starts it unless it runs, and waits until it accepts connections. The first time, its data
    /// folder is made. Other processes may do the same at the same time.
    pub fn up(&self, events: &mut dyn FnMut(Event)) -> Result<Endpoint, ServerError> {
        let _lock = self.folder.create_and_lock()?;
        let found = match self.folder.cluster()? {
            Some((data, _)) => self.await_running(&data)?,
            None => None,
        };
        let endpoint = match (found, &self.tcp) {
            (Some((pid, found)), Some(tcp)) if found.tcp_port != Some(tcp.port) => {
                // Tried before the server is stopped, so that it does not stay down for a port
                // that cannot be had.
                TcpListener::bind(("127.0.0.1", tcp.port)).map_err(|cause| ServerError::Port {
                    port: tcp.port,
                    cause,
                })?;
                events(Event::Restart { port: tcp.port });
                daemon::stop(pid)?;
                self.start(events)?
            }
            (Some((_, found)), _) => found,
            (None, _) => self.start(events)?,
        };
        if let Some(tcp) = &self.tcp {
            endpoint.set_password(&tcp.password)?;
        }
        Ok(endpoint)
    }

    /// Stops it; says whether it ran.
    pub fn down(&self) -> Result<bool, ServerError> {
        match self.folder.lock()? {
            Some(_lock) => self.stop(),
            None => Ok(false),
        }
    }

    /// Stops it and removes all that belongs to it, its data too; says whether there was anything.
    pub fn delete(&self) -> Result<bool, ServerError> {
        let Some(_lock) = self.folder.lock()? else {
            return Ok(false);
        };
        self.stop()?;
        self.folder.delete(self.account()?)?;
        Ok(true)
    }

    fn stop(&self) -> Result<bool, ServerError> {
        match PidFile::running(&self.folder.data()) {
            Some(file) => daemon::stop(file.pid).map(|()| true),
            None => Ok(false),
        }
    }

    /// The account that owns the data, or that would.
    fn account(&self) -> Result<Account, ServerError> {
        let data = self.folder.data();
        if data.is_dir() {
            Account::owner_of(&data)
        } else {
            Account::choose()
        }
    }

    /// A server that runs, once it is ready; `None` when there is none, or no longer.
    fn await_running(&self, data: &Path) -> Result<Option<(u32, Endpoint)>, ServerError> {
        let Some(file) = PidFile::running(data) else {
            return Ok(None);
        };
        if file.status == "stopping" {
            return match process::wait_gone(file.pid, START_LIMIT) {
                true => Ok(None),
                false => Err(ServerError::NotStopped { pid: file.pid }),
            };
        }
        match wait_ready(data, file.pid, START_LIMIT) {
            Ok(file) => Ok(file.endpoint().map(|endpoint| (file.pid, endpoint))),
            Err(NotReady::Died) => Ok(None),
            Err(why) => Err(self.launch(data, &self.folder.log()).failure(&why, 0)),
        }
    }

    /// Makes what is missing and starts a server that does not run.
    fn start(&self, events: &mut dyn FnMut(Event)) -> Result<Endpoint, ServerError> {
        let account = self.account()?;
        let installation = self.installation(events)?;
        let data = self.folder.data();
        tree::sweep_unfinished(&self.folder.server());
        if self.folder.cluster()?.is_none() {
            self.create(&installation, account, events)?;
        }
        let socket_dir = self.folder.create_socket_dir(account)?;
        discard_leftovers(&data, &socket_dir)?;
        let own = [("max_connections", "100"), ("shared_buffers", "32MB")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let port = self.tcp.as_ref().map(|tcp| tcp.port);
        Configuration {
            socket_dir: &socket_dir,
            port: port.unwrap_or(5432),
            tcp: port.is_some(),
            settings: &own,
            hba: &[],
        }
        .write(&data, account)?;
        events(Event::Start {
            version: installation.version,
        });
        let log = self.folder.log();
        account.write(&log, b"")?;
        let launched = self.launch(&data, &log).until_ready(
            &mut || daemon::start(&installation, account, &data, &log),
            &mut || events(Event::Leftovers),
        );
        let error = match launched {
            Ok(file) => match file.endpoint() {
                Some(endpoint) => return Ok(endpoint),
                None => self.launch(&data, &log).failure(&NotReady::Died, 0),
            },
            Err(error) => error,
        };
        // One that was started by a process that was killed meanwhile comes up by itself.
        match self.await_running(&data)? {
            Some((_, endpoint)) => Ok(endpoint),
            None => Err(error),
        }
    }

    fn launch<'a>(&self, data: &'a Path, log: &'a Path) -> Launch<'a> {
        Launch {
            data,
            log,
            limit: START_LIMIT,
        }
    }

    /// The installation for the data there is; any for new data.
    fn installation(&self, events: &mut dyn FnMut(Event)) -> Result<Installation, ServerError> {
        let Some((data, major)) = self.folder.cluster()? else {
            return Ok(Installation::find(&self.search, events)?);
        };
        let all = Installation::all(&self.search);
        let found: Vec<String> = all.iter().map(|one| one.version.to_string()).collect();
        if let Some(fitting) = all.into_iter().find(|one| one.version.major == major) {
            return Ok(fitting);
        }
        // With nothing installed at all, what was fetched before is fetched again.
        match Installation::find(&self.search, events)? {
            fetched if fetched.version.major == major => Ok(fetched),
            _ => Err(ServerError::OtherVersion {
                folder: data,
                major,
                found: found.join(", "),
            }),
        }
    }

    /// Makes the data folder, under another name until it is complete.
    fn create(
        &self,
        installation: &Installation,
        account: Account,
        events: &mut dyn FnMut(Event),
    ) -> Result<(), ServerError> {
        let data = self.folder.data();
        let server = self.folder.server();
        tree::create_for(&server, account)?;
        let unfinished = tree::unfinished(&server)?;
        let cache = self.search.folders.cache.as_deref();
        cluster::create(installation, account, cache, &unfinished, events)?;
        cluster::sync(installation, account, &unfinished)?;
        fs::rename(&unfinished, &data).map_err(|cause| ServerError::folder("create", &data, cause))
    }
}

/// Removes what a dead server left and the next one would take for a living server's, since
/// PostgreSQL looks only at whether the number in it is taken: by now it may be another program's,
/// or a zombie's. (That backends of the dead server still live, it notices in another way.)
fn discard_leftovers(data: &Path, socket_dir: &Path) -> Result<(), ServerError> {
    let Some(file) = PidFile::read(data) else {
        return Ok(());
    };
    // A process of another container is not visible, but its socket may be.
    let socket = format!(".s.PGSQL.{}", file.port.unwrap_or(5432));
    if UnixStream::connect(socket_dir.join(&socket)).is_ok() {
        return Err(ServerError::ServedElsewhere {
            socket_dir: socket_dir.to_owned(),
        });
    }
    if process::exists(file.pid) {
        tree::remove_file(&data.join("postmaster.pid"))?;
        tree::remove_file(&socket_dir.join(format!("{socket}.lock")))?;
    }
    Ok(())
}
