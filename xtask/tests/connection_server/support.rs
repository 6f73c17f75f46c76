//! Servers, settings and what comes of them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::future::Future;
use std::path::Path;

use jubilee_core::Environment;
use jubilee_pg_local::{Options, TempServer};
use xtask::connection::{Configuration, Connection, Failure, Settings, Source, connect};
use xtask::databases::{ChangeRate, Database, Review};

use crate::certificates::Identity;

const CODEX: Database = Database {
    name: "codex",
    holds: "things",
    change_rate: ChangeRate::Rare,
    review: Review::Standard,
    development_port: 5432,
};

pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// Settings from the environment, in development. Of a variable that is there twice, the last
/// counts.
pub(crate) fn settings(pairs: &[(&str, &str)]) -> Settings {
    let own = |(key, value): &(&str, &str)| (format!("DB_CODEX_{key}").into(), value.into());
    let variables: BTreeMap<OsString, OsString> = pairs.iter().map(own).collect();
    read(tempfile::tempdir().unwrap().path(), variables)
}

/// The same from `.env`, a line for each.
pub(crate) fn settings_of_file(pairs: &[(&str, &str)]) -> Settings {
    let line = |(key, value): &(&str, &str)| format!("DB_CODEX_{key}='{value}'\n");
    let text: String = pairs.iter().map(line).collect();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), text).unwrap();
    read(folder.path(), BTreeMap::new())
}

fn read(folder: &Path, variables: BTreeMap<OsString, OsString>) -> Settings {
    let read = Configuration::read(Environment::Development, &[CODEX], folder, variables).unwrap();
    match read.source(&CODEX).unwrap() {
        Source::Configured(settings) => *settings,
        Source::LocalServer => panic!("something is configured"),
    }
}

/// A server on TCP, with TLS if it has an identity.
pub(crate) fn server(identity: Option<&Identity>, hba: &[&str]) -> TempServer {
    let mut options = Options {
        tcp: true,
        hba: hba.iter().map(|line| (*line).to_owned()).collect(),
        ..Options::default()
    };
    if let Some(identity) = identity {
        options.settings.push(("ssl".into(), "on".into()));
        for (name, pem) in [
            ("server.crt", &identity.certificate),
            ("server.key", &identity.key),
        ] {
            options.files.push((name.into(), pem.clone().into_bytes()));
        }
    }
    TempServer::start(&options).unwrap()
}

/// Settings for `server` over TCP as its superuser, with `more` on top.
pub(crate) fn over_tcp(server: &TempServer, more: &[(&str, &str)]) -> Settings {
    let port = server.tcp_port().unwrap().to_string();
    let mut pairs = vec![
        ("HOST", "localhost"),
        ("PORT", &port),
        ("NAME", "postgres"),
        ("USER", server.user()),
        ("PASSWORD", server.password().unwrap()),
    ];
    pairs.extend(more);
    settings(&pairs)
}

/// Settings for `server` over its socket, with `more` on top.
pub(crate) fn over_socket(server: &TempServer, more: &[(&str, &str)]) -> Settings {
    let folder = server.socket_dir().display().to_string();
    let port = server.socket_port().to_string();
    let mut pairs = vec![
        ("HOST", folder.as_str()),
        ("PORT", &port),
        ("NAME", "postgres"),
        ("USER", server.user()),
    ];
    pairs.extend(more);
    settings(&pairs)
}

pub(crate) async fn open(settings: &Settings) -> Connection {
    match connect(settings, "connection test").await {
        Ok(connection) => connection,
        Err(error) => panic!("{error}: {:?}", error.why()),
    }
}

/// The first value that a query gives.
pub(crate) async fn value(connection: &Connection, query: &str) -> String {
    let messages = connection.client.simple_query(query).await.unwrap();
    let row = messages.iter().find_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    row.unwrap()
}

/// `encrypted`, `plain`, or the whole error, without what differs from run to run.
pub(crate) fn outcome(settings: &Settings) -> String {
    run(async {
        let connection = match connect(settings, "connection test").await {
            Ok(connection) => connection,
            Err(error) => {
                let why = error.why().unwrap_or_else(|| "-".to_owned());
                let said = format!("{error}\nwhy: {why}\nhint: {}", error.hint());
                return settings.servers.iter().fold(said, |said, server| {
                    let port = server.port;
                    said.replace(&format!(":{port}"), ":PORT")
                        .replace(&format!("-p {port}"), "-p PORT")
                        .replace(&format!(".s.PGSQL.{port}"), ".s.PGSQL.PORT")
                });
            }
        };
        let query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let encrypted = value(&connection, query).await == "t";
        connection.close().await;
        if encrypted { "encrypted" } else { "plain" }.to_owned()
    })
}

pub(crate) fn failure(settings: &Settings) -> Failure {
    run(connect(settings, "test")).err().unwrap().failure()
}

pub(crate) async fn administer(server: &TempServer, statements: &[&str]) {
    let admin = open(&over_socket(server, &[])).await;
    for statement in statements {
        admin.client.batch_execute(statement).await.unwrap();
    }
    admin.close().await;
}
