//! A throwaway server whose owner is killed goes too.
//!
//! The owner is this test program itself, run again for one test that does nothing unless it is
//! told to. Whether a process runs is looked up in `/proc`.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot run its program cannot go on"
)]
#![expect(
    clippy::print_stdout,
    reason = "the owner tells its server's place this way"
)]

use std::io::{BufRead, BufReader, Lines, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use jubilee_pg_local::{Options, TempServer};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

const OWNER: &str = "JUBILEE_TEST_OWNER";

#[test]
fn owner() {
    if std::env::var_os(OWNER).is_none() {
        return;
    }
    let server = TempServer::start(&Options::default()).unwrap();
    println!(
        "\nserver {} {}",
        server.postmaster_pid().unwrap(),
        server.socket_dir().display()
    );
    // Until the killer comes.
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

/// A running owner, its server's process and its server's folder.
struct Owned {
    owner: Child,
    /// Kept open, since the owner writes a few words at its end.
    _lines: Lines<BufReader<ChildStdout>>,
    pid: u32,
    folder: String,
}

impl Owned {
    fn new() -> Self {
        let mut owner = Command::new(std::env::current_exe().unwrap())
            .args(["owner", "--exact", "--nocapture"])
            .env(OWNER, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(owner.stdout.take().unwrap()).lines();
        let line = lines
            .by_ref()
            .map(Result::unwrap)
            .find(|line| line.starts_with("server "))
            .unwrap();
        let mut words = line.splitn(3, ' ').skip(1);
        Self {
            owner,
            _lines: lines,
            pid: words.next().unwrap().parse().unwrap(),
            folder: words.next().unwrap().to_owned(),
        }
    }

    fn server_runs(&self) -> bool {
        runs(self.pid)
    }

    fn folder_exists(&self) -> bool {
        Path::new(&self.folder).exists()
    }

    /// Waits for as long as it takes: a server that stays makes the test hang, not pass.
    fn until_gone(&self) {
        while self.server_runs() || self.folder_exists() {
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Whether the process is there and no zombie.
fn runs(pid: u32) -> bool {
    std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok()
}

#[test]
fn the_server_goes_when_its_owner_is_killed() {
    let mut owned = Owned::new();
    assert!(owned.server_runs() && owned.folder_exists());
    owned.owner.kill().unwrap();
    owned.owner.wait().unwrap();
    owned.until_gone();
}

#[test]
fn interrupting_the_terminal_ends_owner_and_server() {
    let mut owned = Owned::new();
    // Ctrl-C reaches the whole group of the owner.
    kill_process_group(Pid::from_child(&owned.owner), Signal::INT).unwrap();
    owned.owner.wait().unwrap();
    owned.until_gone();
}

#[test]
fn the_server_stays_while_its_owner_runs() {
    let mut owned = Owned::new();
    drop(TempServer::start(&Options::default()).unwrap());
    assert!(owned.server_runs() && owned.folder_exists());
    drop(owned.owner.stdin.take());
    assert!(owned.owner.wait().unwrap().success());
    assert!(!owned.server_runs() && !owned.folder_exists());
}

#[test]
fn a_killed_supervisor_is_made_up_for() {
    let server = TempServer::start(&Options::default()).unwrap();
    let (pid, folder) = (
        server.postmaster_pid().unwrap(),
        server.socket_dir().to_owned(),
    );
    // The supervisor is the server's parent: the second number after the name.
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let parent = stat.rsplit_once(')').unwrap().1.split(' ').nth(2).unwrap();
    let parent = Pid::from_raw(parent.parse().unwrap()).unwrap();
    kill_process(parent, Signal::KILL).unwrap();
    drop(server);
    assert!(!runs(pid) && !folder.exists());
}

#[test]
fn a_killed_server_leaves_no_shared_memory() {
    let server = TempServer::start(&Options::default()).unwrap();
    let pid = server.postmaster_pid().unwrap();
    let file = std::fs::read_to_string(server.data_dir().join("postmaster.pid")).unwrap();
    let line = file.lines().nth(6).unwrap();
    let number = line.split_whitespace().nth(1).unwrap().to_owned();
    // proc_sysvipc(5): the second column is the number.
    let exists = || {
        let segments = std::fs::read_to_string("/proc/sysvipc/shm").unwrap();
        segments
            .lines()
            .any(|line| line.split_whitespace().nth(1) == Some(&number))
    };
    assert!(exists());
    kill_process(
        Pid::from_raw(pid.try_into().unwrap()).unwrap(),
        Signal::KILL,
    )
    .unwrap();
    drop(server);
    while exists() {
        // A backend that has not noticed yet still holds it.
        thread::sleep(Duration::from_millis(10));
    }
}
