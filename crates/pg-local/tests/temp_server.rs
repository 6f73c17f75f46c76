//! A throwaway server, from its start to its end.

#![expect(
    clippy::unwrap_used,
    reason = "a query that fails is a test that fails"
)]

mod places;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use jubilee_pg_local::{Options, Search, ServerError, TempServer};
use places::open_folder;
use postgres::{Client, NoTls};

fn start(options: &Options) -> TempServer {
    TempServer::start(options).unwrap()
}

fn connect(url: &str) -> Client {
    Client::connect(url, NoTls).unwrap()
}

/// The one text that a query gives.
fn value(client: &mut Client, query: &str) -> String {
    let rows = client.simple_query(query).unwrap();
    rows.iter()
        .find_map(|message| match message {
            postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })
        .unwrap()
}

fn setting(server: &TempServer, name: &str) -> String {
    value(
        &mut connect(&server.url("postgres")),
        &format!("SHOW {name}"),
    )
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

#[test]
fn it_starts_serves_and_is_gone() {
    let server = start(&Options::default());
    assert!(server.log().contains("ready to accept connections"));
    assert_eq!(
        setting(&server, "server_version_num"),
        format!("{}{:04}", server.version().major, server.version().minor)
    );
    assert_eq!(setting(&server, "server_encoding"), "UTF8");
    assert_eq!(setting(&server, "listen_addresses"), "");
    assert_eq!(setting(&server, "synchronous_commit"), "on");
    let mode = fs::metadata(server.socket_dir())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o7777, 0o700);

    let (folder, pid) = (
        server.socket_dir().to_owned(),
        server.postmaster_pid().unwrap(),
    );
    drop(server);
    assert!(!folder.exists());
    assert!(!PathBuf::from(format!("/proc/{pid}/cwd")).exists());
}

#[test]
fn two_servers_live_side_by_side() {
    let (one, two) = (start(&Options::default()), start(&Options::default()));
    assert_ne!(one.socket_dir(), two.socket_dir());
    one.create_database("only_here").unwrap();
    assert!(Client::connect(&two.url("only_here"), NoTls).is_err());
}

#[test]
fn databases_are_made_and_copied() {
    let server = start(&Options::default());
    server.create_database("first \"x\" é").unwrap();
    connect(&server.url("first \"x\" é"))
        .batch_execute("CREATE TABLE t AS SELECT 'data' AS x")
        .unwrap();
    server.clone_database("second", "first \"x\" é").unwrap();
    let mut second = connect(&server.url("second"));
    assert_eq!(value(&mut second, "SELECT x FROM t"), "data");

    let error = server.create_database("second").unwrap_err();
    assert!(error.is_duplicate());
    assert_eq!(
        error.to_string(),
        "cannot create the database second: database \"second\" already exists"
    );
    assert_eq!(
        error.hint(),
        "choose another name, or drop that database first"
    );
    assert!(!server.endpoint().ensure_database("second").unwrap());
    assert!(server.endpoint().ensure_database("third").unwrap());
    let error = server.clone_database("fourth", "fifth").unwrap_err();
    assert_eq!(error.hint(), "create the database that is copied first");
}

#[test]
fn databases_are_made_inside_an_asynchronous_runtime_too() {
    // The blocking client enters a runtime of its own, and tokio panics at one inside another.
    let server = start(&Options::default());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async { server.create_database("inside").unwrap() });
    connect(&server.url("inside"));
}

#[test]
fn it_stops_and_restarts_with_its_data() {
    let mut server = start(&Options::default());
    connect(&server.url("postgres"))
        .batch_execute("CREATE TABLE t AS SELECT 1")
        .unwrap();
    let pid = server.postmaster_pid();
    server.stop().unwrap();
    assert_eq!(server.postmaster_pid(), None);
    assert!(Client::connect(&server.url("postgres"), NoTls).is_err());
    server.stop().unwrap();
    server.restart().unwrap();
    assert_ne!(server.postmaster_pid(), pid);
    assert!(server.log().contains("database system was shut down at"));
    let mut client = connect(&server.url("postgres"));
    assert_eq!(value(&mut client, "SELECT count(*) FROM t"), "1");
}

#[test]
fn it_restarts_after_its_main_process_was_killed() {
    let mut server = start(&Options::default());
    let mut client = connect(&server.url("postgres"));
    client.batch_execute("CREATE TABLE t AS SELECT 1").unwrap();
    let pid = server.postmaster_pid().unwrap().try_into().unwrap();
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    server.restart().unwrap();
    let mut client = connect(&server.url("postgres"));
    assert_eq!(value(&mut client, "SELECT count(*) FROM t"), "1");
}

#[test]
fn a_standby_can_be_read_only() {
    let mut server = start(&Options::default());
    connect(&server.url("postgres"))
        .batch_execute("CREATE TABLE t AS SELECT 1")
        .unwrap();
    server.restart_as_standby().unwrap();
    let mut client = connect(&server.url("postgres"));
    assert_eq!(value(&mut client, "SELECT pg_is_in_recovery()"), "t");
    assert_eq!(value(&mut client, "SELECT count(*) FROM t"), "1");
    let error = client.batch_execute("CREATE TABLE u ()").unwrap_err();
    assert_eq!(error.code().unwrap().code(), "25006");
}

#[test]
fn settings_win_over_the_usual_ones() {
    let options = Options {
        settings: owned(&[("max_connections", "17"), ("search_path", "it's, \"a\\b\"")]),
        ..Options::default()
    };
    let server = start(&options);
    assert_eq!(setting(&server, "max_connections"), "17");
    assert_eq!(setting(&server, "search_path"), "it's, \"a\\b\"");
}

#[test]
fn tcp_asks_for_the_password() {
    let server = start(&Options {
        tcp: true,
        ..Options::default()
    });
    let url = server.tcp_url("postgres").unwrap();
    connect(&url);
    connect(&server.url("postgres"));
    let wrong = url.replace(server.password().unwrap(), "wrong");
    assert!(Client::connect(&wrong, NoTls).is_err());
}

#[test]
fn hba_lines_come_first() {
    let server = start(&Options {
        tcp: true,
        hba: vec!["host all all 127.0.0.1/32 reject".into()],
        ..Options::default()
    });
    assert!(Client::connect(&server.tcp_url("postgres").unwrap(), NoTls).is_err());
    connect(&server.url("postgres"));
}

#[test]
fn it_speaks_tls_with_given_files() {
    let certificate = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let server = start(&Options {
        tcp: true,
        settings: owned(&[
            ("ssl", "on"),
            ("ssl_cert_file", "server.pem"),
            ("ssl_key_file", "key.pem"),
        ]),
        hba: vec!["hostnossl all all all reject".into()],
        files: vec![
            ("server.pem".into(), certificate.cert.pem().into_bytes()),
            (
                "key.pem".into(),
                certificate.signing_key.serialize_pem().into_bytes(),
            ),
        ],
        ..Options::default()
    });
    assert_eq!(setting(&server, "ssl"), "on");
    let key = fs::metadata(server.data_dir().join("key.pem")).unwrap();
    assert_eq!(key.permissions().mode() & 0o7777, 0o600);
    assert!(Client::connect(&server.tcp_url("postgres").unwrap(), NoTls).is_err());
}

#[test]
fn a_server_that_cannot_start_quotes_its_log() {
    let error = TempServer::start(&Options {
        settings: owned(&[("no_such_setting", "1")]),
        ..Options::default()
    })
    .unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, ServerError::Died { .. }), "{text}");
    assert!(text.contains("unrecognized configuration parameter \"no_such_setting\""));
    assert_eq!(error.hint(), "correct the setting that the log names");
}

#[test]
fn options_that_make_no_sense_are_refused() {
    for name in ["", "../x", "/etc/x", ".."] {
        let files = vec![(name.to_owned(), Vec::new())];
        let options = Options {
            files,
            ..Options::default()
        };
        let error = TempServer::start(&options).unwrap_err();
        assert!(matches!(error, ServerError::Option { .. }), "{error}");
    }
    for name in ["", "a b", "a\nfsync"] {
        let settings = owned(&[(name, "on")]);
        let options = Options {
            settings,
            ..Options::default()
        };
        let error = TempServer::start(&options).unwrap_err();
        assert!(matches!(error, ServerError::Option { .. }), "{error}");
    }
}

#[test]
fn folders_with_spaces_and_quotes_and_no_cache_will_do() {
    let base = open_folder("it's a, \"test\" ");
    let mut search = Search::from_environment();
    search.folders.memory = None;
    search.folders.cache = None;
    search.folders.temporary = vec![base.path().to_owned()];
    let server = start(&Options {
        search: Some(search),
        ..Options::default()
    });
    assert!(server.socket_dir().starts_with(base.path()));
    connect(&server.url("postgres"));
    drop(server);
    assert_eq!(fs::read_dir(base.path()).unwrap().count(), 0);
}

#[test]
fn folders_that_cannot_be_used_are_passed_over_then_named() {
    let base = open_folder("pg-local-");
    let file = base.path().join("file");
    fs::write(&file, "").unwrap();
    let long = base.path().join("long".repeat(25));
    fs::create_dir(&long).unwrap();
    let mut search = Search::from_environment();
    search.folders.memory = Some(base.path().join("missing"));
    search.folders.temporary = vec![file.clone(), long.clone()];

    let options = |search: &Search| Options {
        search: Some(search.clone()),
        ..Options::default()
    };
    let error = TempServer::start(&options(&search))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("no folder can hold a throwaway server: "),
        "{error}"
    );
    assert!(
        error.contains(file.to_str().unwrap()) && error.contains("too long"),
        "{error}"
    );

    search.folders.temporary.push(base.path().to_owned());
    assert!(
        start(&options(&search))
            .socket_dir()
            .starts_with(base.path())
    );
}

#[test]
fn a_cache_that_cannot_be_used_is_done_without() {
    let base = open_folder("pg-local-");
    let file = base.path().join("cache");
    fs::write(&file, "").unwrap();
    let mut search = Search::from_environment();
    search.folders.cache = Some(file);
    start(&Options {
        search: Some(search),
        ..Options::default()
    });
}

#[test]
fn a_new_cache_is_filled_once_by_many() {
    let base = open_folder("pg-local-");
    let mut search = Search::from_environment();
    search.folders.cache = Some(base.path().join("cache"));
    let options = Options {
        search: Some(search),
        ..Options::default()
    };
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| start(&options));
        }
    });
    let templates: Vec<_> = fs::read_dir(base.path().join("cache/templates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(
        templates.len(),
        2,
        "the lock and one template: {templates:?}"
    );
}
