//! The disk of the server is full, and has room again later.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use jubilee_pg_local::{Options, Search, TempServer};
use postgres::{Client, NoTls};
use tempfile::TempDir;

use crate::matrix::{Cell, Trial};
use crate::random::Random;
use crate::stand::{NotRun, Stand, Way};
use crate::work::{Form, Work};

const MIGRATIONS: u16 = 30;
const MIB: u64 = 1 << 20;

/// Of the disk.
const SIZE: u64 = 256 * MIB;

/// Each migration writes 1 MiB into a table, and as much again into the WAL.
const FILL: &str =
    "INSERT INTO counted.rows SELECT repeat('x', 8000) FROM generate_series(1, 128);";

pub(crate) fn disk_full(way: Way, trials: u32, random: &mut Random) -> Result<Cell, NotRun> {
    let Some(disk) = Disk::mount() else {
        return Err(NotRun::Lacking("only root can mount a small disk"));
    };
    let mut search = Search::from_environment();
    search.folders.memory = None;
    search.folders.temporary = vec![disk.path().to_owned()];
    let options = Options {
        search: Some(search),
        // Each file of the WAL is a new one, for which there may be no room.
        settings: [("max_wal_size", "48MB"), ("wal_recycle", "off")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ..Options::default()
    };
    let mut stand = Stand::with(way, &options, "server_login_retry = 1")?;
    let cell = Cell::of(trials, |_| {
        let work = filling(&stand);
        disk.leave_free(random.below(32) * MIB);
        let mut run = work.start();
        let lost = run.hears("; reconnecting");
        disk.empty();
        come_back(&mut stand.server);
        let ended = run.end();
        let hit = lost || ended.code != Some(0);
        let codes = vec![ended.code];
        let wrong = work.finish(vec![ended]);
        // What it has written would be missing to the next ones.
        let database = work.text("SELECT current_database()");
        let mut client = Client::connect(&stand.server.url("postgres"), NoTls).unwrap();
        for sql in [
            &*format!("DROP DATABASE {database} WITH (FORCE)"),
            "CHECKPOINT",
        ] {
            client.batch_execute(sql).unwrap();
        }
        Trial { hit, wrong, codes }
    });
    // Where the WAL cannot be written.
    let crashes = stand.server.log().matches("PANIC:").count();
    Ok(cell.noting(format!("the server crashed {crashes} times")))
}

/// Waits until the server writes again: it may have crashed, recover at this moment, and have given
/// that up, so that it must be started.
fn come_back(server: &mut TempServer) {
    let url = server.url("postgres");
    let writes = || Client::connect(&url, NoTls)?.batch_execute("CHECKPOINT");
    while writes().is_err() {
        if !server.data_dir().join("postmaster.pid").exists() {
            server.restart().unwrap();
        }
    }
}

fn filling(stand: &Stand) -> Work {
    let work = stand.work(MIGRATIONS, Form::Plain);
    work.sql("CREATE TABLE counted.rows (text text); ALTER TABLE counted.rows ALTER text SET STORAGE PLAIN");
    for version in 1..=MIGRATIONS {
        work.also(version, FILL);
    }
    work
}

/// A small file system in memory, which is gone with this process, however it ends.
struct Disk {
    folder: TempDir,
    holder: Child,
}

/// Mounts it, says so, and waits for the end of its input, which only the owner holds.
const HOLD: &str = "trap '' HUP INT TERM
    mount -t tmpfs -o size=\"$2\",mode=1777 none \"$1\" || exit 1
    echo mounted
    read -r _
    umount -l \"$1\"";

impl Disk {
    fn mount() -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        // Short, since the path of a socket must fit.
        let folder = TempDir::with_prefix_in("d", "/tmp").unwrap();
        let mut holder = Command::new("/bin/sh")
            .args(["-c", HOLD, "disk"])
            .arg(folder.path())
            .arg(SIZE.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(holder.stdout.take().unwrap())
            .read_line(&mut said)
            .unwrap();
        let disk = Self { folder, holder };
        (said == "mounted\n").then_some(disk)
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file that leaves only so many bytes.
    fn leave_free(&self, bytes: u64) {
        let free = rustix::fs::statvfs(self.path()).unwrap();
        let fill = (free.f_bavail * free.f_frsize).saturating_sub(bytes);
        let mut file = File::create(self.path().join("ballast")).unwrap();
        let block = vec![0; MIB.try_into().unwrap()];
        for _ in 0..fill / MIB {
            // The server writes too: what it has taken in between is missing here.
            if file.write_all(&block).is_err() {
                break;
            }
        }
    }

    fn empty(&self) {
        fs::remove_file(self.path().join("ballast")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.holder.stdin.take());
        let _ = self.holder.wait();
    }
}
