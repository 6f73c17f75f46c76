//! PgBouncer in front of the test server.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::server;

/// PgBouncer in transaction mode in front of the test server; ended when dropped.
pub(crate) struct Pooler {
    child: Child,
    pub(crate) port: u16,
}

impl Pooler {
    #[expect(
        clippy::print_stderr,
        reason = "whoever runs the tests must know what was not tested"
    )]
    /// Starts it with `more` lines in its configuration; `None` where it is not installed.
    pub(crate) fn start(folder: &Path, more: &str) -> Option<Self> {
        let program = [
            "/usr/sbin/pgbouncer",
            "/usr/bin/pgbouncer",
            "/opt/homebrew/bin/pgbouncer",
        ]
        .into_iter()
        .find(|p| Path::new(p).exists());
        let Some(program) = program else {
            assert!(
                std::env::var_os("CI").is_none(),
                "PgBouncer must be installed where CI is set"
            );
            eprintln!("skipped: PgBouncer is not installed");
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let ini = folder.join("pgbouncer.ini");
        let (upstream, password) = (server().tcp_port().unwrap(), server().password().unwrap());
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={upstream} user=postgres password={password}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 4\n\
             max_client_conn = 100\nlogfile =\npidfile =\n{more}\n"
        );
        fs::write(&ini, text).unwrap();
        let mut command = Command::new(program);
        command
            .arg("-q")
            .arg(&ini)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // It refuses root, as PostgreSQL does; the server's folder says who is not root.
        let owner = fs::metadata(server().data_dir()).unwrap();
        if rustix::process::geteuid().is_root() {
            use std::os::unix::fs::{MetadataExt, chown};
            chown(folder, Some(owner.uid()), Some(owner.gid())).unwrap();
            chown(&ini, Some(owner.uid()), Some(owner.gid())).unwrap();
            command.uid(owner.uid()).gid(owner.gid());
        }
        let pooler = Self {
            child: command.spawn().unwrap(),
            port,
        };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::yield_now();
        }
        Some(pooler)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
