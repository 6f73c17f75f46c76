//! Statements that PostgreSQL refuses in a transaction.

use std::ops::Range;

use jubilee_core::{TokenKind, tokens};
use squawk_syntax::ast::{self, AstNode};

use super::Context;
use crate::syntax::{ObjectName, Place, Statement, clustered, reindexes_concurrently};

/// A statement that PostgreSQL refuses in a transaction: 25001, "cannot run inside a transaction
/// block".
#[derive(Debug, Clone)]
pub(crate) struct Alone {
    /// What it is called: `CREATE INDEX CONCURRENTLY`.
    pub(crate) name: &'static str,
    /// The words that make it one.
    pub(crate) words: Range<usize>,
    /// The index that it builds or drops, where it is one.
    pub(crate) index: Option<ObjectName>,
}

/// The statements of a migration with `Transaction: none`.
#[derive(Debug, Default)]
pub(crate) struct WithoutTransaction {
    /// Those that need that.
    pub(crate) alone: Vec<Alone>,
    /// Those that do not, by their first words.
    pub(crate) plain: Vec<Range<usize>>,
}

impl WithoutTransaction {
    /// Adds a statement.
    pub(super) fn add(&mut self, statement: &Statement<'_>, alone: Option<Alone>) {
        let Some(sql) = statement.sql.as_ref() else {
            return;
        };
        if statement.place != Place::Top {
            return;
        }
        match (alone, sql) {
            (Some(alone), _) => self.alone.push(alone),
            // They may commit in between.
            (None, ast::Stmt::Call(_)) => self.other(statement, "CALL"),
            (None, ast::Stmt::Do(block)) if commits(block) => self.other(statement, "DO"),
            // Settings for the statements behind them, and statistics for new indexes.
            (
                None,
                ast::Stmt::Set(_)
                | ast::Stmt::SetRole(_)
                | ast::Stmt::Reset(_)
                | ast::Stmt::ResetRole(_)
                | ast::Stmt::Show(_)
                | ast::Stmt::Analyze(_),
            ) => {}
            // What they lack is `CONCURRENTLY`, which other rules ask for.
            (None, ast::Stmt::CreateIndex(_) | ast::Stmt::DropIndex(_) | ast::Stmt::Reindex(_)) => {
            }
            (None, _) => self.plain.push(statement.head(2)),
        }
    }

    fn other(&mut self, statement: &Statement<'_>, name: &'static str) {
        self.alone.push(Alone {
            name,
            words: statement.head(1),
            index: None,
        });
    }
}

impl Alone {
    /// Whether this is a statement that only clears the way for that one: it drops what an
    /// interrupted run of it left, or the index that it is to replace.
    pub(crate) fn clears_the_way_for(&self, next: &Alone) -> bool {
        let (Some(dropped), Some(built)) = (&self.index, &next.index) else {
            return false;
        };
        let leftovers = ["", "_ccnew", "_ccold"];
        self.name == DROP_INDEX
            && next.name != DROP_INDEX
            && leftovers
                .iter()
                .any(|suffix| *dropped == built.with_suffix(suffix))
    }
}

pub(crate) const DROP_INDEX: &str = "DROP INDEX CONCURRENTLY";
pub(crate) const DETACH: &str = "DETACH PARTITION CONCURRENTLY";
pub(crate) const REINDEX: &str = "REINDEX CONCURRENTLY";

impl Context<'_> {
    /// The statement as one that PostgreSQL refuses in a transaction, where it is. What a
    /// migration may not hold at all (databases, tablespaces, subscriptions, `ALTER SYSTEM`,
    /// `DISCARD`) is left out.
    pub(crate) fn alone(&self, statement: &Statement<'_>) -> Option<Alone> {
        use ast::Stmt as S;
        let to = |token: Option<squawk_syntax::SyntaxToken>| {
            let start = statement.range.start;
            token.map(|token| start..statement.range_of_token(&token).end.max(start))
        };
        let (name, words, index) = match statement.sql.as_ref()? {
            S::CreateIndex(s) => (
                "CREATE INDEX CONCURRENTLY",
                to(Some(s.concurrently_token()?))?,
                ObjectName::of(s.index()),
            ),
            S::DropIndex(s) => (
                DROP_INDEX,
                to(Some(s.concurrently_token()?))?,
                ObjectName::of(s.index_refs().next()),
            ),
            S::Reindex(s) => {
                let (name, index) = self.reindex(s)?;
                let word = s.reindex_target().and_then(|t| t.concurrently_token());
                let options = s.reindex_option_list();
                let of_options = options.map(|options| statement.up_to(options.syntax()));
                let words = to(word).or(of_options).unwrap_or_else(|| statement.head(2));
                (name, words, index)
            }
            S::Vacuum(_) => ("VACUUM", statement.head(1), None),
            S::Cluster(s) => match clustered(s) {
                None => ("CLUSTER", statement.head(1), None),
                Some(table) if self.is_partitioned(&table) => {
                    ("CLUSTER of a partitioned table", statement.head(1), None)
                }
                Some(_) => return None,
            },
            S::AlterTable(s) => {
                let mut actions = s.actions();
                let detach = actions.find_map(|action| match action {
                    ast::AlterTableAction::DetachPartition(detach) => Some(detach),
                    _ => None,
                })?;
                match detach.detach_partition_option()? {
                    ast::DetachPartitionOption::DetachConcurrently(_) => {
                        (DETACH, statement.range_of(&detach), None)
                    }
                    ast::DetachPartitionOption::DetachFinalize(_) => return None,
                }
            }
            _ => return None,
        };
        Some(Alone { name, words, index })
    }

    fn reindex(&self, reindex: &ast::Reindex) -> Option<(&'static str, Option<ObjectName>)> {
        use ast::ReindexTarget as T;
        let target = reindex.reindex_target()?;
        let name = match &target {
            T::ReindexTargetIndex(i) => ObjectName::of(i.index_ref()),
            T::ReindexTargetTable(t) => ObjectName::of(t.table_name_ref()),
            _ => None,
        };
        let is_index = matches!(target, T::ReindexTargetIndex(_));
        if reindexes_concurrently(reindex) {
            return Some((REINDEX, name.filter(|_| is_index)));
        }
        match target {
            T::ReindexTargetSchema(_) => Some(("REINDEX SCHEMA", None)),
            T::ReindexTargetDatabase(_) => Some(("REINDEX DATABASE", None)),
            T::ReindexTargetSystem(_) => Some(("REINDEX SYSTEM", None)),
            T::ReindexTargetTable(_) => self
                .is_partitioned(&name?)
                .then_some(("REINDEX of a partitioned table", None)),
            T::ReindexTargetIndex(_) => self
                .is_partitioned(self.table_of_index(&name?)?)
                .then_some(("REINDEX of a partitioned table", None)),
        }
    }
}

/// Whether a `DO` block ends transactions of its own.
fn commits(block: &ast::Do) -> bool {
    let Some(body) = block.body().and_then(|literal| literal.decoded_value()) else {
        return false;
    };
    let text = body.text();
    tokens(text).flatten().any(|token| {
        let word = &text[token.range];
        token.kind == TokenKind::Word
            && (word.eq_ignore_ascii_case("commit") || word.eq_ignore_ascii_case("rollback"))
    })
}
