//! The rule `encoding`.

rule! {
    /// A migration that is not UTF-8 text, or holds a NUL byte.
    ///
    /// ## Why it hurts
    ///
    /// The server would read the bytes as other characters, or reject the query.
    ///
    /// ## Instead
    ///
    /// Save the file as UTF-8. A byte order mark and Windows line ends do not matter: they are
    /// removed when the file is read.
    ///
    /// ## Bad
    ///
    /// ```sql file
    /// BEGIN;
    /// SELECT '\xFF';
    /// COMMIT;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql file
    /// BEGIN;
    /// SELECT 'ÿ';
    /// COMMIT;
    /// ```
    "encoding", Files, Error, Check::Elsewhere
}
