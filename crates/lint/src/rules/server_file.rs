//! The rule `server-file`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{Statement, tree};

rule! {
    /// Files and programs of the server: `COPY` from or to a file, `pg_read_file`, `lo_import`.
    ///
    /// ## Why it hurts
    ///
    /// The file is on the server's machine, not with the migration: it is missing on another
    /// server, in tests and after a restore. `COPY … PROGRAM` runs a command with the server's
    /// privileges. Both need privileges that no migration should have.
    ///
    /// ## Instead
    ///
    /// Write the rows into the migration: `INSERT … VALUES … ON CONFLICT …`. Large data is loaded
    /// by a program, once the schema is there.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// COPY bible_books FROM '/tmp/books.csv' WITH (FORMAT csv);
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// INSERT INTO bible_books (osis_code) VALUES ('Gen') ON CONFLICT (osis_code) DO NOTHING;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "COPY", and "Generic File Access Functions".
    "server-file", Isolation, Error, Check::Statement(check)
}

const WHY: &str =
    "the file is on one machine, not with the migration: elsewhere it is missing or different";
const INSTEAD: &str =
    "write the rows into the migration, or load them with a program after the migration";

const FUNCTIONS: [&str; 17] = [
    "lo_export",
    "lo_import",
    "pg_file_rename",
    "pg_file_sync",
    "pg_file_unlink",
    "pg_file_write",
    "pg_ls_archive_statusdir",
    "pg_ls_dir",
    "pg_ls_logdir",
    "pg_ls_logicalmapdir",
    "pg_ls_logicalsnapdir",
    "pg_ls_replslotdir",
    "pg_ls_tmpdir",
    "pg_ls_waldir",
    "pg_read_binary_file",
    "pg_read_file",
    "pg_stat_file",
];

/// Roles whose members may do so.
const ROLES: [&str; 3] = [
    "pg_execute_server_program",
    "pg_read_server_files",
    "pg_write_server_files",
];

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    match &statement.sql {
        Some(ast::Stmt::Copy(copy)) => {
            let direction = copy.copy_direction();
            let Some(file) =
                direction.and_then(|direction| tree::child::<ast::CopyProgram>(direction.syntax()))
            else {
                return;
            };
            if file.program_token().is_some() {
                found.add(
                    statement.range_of(&file),
                    "`COPY … PROGRAM` runs a command on the server",
                    "it runs with the server's privileges, and depends on that machine",
                    INSTEAD,
                );
            } else {
                let what = "`COPY` from or to a file of the server";
                found.add(statement.range_of(&file), what, WHY, INSTEAD);
            }
        }
        Some(ast::Stmt::Grant(grant)) if statement.mentions("_server_") => {
            for name in grant.syntax().descendants_with_tokens() {
                let Some(token) = name.into_token() else {
                    continue;
                };
                if ROLES.contains(&token.text().to_ascii_lowercase().as_str()) {
                    found.add(
                        statement.range_of_token(&token),
                        format!("`{}` is granted", token.text()),
                        "its members can read or write files of the server, or run programs there, whatever their privileges in the database are",
                        "leave it to an administrator",
                    );
                }
            }
        }
        _ => {
            for part in ["pg_", "lo_"] {
                for call in statement.calls_like(part) {
                    let name = call.name.name.as_str();
                    if name.starts_with(part) && FUNCTIONS.contains(&name) {
                        let what = format!("`{name}` accesses files of the server");
                        found.add(call.range, what, WHY, INSTEAD);
                    }
                }
            }
        }
    }
}
