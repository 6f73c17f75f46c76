//! The rule `replica-identity`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{ObjectName, Statement};

rule! {
    /// A change of what identifies a table's rows in logical replication.
    ///
    /// ## Why it hurts
    ///
    /// With `NOTHING`, every `UPDATE` and `DELETE` of a published table fails. With `FULL`, the
    /// whole old row is written to the log at each change, and a subscriber without a fitting index
    /// reads its whole table for each row.
    ///
    /// ## Instead
    ///
    /// A primary key, which is the default, or `USING INDEX` of a unique index. If it is meant,
    /// allow this finding and say which subscribers it is for.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE teams REPLICA IDENTITY FULL;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER TABLE teams REPLICA IDENTITY USING INDEX teams_name_key;
    /// ```
    "replica-identity", Locks, Warning, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(ast::Stmt::AlterTable(alter)) = &statement.sql else {
        return;
    };
    let Some(table) = ObjectName::of(alter.table_relation_name()) else {
        return;
    };
    if !context.existed(&table) {
        return;
    }
    for action in alter.actions() {
        let ast::AlterTableAction::ReplicaIdentity(identity) = action else {
            continue;
        };
        let (word, why) = match identity.replica_identity_option() {
            Some(ast::ReplicaIdentityOption::ReplicaIdentityFull(_)) => (
                "FULL",
                "each change writes the whole old row to the log, and a subscriber may read its whole table for each row",
            ),
            Some(ast::ReplicaIdentityOption::ReplicaIdentityNothing(_)) => (
                "NOTHING",
                "while the table is published, every `UPDATE` and `DELETE` of it fails",
            ),
            _ => continue,
        };
        found.add(
            statement.range_of_node(identity.syntax()),
            format!("`REPLICA IDENTITY {word}` of `{table}`"),
            why,
            "use the primary key, or `REPLICA IDENTITY USING INDEX …`; or allow this with the subscribers that it is for",
        );
    }
}
