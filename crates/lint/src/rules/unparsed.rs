//! The rule `unparsed`.

use std::ops::Range;

use crate::checked::{Check, rule};
use crate::finding::Finding;
use crate::syntax::Refused;

rule! {
    /// SQL that the check cannot parse, so that other rules may miss something in it.
    ///
    /// ## Why it hurts
    ///
    /// The text that `EXECUTE` builds is not known before it runs. Other findings are usually
    /// syntax errors that the server will reject too. If the server accepts the statement, nothing
    /// is wrong with it, but nothing in it was checked either.
    ///
    /// ## Instead
    ///
    /// Correct the statement. If it is right, allow this finding with the reason, and have the
    /// statement reviewed carefully.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABEL IF NOT EXISTS teams (team_id uuid);
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE SCHEMA IF NOT EXISTS teams;
    /// ```
    "unparsed", Files, Warning, Check::Reading
}

/// The finding for SQL that was not read.
pub(crate) fn finding(range: Range<usize>, reason: Refused) -> Finding {
    let (what, instead) = match reason {
        Refused::Syntax => (
            "this cannot be parsed as SQL",
            "correct it; if the server accepts it, allow this finding with the reason",
        ),
        Refused::Dynamic => (
            "the statement that `EXECUTE` runs is built at run time",
            "write out the statements; or allow this finding, and say why it is safe to run again, takes no long lock and loses no data",
        ),
        Refused::Depth => (
            "this is nested too deeply to be parsed",
            "nest it less deeply, or write several statements",
        ),
        Refused::Length => (
            "this is too long to be parsed",
            "split it into several statements",
        ),
    };
    Finding {
        rule: &RULE.rule,
        range: Some(range),
        what: what.to_owned(),
        why: "what cannot be parsed cannot be checked: other rules may have missed something"
            .to_owned(),
        instead: instead.to_owned(),
        fix: None,
    }
}
