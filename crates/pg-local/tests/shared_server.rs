//! A server that several processes share goes when the last of them has gone, however it went.
//!
//! The owners are this test program itself, run again for one test that does nothing unless it is
//! told to. Whether a process runs is looked up in `/proc`.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot run its program cannot go on; an owner tells its server's place"
)]

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use jubilee_pg_local::{Search, SharedServer};

const NAME: &str = "JUBILEE_TEST_SHARED_NAME";

#[test]
fn owner() {
    let Some(name) = std::env::var_os(NAME) else {
        return;
    };
    let server = SharedServer::join(name.to_str().unwrap()).unwrap();
    let folder = &server.endpoint().socket_dir;
    let pid = std::fs::read_to_string(folder.join("data/postmaster.pid")).unwrap();
    println!(
        "\nserver {} {}",
        pid.lines().next().unwrap(),
        folder.display()
    );
    // Until the killer comes.
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

struct Owner {
    process: Child,
    server: Server,
}

#[derive(Debug, Clone, PartialEq)]
struct Server {
    pid: u32,
    folder: PathBuf,
}

impl Owner {
    fn begin(name: &str) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["owner", "--exact", "--nocapture"])
            .env(NAME, name)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn joined(mut process: Child) -> Self {
        let mut lines = BufReader::new(process.stdout.as_mut().unwrap()).lines();
        let line = lines
            .by_ref()
            .map(Result::unwrap)
            .find(|line| line.starts_with("server "))
            .unwrap();
        let mut words = line.splitn(3, ' ').skip(1);
        let server = Server {
            pid: words.next().unwrap().parse().unwrap(),
            folder: words.next().unwrap().into(),
        };
        Self { process, server }
    }

    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Server {
    fn lives(&self) -> bool {
        Path::new(&format!("/proc/{}/exe", self.pid)).exists() && self.folder.exists()
    }

    /// Waits for as long as it takes: a server that stays makes the test hang, not pass.
    fn until_gone(&self) {
        let gone = || {
            std::fs::read_link(format!("/proc/{}/cwd", self.pid)).is_err() && !self.folder.exists()
        };
        while !gone() {
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// A name that no other test has, nor another run of this one at the same time.
fn name(of: &str) -> String {
    format!("{of} {}", std::process::id())
}

#[test]
fn processes_that_begin_at_once_share_one_and_it_goes_with_the_last() {
    let name = name("at once");
    let begun: Vec<Child> = (0..4).map(|_| Owner::begin(&name)).collect();
    let mut owners: Vec<Owner> = begun.into_iter().map(Owner::joined).collect();
    let server = owners[0].server.clone();
    assert!(owners.iter().all(|owner| owner.server == server));
    // Whoever started it too is killed.
    for owner in owners.drain(1..) {
        owner.kill();
    }
    assert!(server.lives());
    // One that comes later meets the one that is left.
    let late = Owner::joined(Owner::begin(&name));
    assert_eq!(late.server, server);
    late.kill();
    owners.remove(0).kill();
    server.until_gone();
    // Then there is another one.
    let next = Owner::joined(Owner::begin(&name));
    assert_ne!(next.server.folder, server.folder);
    let server = next.server.clone();
    next.kill();
    server.until_gone();
}

#[test]
fn a_server_that_was_killed_is_replaced() {
    let name = name("killed");
    let first = Owner::joined(Owner::begin(&name));
    let pid = rustix::process::Pid::from_raw(first.server.pid.try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    while first.server.lives()
        && std::fs::read_link(format!("/proc/{}/cwd", first.server.pid)).is_ok()
    {
        thread::sleep(Duration::from_millis(10));
    }
    let second = Owner::joined(Owner::begin(&name));
    assert_ne!(second.server, first.server);
    for owner in [first, second] {
        let server = owner.server.clone();
        owner.kill();
        server.until_gone();
    }
}

#[test]
fn a_kept_server_stays_until_its_keeper_ends() {
    let name = name("kept");
    let server = SharedServer::join(&name).unwrap();
    let kept = server.keep(Duration::from_secs(3600)).unwrap();
    let folder = server.endpoint().socket_dir.clone();
    drop(server);
    // Longer than it would live without an owner is not waited for: the pipe has one.
    let again = SharedServer::join(&name).unwrap();
    assert_eq!(again.endpoint().socket_dir, folder);
    drop(again);
    assert!(folder.exists());
    let pid = rustix::process::Pid::from_raw(kept.pid.try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    while folder.exists() {
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn without_a_cache_everyone_has_one() {
    let mut search = Search::from_environment();
    search.folders.cache = None;
    let one = SharedServer::join_with(&search, "x").unwrap();
    let other = SharedServer::join_with(&search, "x").unwrap();
    assert_ne!(one.endpoint(), other.endpoint());
    let folders = [&one, &other].map(|server| server.endpoint().socket_dir.clone());
    drop((one, other));
    while folders.iter().any(|folder| folder.exists()) {
        thread::sleep(Duration::from_millis(10));
    }
}
