//! What a rule may know besides the statement, and what it asks of it.

mod also_dropped;
mod also_locked;
mod held;
mod locks;
mod renames;
mod type_change;
mod without_transaction;

use std::cell::OnceCell;

use jubilee_core::{Date, Script, TransactionMode};
use squawk_syntax::ast::{self, AstNode};

use crate::catalog::Catalog;
use crate::facts::{Domain, Facts, Relation};
use crate::locks::FileLocks;
use crate::secrets::{Secret, SecretKind, scan};
use crate::syntax::{AlterTable, ObjectName, Security, Statement, tree};

pub(crate) use also_dropped::AlsoDropped;
pub(crate) use renames::Rename;
pub(crate) use type_change::is_the_column;
pub(crate) use without_transaction::{Alone, DETACH, DROP_INDEX, REINDEX, WithoutTransaction};

/// What a rule may know besides the statement: the file, and what came before it.
pub(crate) struct Context<'a> {
    /// The file's normalised text.
    pub(crate) text: &'a str,
    /// Where it runs.
    pub(crate) scope: &'a Scope<'a>,
    /// Whether it runs in a transaction.
    pub(crate) mode: TransactionMode,
    /// The day in the header.
    pub(crate) date: Option<Date>,
    /// Its statements.
    pub(crate) script: &'a Script,
    /// What the file did up to the statement; after the last one, all that it does.
    pub(crate) file: Facts,
    /// The locks that it took up to the statement; after the last one, all of them.
    pub(crate) locks: FileLocks,
    /// What it renamed so far.
    pub(crate) renamed: Vec<Rename>,
    /// Whether its session is in the time zone UTC.
    pub(crate) in_utc: bool,
    /// With `Transaction: none`, which of its statements need that.
    pub(crate) without_transaction: WithoutTransaction,
    /// What all files before it did.
    pub(crate) schema: &'a Facts,
    /// What stands in the database before the statement, as far as migrations made it.
    pub(crate) catalog: Catalog,
    /// The secrets in the text, once a rule has asked for them.
    pub(crate) secrets: OnceCell<Vec<Secret>>,
}

impl Context<'_> {
    /// Takes note of what a statement does, once every rule has seen it.
    pub(crate) fn note(&mut self, statement: &Statement<'_>) {
        let locks = self.locks_of(statement);
        self.locks.add(statement, locks);
        let renamed = self.rename(statement);
        if let Some((old, new)) = renamed.as_ref().and_then(|r| r.relation.as_ref()) {
            self.locks.rename(old, new);
        }
        self.in_utc = self.is_utc(statement).unwrap_or(self.in_utc);
        self.renamed.extend(renamed);
        if self.mode == TransactionMode::None {
            let alone = self.alone(statement);
            self.without_transaction.add(statement, alone);
        }
        self.file.note(statement, self.schema);
        self.catalog.apply(statement);
    }

    /// Whether the statement sets the time zone, and to UTC.
    fn is_utc(&self, statement: &Statement<'_>) -> Option<bool> {
        let Some(ast::Stmt::Set(set)) = &statement.sql else {
            return None;
        };
        let text = tree::lower(set.syntax());
        let sets = text.contains("timezone") || text.contains("time zone");
        let zones = ["'utc'", "'gmt'", "'etc/utc'", " utc", "'z'"];
        sets.then(|| zones.iter().any(|zone| text.contains(zone)))
    }

    /// The secrets of a kind that stand in the file's text.
    pub(crate) fn secrets(&self, kind: SecretKind) -> impl Iterator<Item = &Secret> {
        let all = self.secrets.get_or_init(|| scan(self.text)).iter();
        all.filter(move |secret| secret.kind == kind)
    }

    /// Whether the table was there before the file, so that others use it. `IF NOT EXISTS` makes
    /// nothing where an earlier file did, unless this file took that out of the way.
    pub(crate) fn existed(&self, table: &ObjectName) -> bool {
        let known = self.schema.creates_table(table);
        !self.file.creates_table(table) || (known && !self.file.names.frees(table))
    }

    /// The statement as an `ALTER TABLE` of a table that others use, and that holds rows: it was not
    /// emptied just before.
    pub(crate) fn alter_in_use(&self, statement: &Statement<'_>) -> Option<AlterTable> {
        let alter = statement.alter_table()?;
        let is_emptied = self.file.again.is_emptied(&alter.table, &statement.range);
        (self.existed(&alter.table) && !is_emptied).then_some(alter)
    }

    /// Whether it is known that no row holds NULL in the column.
    pub(crate) fn is_not_null(&self, table: &ObjectName, column: &str) -> bool {
        let of_catalog = self.catalog.relation(table).and_then(|t| t.column(column));
        of_catalog.is_some_and(|column| column.not_null)
            || self
                .relation(table)
                .is_some_and(|known| known.proves_not_null(column, &[]))
    }

    /// The function of an earlier file that runs with the rights of its owner (`as_owner`), or no longer
    /// does, once a statement is done.
    pub(crate) fn security_changes(&self, sql: &ast::Stmt, as_owner: bool) -> Option<ObjectName> {
        let security = Security::of(sql).filter(|security| security.as_owner == as_owner)?;
        let changes = self.catalog.ran_as_owner(&security)? != as_owner;
        changes.then_some(security.name)
    }

    /// What is known of a table.
    pub(crate) fn relation(&self, name: &ObjectName) -> Option<&Relation> {
        self.file
            .relations
            .get(name)
            .or_else(|| self.schema.relations.get(name))
    }

    /// The name of an index with an expression or a predicate that uses the column.
    pub(crate) fn computed_index(&self, table: &ObjectName, column: &str) -> Option<&str> {
        self.file
            .relations
            .computed_index(&self.schema.relations, table, column)
    }

    /// The table of an index, where a migration made that index.
    pub(crate) fn table_of_index(&self, index: &ObjectName) -> Option<&ObjectName> {
        let of_file = self.file.names.table_of_index(index);
        of_file.or_else(|| self.schema.names.table_of_index(index))
    }

    /// Whether a table is known to be partitioned.
    pub(crate) fn is_partitioned(&self, table: &ObjectName) -> bool {
        self.relation(table)
            .is_some_and(|relation| relation.partitioned == Some(true))
    }

    /// What is known of a domain.
    pub(crate) fn domain(&self, name: &ObjectName) -> Option<&Domain> {
        self.file
            .types
            .domain(name)
            .or_else(|| self.schema.types.domain(name))
    }
}

/// The database whose migrations are checked, and what surrounds it.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Its short name: `codex`.
    pub database: &'a str,
    /// The short names of the other databases.
    pub other_databases: &'a [&'a str],
    /// Today in UTC+14, where the day begins first, for what must not lie in the future; `None` to leave
    /// that out.
    pub today: Option<Date>,
}
