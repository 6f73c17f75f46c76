//! `kill -9` at random moments: SQL and history stay together.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::Place;

const MIGRATIONS: u16 = 300;
const KILLS: usize = 20;

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Pair,
    NoPair,
    NoTransaction,
}

fn write(place: &Place, form: Form) {
    place.sql(
        "codex",
        "CREATE SCHEMA counted; CREATE TABLE counted.marks (version int)",
    );
    for version in 1..=MIGRATIONS {
        let insert = format!("INSERT INTO counted.marks VALUES ({version});");
        let _ = match form {
            Form::Pair => place.migration(
                version,
                "mark",
                "",
                &format!("BEGIN;\n{insert}\nCREATE TABLE t{version} ();\nCOMMIT;\n"),
            ),
            Form::NoPair => place.migration(
                version,
                "mark",
                "",
                &format!("{insert}\nCREATE TABLE t{version} ();\n"),
            ),
            Form::NoTransaction => place.migration(
                version,
                "mark",
                "-- Transaction: none",
                &format!("{insert}\n"),
            ),
        };
    }
}

/// Starts a run and kills it after some migrations were applied; where exactly in the next
/// ones it dies is up to the machine.
fn kill_after(place: &Place, applied: u64) {
    let mut run = place
        .command("migrate codex -v --migrations m")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(run.stderr.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let _ = lines
        .filter(|line| line.contains("applied"))
        .nth(usize::try_from(applied).unwrap());
    run.kill().unwrap();
    run.wait().unwrap();
    // The server works off what it had received; its session ends by itself.
    while place.text("codex", "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'") != "0" {}
}

/// Rows of effects and history that do not fit.
fn odd(place: &Place, form: Form) -> String {
    if place.text("codex", "SELECT to_regclass('public.schema_migrations')") == "NULL" {
        return String::new();
    }
    let fits = if form == Form::NoTransaction {
        // Without a transaction a rerun may repeat an effect; it is never completed without it.
        "(m.times >= 1 OR h.status IS DISTINCT FROM 'completed') AND (h.status IS NOT NULL OR m.times IS NULL)"
    } else {
        "m.times IS NOT DISTINCT FROM CASE WHEN h.status = 'completed' THEN 1 END"
    };
    place.text(
        "codex",
        &format!(
            "SELECT coalesce(m.version, h.version), m.times, h.status
             FROM (SELECT version, count(*) AS times FROM counted.marks GROUP BY version) AS m
             FULL JOIN public.schema_migrations AS h USING (version) WHERE NOT ({fits})"
        ),
    )
}

fn survive(form: Form) {
    let place = Place::new();
    write(&place, form);
    let random = |below: u64| RandomState::new().build_hasher().finish() % below;
    for _ in 0..KILLS {
        let applied = random(12);
        kill_after(&place, applied);
        assert_eq!(odd(&place, form), "", "killed after {applied} more");
        let interrupted = "SELECT version FROM public.schema_migrations WHERE status = 'running'";
        if form == Form::NoTransaction
            && place.text("codex", "SELECT to_regclass('public.schema_migrations')") != "NULL"
        {
            let version = place.text("codex", interrupted);
            if !version.is_empty() {
                let said = place.run(&format!(
                    "migrate resolve codex {version} --rerun --migrations m"
                ));
                assert_eq!(said.code, Some(0), "{}", said.stderr);
            }
        }
    }
    let said = place.run("migrate codex --migrations m");
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(odd(&place, form), "");
    assert_eq!(
        place.text(
            "codex",
            "SELECT count(*), min(status), max(status) FROM public.schema_migrations"
        ),
        "300 completed completed"
    );
}

#[test]
fn files_with_begin_and_commit_survive_twenty_kills() {
    survive(Form::Pair);
}

#[test]
fn files_without_begin_and_commit_survive_twenty_kills() {
    survive(Form::NoPair);
}

#[test]
fn files_without_a_transaction_survive_twenty_kills() {
    survive(Form::NoTransaction);
}
