//! The persistent server of a checkout.

#![expect(
    clippy::unwrap_used,
    reason = "a query that fails is a test that fails"
)]
#![expect(
    clippy::panic,
    reason = "a server in another state is a test that fails"
)]

mod places;

use std::fs;
use std::ops::Deref;
use std::path::Path;
use std::process::Command;

use jubilee_pg_local::{Endpoint, Event, LocalServer, Search, ServerError, Status, Tcp};
use places::{open, open_folder};
use postgres::{Client, NoTls};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A server that is deleted with the test, in a base folder of its own.
struct Server {
    server: LocalServer,
    base: TempDir,
}

/// The machine's installations, with servers in `base`.
fn search(base: &Path) -> Search {
    let mut search = Search::from_environment();
    search.folders.state = Some(base.to_owned());
    search
}

impl Server {
    fn new() -> Self {
        let base = open_folder("pg-local-");
        let server = LocalServer::at(search(base.path()), Path::new("/usr")).unwrap();
        Self { server, base }
    }

    fn up(&self) -> Endpoint {
        self.server.up(&mut |_| {}).unwrap()
    }

    fn pid(&self) -> u32 {
        match self.server.status().unwrap() {
            Status::Running { pid, .. } => pid,
            other => panic!("not running: {other:?}"),
        }
    }
}

impl Deref for Server {
    type Target = LocalServer;
    fn deref(&self) -> &LocalServer {
        &self.server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.server.delete().unwrap();
    }
}

fn connect(endpoint: &Endpoint) -> Client {
    Client::connect(&endpoint.url("postgres"), NoTls).unwrap()
}

fn count(endpoint: &Endpoint) -> i64 {
    let mut client = connect(endpoint);
    client
        .query_one("SELECT count(*) FROM t", &[])
        .unwrap()
        .get(0)
}

fn kill(pid: u32) {
    let pid = Pid::from_raw(pid.try_into().unwrap()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
}

#[test]
fn its_life() {
    let server = Server::new();
    assert_eq!(server.status().unwrap(), Status::Absent);
    assert!(!server.down().unwrap());
    assert!(!server.delete().unwrap());
    assert_eq!(
        fs::read_dir(server.base.path()).unwrap().count(),
        0,
        "looking makes nothing"
    );

    let mut events = Vec::new();
    let endpoint = server.server.up(&mut |event| events.push(event)).unwrap();
    assert!(
        matches!(events.last(), Some(Event::Start { .. })),
        "{events:?}"
    );
    connect(&endpoint)
        .batch_execute("CREATE TABLE t AS SELECT 1")
        .unwrap();
    let pid = server.pid();

    assert_eq!(
        server.server.up(&mut |event| panic!("{event}")).unwrap(),
        endpoint
    );
    assert_eq!(server.pid(), pid, "a second `up` changes nothing");

    assert!(server.down().unwrap());
    assert!(matches!(server.status().unwrap(), Status::Stopped { .. }));
    assert!(!server.down().unwrap());

    assert_eq!(count(&server.up()), 1, "data survives");
    let log = fs::read_to_string(server.log_path()).unwrap();
    assert!(log.contains("ready to accept connections"));
    assert!(
        !log.contains("received fast shutdown request"),
        "the log begins anew"
    );

    assert!(server.delete().unwrap());
    assert_eq!(server.status().unwrap(), Status::Absent);
    assert_eq!(fs::read_dir(server.base.path()).unwrap().count(), 0);
    assert!(!endpoint.socket_dir.exists());
}

#[test]
fn several_may_start_it_at_once() {
    let server = Server::new();
    let endpoints: Vec<Endpoint> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| server.up())).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(endpoints.iter().all(|endpoint| *endpoint == endpoints[0]));
    connect(&endpoints[0]);
}

#[test]
fn starting_and_deleting_at_once_harms_neither() {
    let server = Server::new();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| server.up());
            scope.spawn(|| server.delete().unwrap());
        }
    });
    connect(&server.up());
}

#[test]
fn checkouts_do_not_share_a_server() {
    let base = open_folder("pg-local-");
    let at = |path: &str| LocalServer::at(search(base.path()), Path::new(path)).unwrap();
    assert_ne!(at("/usr").folder(), at("/tmp").folder());
    assert_eq!(at("/usr").folder(), at("/usr/bin/..").folder());
    assert!(
        at("/usr")
            .folder()
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("usr-")
    );
}

#[test]
fn it_recovers_when_its_main_process_was_killed() {
    let server = Server::new();
    let endpoint = server.up();
    let mut client = connect(&endpoint);
    client.batch_execute("CREATE TABLE t AS SELECT 1").unwrap();
    let killed = server.pid();
    kill(killed);
    // Not waited for: a backend may live for a moment, and its end is awaited by `up`.
    while matches!(server.status().unwrap(), Status::Running { .. }) {
        std::thread::yield_now();
    }
    assert!(matches!(server.status().unwrap(), Status::Stopped { .. }));
    assert_eq!(count(&server.up()), 1);
    assert_ne!(server.pid(), killed);
}

#[test]
fn a_number_of_another_process_in_its_pid_file_is_no_obstacle() {
    let server = Server::new();
    server.up();
    let file = server.folder().join("server/data/postmaster.pid");
    let text = fs::read_to_string(&file).unwrap();
    server.down().unwrap();

    // A process of the same account, which is no server: PostgreSQL itself would refuse.
    let mut other = sleeper(&server.folder().join("server/data"));
    let (_, rest) = text.split_once('\n').unwrap();
    fs::write(&file, format!("{}\n{rest}", other.id())).unwrap();
    assert!(matches!(server.status().unwrap(), Status::Stopped { .. }));
    assert!(!server.down().unwrap(), "the other process is let alone");
    let endpoint = server.server.up(&mut |_| {});
    assert!(
        other.try_wait().unwrap().is_none(),
        "the other process is let alone"
    );
    other.kill().unwrap();
    other.wait().unwrap();
    connect(&endpoint.unwrap());
}

/// A harmless process of the account that owns a folder.
fn sleeper(owned: &Path) -> std::process::Child {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    let owner = fs::metadata(owned).unwrap();
    let mut command = Command::new("sleep");
    command.arg("1000");
    if rustix::process::geteuid().is_root() {
        command.uid(owner.uid()).gid(owner.gid());
    }
    command.spawn().unwrap()
}

#[test]
fn it_outlives_its_starter_and_keeps_nothing_of_it_open() {
    let server = Server::new();
    // `output` reads until the last process has closed its end of the pipes.
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["starter", "--exact", "--nocapture"])
        .env(STARTER, server.base.path())
        .output()
        .unwrap();
    assert!(output.status.success());
    match server.status().unwrap() {
        Status::Running { endpoint, .. } => drop(connect(&endpoint)),
        other => panic!("not running: {other:?}"),
    }
}

const STARTER: &str = "JUBILEE_TEST_STARTER";

/// The other process of the test above; alone it does nothing.
#[test]
fn starter() {
    if let Some(base) = std::env::var_os(STARTER) {
        let server = LocalServer::at(search(Path::new(&base)), Path::new("/usr")).unwrap();
        server.up(&mut |_| {}).unwrap();
    }
}

#[test]
fn it_listens_on_a_port_if_told_to() {
    let server = Server::new();
    let endpoint = server.up();
    assert_eq!(endpoint.tcp_port, None);
    connect(&endpoint)
        .batch_execute("CREATE TABLE t AS SELECT 1")
        .unwrap();

    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let with_password = |password: &str| {
        let password = password.to_owned();
        server.server.clone().with_tcp(Tcp { port, password })
    };
    let mut events = Vec::new();
    let endpoint = with_password("it's \\ secret")
        .up(&mut |event| events.push(event))
        .unwrap();
    assert!(events.contains(&Event::Restart { port }), "{events:?}");
    assert_eq!(endpoint.tcp_port, Some(port));
    assert_eq!(count(&endpoint), 1);

    let log_in = |password: &str| {
        let mut config = postgres::Config::new();
        config
            .host("127.0.0.1")
            .port(port)
            .user("postgres")
            .password(password);
        config.connect(NoTls).map(drop)
    };
    log_in("it's \\ secret").unwrap();
    assert!(log_in("wrong").is_err());

    let again = with_password("new")
        .up(&mut |event| panic!("{event}"))
        .unwrap();
    assert_eq!(again, endpoint);
    log_in("new").unwrap();

    assert_eq!(server.up(), endpoint, "without a wish, it stays as it runs");
}

#[test]
fn a_port_that_is_taken_is_an_error_that_says_so() {
    let server = Server::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let tcp = Tcp {
        port: taken.local_addr().unwrap().port(),
        password: "x".into(),
    };
    let error = server
        .server
        .clone()
        .with_tcp(tcp)
        .up(&mut |_| {})
        .unwrap_err();
    let text = error.to_string();
    assert!(text.contains("Address already in use"), "{text}");
    assert!(
        error.hint().starts_with("another program has the port"),
        "{error:?}"
    );
    server.up();
}

#[test]
fn long_folders_with_spaces_will_do() {
    let base = open_folder("it's a, \"test\" ");
    let long = base.path().join("long ".repeat(20)).join("base");
    fs::create_dir_all(&long).unwrap();
    open(&long);
    let server = LocalServer::at(search(&long), Path::new("/usr")).unwrap();
    let endpoint = server.up(&mut |_| {}).unwrap();
    assert!(endpoint.socket_dir.starts_with("/tmp"));
    connect(&endpoint);
    assert!(server.delete().unwrap());
    assert!(!endpoint.socket_dir.exists());
}

#[test]
fn a_socket_folder_that_another_made_is_refused() {
    let base = open_folder("pg-local-");
    let long = base.path().join("long".repeat(20));
    fs::create_dir_all(&long).unwrap();
    open(&long);
    let server = LocalServer::at(search(&long), Path::new("/usr")).unwrap();
    let endpoint = server.up(&mut |_| {}).unwrap();
    server.down().unwrap();
    open(&endpoint.socket_dir);
    let error = server.up(&mut |_| {}).unwrap_err();
    assert!(matches!(error, ServerError::SocketFolder { .. }), "{error}");
    fs::remove_dir_all(&endpoint.socket_dir).unwrap();
    std::os::unix::fs::symlink(base.path(), &endpoint.socket_dir).unwrap();
    let error = server.up(&mut |_| {}).unwrap_err();
    assert!(matches!(error, ServerError::SocketFolder { .. }), "{error}");
    fs::remove_file(&endpoint.socket_dir).unwrap();
    server.delete().unwrap();
}

#[test]
fn data_of_another_version_is_left_alone() {
    let server = Server::new();
    server.up();
    server.down().unwrap();
    fs::write(server.folder().join("server/data/PG_VERSION"), "12\n").unwrap();
    let text = server.server.up(&mut |_| {}).unwrap_err().to_string();
    assert!(
        text.contains("is of PostgreSQL 12, which is not installed (found: "),
        "{text}"
    );
}

#[test]
fn damaged_data_is_not_taken_for_none() {
    let server = Server::new();
    server.up();
    server.down().unwrap();
    let data = server.folder().join("server/data");
    for damage in ["", "text"] {
        fs::write(data.join("PG_VERSION"), damage).unwrap();
        assert!(server.status().is_err());
        let error = server.server.up(&mut |_| {}).unwrap_err();
        assert!(error.to_string().contains("PG_VERSION"), "{error}");
    }
    fs::remove_file(data.join("PG_VERSION")).unwrap();
    assert!(server.server.up(&mut |_| {}).is_err());
    assert!(data.join("base").exists(), "the data is left alone");
}

#[test]
fn a_start_that_was_killed_half_way_is_done_again() {
    let server = Server::new();
    server.up();
    server.down().unwrap();
    let folder = server.folder().join("server");
    fs::rename(folder.join("data"), folder.join(".new-x")).unwrap();
    fs::remove_file(folder.join(".new-x/PG_VERSION")).unwrap();
    connect(&server.up());
    assert!(!folder.join(".new-x").exists());
}

#[test]
fn folders_that_cannot_be_used_are_named() {
    let nowhere = LocalServer::at(Search::default(), Path::new("/usr")).unwrap_err();
    assert!(matches!(nowhere, ServerError::NoStateFolder), "{nowhere}");

    let base = open_folder("pg-local-");
    let missing = LocalServer::at(search(base.path()), &base.path().join("missing"));
    assert!(matches!(missing.unwrap_err(), ServerError::Folder { .. }));

    let file = base.path().join("file");
    fs::write(&file, "").unwrap();
    let server = LocalServer::at(search(&file), Path::new("/usr")).unwrap();
    let error = server.up(&mut |_| {}).unwrap_err();
    assert!(matches!(error, ServerError::Folder { .. }), "{error}");
    assert!(
        error.to_string().contains(file.to_str().unwrap()),
        "{error}"
    );
    let error = server.status().unwrap_err();
    assert!(matches!(error, ServerError::Folder { .. }), "{error}");
}
