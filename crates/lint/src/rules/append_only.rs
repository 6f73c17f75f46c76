//! The rule `append-only`.

rule! {
    /// A migration of the base that was edited, renamed or deleted, or a new one that does not come
    /// after them.
    ///
    /// The base is where this branch left the default branch, or what `--base` says.
    ///
    /// ## Why it hurts
    ///
    /// Databases that have applied a migration keep its result. If it is edited afterwards, new
    /// databases differ from old ones, and old ones refuse to migrate, because its checksum is not
    /// the recorded one. A comment-only edit changes the checksum too. A new file with a lower
    /// number would never be applied to a database that is past that number.
    ///
    /// ## Instead
    ///
    /// Restore the file, and put the change into a new migration with the next free number.
    ///
    /// ## Bad
    ///
    /// ```text
    /// git mv migrations/codex/0002_add_teams.sql migrations/codex/0002_teams.sql
    /// ```
    ///
    /// ## Good
    ///
    /// ```text
    /// git mv migrations/codex/0002_teams.sql migrations/codex/0002_add_teams.sql
    /// cargo xtask new codex rename_teams
    /// cargo xtask check --fix
    /// ```
    "append-only", Files, Error, Check::Elsewhere
}
