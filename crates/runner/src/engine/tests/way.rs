//! What a run sends where something sits in between, and where a commit is more than one commit.

use super::played::{Played, TWO, file, run, run_with};
use crate::error::RunErrorKind;
use crate::options::Options;

#[test]
fn one_message_is_under_way_where_something_may_sit_in_between() {
    let small = [file(1, "", TWO), file(2, "", TWO)];
    let expected = "(waits)\nread\n(waits)\nsettings\n\
        (waits)\nbegin claim one two complete commit reset\n\
        (waits)\nbegin claim one two complete commit reset";
    let unknown = Options::new();
    let (sent, result) = run_with(&mut Played::new(), &small, &unknown);
    result.unwrap();
    assert_eq!(sent, expected);
    // Vouched for, and another process answers than the client was told of.
    let mut pooled = Played {
        process: Some(8),
        ..Played::new()
    };
    let (sent, result) = run(&mut pooled, &small);
    result.unwrap();
    assert_eq!(sent, expected.replace("(waits)\nsettings\n", ""));
    let large = format!("SELECT 'one'; SELECT '{}';", "x".repeat(300_000));
    let (sent, result) = run_with(&mut Played::new(), &[file(1, "", &large)], &unknown);
    result.unwrap();
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    settings
    (waits)
    begin claim
    (waits)
    one
    (waits)
    many
    (waits)
    complete commit reset
    ");
}

#[test]
fn nothing_of_the_target_is_set_again_on_a_pooled_connection() {
    let restored = "set_config('application_name', 'app', false)";
    let mut link = Played::new();
    run(&mut link, &[file(1, "", TWO)]).1.unwrap();
    assert!(link.text.contains(restored), "{}", link.text);
    let mut link = Played {
        process: Some(8),
        ..Played::new()
    };
    run(&mut link, &[file(1, "", TWO)]).1.unwrap();
    assert!(!link.text.contains("'app'"), "{}", link.text);
    assert!(link.text.contains("RESET ALL"), "{}", link.text);
}

#[test]
fn all_prepared_statements_go_only_where_nobody_else_can_have_any() {
    let all_go = |process, file| {
        let mut link = Played {
            process,
            ..Played::new()
        };
        run(&mut link, &[file]).1.unwrap();
        link.text.contains("DEALLOCATE ALL")
    };
    assert!(all_go(Some(7), file(1, "", TWO)));
    assert!(!all_go(Some(8), file(1, "", TWO)));
    assert!(!all_go(None, file(1, "", TWO)));
}

#[test]
fn without_a_transaction_a_pooled_connection_is_refused_before_anything_is_applied() {
    let mut link = Played {
        process: Some(8),
        ..Played::new()
    };
    let files = [
        file(1, "", TWO),
        file(2, "-- Transaction: none", TWO),
        file(3, "-- Transaction: none", TWO),
    ];
    let (sent, result) = run(&mut link, &files);
    assert_eq!(sent, "(waits)\nread");
    assert_eq!(
        result.unwrap_err().to_string(),
        "refused: 0002_step, 0003_step run without a transaction, and the connection leads through a pooler"
    );
}

/// How often a commit of a run of three migrations need not wait for the disk.
fn asynchronous(mut link: Played) -> usize {
    let files = [file(1, "", TWO), file(2, "", TWO), file(3, "", TWO)];
    run(&mut link, &files).1.unwrap();
    link.text.matches("synchronous_commit = off").count()
}

#[test]
fn commits_are_asynchronous_only_where_a_commit_is_one_commit() {
    assert_eq!(asynchronous(Played::new()), 2);
    let citus = Played {
        citus: true,
        ..Played::new()
    };
    assert_eq!(asynchronous(citus), 0);
    let elsewhere = Played {
        elsewhere: true,
        ..Played::new()
    };
    assert_eq!(asynchronous(elsewhere), 0);
}

#[test]
fn the_last_commit_waits_for_the_disk_whatever_the_role_has_set() {
    let mut link = Played {
        synchronous_commit: "off",
        ..Played::new()
    };
    let files = [file(1, "", TWO), file(2, "", TWO)];
    run(&mut link, &files).1.unwrap();
    let settings: Vec<_> = link
        .text
        .lines()
        .filter(|line| line.contains("synchronous_commit ="))
        .collect();
    assert_eq!(
        settings,
        [
            "SET LOCAL synchronous_commit = off;",
            "SET LOCAL synchronous_commit = local;"
        ]
    );
}

#[test]
fn the_lock_time_out_reaches_the_workers_of_citus() {
    let mut link = Played {
        citus: true,
        ..Played::new()
    };
    run(&mut link, &[file(1, "", TWO)]).1.unwrap();
    let propagated =
        "SET LOCAL citus.propagate_set_commands = 'local';\nSET LOCAL lock_timeout = 5000;";
    assert!(link.text.contains(propagated), "{}", link.text);
}

#[test]
fn a_worker_of_citus_and_a_history_that_citus_keeps_are_refused() {
    let refused = |node| {
        let mut link = Played {
            citus: true,
            node,
            ..Played::new()
        };
        let (sent, result) = run(&mut link, &[file(1, "", TWO)]);
        assert_eq!(sent, "(waits)\nread\n(waits)\ncitus");
        result.unwrap_err().to_string()
    };
    assert_eq!(
        refused([Some("t"), None]),
        "refused: the server is a worker of Citus"
    );
    assert_eq!(
        refused([Some("f"), Some("reference")]),
        "refused: public.schema_migrations is a reference table of Citus"
    );
}

#[test]
fn a_server_behind_the_server_that_cannot_be_reached_is_tried_again() {
    let mut link = Played {
        fails: Some(("SELECT 'one'", "08006")),
        ..Played::new()
    };
    let (_, result) = run(&mut link, &[file(1, "", TWO)]);
    let Err(RunErrorKind::Failed(failed)) = result else {
        unreachable!("it fails each time")
    };
    assert_eq!(failed.attempts, 2);
}

#[test]
fn citus_is_kept_from_taking_over_the_history() {
    let created = |citus| {
        let mut link = Played {
            citus,
            has_history: false,
            ..Played::new()
        };
        run(&mut link, &[file(1, "", TWO)]).1.unwrap();
        let before = link.text.split("CREATE TABLE").next().unwrap_or_default();
        before.contains("citus.use_citus_managed_tables")
    };
    assert!(created(true));
    assert!(!created(false));
}
