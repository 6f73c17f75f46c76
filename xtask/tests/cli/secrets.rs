//! A password stands in no output, and in no process's command line.

use std::fs;
use std::process::Stdio;

use crate::support::{Place, server};

const PASSWORD: &str = "hunter2-s3cr3t'\\ü";

/// A role with that password, and the key form of its configuration.
fn place(role: &str, password: &str) -> Place {
    let place = Place::new();
    let database = place.text("codex", "SELECT current_database()");
    let quoted = PASSWORD.replace('\'', "''");
    place.sql(
        "codex",
        &format!(
            "DROP ROLE IF EXISTS {role}; CREATE ROLE {role} SUPERUSER LOGIN PASSWORD E'{}'",
            quoted.replace('\\', "\\\\")
        ),
    );
    Place::unconfigured()
        .set("DB_CODEX_HOST", "127.0.0.1")
        .set("DB_CODEX_PORT", &server().tcp_port().unwrap().to_string())
        .set("DB_CODEX_NAME", &database)
        .set("DB_CODEX_USER", role)
        .set("DB_CODEX_PASSWORD", password)
}

fn assert_silent(place: &Place, line: &str) -> Option<i32> {
    let run = place
        .command(line)
        .env("RUST_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let shown = fs::read(format!("/proc/{}/cmdline", run.id())).unwrap_or_default();
    let output = run.wait_with_output();
    let output = output.unwrap();
    for text in [shown, output.stdout, output.stderr] {
        let text = String::from_utf8_lossy(&text);
        for secret in ["hunter2", "s3cr3t"] {
            assert!(!text.contains(secret), "{line}: {text}");
        }
    }
    output.status.code()
}

#[test]
fn a_hundred_failing_runs_do_not_tell_the_password() {
    let good = place("secretive", PASSWORD);
    for (version, body) in [(1, "SELECT nope;"), (2, "SELECT 1;")] {
        good.migration(version, "step", "", body);
    }
    let wrong = place("secretive_too", "hunter2-s3cr3t-wrong");
    let encoded = "hunter2-s3cr3t%27%5C%C3%BC";
    let port = server().tcp_port().unwrap();
    let url = |rest: &str| {
        Place::unconfigured().set(
            "DB_CODEX_URL",
            &format!("postgres://secretive:{encoded}@{rest}"),
        )
    };
    let refused = url("127.0.0.1:1/x");
    let no_tls = url(&format!("127.0.0.1:{port}/x?sslmode=require"));
    let bad_port = url("127.0.0.1:port/x");
    let unknown_parameter = url("127.0.0.1/x?colour=red");
    let no_host = url("does-not-resolve.invalid/x");
    let dotenv = Place::unconfigured();
    dotenv.file(".env", b"DB_CODEX_PASSWORD='hunter2-s3cr3t\n");
    for _ in 0..10 {
        assert_eq!(
            assert_silent(&good, "migrate codex -vvv --migrations m"),
            Some(1)
        );
        assert_eq!(assert_silent(&wrong, "migrate codex -vvv"), Some(4));
        assert_eq!(
            assert_silent(&wrong, "migrate status codex -vvv --format json"),
            Some(4)
        );
        assert_eq!(assert_silent(&refused, "migrate codex -vvv"), Some(4));
        assert_eq!(assert_silent(&no_tls, "migrate codex -vvv"), Some(4));
        assert_eq!(assert_silent(&bad_port, "migrate codex -vvv"), Some(4));
        assert_eq!(
            assert_silent(&unknown_parameter, "migrate codex -vvv"),
            Some(4)
        );
        assert_eq!(assert_silent(&no_host, "migrate codex -vvv"), Some(4));
        assert_eq!(assert_silent(&dotenv, "migrate codex -vvv"), Some(4));
        assert_eq!(
            assert_silent(&good, "migrate status codex -vvv --migrations m"),
            Some(0)
        );
    }
}
