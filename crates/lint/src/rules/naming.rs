//! The rule `naming`.

rule! {
    /// A file in a migrations folder that is not called `NNNN_descriptive_name.sql`.
    ///
    /// ## Why it hurts
    ///
    /// Migrations run in the order of their numbers. A file that the runner does not recognise
    /// would be skipped without a message, and its change would be missing in production.
    ///
    /// ## Instead
    ///
    /// Four digits, `_`, a name in snake_case, `.sql`. `cargo xtask new` makes such a file. Other
    /// files belong in another folder.
    ///
    /// ## Bad
    ///
    /// ```text
    /// 0001_initial_schema.sql
    /// 2_AddTeams.sql
    /// ```
    ///
    /// ## Good
    ///
    /// ```text
    /// 0001_initial_schema.sql
    /// 0002_add_teams.sql
    /// ```
    "naming", Files, Error, Check::Elsewhere
}
