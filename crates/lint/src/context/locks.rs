//! The locks that a statement takes on tables that others use.

use std::collections::HashMap;

use squawk_syntax::ast::{self, AstNode};

use super::Context;
use crate::locks::{Lock, LockMode, Locked, locks_of};
use crate::syntax::{Place, Statement, name_of};

impl Context<'_> {
    /// The locks stronger than ROW EXCLUSIVE that a statement takes on tables that were there
    /// before the file: the strongest for each table.
    pub(crate) fn locks_of(&self, statement: &Statement<'_>) -> Vec<Lock> {
        if statement.place == Place::Inside && statement.schema_made_around().is_some() {
            // `CREATE SCHEMA … CREATE INDEX …`: all in it is new.
            return Vec::new();
        }
        let mut strongest: Vec<Lock> = Vec::new();
        let mut places = HashMap::new();
        let mut locks = statement.sql.as_ref().map(locks_of).unwrap_or_default();
        self.refine_held(statement, &mut locks);
        locks.extend(self.also_locked(statement));
        for mut lock in locks {
            if let Locked::TableOfIndex(index) = &lock.on
                && let Some(table) = self.table_of_index(index)
            {
                lock.on = Locked::Table(table.clone());
            }
            if let Locked::Table(table) = &lock.on
                && let Some((known, _)) = self.catalog.resolve(table)
                && known.schema != table.key().schema
            {
                lock.on = Locked::Table(known.clone());
            }
            if lock.mode <= LockMode::RowExclusive
                || self.is_new(&lock.on, statement)
                || self.is_nothing(&lock.on, statement)
            {
                continue;
            }
            let place = *places.entry(lock.on.key()).or_insert(strongest.len());
            match strongest.get_mut(place) {
                Some(other) => {
                    other.mode = other.mode.max(lock.mode);
                    other.held = other.held.max(lock.held);
                }
                None => strongest.push(lock),
            }
        }
        strongest
    }

    /// Whether `DROP … IF EXISTS` finds nothing to drop, and so locks nothing.
    fn is_nothing(&self, locked: &Locked, statement: &Statement<'_>) -> bool {
        let Some(sql) = &statement.sql else {
            return false;
        };
        let mut clauses = sql.syntax().children();
        if self.catalog.has_gaps || !clauses.any(|node| ast::IfExists::can_cast(node.kind())) {
            return false;
        }
        match (sql, locked) {
            (ast::Stmt::DropIndex(_), Locked::TableOfIndex(_)) => true,
            (ast::Stmt::DropTable(_), Locked::Table(table)) => {
                self.catalog.relation(table).is_none()
            }
            (ast::Stmt::DropTrigger(drop), Locked::Table(table)) => {
                let trigger = name_of(drop.trigger_ref());
                self.catalog.relation(table).is_some_and(|relation| {
                    let mut triggers = relation.triggers.iter();
                    !triggers.any(|known| Some(&known.name) == trigger.as_ref())
                })
            }
            _ => false,
        }
    }

    fn is_new(&self, locked: &Locked, statement: &Statement<'_>) -> bool {
        let Locked::Table(table) = locked else {
            return false;
        };
        if !self.existed(table) {
            return true;
        }
        let known_view = self.schema.names.has_view(table);
        // `CREATE OR REPLACE VIEW` makes the view where nothing made it before.
        let makes_view = matches!(statement.sql, Some(ast::Stmt::CreateView(_)));
        !known_view && (makes_view || self.file.names.has_view(table))
    }
}
