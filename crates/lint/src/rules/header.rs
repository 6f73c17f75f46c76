//! The rule `header`.

use jubilee_core::{Header, UnknownField};

use crate::finding::Finding;
use crate::suggest::nearest;

rule! {
    /// A header field that is missing, wrong, unknown, or left as the template has it.
    ///
    /// ## Why it hurts
    ///
    /// The header says which migration this is, where it belongs, who wrote it, when and why. A
    /// copied file whose header names another database would run where it does not belong; and its
    /// description is all that a later reader has.
    ///
    /// ## Instead
    ///
    /// Begin the file with `Migration`, `Database`, `Author`, `Date` and `Description`, as `cargo
    /// xtask new` does. Optional are `Transaction: none`, `Destructive: reason`, `Loosens: reason`,
    /// `Contract: since which release`, and `Reverts: NNNN` with `Incident: what happened`.
    ///
    /// ## Bad
    ///
    /// ```sql file
    /// -- Migration: 0001_example
    /// -- Database: inspire
    /// -- Author: Ada Lovelace
    /// -- Date: 2026-11-22
    /// -- Description: adds teams
    ///
    /// BEGIN;
    /// SELECT 1;
    /// COMMIT;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql file
    /// -- Migration: 0001_example
    /// -- Database: codex
    /// -- Author: Ada Lovelace
    /// -- Date: 2026-11-22
    /// -- Description: adds teams
    ///
    /// BEGIN;
    /// SELECT 1;
    /// COMMIT;
    /// ```
    "header", Files, Error, Check::Elsewhere
}

/// Which of these are misspelled fields; the others are prose.
pub(crate) fn misspelled(fields: &[UnknownField]) -> impl Iterator<Item = Finding> {
    fields.iter().filter_map(|field| {
        let meant = nearest(&field.name, Header::FIELDS)?;
        Some(Finding::new(
            &RULE.rule,
            Some(field.range.clone()),
            format!("unknown header field `{}`", field.name),
            "a misspelled field would be ignored",
            format!("write `{meant}`"),
        ))
    })
}
