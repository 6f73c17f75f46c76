//! What works once a connection is open.

use tokio::select;
use tokio_postgres::error::SqlState;
use xtask::connection::{Connection, Settings};

use crate::certificates::Authority;
use crate::support::{open, outcome, over_socket, over_tcp, run, server, value};

#[test]
fn the_session_says_who_it_is() {
    let server = server(None, &[]);
    for settings in [over_tcp(&server, &[]), over_socket(&server, &[])] {
        run(async {
            let connection = open(&settings).await;
            let name = value(&connection, "SELECT current_setting('application_name')").await;
            assert_eq!(name, "connection test");
            connection.close().await;
        });
    }
}

#[test]
fn closing_ends_the_session_on_the_server() {
    let server = server(None, &[]);
    run(async {
        let watcher = open(&over_socket(&server, &[])).await;
        let connection = open(&over_tcp(&server, &[])).await;
        let pid = value(&connection, "SELECT pg_backend_pid()").await;
        let alive = format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}");
        assert_eq!(value(&watcher, &alive).await, "1");
        connection.close().await;
        // The goodbye has been sent; the server reads it in its own time.
        while value(&watcher, &alive).await != "0" {}
        watcher.close().await;
    });
}

/// What becomes of a query without end. A request that comes before it begins has nothing to
/// cancel, so requests are made until one does.
async fn cancelled(connection: &Connection) -> Result<(), tokio_postgres::Error> {
    let canceller = connection.canceller();
    let query = connection.client.batch_execute("SELECT pg_sleep(3600)");
    tokio::pin!(query);
    loop {
        select! {
            ended = &mut query => return ended,
            requested = canceller.cancel() => requested.unwrap(),
        }
    }
}

#[test]
fn a_running_query_can_be_cancelled() {
    let authority = Authority::new("ours");
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("roots.pem");
    authority.save(&roots);
    let roots = roots.display().to_string();
    let server = server(
        Some(&authority.sign("localhost")),
        &["hostnossl all all all reject"],
    );
    let verified = [("SSLMODE", "verify-full"), ("SSLROOTCERT", roots.as_str())];
    for settings in [over_tcp(&server, &verified), over_socket(&server, &[])] {
        run(async {
            let connection = open(&settings).await;
            let cancelled = cancelled(&connection).await;
            assert_eq!(
                cancelled.unwrap_err().code(),
                Some(&SqlState::QUERY_CANCELED)
            );
            assert_eq!(
                value(&connection, "SELECT 1").await,
                "1",
                "the session goes on"
            );
            connection.canceller().cancel().await.unwrap();
            connection.close().await;
        });
    }
}

#[test]
fn scram_takes_any_password() {
    let authority = Authority::new("ours");
    let server = server(Some(&authority.sign("localhost")), &[]);
    let passwords = [
        "plain",
        r#"@:/?#%'"\ $"#,
        " leading and trailing ",
        "pässwörd 密码 🦀",
        // SASLprep maps these: a no-break space, a soft hyphen, a ligature.
        "a\u{a0}b\u{ad}c\u{fb01}",
    ];
    run(async {
        let admin = open(&over_socket(&server, &[])).await;
        for (number, password) in passwords.iter().enumerate() {
            let literal = password.replace('\'', "''");
            let create = format!("CREATE ROLE odd{number} LOGIN PASSWORD '{literal}'");
            admin.client.batch_execute(&create).await.unwrap();
        }
        admin.close().await;
    });
    for (number, password) in passwords.iter().enumerate() {
        let user = format!("odd{number}");
        let as_user = |mode| {
            let pairs = [
                ("USER", user.as_str()),
                ("PASSWORD", password),
                ("SSLMODE", mode),
            ];
            over_tcp(&server, &pairs)
        };
        assert_eq!(outcome(&as_user("disable")), "plain", "{password}");
        assert_eq!(outcome(&as_user("require")), "encrypted", "{password}");
    }
}

/// What the command line's runtimes may want to do with it.
#[test]
fn connecting_can_be_moved_between_threads() {
    fn sendable<T: Send>(_: &T) {}
    let settings = Settings::local_server("/nowhere".as_ref(), 1, "d", "u");
    sendable(&xtask::connection::connect(&settings, "test"));
    fn value_sendable<T: Send + Clone>() {}
    value_sendable::<xtask::connection::Canceller>();
}
