//! What the release before makes of a change of the schema: `old/breaking_*.sql` break it, each as the line
//! `-- expect LINE: part of what is said` says; those of `old/safe.sql` do not.

use jubilee_verify::Proof;

use crate::cases::assert_as_expected;

const OWN: &str = include_str!("old/base.sql");

#[test]
fn changes_of_tables_that_break_it() {
    assert_as_expected(
        Proof::OldRelease,
        OWN,
        include_str!("old/breaking_tables.sql"),
    );
}

#[test]
fn changes_of_constraints_types_and_triggers_that_break_it() {
    assert_as_expected(
        Proof::OldRelease,
        OWN,
        include_str!("old/breaking_constraints.sql"),
    );
}

#[test]
fn changes_of_views_routines_and_privileges_that_break_it() {
    assert_as_expected(
        Proof::OldRelease,
        OWN,
        include_str!("old/breaking_routines.sql"),
    );
}

#[test]
fn changes_of_what_becomes_of_rows_that_break_it() {
    assert_as_expected(
        Proof::OldRelease,
        OWN,
        include_str!("old/breaking_rows.sql"),
    );
}

#[test]
fn changes_that_do_not() {
    assert_as_expected(Proof::OldRelease, OWN, include_str!("old/safe.sql"));
}
