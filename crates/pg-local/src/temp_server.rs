//! A throwaway server: for tests, and for work on a scratch copy.

use std::fs::File;
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::account::Account;
use crate::cluster::{self, SUPERUSER};
use crate::configuration::Configuration;
use crate::endpoint::encode;
use crate::error::ServerError;
use crate::launch::Launch;
use crate::supervisor::Supervisor;
use crate::{DatabaseError, Endpoint, Installation, Search, ServerVersion, log, random, socket};

/// How long a server may take to become ready on a machine that is busy with other things.
const START_LIMIT: Duration = Duration::from_secs(120);

/// How often a free port is looked for: another program may take it before the server does.
const PORT_ATTEMPTS: u32 = 10;

/// Bytes free in memory below which a folder on disk is taken instead.
const ENOUGH_MEMORY: u64 = 512 << 20;

/// How a throwaway server differs from the usual one.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Settings for `postgresql.conf`, which win over this crate's own.
    pub settings: Vec<(String, String)>,
    /// Lines for `pg_hba.conf`, before those that this crate writes.
    pub hba: Vec<String>,
    /// Files to put into the data folder, with mode 0600: certificates, for example.
    pub files: Vec<(String, Vec<u8>)>,
    /// Whether to listen on a free port of 127.0.0.1 too. Since every user of the machine can
    /// reach it, a password is asked for there: see [`TempServer::tcp_url`].
    pub tcp: bool,
    /// What to run; else the installation that is found.
    pub installation: Option<Installation>,
    /// Where to look for it and to keep the template cluster; else as the environment says.
    pub search: Option<Search>,
}

/// A throwaway server. It is gone, with its folder, when this value is dropped, and within a
/// second of the end of this process, however it ends.
///
/// It does not flush to disk (`fsync = off`), and lives in memory (`/dev/shm`) where there is room.
#[derive(Debug)]
pub struct TempServer {
    supervisor: Supervisor,
    account: Account,
    installation: Installation,
    endpoint: Endpoint,
    password: Option<String>,
}

impl TempServer {
    /// Starts a server and waits until it accepts connections.
    pub fn start(options: &Options) -> Result<Self, ServerError> {
        let search = match &options.search {
            Some(search) => search.clone(),
            None => Search::from_environment(),
        };
        let installation = match &options.installation {
            Some(installation) => installation.clone(),
            None => Installation::find(&search, &mut |_| {})?,
        };
        let account = Account::choose()?;
        let supervisor = place(&search, &installation, account)?;
        let data = supervisor.folder().join("data");
        let cache = search.folders.cache.as_deref();
        cluster::create(&installation, account, cache, &data, &mut |_| {})?;
        for (name, bytes) in &options.files {
            put(&data, name, bytes, account)?;
        }

        let endpoint = Endpoint {
            socket_dir: supervisor.folder().to_owned(),
            port: 5432,
            tcp_port: None,
            user: SUPERUSER.to_owned(),
        };
        let mut server = Self {
            supervisor,
            account,
            installation,
            endpoint,
            password: None,
        };
        server.first_start(options)?;
        Ok(server)
    }

    /// Where it is reached.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The folder of its socket.
    pub fn socket_dir(&self) -> &Path {
        &self.endpoint.socket_dir
    }

    /// The number in its socket's name.
    pub fn socket_port(&self) -> u16 {
        self.endpoint.port
    }

    /// Its port on 127.0.0.1, if it has one.
    pub fn tcp_port(&self) -> Option<u16> {
        self.endpoint.tcp_port
    }

    /// The superuser's name.
    pub fn user(&self) -> &str {
        &self.endpoint.user
    }

    /// The superuser's password, which TCP connections need; `None` without TCP.
    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The version that runs.
    pub fn version(&self) -> ServerVersion {
        self.installation.version
    }

    /// The installation that runs.
    pub fn installation(&self) -> &Installation {
        &self.installation
    }

    /// Its data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.supervisor.folder().join("data")
    }

    /// The number of its main process; `None` while it is stopped.
    pub fn postmaster_pid(&self) -> Option<u32> {
        self.supervisor.server()
    }

    /// A URL for `database` over the socket.
    pub fn url(&self, database: &str) -> String {
        self.endpoint.url(database)
    }

    /// A URL for `database` over TCP, with the password in it; `None` without TCP.
    pub fn tcp_url(&self, database: &str) -> Option<String> {
        let (port, password) = (self.endpoint.tcp_port?, self.password.as_ref()?);
        Some(format!(
            "postgres://{}:{password}@127.0.0.1:{port}/{}",
            encode(self.endpoint.user.as_bytes()),
            encode(database.as_bytes())
        ))
    }

    /// Makes an empty database.
    pub fn create_database(&self, name: &str) -> Result<(), DatabaseError> {
        self.endpoint.create_database(name)
    }

    /// Makes a database as a copy of `template`, to which no one may be connected.
    pub fn clone_database(&self, name: &str, template: &str) -> Result<(), DatabaseError> {
        self.endpoint.clone_database(name, template)
    }

    /// All that it has logged so far.
    pub fn log(&self) -> String {
        log::read(&self.log_path())
    }

    /// Shuts it down (fast: sessions are ended, data is kept) and waits. [`Self::restart`] starts
    /// it again.
    pub fn stop(&mut self) -> Result<(), ServerError> {
        self.supervisor.stop_server()
    }

    /// Shuts it down unless it is, and starts it again in the same places.
    pub fn restart(&mut self) -> Result<(), ServerError> {
        self.stop()?;
        self.run()
    }

    /// Restarts it as a standby: in recovery, for reading only. It follows no other server, and
    /// stays a standby.
    pub fn restart_as_standby(&mut self) -> Result<(), ServerError> {
        self.stop()?;
        put(&self.data_dir(), "standby.signal", b"", self.account)?;
        self.run()
    }

    /// Gives it to all who [`join`](crate::supervisor::join) it.
    pub(crate) fn share(self, linger: u32) -> Result<(Endpoint, File), ServerError> {
        let owner = self.supervisor.share(linger)?;
        Ok((self.endpoint, owner))
    }

    fn log_path(&self) -> PathBuf {
        self.supervisor.folder().join("server.log")
    }

    fn first_start(&mut self, options: &Options) -> Result<(), ServerError> {
        let usual = [
            ("fsync", "off"),
            ("full_page_writes", "off"),
            ("max_connections", "200"),
            ("shared_buffers", "64MB"),
            // In the data folder, so that whatever a killed process leaves goes with the folder.
            ("dynamic_shared_memory_type", "mmap"),
        ];
        let mut settings: Vec<(String, String)> = usual
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        settings.extend(options.settings.iter().cloned());

        let mut attempt = 1;
        loop {
            if options.tcp {
                let port = free_port().map_err(|cause| {
                    ServerError::folder("listen on", Path::new("127.0.0.1"), cause)
                })?;
                self.endpoint.port = port;
                self.endpoint.tcp_port = Some(port);
            }
            Configuration {
                socket_dir: &self.endpoint.socket_dir,
                port: self.endpoint.port,
                tcp: options.tcp,
                settings: &settings,
                hba: &options.hba,
            }
            .write(&self.data_dir(), self.account)?;
            match self.run() {
                Err(ServerError::Died { log, .. })
                    if options.tcp && attempt < PORT_ATTEMPTS && log.contains("could not bind") =>
                {
                    attempt += 1;
                }
                Err(error) => return Err(error),
                Ok(()) => break,
            }
        }
        if options.tcp {
            let password = random::hex()?;
            self.endpoint.set_password(&password)?;
            self.password = Some(password);
        }
        Ok(())
    }

    /// Starts it with the configuration as it stands, and waits until it is ready.
    fn run(&mut self) -> Result<(), ServerError> {
        let (data, log) = (self.data_dir(), self.log_path());
        let launch = Launch {
            data: &data,
            log: &log,
            limit: START_LIMIT,
        };
        let supervisor = &mut self.supervisor;
        let mut start = || {
            // One that did not become ready is not in the way of the next.
            supervisor.stop_server()?;
            supervisor.start_server()
        };
        let result = launch.until_ready(&mut start, &mut || {});
        if result.is_err() {
            self.supervisor.stop_server()?;
        }
        result.map(drop)
    }
}

/// Finds a parent folder in which a server can live, and has the supervisor make the folder.
fn place(
    search: &Search,
    installation: &Installation,
    account: Account,
) -> Result<Supervisor, ServerError> {
    let folders = &search.folders;
    let memory = folders.memory.iter().filter(|memory| {
        rustix::fs::statvfs(*memory)
            .is_ok_and(|stat| stat.f_bavail.saturating_mul(stat.f_frsize) >= ENOUGH_MEMORY)
    });
    let mut tried = Vec::new();
    for parent in memory.chain(&folders.temporary) {
        // A name as long as the folder's will be.
        if !socket::fits(&parent.join("jubilee-pg-0123456789abcdef")) {
            tried.push(format!(
                "{}: too long for a socket's path",
                parent.display()
            ));
            continue;
        }
        match Supervisor::start(installation, account, parent) {
            Ok(supervisor) => return Ok(supervisor),
            Err(ServerError::Folder { cause, .. }) => tried.push(cause.to_string()),
            Err(error) => return Err(error),
        }
    }
    Err(ServerError::NoTemporaryFolder {
        tried: tried.join("; "),
    })
}

/// Puts a new file into the data folder.
fn put(data: &Path, name: &str, bytes: &[u8], account: Account) -> Result<(), ServerError> {
    if name.is_empty() || name.contains('/') || name == "." || name == ".." {
        return Err(ServerError::Option {
            what: "the file",
            name: name.to_owned(),
            reason: "it must be a plain file name",
        });
    }
    account.write(&data.join(name), bytes)
}

/// A port of 127.0.0.1 that no one listens on at this moment.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
