//! The rule `syntax`.

use crate::checked::{Check, rule};

rule! {
    /// SQL that the runner cannot send: a quote that does not close, no statement at all, data for `COPY`.
    ///
    /// ## Why it hurts
    ///
    /// Behind an open quote everything is taken for its content, a `COMMIT` included.
    /// `COPY … FROM STDIN` waits for data that a migration has no client to send. And
    /// `standard_conforming_strings` changes where the server sees the end of a string, and so of
    /// a statement.
    ///
    /// ## Instead
    ///
    /// Close the quote. Write rows as `INSERT … VALUES … ON CONFLICT …`, and backslashes as
    /// `E'…'`.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// COPY teams (name) FROM STDIN;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// INSERT INTO teams (name) VALUES ('Band') ON CONFLICT (name) DO NOTHING;
    /// ```
    "syntax", Files, Error, Check::Elsewhere
}
