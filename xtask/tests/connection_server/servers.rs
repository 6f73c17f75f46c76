//! Several hosts: which one is taken, and what is said when none will do.

use std::net::TcpListener;

use jubilee_pg_local::TempServer;

use crate::support::{open, outcome, over_tcp, run, server, settings, value};

/// A primary, and a standby.
fn pair() -> (TempServer, TempServer) {
    let primary = server(None, &["host all all 127.0.0.1/32 trust"]);
    let mut standby = server(None, &["host all all 127.0.0.1/32 trust"]);
    standby.restart_as_standby().unwrap();
    (primary, standby)
}

fn ports(servers: &[&TempServer]) -> String {
    let ports = servers
        .iter()
        .map(|server| server.tcp_port().unwrap().to_string());
    ports.collect::<Vec<_>>().join(",")
}

/// A port on which nobody listens.
fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port().to_string()
}

#[test]
fn of_several_hosts_the_one_that_takes_writes_is_meant() {
    let (primary, standby) = pair();
    let both = ports(&[&standby, &primary]);
    let closed = closed_port();
    let (both, url) = (&*both, |rest: &str| {
        let port = |server: &TempServer| server.tcp_port().unwrap();
        let (a, b) = (port(&standby), port(&primary));
        format!("postgres://postgres@127.0.0.1:{closed},127.0.0.1:{a},localhost:{b}/postgres{rest}")
    });
    let fields = [
        ("HOST", "127.0.0.1,127.0.0.1"),
        ("PORT", both),
        ("NAME", "postgres"),
        ("USER", "postgres"),
    ];
    let in_recovery = |pairs: &[(&str, &str)]| {
        run(async {
            let connection = open(&settings(pairs)).await;
            value(&connection, "SELECT pg_is_in_recovery()").await
        })
    };
    assert_eq!(in_recovery(&fields), "f");
    assert_eq!(
        in_recovery(&[("URL", &url("?target_session_attrs=read-write"))]),
        "f"
    );
    assert_eq!(
        in_recovery(&[("URL", &url("?target_session_attrs=read-only"))]),
        "t"
    );
    assert_eq!(
        in_recovery(&[("URL", &url("?target_session_attrs=any"))]),
        "t"
    );
}

#[test]
fn when_no_host_will_do_each_one_s_reason_is_said() {
    let (_primary, standby) = pair();
    let port = standby.tcp_port().unwrap();
    let closed = closed_port();
    let url = format!("postgres://postgres@127.0.0.1:{closed},127.0.0.1:{port}/postgres");
    let said = outcome(&settings(&[("URL", &url)]));
    assert_eq!(
        said,
        "cannot connect to postgres@127.0.0.1:PORT,127.0.0.1:PORT/postgres: none of 2 servers \
         will do\n\
         why: 127.0.0.1:PORT: connection refused\n\
         127.0.0.1:PORT: the server takes no writes\n\
         hint: check that the server runs, and the environment variable DB_CODEX_URL\n\
         add the primary to the host of the environment variable DB_CODEX_URL"
    );
}

/// libpq does not go on to the next host either, and tokio-postgres does: the password's error
/// would be lost.
#[test]
fn a_server_that_refuses_the_log_in_speaks_for_all() {
    let server = server(None, &[]);
    let (port, closed) = (server.tcp_port().unwrap(), closed_port());
    let url = format!("postgres://postgres:wrong@127.0.0.1:{port},127.0.0.1:{closed}/postgres");
    let said = outcome(&settings(&[("URL", &url)]));
    assert!(said.contains(": the password was refused\n"), "{said}");
}

#[test]
fn each_host_has_its_own_line_in_the_password_file() {
    let (first, second) = (server(None, &[]), server(None, &[]));
    let folder = tempfile::tempdir().unwrap();
    let passfile = folder.path().join("pass");
    let line = |server: &TempServer| {
        let (port, password) = (server.tcp_port().unwrap(), server.password().unwrap());
        format!("127.0.0.1:{port}:*:postgres:{password}\n")
    };
    std::fs::write(&passfile, line(&first) + &line(&second)).unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&passfile, std::fs::Permissions::from_mode(0o600)).unwrap();
    let passfile = passfile.display().to_string();
    for servers in [[&first, &second], [&second, &first]] {
        let ports = ports(&servers);
        let pairs = [
            ("HOST", "127.0.0.1,127.0.0.1"),
            ("PORT", &*ports),
            ("NAME", "postgres"),
            ("USER", "postgres"),
            ("PASSFILE", &passfile),
        ];
        assert_eq!(outcome(&settings(&pairs)), "plain");
    }
    std::fs::write(&passfile, "*:*:*:postgres:wrong\n").unwrap();
    let said = outcome(&over_tcp(
        &first,
        &[("PASSWORD", ""), ("PASSFILE", &passfile)],
    ));
    let hint = format!("hint: check the password file {passfile} and ");
    assert!(said.contains(&hint), "{said}");
}

#[test]
fn a_mounted_secret_opens_the_door() {
    let server = server(None, &[]);
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, format!("{}\n", server.password().unwrap())).unwrap();
    let secret = secret.display().to_string();
    assert_eq!(
        outcome(&over_tcp(
            &server,
            &[("PASSWORD", ""), ("PASSWORD_FILE", &secret)]
        )),
        "plain"
    );
}
