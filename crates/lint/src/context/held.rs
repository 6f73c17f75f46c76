//! For how long a lock is held, as far as the columns that are known decide it.

use squawk_syntax::ast;

use super::Context;
use crate::locks::{Held, Lock, Locked, of_new_column};
use crate::syntax::{AlterTable, Change, Statement, name_of};

impl Context<'_> {
    /// Corrects what the statement alone says of its own table: that a change of type rewrites it, or
    /// that `SET NOT NULL` reads its rows.
    pub(super) fn refine_held(&self, statement: &Statement<'_>, locks: &mut [Lock]) {
        let Some(AlterTable { table, actions, .. }) = statement.alter_table() else {
            return;
        };
        let own = |lock: &&mut Lock| matches!(&lock.on, Locked::Table(on) if on.may_be(&table));
        // One lock for each action, in their order: others stand behind their own.
        let mut own = locks.iter_mut().filter(own);
        for action in &actions {
            let Some(lock) = own.next() else { return };
            let alter = match action {
                ast::AlterTableAction::AlterColumn(alter) => alter,
                ast::AlterTableAction::AddColumn(add) => {
                    lock.held = of_new_column(add, &|name| self.catalog.volatility(name));
                    continue;
                }
                // A foreign key to the table itself has a second one.
                _ => continue,
            };
            let Some(column) = name_of(alter.column_name_ref()) else {
                continue;
            };
            match alter.option() {
                Some(ast::AlterColumnOption::SetNotNull(_)) => {
                    let known = self.relation(&table);
                    if known.is_some_and(|known| known.proves_not_null(&column, &[])) {
                        lock.held = Held::Briefly;
                    }
                }
                Some(ast::AlterColumnOption::SetType(set)) => {
                    lock.held = match self.type_change(&table, &column, &set) {
                        Some(Change::Catalog) => Held::Briefly,
                        Some(Change::Indexes) => Held::Building,
                        Some(Change::Rewrite) => Held::Rewriting,
                        None => Held::RewritingPerhaps,
                    };
                }
                _ => {}
            }
        }
    }
}
