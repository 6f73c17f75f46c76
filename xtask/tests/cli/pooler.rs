//! PgBouncer in transaction mode in front of a test server.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use jubilee_pg_local::TempServer;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

const PROGRAMS: [&str; 3] = [
    "/usr/sbin/pgbouncer",
    "/usr/bin/pgbouncer",
    "/opt/homebrew/bin/pgbouncer",
];

/// A running pooler; ended when dropped.
pub(crate) struct Pooler {
    program: &'static str,
    child: Child,
    port: u16,
    folder: TempDir,
    /// Who is not root, which PgBouncer refuses to be, as PostgreSQL does.
    owner: (u32, u32),
}

/// Where PgBouncer is installed. Where `CI` is set, it must be.
#[expect(
    clippy::print_stderr,
    reason = "whoever runs the tests must know what was not tested"
)]
pub(crate) fn program() -> Option<&'static str> {
    let program = PROGRAMS.into_iter().find(|p| Path::new(p).exists());
    if program.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "PgBouncer must be installed where CI is set"
        );
        eprintln!("skipped: PgBouncer is not installed");
    }
    program
}

impl Pooler {
    /// One in front of `server`, which listens on TCP; `None` where PgBouncer is not installed.
    pub(crate) fn start(server: &TempServer, settings: &str) -> Option<Self> {
        let (port, password) = (server.tcp_port().unwrap(), server.password().unwrap());
        Self::in_front_of(
            server,
            &format!("port={port} password={password}"),
            settings,
        )
    }

    /// One whose servers are reached at 127.0.0.1 as `upstream` says, under the account of `server`.
    pub(crate) fn in_front_of(server: &TempServer, upstream: &str, settings: &str) -> Option<Self> {
        let program = program()?;
        let owner = fs::metadata(server.data_dir()).unwrap();
        let owner = (owner.uid(), owner.gid());
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let text = format!(
            "[databases]\n* = host=127.0.0.1 user=postgres {upstream}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 4\n\
             max_client_conn = 200\nserver_idle_timeout = 10\nlogfile =\npidfile =\n{settings}\n"
        );
        let ini = folder.path().join("pgbouncer.ini");
        fs::write(&ini, text).unwrap();
        if rustix::process::geteuid().is_root() {
            for path in [folder.path(), &ini] {
                std::os::unix::fs::chown(path, Some(owner.0), Some(owner.1)).unwrap();
            }
        }
        Some(Self {
            program,
            child: launch(program, &ini, owner, port),
            port,
            folder,
            owner,
        })
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!(
            "postgres://postgres@127.0.0.1:{}/{database}?sslmode=disable",
            self.port
        )
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Ends it with that signal. [`Self::begin`] starts it again, in the same place.
    pub(crate) fn end(&mut self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn begin(&mut self) {
        self.child = launch(self.program, &self.ini(), self.owner, self.port);
    }

    fn ini(&self) -> PathBuf {
        self.folder.path().join("pgbouncer.ini")
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts it and waits until it accepts connections.
fn launch(program: &str, ini: &Path, owner: (u32, u32), port: u16) -> Child {
    let mut command = Command::new(program);
    command
        .arg("-q")
        .arg(ini)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if rustix::process::geteuid().is_root() {
        command.uid(owner.0).gid(owner.1);
    }
    let mut child = command.spawn().unwrap();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(
            child.try_wait().unwrap().is_none(),
            "PgBouncer does not start"
        );
        std::thread::yield_now();
    }
    child
}
