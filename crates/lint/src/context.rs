use jubilee_core::{Date, MigrationName, Script, TransactionMode};

use crate::facts::Facts;
use crate::locks::FileLocks;
use crate::renames::Rename;
use crate::without_transaction::WithoutTransaction;

/// What a rule may know besides the statement: the file, and what came before it.
pub(crate) struct Context<'a> {
    /// The file's normalised text.
    pub(crate) text: &'a str,
    /// The file's name.
    pub(crate) name: &'a MigrationName,
    /// Where it runs.
    pub(crate) scope: &'a Scope<'a>,
    /// Whether it runs in a transaction.
    pub(crate) mode: TransactionMode,
    /// The header's reason for losing data.
    pub(crate) destructive: Option<&'a str>,
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
    /// With `Transaction: none`, which of its statements need that.
    pub(crate) without_transaction: WithoutTransaction,
    /// What all files before it did.
    pub(crate) schema: &'a Facts,
}

/// The database whose migrations are checked, and what surrounds it.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Its short name: `codex`.
    pub database: &'a str,
    /// The short names of the other databases.
    pub other_databases: &'a [&'a str],
    /// Today, for what must not lie in the future; `None` to leave that out.
    pub today: Option<Date>,
}
