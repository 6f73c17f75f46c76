//! A commit that waits for a synchronous standby which is gone.

use jubilee_pg_local::{Options, TempServer};
use rustix::process::Signal;

use crate::work::{Form, Work};

const MIGRATIONS: u16 = 5;

#[test]
fn a_commit_that_waits_for_a_standby_says_so_and_can_be_ended() {
    let server = TempServer::start(&Options::default()).unwrap();
    server.create_database("trial").unwrap();
    let url = server.url("trial");
    let work = Work::new(&url, &url, MIGRATIONS, Form::Plain);
    let mut client = work.client();
    // This must not wait for the standby itself.
    client
        .batch_execute("SET synchronous_commit = local")
        .unwrap();
    for statement in [
        "ALTER SYSTEM SET synchronous_standby_names = 'gone'",
        "SELECT pg_reload_conf()",
    ] {
        client.batch_execute(statement).unwrap();
    }
    let set =
        "SELECT FROM pg_settings WHERE name = 'synchronous_standby_names' AND setting = 'gone'";
    while client.query(set, &[]).unwrap().is_empty() {}

    // Only the last commit of the run waits, so nothing is left to do.
    let mut run = work.start();
    assert!(run.hears("a commit waits for synchronous replication"));
    run.signal(Signal::TERM);
    let ended = run.end();
    assert_eq!(ended.code, Some(130), "{}", ended.stderr);
    for said in [
        "no standby of synchronous_standby_names (gone) confirms it",
        "PostgreSQL warns: canceling wait for synchronous replication due to user request",
    ] {
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
    }
    let said =
        "codex: stopped on request\n  ╰─▶ everything that was asked for is applied already\n";
    assert!(ended.stderr.ends_with(said), "{}", ended.stderr);
    // What is committed here is reported, though no standby has it.
    assert_eq!(work.misreported(&[ended]), [""; 0]);
    assert_eq!(work.odd(), [""; 0]);
}
