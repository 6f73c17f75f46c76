//! The password stands nowhere. A process of its own, since it captures all that is logged.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may end like this"
)]

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use jubilee_core::Environment;
use jubilee_pg_local::{Options, TempServer};
use tracing_subscriber::fmt::MakeWriter;
use xtask::connection::{Configuration, Settings, Source, connect};
use xtask::databases::{ChangeRate, Database, Review};

const PASSWORD: &str = "sesame-7Xq";

const CODEX: Database = Database {
    name: "codex",
    holds: "things",
    change_rate: ChangeRate::Rare,
    review: Review::Standard,
    development_port: 5432,
};

/// All that was logged, through `tracing` and, by the driver and rustls, through `log`.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Captured {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl log::Log for Captured {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}\n", record.target(), record.args());
        self.0.lock().unwrap().extend_from_slice(line.as_bytes());
    }

    fn flush(&self) {}
}

fn resolve(pairs: &[(&str, &str)]) -> Result<Settings, String> {
    let folder = tempfile::tempdir().unwrap();
    let own = |(key, value): &(&str, &str)| (format!("DB_CODEX_{key}").into(), value.into());
    let process: Vec<(OsString, OsString)> = pairs.iter().map(own).collect();
    let environment = Environment::Production;
    let read = Configuration::read(environment, &[CODEX], folder.path(), process).unwrap();
    let shown = format!("{read:?} {:?}", read.warnings());
    match read.source(&CODEX) {
        Ok(Source::Configured(settings)) => Ok(*settings),
        Ok(source) => panic!("{source:?}"),
        Err(e) => Err(format!("{shown} {e} {e:?} {:?} {}", e.why(), e.hint())),
    }
}

#[test]
fn the_password_stands_in_no_message_and_no_log() {
    let key = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let server = TempServer::start(&Options {
        tcp: true,
        settings: vec![("ssl".into(), "on".into())],
        files: vec![
            ("server.crt".into(), key.cert.pem().into_bytes()),
            (
                "server.key".into(),
                key.signing_key.serialize_pem().into_bytes(),
            ),
        ],
        ..Options::default()
    })
    .unwrap();
    // From here on, since starting the server sets a password with a statement, which the driver
    // logs: that is jubilee-pg-local's matter, not the connection's.
    let captured = Captured::default();
    tracing::subscriber::set_global_default(
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(captured.clone())
            .finish(),
    )
    .unwrap();
    log::set_boxed_logger(Box::new(captured.clone())).unwrap();
    log::set_max_level(log::LevelFilter::Trace);

    let port = server.tcp_port().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let roots = folder.path().join("roots.pem");
    let other = rcgen::generate_simple_self_signed(vec!["x".to_owned()]).unwrap();
    std::fs::write(&roots, other.cert.pem()).unwrap();
    let roots = roots.display().to_string();

    let mut said = Vec::new();

    let base = [
        ("NAME", "postgres"),
        ("USER", "postgres"),
        ("PORT", port.as_str()),
    ];
    let with = |password, host, more: &[(&'static str, &str)]| {
        let mut pairs: Vec<(&str, &str)> = base.to_vec();
        pairs.extend([("PASSWORD", password), ("HOST", host)]);
        pairs.extend(more);
        resolve(&pairs).unwrap()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();

    // Logging in succeeds, with the password itself in use.
    let password = server.password().unwrap().to_owned();
    let good = with(&password, "localhost", &[("SSLMODE", "require")]);
    said.push(format!("{good:?} {good}"));
    runtime.block_on(async {
        let Ok(connection) = connect(&good, "secrets").await else {
            panic!("the right password is refused")
        };
        let notice = "DO $$BEGIN RAISE NOTICE 'notice me'; END$$";
        connection.client.batch_execute(notice).await.unwrap();
        connection.canceller().cancel().await.unwrap();
        connection.close().await;
    });

    // It fails in many ways, with a password that would be recognised.
    let long = format!("{}.invalid", "a".repeat(64));
    let failing = [
        with(PASSWORD, "localhost", &[("SSLMODE", "disable")]),
        with(PASSWORD, "localhost", &[("SSLMODE", "prefer")]),
        with(
            PASSWORD,
            "localhost",
            &[("SSLMODE", "verify-full"), ("SSLROOTCERT", &roots)],
        ),
        with(PASSWORD, &long, &[]),
        with(PASSWORD, "/nowhere", &[]),
    ];
    for settings in &failing {
        said.push(format!("{settings:?} {settings}"));
        let error = runtime
            .block_on(connect(settings, "secrets"))
            .err()
            .unwrap();
        said.push(format!(
            "{error} {error:?} {:?} {}",
            error.why(),
            error.hint()
        ));
    }

    // So does the configuration, with the password where it does not belong, too.
    let url = |rest: &str| format!("postgres://u:{PASSWORD}{rest}");
    for pairs in [
        vec![("URL", url("@h"))],
        vec![("URL", url("/x@h/d"))],
        vec![("URL", url("#x@h/d"))],
        vec![("URL", url("%zz@h/d"))],
        vec![("URL", url("@h:x/d?sslmod=1"))],
        vec![("URL", url("@h/d")), ("PASSWORD", format!("{PASSWORD}2"))],
        vec![("URL", url("/d"))],
        vec![("URL", url("?sslmode=x"))],
        vec![("DIRECT_URL", url("%@h/d"))],
        vec![("URL", format!("mysql://u:{PASSWORD}@h"))],
        vec![("HOST", url("@h/d"))],
        vec![("HOST", format!("u:{PASSWORD}@h"))],
        vec![("PASWORD", PASSWORD.to_owned())],
        vec![("PASSPHRASE", PASSWORD.to_owned())],
        vec![("PASSWORD", format!("{PASSWORD}\0"))],
    ] {
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (*k, v.as_str())).collect();
        said.push(resolve(&pairs).unwrap_err());
    }

    let logged = captured.text();
    assert!(logged.contains("notice me"), "the capture works");
    assert!(logged.contains("rustls"), "the capture works for `log` too");
    for text in said.iter().chain([&logged]) {
        assert!(!text.contains(PASSWORD), "{text}");
        assert!(!text.contains(&password), "{text}");
    }
}
