//! The indexes of tables.

use std::collections::{HashMap, HashSet};

use squawk_syntax::ast::{self, AlterTableAction, AstNode, BinOp, TableArg};

use crate::syntax::{
    ConstraintKind, NewConstraint, ObjectName, Statement, copies_indexes, generated_name,
    index_items, is_null, tree,
};

/// Which columns have indexes, made by themselves or for a primary key or a unique or exclusion
/// constraint.
#[derive(Debug, Clone, Default)]
pub(crate) struct Indexes {
    /// What was made, by table and name.
    tables: HashMap<ObjectName, HashMap<String, Index>>,
    /// The tables of the indexes.
    owners: HashMap<String, ObjectName>,
    /// Tables that took over all indexes of another, whatever they are.
    copies: HashSet<ObjectName>,
    /// Names of indexes and constraints that were dropped.
    dropped: HashSet<String>,
    /// Under which name earlier files know a table that was renamed; `None` for one that was
    /// dropped, or whose name another table had before.
    origins: HashMap<ObjectName, Option<ObjectName>>,
}

#[derive(Debug, Clone)]
struct Index {
    /// Its columns, up to the first expression.
    columns: Vec<String>,
    /// The columns of its predicate, where that only leaves out their NULLs; `None` where it
    /// leaves out more.
    not_null: Option<Vec<String>>,
}

impl Index {
    /// Whether a search by these columns can use it. It does not matter that NULLs are left out,
    /// since a search never finds them.
    fn serves(&self, columns: &[String]) -> bool {
        let leading = self.columns.get(..columns.len()).unwrap_or_default();
        let not_null = self.not_null.as_deref();
        !leading.is_empty()
            && columns.iter().all(|column| leading.contains(column))
            && not_null.is_some_and(|of| of.iter().all(|column| columns.contains(column)))
    }
}

impl Indexes {
    /// Takes note of what a statement does.
    pub(super) fn note(&mut self, statement: &Statement<'_>) {
        let Some(sql) = &statement.sql else { return };
        let constraints = statement.new_constraints();
        match sql {
            ast::Stmt::CreateTable(create) => {
                self.note_constraints(constraints);
                self.note_copies(create);
            }
            ast::Stmt::CreateIndex(create) => self.note_index(create),
            ast::Stmt::AlterTable(alter) => {
                self.note_constraints(constraints);
                self.note_alter(alter);
            }
            ast::Stmt::DropIndex(drop) => {
                for index in drop.index_refs() {
                    self.drop_index(ObjectName::below(&index));
                }
            }
            ast::Stmt::DropTable(drop) => {
                for table in drop.table_name_refs().filter_map(|t| ObjectName::below(&t)) {
                    let table = table.key();
                    self.tables.remove(&table);
                    self.copies.remove(&table);
                    self.origins.insert(table, None);
                }
            }
            _ => {}
        }
    }

    /// Adds what a later file did.
    pub(super) fn extend(&mut self, later: Self) {
        // All are taken out before one is put back: two tables may have changed names.
        let moved: Vec<_> = later
            .origins
            .into_iter()
            .map(|(table, origin)| {
                let indexes = origin.as_ref().and_then(|o| self.tables.get(o)).cloned();
                let copies = origin.as_ref().is_some_and(|o| self.copies.contains(o));
                (table, indexes, copies)
            })
            .collect();
        for (table, indexes, copies) in moved {
            self.tables.remove(&table);
            self.copies.remove(&table);
            if copies {
                self.copies.insert(table.clone());
            }
            if let Some(indexes) = indexes {
                self.put(table, indexes);
            }
        }
        for name in &later.dropped {
            self.forget(name);
        }
        for (table, indexes) in later.tables {
            self.put(table, indexes);
        }
        self.copies.extend(later.copies);
    }

    fn note_constraints(&mut self, constraints: &[NewConstraint]) {
        for constraint in constraints {
            let columns = match constraint.kind {
                ConstraintKind::PrimaryKey | ConstraintKind::Unique => constraint.columns.clone(),
                ConstraintKind::Exclude => excluded_by_equality(constraint),
                ConstraintKind::Check | ConstraintKind::ForeignKey => continue,
            };
            let name = constraint.name_or_generated().unwrap_or_default();
            let all_rows = Some(Vec::new());
            self.add(constraint.owner.clone(), name, columns, all_rows);
        }
    }

    fn note_copies(&mut self, create: &ast::CreateTable) {
        if let Some(table) = ObjectName::of(create.table_name())
            && takes_over_indexes(create)
        {
            self.copies.insert(table.key());
        }
    }

    fn note_index(&mut self, create: &ast::CreateIndex) {
        let Some(table) = ObjectName::of(create.table_relation_name()) else {
            return;
        };
        let method = create.using_method().and_then(|m| m.access_method_ref());
        // A BRIN index narrows a search down to pages at best.
        if method.is_some_and(|m| ast::normalize_name_node(m.syntax()) == "brin") {
            return;
        }
        let columns: Vec<String> = index_columns(create).map_while(|column| column).collect();
        let name = match ObjectName::of(create.index()) {
            Some(index) => index.name,
            None => generated_name(&table, &columns, "idx"),
        };
        let not_null = match create.where_clause().and_then(|clause| clause.expr()) {
            Some(predicate) => not_null_columns(&predicate),
            None => Some(Vec::new()),
        };
        self.add(table, name, columns, not_null);
    }

    fn note_alter(&mut self, alter: &ast::AlterTable) {
        let Some(table) = ObjectName::of(alter.table_relation_name()) else {
            return;
        };
        for action in alter.actions() {
            match action {
                AlterTableAction::DropConstraint(drop) => {
                    self.drop_index(ObjectName::of(drop.constraint_name_ref()));
                }
                action => {
                    if let Some(new) = table.after(&action) {
                        self.rename(table.key(), new.key());
                    }
                }
            }
        }
    }

    fn add(
        &mut self,
        table: ObjectName,
        name: String,
        columns: Vec<String>,
        not_null: Option<Vec<String>>,
    ) {
        let table = table.key();
        let index = Index { columns, not_null };
        self.owners.insert(name.clone(), table.clone());
        self.tables.entry(table).or_default().insert(name, index);
    }

    fn drop_index(&mut self, name: Option<ObjectName>) {
        let Some(name) = name.map(|name| name.name) else {
            return;
        };
        self.forget(&name);
        self.dropped.insert(name);
    }

    fn forget(&mut self, name: &str) {
        let owner = self.owners.remove(name);
        if let Some(indexes) = owner.and_then(|table| self.tables.get_mut(&table)) {
            indexes.remove(name);
        }
    }

    /// Gives a table indexes that were made for it under another name, or by another file.
    fn put(&mut self, table: ObjectName, indexes: HashMap<String, Index>) {
        for name in indexes.keys() {
            self.owners.insert(name.clone(), table.clone());
        }
        self.tables.entry(table).or_default().extend(indexes);
    }

    fn rename(&mut self, old: ObjectName, new: ObjectName) {
        if let Some(indexes) = self.tables.remove(&old) {
            self.put(new.clone(), indexes);
        }
        if self.copies.remove(&old) {
            self.copies.insert(new.clone());
        }
        let origin = self.origins.remove(&old).unwrap_or(Some(old.clone()));
        self.origins.insert(old, None);
        self.origins.insert(new, origin);
    }

    /// The columns of the table's index of that name, of this file or of the earlier ones; `None`
    /// where nobody saw it being made.
    pub(crate) fn columns_of<'a>(
        &'a self,
        earlier: &'a Self,
        table: &ObjectName,
        name: &str,
    ) -> Option<&'a [String]> {
        let table = table.key();
        let own = self.tables.get(&table).and_then(|own| own.get(name));
        let index = own.or_else(|| {
            let before = self
                .origins
                .get(&table)
                .map_or(Some(&table), Option::as_ref);
            let known = earlier.tables.get(before?)?.get(name);
            known.filter(|_| !self.dropped.contains(name))
        })?;
        Some(&index.columns)
    }

    /// Whether a search of the table by these columns can use an index, of this file or of the
    /// earlier ones.
    pub(crate) fn serve(&self, earlier: &Self, table: &ObjectName, columns: &[String]) -> bool {
        let table = table.key();
        let mut own = self.tables.get(&table).into_iter().flatten();
        if self.copies.contains(&table) || own.any(|(_, index)| index.serves(columns)) {
            return true;
        }
        let Some(before) = self.origins.get(&table).unwrap_or(&Some(table)).clone() else {
            return false;
        };
        let mut indexes = earlier.tables.get(&before).into_iter().flatten();
        earlier.copies.contains(&before)
            || indexes.any(|(name, index)| index.serves(columns) && !self.dropped.contains(name))
    }
}

/// The key columns of an index; `None` stands for an expression.
pub(super) fn index_columns(create: &ast::CreateIndex) -> impl Iterator<Item = Option<String>> {
    index_items(create).map(|item| {
        let expr = match item.expr()? {
            ast::Expr::Collate(collated) => collated.expr()?,
            other => other,
        };
        match expr {
            ast::Expr::NameRef(name) => Some(ast::normalize_name_node(name.syntax())),
            _ => None,
        }
    })
}

/// Whether a new table takes over the indexes of another, primary key included.
pub(super) fn takes_over_indexes(create: &ast::CreateTable) -> bool {
    let mut arguments = create.table_arg_list().into_iter().flat_map(|l| l.args());
    create.partition_of().is_some()
        || arguments
            .any(|argument| matches!(argument, TableArg::LikeClause(like) if copies_indexes(&like)))
}

/// The first columns of an exclusion constraint that are compared by `=`.
fn excluded_by_equality(constraint: &NewConstraint) -> Vec<String> {
    let list = tree::child::<ast::ConstraintExclusionList>(&constraint.node);
    let parts = list.into_iter().flat_map(|l| l.constraint_exclusions());
    parts
        .map_while(|part| match (part.expr(), part.op()) {
            (Some(ast::Expr::NameRef(name)), Some(op)) if op.syntax().text() == "=" => {
                Some(ast::normalize_name_node(name.syntax()))
            }
            _ => None,
        })
        .collect()
}

/// The columns of `a IS NOT NULL AND b IS NOT NULL`; `None` for any other predicate.
fn not_null_columns(predicate: &ast::Expr) -> Option<Vec<String>> {
    match predicate {
        ast::Expr::ParenExpr(inner) => not_null_columns(&inner.expr()?),
        ast::Expr::BinExpr(binary) => match (binary.lhs()?, binary.op()?, binary.rhs()?) {
            (lhs, BinOp::And(_), rhs) => {
                let mut columns = not_null_columns(&lhs)?;
                columns.extend(not_null_columns(&rhs)?);
                Some(columns)
            }
            (ast::Expr::NameRef(column), BinOp::IsNot(_), rhs) if is_null(&rhs) => {
                Some(vec![ast::normalize_name_node(column.syntax())])
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{Reading, Routines, walk};

    fn indexes(sql: &str) -> Indexes {
        let mut indexes = Indexes::default();
        for statement in jubilee_core::split(sql).unwrap() {
            walk(sql, &statement.range, &Routines::new(), &mut |reading| {
                if let Reading::Statement(statement) = reading {
                    indexes.note(statement);
                }
            });
        }
        indexes
    }

    /// Whether a search by `a` has an index once the earlier file and then the later one ran; the
    /// later one's own view and that of the files after it must be the same.
    fn served(earlier: &str, later: &str, table: &str) -> bool {
        let (mut earlier, later) = (indexes(earlier), indexes(later));
        let table = ObjectName::new(None, table);
        let columns = ["a".to_owned()];
        let seen = later.serve(&earlier, &table, &columns);
        earlier.extend(later);
        let seen_afterwards = Indexes::default().serve(&earlier, &table, &columns);
        assert_eq!(seen, seen_afterwards);
        seen
    }

    const BOTH: &str = "CREATE TABLE t (a int, b int);
                        CREATE INDEX t_a ON t (a);
                        CREATE TABLE u (a int);";

    #[test]
    fn an_index_serves_until_it_is_dropped() {
        assert!(served(BOTH, "", "t"));
        assert!(!served(BOTH, "", "u"));
        assert!(!served(BOTH, "DROP INDEX t_a;", "t"));
        assert!(!served(BOTH, "DROP TABLE t; CREATE TABLE t (a int);", "t"));
        assert!(served(
            BOTH,
            "DROP INDEX t_a; CREATE INDEX t_a ON t (a, b);",
            "t"
        ));
        let key = "CREATE TABLE t (a int PRIMARY KEY);";
        assert!(served(key, "", "t"));
        assert!(!served(key, "ALTER TABLE t DROP CONSTRAINT t_pkey;", "t"));
    }

    #[test]
    fn indexes_move_with_their_table() {
        let swap = "ALTER TABLE t RENAME TO old;
                    ALTER TABLE u RENAME TO t;
                    ALTER TABLE old RENAME TO u;";
        assert!(served(BOTH, swap, "u"));
        assert!(!served(BOTH, swap, "t"));
        assert!(!served(BOTH, swap, "old"));
        let dropped = &format!("{swap} DROP INDEX t_a;");
        assert!(!served(BOTH, dropped, "u"));
        let copied = "ALTER TABLE u RENAME TO v; CREATE TABLE u (LIKE t INCLUDING ALL);";
        assert!(served(BOTH, copied, "u"));
        assert!(!served(BOTH, copied, "v"));
    }

    #[test]
    fn searches_are_served_by_leading_columns_and_harmless_predicates() {
        let served = |index: &str| served("", index, "t");
        assert!(served("CREATE INDEX ON t (a);"));
        assert!(served("CREATE INDEX ON t USING hash (a);"));
        assert!(served("CREATE INDEX ON t (a) WHERE a IS NOT NULL;"));
        assert!(!served(
            "CREATE INDEX ON t (a) WHERE a IS NOT NULL AND b IS NOT NULL;"
        ));
        assert!(!served("CREATE INDEX ON t (a) WHERE a > 0;"));
        assert!(!served("CREATE INDEX ON t (b, a);"));
        assert!(!served("CREATE INDEX ON t (b) INCLUDE (a);"));
        assert!(!served("CREATE INDEX ON t USING brin (a);"));
        assert!(!served("CREATE INDEX ON other.t (a);"));
    }
}
