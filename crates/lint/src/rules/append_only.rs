//! The rule `append-only`.

use crate::checked::{Check, rule};

rule! {
    /// A migration of the base that was edited, renamed or deleted, or a new one that does not come after them.
    ///
    /// The base is where this branch left the default branch, or what `--base` says.
    ///
    /// ## Why it hurts
    ///
    /// Databases that have applied a migration keep what it did then. Edited afterwards, it makes
    /// new databases differ from old ones, and old ones refuse to go on, since its checksum is not
    /// the one that they recorded. A comment-only edit changes the checksum too. A new file with a
    /// number from the past would never reach a database that is beyond it.
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
    /// cargo xtask new codex rename_teams
    /// ```
    "append-only", Files, Error, Check::Elsewhere
}
