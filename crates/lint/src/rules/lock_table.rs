//! The rule `lock-table`.

use squawk_syntax::ast;

use crate::context::Context;
use crate::facts::Space;
use crate::finding::Found;
use crate::locks::mode_asked_for;
use crate::syntax::{ObjectName, Statement};

rule! {
    /// `LOCK TABLE`.
    ///
    /// ## Why it hurts
    ///
    /// The lock is held until the migration commits. Without a mode it is ACCESS EXCLUSIVE, which
    /// blocks every read and write. While the migration waits for it, later queries wait too, and
    /// two transactions that lock in a different order deadlock.
    ///
    /// ## Instead
    ///
    /// Leave it out: each statement takes the lock that it needs. Lock single rows that must not
    /// change with `SELECT … FOR UPDATE`. A table that the same file created may be locked.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// LOCK TABLE users IN SHARE MODE;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// SELECT id FROM users WHERE id = 'c0de0000-0000-4000-8000-000000000001' FOR UPDATE;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Explicit Locking".
    "lock-table", Transaction, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(ast::Stmt::Lock(lock)) = &statement.sql else {
        return;
    };
    let mode = mode_asked_for(lock);
    let relations = lock
        .relation_list()
        .into_iter()
        .flat_map(|list| list.relation_names());
    for relation in relations {
        let Some(name) = ObjectName::below(&relation) else {
            continue;
        };
        if !context.file.made.has(Space::Relation, &name) {
            found.add(
                statement.range_of(&relation),
                format!("`LOCK TABLE {name}`"),
                format!("{} until the migration commits", mode.taken_on(&name)),
                "delete it: each statement takes the lock that it needs; for single rows write `SELECT … FOR UPDATE`",
            );
        }
    }
}
