//! Ctrl-C in the middle of a migration, and a row that is deleted under one.

use std::process::{Child, Stdio};

use crate::support::{Place, Said, assert_said};

/// Starts a run and gives it to `act` once a session of it does what `asks` looks for.
fn during(place: &Place, asks: &str, act: impl FnOnce(&Child)) -> Said {
    let run = place
        .command("migrate codex --migrations m")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let found = format!(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'jubilee-migrate %' AND {asks}"
    );
    let mut client = postgres::Client::connect(&place.url("codex"), postgres::NoTls).unwrap();
    while client.query(&found, &[]).unwrap().is_empty() {}
    act(&run);
    place.said(run.wait_with_output().unwrap())
}

fn interrupt(run: &Child) {
    let pid = rustix::process::Pid::from_child(run);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
}

#[test]
fn a_statement_is_cancelled_on_the_server_and_what_was_applied_stays() {
    let place = Place::new();
    place.migration(1, "quick", "", "CREATE TABLE quick ();");
    place.migration(2, "slow", "", "CREATE TABLE slow (); SELECT pg_sleep(600);");
    assert_said!(during(&place, "wait_event = 'PgSleep'", interrupt), @"
    codex        not finished, 1 migration applied in <time>
      0001_quick <time>
    ---- stderr

      error: codex: stopped on request
      ╰─▶ 0002_slow was under way: it was rolled back
      help: to continue:
            cargo xtask migrate codex --migrations m
    ---- exit 130
    ");
    assert_eq!(
        place.text(
            "codex",
            "SELECT version, status FROM public.schema_migrations"
        ),
        "1 completed"
    );
    assert_eq!(place.text("codex", "SELECT to_regclass('slow')"), "NULL");
}

#[test]
fn a_commit_that_is_cancelled_is_rolled_back_and_said_so() {
    let place = Place::new();
    place.migration(
        1,
        "deferred",
        "",
        "CREATE TABLE t (id int);
         CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(600); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow();
         INSERT INTO t VALUES (1);",
    );
    assert_said!(during(&place, "wait_event = 'PgSleep'", interrupt), @"
    codex        not migrated in <time>
    ---- stderr

      error: codex: stopped on request
      ╰─▶ 0001_deferred was under way: it was rolled back
      help: to continue:
            cargo xtask migrate codex --migrations m
    ---- exit 130
    ");
    assert_eq!(place.text("codex", "SELECT to_regclass('t')"), "NULL");
}

#[test]
fn without_a_transaction_it_is_said_what_the_cancelled_statement_left() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    place.migration(
        2,
        "several",
        "-- Transaction: none",
        "CREATE TABLE IF NOT EXISTS done (id int);
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_id_idx ON users (id);
CREATE TABLE IF NOT EXISTS not_reached (id int);\n",
    );
    // A concurrent build waits for every transaction that may still see the table as it was.
    let mut other = postgres::Client::connect(&place.url("codex"), postgres::NoTls).unwrap();
    assert_eq!(
        place.run("migrate codex --target 1 --migrations m").code,
        Some(0)
    );
    let mut open = other.transaction().unwrap();
    open.batch_execute("INSERT INTO users VALUES (1)").unwrap();
    assert_said!(during(&place, "query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock'", interrupt), @"
    codex        not migrated in <time>
    ---- stderr

      error: codex: stopped on request
      ╰─▶ 0002_several was under way without a transaction: 1 of its 3 statements took effect, and the next was cancelled; index public.users_id_idx is INVALID; its row says `failed`
      help: to continue:
            cargo xtask migrate codex --migrations m
    ---- exit 130
    ");
    drop(open);
    assert_eq!(
        place.text(
            "codex",
            "SELECT status FROM schema_migrations WHERE version = 2"
        ),
        "failed"
    );
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        1 migration applied in <time>
      0002_several <time>
    ---- stderr
    codex: dropping INVALID index public.users_id_idx, left behind by an unfinished build
    ---- exit 0
    ");
}

#[test]
fn a_connection_that_is_lost_meanwhile_is_asked_about_over_another() {
    let place = Place::new();
    place.migration(
        1,
        "stubborn",
        "",
        "DO $$ BEGIN
            PERFORM pg_sleep(600);
         EXCEPTION WHEN query_canceled THEN
            PERFORM pg_terminate_backend(pg_backend_pid());
         END $$;",
    );
    assert_said!(during(&place, "wait_event = 'PgSleep'", interrupt), @"
    codex        not migrated in <time>
    ---- stderr

      error: codex: stopped on request
      ╰─▶ 0001_stubborn was under way: it was rolled back; the connection was lost: terminating connection due to administrator command (SQLSTATE 57P01)
      help: to continue:
            cargo xtask migrate codex --migrations m
    ---- exit 130
    ");
}

#[test]
fn a_row_that_is_deleted_under_a_migration_gets_a_sentence() {
    let place = Place::new();
    place.migration(
        1,
        "waits",
        "-- Transaction: none",
        "SELECT pg_advisory_lock(4711);\n",
    );
    let mut other = postgres::Client::connect(&place.url("codex"), postgres::NoTls).unwrap();
    other
        .batch_execute("SELECT pg_advisory_lock(4711)")
        .unwrap();
    let said = during(&place, "wait_event = 'advisory'", |_| {
        place.sql("codex", "DELETE FROM schema_migrations");
        other
            .batch_execute("SELECT pg_advisory_unlock(4711)")
            .unwrap();
    });
    assert_said!(said, @"
    codex        not migrated in <time>
    ---- stderr

      error: codex: the row of 0001_waits was deleted or changed while it ran
      ╰─▶ its statements took effect, since it runs without a transaction, and public.schema_migrations no longer says so
      help: nothing but the runner may change that table; run it again: being idempotent, it finds what is there
            cargo xtask migrate codex --migrations m
    ---- exit 1
    ");
    assert_eq!(place.run("migrate codex --migrations m").code, Some(0));
}

/// A statement that fails where the row is gone: nothing can be recorded, and that is said.
#[test]
fn a_failure_whose_row_is_gone_is_not_said_to_be_recorded() {
    let place = Place::new();
    place.migration(
        1,
        "waits",
        "-- Transaction: none",
        "SELECT pg_advisory_lock(4712);\nSELECT nope;\n",
    );
    let mut other = postgres::Client::connect(&place.url("codex"), postgres::NoTls).unwrap();
    other
        .batch_execute("SELECT pg_advisory_lock(4712)")
        .unwrap();
    let said = during(&place, "wait_event = 'advisory'", |_| {
        place.sql("codex", "DELETE FROM schema_migrations");
        other
            .batch_execute("SELECT pg_advisory_unlock(4712)")
            .unwrap();
    });
    assert!(
        said.stderr.contains("its failure could not be recorded"),
        "{}",
        said.stderr
    );
}
