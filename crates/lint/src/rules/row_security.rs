//! The rule `row-security`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{ObjectName, Statement, tree};

rule! {
    /// Row level security that is switched on for a table in use that has no policy, or passed over.
    ///
    /// ## Why it hurts
    ///
    /// Without a policy, row level security lets nobody but the owner see or change a row: queries of the
    /// running release find nothing, and its `INSERT`s fail with 42501 (`insufficient_privilege`).
    ///
    /// ## Instead
    ///
    /// Add the policy that is missing, before or in the same migration. If nobody needs the rows any more, say why with `--
    /// Destructive: reason` in the header.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS notes (note_id uuid PRIMARY KEY);
    /// -- next migration
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// DROP POLICY IF EXISTS notes_of_all ON notes;
    /// CREATE POLICY notes_of_all ON notes FOR SELECT USING (true);
    /// ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    /// ```
    "row-security", Destructive, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    match &statement.sql {
        Some(ast::Stmt::AlterTable(alter)) => {
            let Some(table) = ObjectName::of(alter.table_relation_name()) else {
                return;
            };
            if !context.existed(&table) {
                return;
            }
            for action in alter.actions() {
                if let ast::AlterTableAction::EnableRls(a) = &action {
                    found.add(
                        statement.range_of(a),
                        format!("row level security of `{table}` is switched on, and it has no policy"),
                        "roles other than its owner see no row from then on, and their `INSERT`s fail with 42501 (`insufficient_privilege`)",
                        "create its policies in the same migration: `CREATE POLICY … ON … USING (…)`; or say why nobody needs its rows with `-- Destructive: reason` in the header",
                    );
                    found.unless_it_has_a_policy(table.clone());
                }
            }
        }
        Some(ast::Stmt::Set(set)) => {
            let text = tree::lower(set.syntax());
            if text.contains("row_security") && text.contains("off") {
                found.add(
                    statement.range.clone(),
                    "`row_security` is switched off",
                    "queries that a policy would limit fail, unless the role may see all rows",
                    "leave it out",
                );
            }
        }
        _ => {}
    }
}
