//! The rule `sum-file`.

rule! {
    /// A migration whose line in `crates/<database>/migrations.sum` is missing or does not match.
    ///
    /// The file has one line for each migration: its name, and the SHA-256 of its normalised text
    /// and of the line before, so that the order counts too.
    ///
    /// ## Why it hurts
    ///
    /// Two branches that add migrations of the same number touch different files, so git merges
    /// both without a conflict. In the sum file they touch the same line, so git reports a conflict
    /// before the merge. An edit of an old migration shows as a changed sum.
    ///
    /// ## Instead
    ///
    /// `cargo xtask check --fix` writes the lines of migrations that the base does not hold yet, as
    /// soon as nothing else is wrong with them. It never touches a line of the base. A migration
    /// that is not committed yet breaks no rule: the check ends with a reminder.
    ///
    /// ## Bad
    ///
    /// ```text
    /// git add migrations/codex/0009_add_teams.sql
    /// ```
    ///
    /// ## Good
    ///
    /// ```text
    /// cargo xtask check --fix
    /// git add migrations/codex/0009_add_teams.sql crates/codex/migrations.sum
    /// ```
    "sum-file", Files, Error, Check::Elsewhere
}
