//! The engine without a server: what it sends, and what it waits for.

mod played;
mod way;

use crate::error::RunErrorKind;

use played::{Played, TWO, file, run};

#[test]
fn small_migrations_go_in_a_row_each_as_one_message() {
    let (sent, result) = run(&mut Played::new(), &[file(1, "", TWO), file(2, "", TWO)]);
    result.unwrap();
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    settings
    (waits)
    begin claim one two complete commit reset
    begin claim one two complete commit reset
    ");
}

/// Another runner may create the history and its first tables between any two statements.
/// Tables that were there before a moment without a history are somebody else's; asked for in
/// the other order, a runner's own tables would be taken for those.
#[test]
fn tables_of_others_are_asked_for_before_the_history() {
    let mut link = Played {
        has_history: false,
        ..Played::new()
    };
    let (sent, result) = run(&mut link, &[file(1, "", TWO)]);
    result.unwrap();
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    others read settings
    (waits)
    create
    (waits)
    begin claim one two complete commit reset
    ");
}

#[test]
fn where_single_statements_are_wanted_the_claim_is_awaited_first() {
    let mut link = Played {
        citus: true,
        ..Played::new()
    };
    let (sent, result) = run(&mut link, &[file(1, "", TWO)]);
    result.unwrap();
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    citus
    (waits)
    settings
    (waits)
    begin claim
    (waits)
    one
    two
    complete commit reset
    ");
}

#[test]
fn a_large_migration_waits_for_its_claim() {
    let body = format!(
        "SELECT 'one'; SELECT '{}'; SELECT 'two';",
        "x".repeat(300_000)
    );
    let (sent, result) = run(&mut Played::new(), &[file(1, "", &body)]);
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
    many
    two
    complete commit reset
    ");
}

#[test]
fn without_a_transaction_the_claim_is_committed_first() {
    let (sent, result) = run(&mut Played::new(), &[file(1, "-- Transaction: none", TWO)]);
    result.unwrap();
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    settings
    (waits)
    begin claim commit
    (waits)
    timeout
    (waits)
    one
    (waits)
    timeout
    (waits)
    two
    (waits)
    complete reset
    ");
}

#[test]
fn after_a_failure_nothing_more_of_the_row_is_sent_and_it_is_recorded() {
    let mut link = Played {
        citus: true,
        fails: Some(("SELECT 'two'", "22012")),
        ..Played::new()
    };
    let (sent, result) = run(&mut link, &[file(1, "", TWO), file(2, "", TWO)]);
    assert!(matches!(result, Err(RunErrorKind::Failed(_))));
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    citus
    (waits)
    settings
    (waits)
    begin claim
    (waits)
    one
    two
    (waits)
    rollback reset
    (waits)
    record
    ");
}

#[test]
fn when_the_failing_statement_is_not_known_they_are_sent_one_by_one() {
    let mut link = Played {
        fails: Some(("SELECT 'two'", "22012")),
        ..Played::new()
    };
    let (sent, result) = run(&mut link, &[file(1, "", TWO)]);
    assert!(matches!(result, Err(RunErrorKind::Failed(_))));
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    settings
    (waits)
    begin claim one two complete commit reset
    (waits)
    rollback reset
    (waits)
    read
    (waits)
    begin claim
    (waits)
    one
    two
    (waits)
    rollback reset
    (waits)
    record
    ");
}

#[test]
fn a_passing_failure_is_tried_again_a_bounded_number_of_times() {
    let mut link = Played {
        citus: true,
        fails: Some(("SELECT 'one'", "40P01")),
        ..Played::new()
    };
    let (sent, result) = run(&mut link, &[file(1, "", TWO)]);
    let Err(RunErrorKind::Failed(failed)) = result else {
        unreachable!("it fails each time")
    };
    assert_eq!(failed.attempts, 2);
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    citus
    (waits)
    settings
    (waits)
    begin claim
    (waits)
    one
    (waits)
    rollback reset
    (waits)
    read
    (waits)
    begin claim
    (waits)
    one
    (waits)
    rollback reset
    (waits)
    record
    ");
}

#[test]
fn a_server_older_than_13_is_refused_before_anything_is_sent() {
    let mut link = Played {
        version: "120022",
        ..Played::new()
    };
    let (sent, result) = run(&mut link, &[file(1, "", TWO)]);
    let Err(RunErrorKind::Refused(refusals)) = result else {
        unreachable!("it is refused")
    };
    assert_eq!(refusals[0].to_string(), "the server is too old");
    insta::assert_snapshot!(sent, @r"
    (waits)
    read
    ");
}
