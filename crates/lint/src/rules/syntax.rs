//! The rule `syntax`.

rule! {
    /// SQL that the runner cannot send: a quote that does not close, no statement at all, data for
    /// `COPY`.
    ///
    /// ## Why it hurts
    ///
    /// After an open quote, everything is part of the string, including a `COMMIT`. `COPY … FROM
    /// STDIN` waits for data that nothing sends. And `standard_conforming_strings` changes where a
    /// string, and so a statement, ends.
    ///
    /// ## Instead
    ///
    /// Close the quote. Write rows as `INSERT … VALUES … ON CONFLICT …`, and backslashes as `E'…'`.
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
