//! A migration without a transaction, where a pooler sits in between.

use crate::stand::{Stand, Way};
use crate::work::{Form, SLEEPS, Work};

const MIGRATIONS: u16 = 3;

#[test]
fn behind_a_pooler_it_is_refused_and_past_it_a_kill_is_seen() {
    let Ok(stand) = Stand::start(Way::Pooled) else {
        return;
    };
    let database = stand.database();
    let direct = stand.server.url(&database);
    let work = Work::new(&direct, &stand.url(&database), MIGRATIONS, Form::Plain);
    work.place.migration(
        2,
        "mark",
        "-- Transaction: none",
        "INSERT INTO counted.marks VALUES (2);\nSELECT pg_sleep(600);\n",
    );
    let refused = work.start().end();
    assert_eq!(refused.code, Some(3), "{}", refused.stderr);
    assert!(
        refused
            .stderr
            .contains("set DB_CODEX_DIRECT_URL to the address of PostgreSQL itself"),
        "{}",
        refused.stderr
    );
    assert!(!work.has_history(), "a refused run has written");

    let work = work.set("DB_CODEX_DIRECT_URL", &direct);
    let mut run = work.start();
    let mut client = work.client();
    while client.query(SLEEPS, &[]).unwrap().is_empty() && !run.is_over() {}
    run.kill();
    // PostgreSQL notices that the client is gone when the statement ends.
    client
        .batch_execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'")
        .unwrap();
    while !client.query(SLEEPS, &[]).unwrap().is_empty() {}
    let status = work
        .place
        .command("migrate status codex --migrations m")
        .output()
        .unwrap();
    let said = String::from_utf8(status.stdout).unwrap();
    assert!(said.contains("interrupted"), "{said}");
}
