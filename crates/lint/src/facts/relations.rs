//! All tables that migrations made or changed, and the indexes that are computed from their columns.

use std::collections::{BTreeSet, HashMap};

use squawk_syntax::ast::{self, AstNode};

use super::Relation;
use super::constraint::columns_in;
use crate::syntax::{ObjectName, Statement, index_items, name_in, name_of};

/// What is known of tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Relations {
    tables: HashMap<ObjectName, Relation>,
    /// Indexes with an expression or a predicate, by name; `None` for those that were dropped.
    computed: HashMap<String, Option<ComputedIndex>>,
}

/// An index that depends on more than the columns that it lists.
#[derive(Debug, Clone)]
struct ComputedIndex {
    table: ObjectName,
    /// The columns in its expressions and its predicate.
    columns: Vec<String>,
}

impl Relations {
    /// Takes note of what a statement does; `before` is what earlier files did.
    pub(super) fn note(&mut self, statement: &Statement<'_>, before: &Self) {
        match &statement.sql {
            Some(ast::Stmt::CreateTable(create)) => self.create(create, before),
            Some(ast::Stmt::AlterTable(_)) => {
                let Some(alter) = statement.alter_table() else {
                    return;
                };
                let table = alter.table;
                for action in alter.actions {
                    match table.after(&action) {
                        Some(new) => self.rename(&table, &new),
                        None => self.relation(&table, before).alter(action),
                    }
                }
            }
            Some(ast::Stmt::CreateIndex(create)) => self.create_index(create),
            Some(ast::Stmt::DropIndex(drop)) => {
                for index in drop.index_refs() {
                    let name = name_in(&index).unwrap_or_default();
                    self.computed.insert(name, None);
                }
            }
            Some(ast::Stmt::DropTable(drop)) => {
                let names = drop.syntax().descendants();
                for name in names.filter_map(ast::TableNameRef::cast) {
                    if let Some(name) = ObjectName::below(&name) {
                        self.tables.insert(name.key(), Relation::default());
                    }
                }
            }
            Some(sql @ (ast::Stmt::DropType(_) | ast::Stmt::DropDomain(_))) => {
                let cascades = |node| ast::Cascade::can_cast(node);
                if sql.syntax().children().any(|child| cascades(child.kind())) {
                    let types = ObjectName::all_below(sql.syntax());
                    let of_before = before.tables.keys().cloned();
                    let tables: BTreeSet<ObjectName> =
                        self.tables.keys().cloned().chain(of_before).collect();
                    for table in tables {
                        let relation = self.relation(&table, before);
                        types.iter().for_each(|ty| relation.drop_columns_of(ty));
                    }
                }
            }
            _ => {}
        }
    }

    /// Adds what a later file did.
    pub(super) fn extend(&mut self, later: Self) {
        self.tables.extend(later.tables);
        self.computed.extend(later.computed);
    }

    /// What is known of the table.
    pub(crate) fn get(&self, name: &ObjectName) -> Option<&Relation> {
        self.tables.get(&name.key())
    }

    /// The name of an index with an expression or a predicate that uses the column; `before`
    /// is what earlier files did.
    pub(crate) fn computed_index<'a>(
        &'a self,
        before: &'a Self,
        table: &ObjectName,
        column: &str,
    ) -> Option<&'a str> {
        let kept = |(name, _): &(&String, _)| !self.computed.contains_key(*name);
        let earlier = before.computed.iter().filter(kept);
        let speaks = |index: &ComputedIndex| {
            index.table.may_be(table) && index.columns.iter().any(|c| c == column)
        };
        self.computed
            .iter()
            .chain(earlier)
            .filter(|(_, index)| index.as_ref().is_some_and(speaks))
            .map(|(name, _)| name.as_str())
            .min()
    }

    fn create_index(&mut self, create: &ast::CreateIndex) {
        let table = ObjectName::of(create.table_relation_name());
        let name = name_of(create.index());
        let (Some(table), Some(name)) = (table, name) else {
            return;
        };
        let mut columns: Vec<String> = index_items(create)
            .filter_map(|item| item.expr())
            .filter(|expr| !matches!(expr, ast::Expr::NameRef(_)))
            .flat_map(|expr| columns_in(expr.syntax()))
            .collect();
        if let Some(predicate) = create.where_clause() {
            columns.extend(columns_in(predicate.syntax()));
        }
        if !columns.is_empty() {
            let index = ComputedIndex { table, columns };
            self.computed.insert(name, Some(index));
        }
    }

    fn relation(&mut self, name: &ObjectName, before: &Self) -> &mut Relation {
        let key = name.key();
        let known = before.tables.get(&key);
        self.tables
            .entry(key)
            .or_insert_with(|| known.cloned().unwrap_or_default())
    }

    fn create(&mut self, create: &ast::CreateTable, before: &Self) {
        let Some(name) = ObjectName::of(create.table_name()) else {
            return;
        };
        let relation = self.relation(&name, before);
        if create.if_not_exists().is_some() && relation.is_there() {
            return;
        }
        relation.partitioned = Some(create.partition_by().is_some());
        for arg in create.table_arg_list().into_iter().flat_map(|l| l.args()) {
            match arg {
                ast::TableArg::Column(column) => relation.column(&column),
                ast::TableArg::TableConstraint(constraint) => {
                    let constraint = ast::Constraint::cast(constraint.syntax().clone());
                    relation.constrain(constraint, None);
                }
                ast::TableArg::LikeClause(_) => {}
            }
        }
    }

    /// After renaming, what was known of the names holds no more.
    fn rename(&mut self, old: &ObjectName, new: &ObjectName) {
        let known = self.tables.insert(old.key(), Relation::default());
        self.tables.insert(new.key(), known.unwrap_or_default());
    }
}
