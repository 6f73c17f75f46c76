//! What the release before makes of a change of the schema: `old/breaking_*.sql` break it, each as the line
//! `-- expect LINE: part of what is said` says; those of `old/safe.sql` do not.

use jubilee_verify::Proof;

use crate::cases::{BASE, cases, parts};
use crate::support::found_by;

const OWN: &str = include_str!("old/base.sql");

/// Runs the cases of a file, and says which of them are not as expected.
fn wrong(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in cases(text) {
        let (expected, base, own) = parts(&case);
        let base = format!("{BASE}{OWN}{base}");
        let found = found_by(&[&base, &own], &[Proof::OldRelease]);
        let is_met = |expected: &String| {
            let (line, part) = expected.split_once(": ").unwrap();
            let place = format!("old-release {line}: ");
            let mut lines = found.lines();
            lines.any(|line| line.starts_with(&place) && line.contains(part))
        };
        if !expected.iter().all(is_met) || expected.is_empty() != found.is_empty() {
            wrong.push(format!("{case}-- found\n{found}"));
        }
    }
    wrong
}

#[track_caller]
fn assert_as_expected(text: &str) {
    let wrong = wrong(text);
    assert!(
        wrong.is_empty(),
        "{} of {}\n{}",
        wrong.len(),
        cases(text).len(),
        wrong.join("\n")
    );
}

#[test]
fn changes_of_tables_that_break_it() {
    assert_as_expected(include_str!("old/breaking_tables.sql"));
}

#[test]
fn changes_of_constraints_types_and_triggers_that_break_it() {
    assert_as_expected(include_str!("old/breaking_constraints.sql"));
}

#[test]
fn changes_of_views_routines_and_privileges_that_break_it() {
    assert_as_expected(include_str!("old/breaking_routines.sql"));
}

#[test]
fn changes_of_what_becomes_of_rows_that_break_it() {
    assert_as_expected(include_str!("old/breaking_rows.sql"));
}

#[test]
fn changes_that_do_not() {
    assert_as_expected(include_str!("old/safe.sql"));
}
