//! The rule `system-catalog`.

use squawk_syntax::ast;

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{ObjectName, Statement};

rule! {
    /// A write to a system catalog: `UPDATE pg_attribute`, `DELETE FROM pg_enum`.
    ///
    /// ## Why it hurts
    ///
    /// The server does not check what is written there, locks nothing, and tells no other session.
    /// A wrong value can make a table unreadable. It needs a superuser, and the next version may
    /// store it in another way.
    ///
    /// ## Instead
    ///
    /// The statement of SQL that does the same: `ALTER TABLE`, `ALTER TYPE`.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// UPDATE pg_catalog.pg_attribute SET attnotnull = true
    /// WHERE attrelid = 'teams'::regclass AND attname = 'name' AND NOT attnotnull;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// SELECT attnotnull FROM pg_catalog.pg_attribute
    /// WHERE attrelid = 'teams'::regclass AND attname = 'name';
    /// ```
    "system-catalog", Isolation, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    use ast::Stmt as S;
    let (word, name) = match &statement.sql {
        Some(S::Insert(s)) => ("INSERT", ObjectName::of(s.relation_name_ref())),
        Some(S::Update(s)) => ("UPDATE", ObjectName::of(s.relation_name())),
        Some(S::Delete(s)) => ("DELETE", ObjectName::of(s.relation_name())),
        Some(S::Merge(s)) => ("MERGE", ObjectName::of(s.table_relation_name())),
        _ => return,
    };
    let Some(name) = name else { return };
    let is_catalog = match name.schema.as_deref() {
        Some(schema) => ["pg_catalog", "information_schema", "pg_toast"].contains(&schema),
        None => name.name.starts_with("pg_") && context.catalog.relation(&name).is_none(),
    };
    if is_catalog {
        found.add(
            statement.head(2),
            format!("`{word}` of the system catalog `{name}`"),
            "the server does not check what is written there and locks nothing: a wrong value can make a table unreadable",
            "write the statement of SQL that does the same: `ALTER TABLE`, `ALTER TYPE`, …",
        );
    }
}
