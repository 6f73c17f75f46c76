//! The rule `identifier-length`.

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{LONGEST_NAME, Statement, cut_name};

rule! {
    /// A new name that is longer than 63 bytes.
    ///
    /// ## Why it hurts
    ///
    /// PostgreSQL truncates it to 63 bytes, with only a notice. Two names that differ after that
    /// are the same: the second `CREATE INDEX IF NOT EXISTS` finds the first index and creates
    /// nothing. A condition that looks up the full name in the catalog never finds it, so the
    /// guarded statement runs again and fails.
    ///
    /// ## Instead
    ///
    /// Use a shorter name. Characters outside of ASCII take two bytes or more.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE SCHEMA IF NOT EXISTS reports_of_the_ministries_and_communities_that_asked_for_them_monthly;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE SCHEMA IF NOT EXISTS monthly_ministry_reports;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `identifier-too-long` finds these too, but not in `DO` blocks.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Identifiers and Key Words".
    "identifier-length", Quality, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    for new in statement.new_names() {
        if new.name.len() <= LONGEST_NAME {
            continue;
        }
        found.add(
            statement.range_of_node(&new.node),
            format!("the name of this {} is {} bytes long", new.kind, new.name.len()),
            format!("PostgreSQL truncates it to `{}`, so another name with that beginning is the same name", cut_name(&new.name)),
            format!("choose a name of at most {LONGEST_NAME} bytes"),
        );
    }
}
