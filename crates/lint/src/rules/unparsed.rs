//! The rule `unparsed`.

use std::ops::Range;

use crate::checked::{Check, rule};
use crate::finding::Finding;
use crate::syntax::Refused;

rule! {
    /// SQL that the check cannot read, so that other rules may overlook something in it.
    ///
    /// ## Why it hurts
    ///
    /// What `EXECUTE` puts together from pieces is not known before it runs. Anything else is mostly
    /// a mistake that the server will refuse too. The server has the last word on
    /// syntax, and may know more than this check; then nothing is wrong, but nothing was looked at
    /// either.
    ///
    /// ## Instead
    ///
    /// Correct the statement. If it is right, allow this finding with the reason, and have
    /// somebody read the statement with care.
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
            "this cannot be read as SQL",
            "correct it; if the server takes it as it stands, allow this finding with the reason",
        ),
        Refused::Dynamic => (
            "what `EXECUTE` runs here is put together when it runs",
            "write the statements out; or allow this finding, and say why a second run, a lock and lost data need not be feared",
        ),
        Refused::Depth => (
            "this nests too deep to be read",
            "write it flatter, or in several statements",
        ),
        Refused::Length => (
            "this is too long to be read",
            "divide it into several statements",
        ),
    };
    Finding {
        rule: &RULE.rule,
        range: Some(range),
        what: what.to_owned(),
        why: "what cannot be read cannot be checked: other rules may have overlooked something"
            .to_owned(),
        instead: instead.to_owned(),
        fix: None,
    }
}
