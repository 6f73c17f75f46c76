//! Each way not to connect, with the exact words.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use jubilee_pg_local::{Options, TempServer};
use xtask::connection::{Failure, Settings, SslMode};

use crate::certificates::Authority;
use crate::support::{
    administer, failure, outcome, over_socket, over_tcp, run, server, settings, settings_of_file,
};

fn expect(settings: &Settings, text: &str) {
    assert_eq!(outcome(settings), text);
}

#[test]
fn a_refused_log_in_is_explained() {
    let server = server(None, &["local all peered peer"]);
    run(administer(
        &server,
        &[
            "CREATE ROLE peered LOGIN",
            "CREATE ROLE jubilee LOGIN PASSWORD 'another'",
            "CREATE ROLE locked NOLOGIN",
            "CREATE ROLE guest LOGIN",
            "CREATE ROLE full LOGIN CONNECTION LIMIT 0",
            "CREATE DATABASE closed",
            "CREATE DATABASE small CONNECTION LIMIT 0",
            "REVOKE CONNECT ON DATABASE closed FROM PUBLIC",
        ],
    ));
    let port = server.tcp_port().unwrap().to_string();
    expect(
        &settings_of_file(&[
            ("HOST", "localhost"),
            ("PORT", &port),
            ("NAME", "postgres"),
            ("USER", "postgres"),
            ("PASSWORD", "wrong"),
        ]),
        "cannot connect to postgres@localhost:PORT/postgres: the password was refused\n\
         why: password authentication failed for user \"postgres\" (SQLSTATE 28P01)\n\
         hint: check DB_CODEX_PASSWORD in .env:5 (one with $, #, quotes or spaces stands there in \
         single quotes) and DB_CODEX_USER in .env:4",
    );
    // Nobody set a password: the default is sent for the default role, and said.
    let assumed = settings(&[("HOST", "localhost"), ("PORT", &port)]);
    let said = outcome(&assumed);
    let hint = "hint: set DB_CODEX_PASSWORD: without it, development's own password was sent; ";
    assert!(said.contains(hint), "{said}");
    let url = format!("postgres://postgres@localhost:{port}/postgres");
    expect(
        &settings(&[("URL", &url), ("PASSFILE", "/nowhere/pass")]),
        "cannot connect to postgres@localhost:PORT/postgres: the server asks for a password, and none is set\n\
         why: -\n\
         hint: check the password of the environment variable DB_CODEX_URL and the user of the \
         environment variable DB_CODEX_URL\n\
         the password file /nowhere/pass is not used: there is no such file",
    );
    assert_eq!(failure(&settings(&[("URL", &url)])), Failure::NoPassword);

    let folder = server.socket_dir().display().to_string();
    let shown = |settings: &Settings| outcome(settings).replace(&folder, "FOLDER");
    assert_eq!(
        shown(&over_socket(&server, &[("USER", "nobody here")])),
        "cannot connect to nobody here@FOLDER:PORT/postgres: the role cannot log in\n\
         why: role \"nobody here\" does not exist (SQLSTATE 28000)\n\
         hint: make it: createuser -h FOLDER -p PORT -U postgres --pwprompt 'nobody here'; or \
         check the environment variable DB_CODEX_USER"
    );
    assert_eq!(
        shown(&over_socket(&server, &[("NAME", "missing")])),
        "cannot connect to postgres@FOLDER:PORT/missing: the database does not exist\n\
         why: database \"missing\" does not exist (SQLSTATE 3D000)\n\
         hint: make it: createdb -h FOLDER -p PORT -U postgres missing; or check the environment \
         variable DB_CODEX_NAME"
    );
    let by_user = |user| failure(&over_socket(&server, &[("USER", user)]));
    assert_eq!(by_user("locked"), Failure::Role);
    assert_eq!(
        shown(&over_socket(&server, &[("USER", "full")])),
        "cannot connect to full@FOLDER:PORT/postgres: all connections that the role may have are \
         taken\n\
         why: too many connections for role \"full\" (SQLSTATE 53300)\n\
         hint: see who holds them: SELECT * FROM pg_stat_activity WHERE usename = 'full'; or allow \
         more: ALTER ROLE \"full\" CONNECTION LIMIT …"
    );
    let small = over_socket(&server, &[("USER", "guest"), ("NAME", "small")]);
    assert_eq!(failure(&small), Failure::TooManyOfDatabase);
    assert_eq!(by_user("peered"), Failure::Identity);
    let closed = over_socket(&server, &[("USER", "guest"), ("NAME", "closed")]);
    assert_eq!(failure(&closed), Failure::DatabaseDenied);
    run(administer(
        &server,
        &["ALTER DATABASE small ALLOW_CONNECTIONS false"],
    ));
    assert_eq!(
        shown(&over_socket(&server, &[("NAME", "small")])),
        "cannot connect to postgres@FOLDER:PORT/small: the database takes no connections\n\
         why: database \"small\" is not currently accepting connections (SQLSTATE 55000)\n\
         hint: as a superuser: ALTER DATABASE \"small\" ALLOW_CONNECTIONS true"
    );
}

#[test]
fn a_connection_without_a_line_in_pg_hba_is_explained() {
    let identity = Authority::new("ours").sign("localhost");
    let mut server = server(Some(&identity), &[]);
    let hba = server.data_dir().join("own_hba.conf");
    let text = "local all all trust\nhostssl all all 127.0.0.1/32 trust\n";
    let copy = format!(
        "COPY (SELECT unnest(string_to_array($${text}$$, E'\\n'))) TO '{}'",
        hba.display()
    );
    let point = format!("ALTER SYSTEM SET hba_file = '{}'", hba.display());
    // The server writes the file itself, since it may run as another user than this test.
    run(administer(&server, &[&copy, &point]));
    server.restart().unwrap();
    expect(
        &over_tcp(&server, &[("SSLMODE", "disable")]),
        "cannot connect to postgres@localhost:PORT/postgres: the server's pg_hba.conf does not \
         admit it\n\
         why: no pg_hba.conf entry for host \"127.0.0.1\", user \"postgres\", database \
         \"postgres\", no encryption (SQLSTATE 28000)\n\
         hint: if the server demands TLS, set the environment variable DB_CODEX_SSLMODE to require or verify-full; \
         else have a line for it added to the server's pg_hba.conf, and reload it",
    );
}

#[test]
fn a_server_that_is_not_ready_is_told_from_one_that_is_not_there() {
    let options = Options {
        settings: vec![("hot_standby".into(), "off".into())],
        ..Options::default()
    };
    let mut server = TempServer::start(&options).unwrap();
    let settings = over_socket(&server, &[]);
    server.restart_as_standby().unwrap();
    assert_eq!(failure(&settings), Failure::NotReady);
    server.stop().unwrap();
    assert_eq!(failure(&settings), Failure::SocketMissing);
}

#[test]
fn a_port_where_nobody_listens_is_explained() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
        .to_string();
    expect(
        &settings(&[("HOST", "127.0.0.1"), ("PORT", &port)]),
        "cannot connect to jubilee@127.0.0.1:PORT/jubilee_codex: connection refused\n\
         why: 127.0.0.1:PORT: connection refused\n\
         hint: check that the server runs, and \
         the environment variable DB_CODEX_HOST and the environment variable DB_CODEX_PORT",
    );
}

#[test]
fn a_socket_that_is_not_there_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let missing = format!("{path}/none");
    for (host, why) in [
        (&path, format!("there is no {path}/.s.PGSQL.PORT")),
        (&missing, format!("there is no folder {missing}")),
    ] {
        let said = outcome(&settings(&[("HOST", host), ("PORT", "7777")]));
        assert!(said.contains(": there is no such socket\n"), "{said}");
        assert!(said.contains(&format!("why: {why}\n")), "{said}");
    }
    let stale = folder.path().join(".s.PGSQL.7777");
    drop(std::os::unix::net::UnixListener::bind(stale).unwrap());
    let left_behind = settings(&[("HOST", &path), ("PORT", "7777")]);
    assert_eq!(failure(&left_behind), Failure::Refused);
}

#[test]
fn a_host_that_does_not_resolve_is_explained() {
    // A label over 63 characters is no host name: nothing is asked of the network.
    let host = format!("{}.invalid", "a".repeat(64));
    let said = outcome(&settings(&[("HOST", &host)]));
    assert!(
        said.starts_with(&format!(
            "cannot connect to jubilee@{host}:PORT/jubilee_codex: the host name is not known\n"
        )),
        "{said}"
    );
    assert!(
        said.ends_with(
            "\nhint: check the environment variable DB_CODEX_HOST, and that it runs: a stopped \
             container's name is unknown too"
        ),
        "{said}"
    );
}

#[test]
fn a_silent_listener_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    for mode in ["disable", "prefer", "verify-full"] {
        let mut settings = settings(&[("HOST", "127.0.0.1"), ("PORT", &port), ("SSLMODE", mode)]);
        settings.connect_timeout = Duration::from_millis(50);
        // Without root certificates on the machine, verify-full ends before it begins.
        if mode == "verify-full" && failure(&settings) == Failure::Certificates {
            continue;
        }
        expect(
            &settings,
            "cannot connect to jubilee@127.0.0.1:PORT/jubilee_codex: accepted, but the log-in was \
             not done within 0.05 s\n\
             why: -\n\
             hint: see whether the server is overloaded, and check the environment variable DB_CODEX_HOST and \
             the environment variable DB_CODEX_PORT",
        );
    }
}

/// Answers one connection's first message with `answer`, and keeps it open until the client
/// leaves.
fn impostor(answer: &'static [u8]) -> (u16, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut buffer = [0; 1024];
        let _ = client.read(&mut buffer);
        let _ = client.write_all(answer);
        if !answer.is_empty() {
            while matches!(client.read(&mut buffer), Ok(1..)) {}
        }
    });
    (port, thread)
}

#[test]
fn whoever_is_not_postgresql_is_found_out() {
    let http: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\r\n";
    let cases: [(&'static [u8], &str, Failure); 9] = [
        (http, "disable", Failure::NotPostgres),
        (http, "prefer", Failure::NotPostgres),
        (http, "require", Failure::NotPostgres),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "disable", Failure::NotPostgres),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "require", Failure::NotPostgres),
        (b"220 mail ESMTP\r\n", "prefer", Failure::NotPostgres),
        (b"", "disable", Failure::Closed),
        (b"", "require", Failure::Closed),
        (b"N", "require", Failure::NoTls(SslMode::Require)),
    ];
    for (answer, mode, expected) in cases {
        let (port, thread) = impostor(answer);
        let port = port.to_string();
        let pairs = [
            ("HOST", "127.0.0.1"),
            ("PORT", port.as_str()),
            ("SSLMODE", mode),
        ];
        let shown = String::from_utf8_lossy(answer);
        assert_eq!(failure(&settings(&pairs)), expected, "{shown} with {mode}");
        thread.join().unwrap();
    }
}
