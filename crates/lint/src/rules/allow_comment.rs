//! The rule `allow-comment`.

rule! {
    /// A `check:allow` comment that names no rule, gives no reason, or suppresses nothing.
    ///
    /// ## Why it hurts
    ///
    /// An exception needs a reason that reviewers can judge. A comment that suppresses nothing
    /// would hide the next mistake in the same place.
    ///
    /// ## Instead
    ///
    /// `-- check:allow RULE: reason` on the line above the statement, or above the line of the
    /// finding. Each comment suppresses one finding.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// -- check:allow create-if-not-exists
    /// CREATE SCHEMA IF NOT EXISTS teams;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// -- check:allow create-if-not-exists: fails on purpose where somebody made it by hand
    /// CREATE SCHEMA teams;
    /// ```
    "allow-comment", Files, Error, Check::Elsewhere
}
