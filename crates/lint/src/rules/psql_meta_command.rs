//! The rule `psql-meta-command`.

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::meta_commands;

rule! {
    /// A psql meta-command: `\connect`, `\copy`, `\i`, `\d`.
    ///
    /// ## Why it hurts
    ///
    /// psql executes such lines itself; they are not SQL. The runner sends the file to the server,
    /// which fails at the backslash (42601). In psql, `\connect` would run the rest of the file in
    /// another database, and `\i` and `\copy` read files that are not part of the migration.
    ///
    /// ## Instead
    ///
    /// Write SQL only: rows as `INSERT … VALUES … ON CONFLICT …`, another file's content in the
    /// migration itself.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// \connect jubilee_codex
    /// SELECT 1;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// SELECT E'a backslash in a string: \\connect';
    /// ```
    "psql-meta-command", Isolation, Error, Check::File(check)
}

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    for range in meta_commands(context.text) {
        let command = context.text[range.clone()]
            .split_whitespace()
            .next()
            .unwrap_or_default();
        let instead = match command {
            "\\copy" => "write the rows as `INSERT … VALUES … ON CONFLICT …`",
            "\\i" | "\\ir" | "\\include" | "\\include_relative" => {
                "put the content of the other file here"
            }
            "\\c" | "\\connect" => {
                "delete the line; each database has its own folder of migrations"
            }
            _ => "delete the line, or write it as SQL",
        };
        found.add(
            range,
            format!("`{command}` is a psql meta-command, not SQL"),
            "the server, to which the runner sends the file, does not know it",
            instead,
        );
    }
}
