//! Several databases side by side; a server that is down beside two that are not, or restarts.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::Stdio;

use crate::support::{Place, databases};

/// What is said of a new database that got all of its migrations.
fn applied(name: &str) -> String {
    let known = xtask::databases::ALL.iter();
    let count = known
        .filter(|entry| entry.database.name == name)
        .map(|entry| entry.embedded.len())
        .sum::<usize>();
    format!("{name:<12} {count} migrations applied")
}

#[test]
fn one_that_is_down_does_not_keep_the_others() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let place = Place::new().set(
        "DB_INSPIRE_URL",
        &format!("postgres://jubilee:x@127.0.0.1:{free}/jubilee_inspire"),
    );
    let said = place.run("migrate all");
    assert_eq!(said.code, Some(4), "{}", said.stderr);
    assert!(said.stdout.contains(&applied("codex")), "{}", said.stdout);
    assert!(
        said.stdout.contains("inspire      not migrated"),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout.contains(&applied("continuum")),
        "{}",
        said.stdout
    );
    assert!(
        said.stderr.contains(&format!(
            "cannot connect to jubilee@127.0.0.1:{free}/jubilee_inspire"
        )),
        "{}",
        said.stderr
    );
}

/// Each database's migration waits until all others are at work as well: one after the
/// other, the first would wait in vain.
#[test]
fn the_databases_are_migrated_side_by_side() {
    let place = Place::new();
    let barrier = place.text("codex", "SELECT 'barrier_' || current_database()");
    let all = databases().count();
    for name in databases() {
        let header = format!(
            "-- Migration: 0001_meet\n-- Database: {name}\n-- Author: Ada\n-- Date: 2026-11-22\n-- Description: test\n"
        );
        let body = format!(
            "DO $$ BEGIN
                EXECUTE format('COPY (SELECT 1) TO %L', current_setting('data_directory') || '/{barrier}_{name}');
                FOR i IN 1..6000 LOOP
                    IF (SELECT count(*) FROM pg_ls_dir('.') AS f WHERE f LIKE '{barrier}_%') = {all} THEN RETURN; END IF;
                    PERFORM pg_sleep(0.01);
                END LOOP;
                RAISE EXCEPTION 'the others did not come';
            END $$;"
        );
        place.file(
            &format!("m/{name}/0001_meet.sql"),
            format!("{header}{body}").as_bytes(),
        );
    }
    let said = place.run("migrate all --migrations m");
    assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
}

#[test]
fn a_server_that_restarts_is_waited_for() {
    let mut server =
        jubilee_pg_local::TempServer::start(&jubilee_pg_local::Options::default()).unwrap();
    server.create_database("restarted").unwrap();
    let place = Place::unconfigured().set("DB_CODEX_URL", &server.url("restarted"));
    place.migration(1, "quick", "", "CREATE TABLE quick ();");
    // It waits for the barrier the first time, and finds it down the second.
    place.migration(2, "slow", "", "SELECT pg_sleep(CASE WHEN EXISTS (SELECT FROM pg_class WHERE relname = 'barrier') THEN 0 ELSE 600 END);");
    let mut run = place
        .command("migrate codex -v --migrations m")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(run.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("applied 0001_quick") {
        line.clear();
        stderr.read_line(&mut line).unwrap();
    }
    let mut client = postgres::Client::connect(&server.url("restarted"), postgres::NoTls).unwrap();
    // Before that it has not looked for the barrier yet.
    let asleep = "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    while client.query(asleep, &[]).unwrap().is_empty() {}
    client
        .batch_execute("CREATE SCHEMA other; CREATE TABLE other.barrier ()")
        .unwrap();
    drop(client);
    server.restart().unwrap();
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut stderr, &mut rest).unwrap();
    let mut summary = String::new();
    std::io::Read::read_to_string(&mut run.stdout.take().unwrap(), &mut summary).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(0), "{rest}");
    assert!(rest.contains("reconnecting, attempt 1 of 8"), "{rest}");
    assert!(
        summary.starts_with("codex        2 migrations applied in "),
        "{summary}"
    );
}
