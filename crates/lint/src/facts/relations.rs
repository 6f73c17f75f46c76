//! Tables, their columns and their checks.

use std::collections::HashMap;

use squawk_syntax::ast::{self, AstNode, BinOp, PrefixOp};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::Fact;
use crate::syntax::{
    ObjectName, SqlType, Statement, column_names, constant, index_items, is_null, name_in,
    spares_rows,
};

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

/// What is known of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Relation {
    /// Whether it is partitioned; `None` where nobody saw it being created.
    pub(crate) partitioned: Option<bool>,
    columns: HashMap<String, Column>,
    constraints: Vec<Constraint>,
}

/// What is known of a column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Column {
    /// Its type.
    pub(crate) ty: Option<SqlType>,
    /// Whether it surely holds no NULL.
    pub(crate) not_null: bool,
    /// Whether it is computed when it is read, and nothing is stored.
    pub(crate) is_virtual: bool,
}

/// A `CHECK`, or another constraint that may be `NOT VALID`.
#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    name: Option<String>,
    /// Whether it holds for all rows.
    pub(crate) valid: bool,
    /// The columns that a `CHECK` uses.
    pub(crate) columns: Vec<String>,
    /// Those of them that are not NULL where it holds.
    pub(crate) not_null: Vec<String>,
    /// The constants in it.
    pub(crate) constants: Vec<String>,
}

impl Fact for Relations {
    fn note(&mut self, statement: &Statement<'_>, before: &Self) {
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
            _ => {}
        }
    }

    fn extend(&mut self, later: Self) {
        self.tables.extend(later.tables);
        self.computed.extend(later.computed);
    }
}

impl Relations {
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
        let name = create.index().and_then(|index| name_in(&index));
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

impl Relation {
    /// Whether it was seen being created, and not dropped since.
    pub(crate) fn is_there(&self) -> bool {
        self.partitioned.is_some()
    }

    /// What is known of the column.
    pub(crate) fn column_named(&self, name: &str) -> Option<&Column> {
        self.columns.get(name)
    }

    /// Whether a column is of that type.
    pub(crate) fn has_column_of(&self, ty: &ObjectName) -> bool {
        let mut types = self
            .columns
            .values()
            .filter_map(|column| column.ty.as_ref());
        types.any(|of| of.name.may_be(ty))
    }

    /// The constraints that hold for all rows.
    pub(crate) fn valid(&self) -> impl Iterator<Item = &Constraint> {
        self.constraints.iter().filter(|c| c.valid)
    }

    /// Whether it has a constraint of that name.
    pub(crate) fn has_constraint(&self, name: &str) -> bool {
        let mut names = self.constraints.iter().map(|c| c.name.as_deref());
        names.any(|known| known == Some(name))
    }

    /// Whether no row holds NULL in the column, and PostgreSQL can know it without looking.
    pub(crate) fn proves_not_null(&self, column: &str, without: &[String]) -> bool {
        self.columns.get(column).is_some_and(|c| c.not_null)
            || self.valid().any(|check| {
                let gone = check.name.as_ref().is_some_and(|n| without.contains(n));
                !gone && check.not_null.iter().any(|c| c == column)
            })
    }

    /// The name of a valid check that uses the column, if it has one.
    pub(crate) fn check_on(&self, column: &str) -> Option<Option<&str>> {
        self.valid()
            .find(|check| check.columns.iter().any(|c| c == column))
            .map(|check| check.name.as_deref())
    }

    fn column(&mut self, column: &ast::Column) {
        let Some(name) = column.name().map(|name| name.text()) else {
            return;
        };
        let collate = column.clauses().find_map(|clause| match clause {
            ast::ColumnClause::Collate(collate) => Some(collate),
            _ => None,
        });
        self.declare(&name, column.ty(), collate);
        for clause in column.clauses() {
            if let ast::ColumnClause::ColumnConstraint(constraint) = clause {
                let constraint = ast::Constraint::cast(constraint.syntax().clone());
                self.constrain(constraint, Some(&name));
            }
        }
    }

    fn declare(&mut self, name: &str, ty: Option<ast::Type>, collate: Option<ast::Collate>) {
        let ty = ty.and_then(|ty| SqlType::of(&ty, collate.as_ref()));
        let column = Column {
            not_null: ty.as_ref().is_some_and(SqlType::is_serial),
            ty: ty.map(SqlType::of_values),
            is_virtual: false,
        };
        self.columns.insert(name.to_owned(), column);
    }

    fn constrain(&mut self, constraint: Option<ast::Constraint>, column: Option<&str>) {
        let Some(constraint) = constraint else { return };
        let mut kept = Constraint {
            name: constraint.constraint_name().and_then(|name| name_in(&name)),
            valid: !spares_rows(&constraint),
            columns: Vec::new(),
            not_null: Vec::new(),
            constants: Vec::new(),
        };
        match &constraint {
            ast::Constraint::CheckConstraint(check) => {
                if let Some(expr) = check.expr() {
                    kept.read(&expr);
                }
            }
            ast::Constraint::NotNullConstraint(not_null) => {
                let named = not_null.column_name_ref().and_then(|name| name_in(&name));
                kept.not_null
                    .extend(named.or_else(|| column.map(ToOwned::to_owned)));
                if kept.valid && kept.name.is_none() {
                    return self.settle(&kept.not_null);
                }
            }
            ast::Constraint::PrimaryKeyConstraint(key) => {
                let list = key.index_parameters().and_then(|p| p.column_list());
                let mut columns =
                    column_names(list.into_iter().flat_map(|list| list.column_name_refs()));
                columns.extend(column.map(ToOwned::to_owned));
                return self.settle(&columns);
            }
            ast::Constraint::GeneratedConstraint(generated) => {
                let known = column.and_then(|column| self.columns.get_mut(column));
                match known.zip(generated.generated_as()) {
                    Some((known, ast::GeneratedAs::GeneratedIdentity(_))) => known.not_null = true,
                    Some((known, ast::GeneratedAs::GeneratedStored(how))) => {
                        let stored =
                            matches!(how.generated_kind(), Some(ast::GeneratedKind::Stored(_)));
                        known.is_virtual = !stored;
                    }
                    None => {}
                }
                return;
            }
            ast::Constraint::ForeignKeyConstraint(_) if !kept.valid => {}
            _ => return,
        }
        self.constraints.push(kept);
    }

    /// These columns hold no NULL.
    fn settle(&mut self, columns: &[String]) {
        for column in columns {
            self.columns.entry(column.clone()).or_default().not_null = true;
        }
    }

    fn alter(&mut self, action: ast::AlterTableAction) {
        use ast::AlterTableAction as A;
        match action {
            A::AddColumn(add) => {
                let Some(name) = add.column_name().map(|name| name.text()) else {
                    return;
                };
                if add.if_not_exists().is_some() && self.columns.contains_key(&name) {
                    return;
                }
                self.declare(&name, add.ty(), add.collate());
                for constraint in add.constraints() {
                    self.constrain(Some(constraint), Some(&name));
                }
            }
            A::AddConstraint(add) => self.constrain(add.constraint(), None),
            A::ValidateConstraint(validate) => self.validate(validate.constraint_name_ref()),
            A::DropConstraint(drop) => self.drop_constraint(drop.constraint_name_ref()),
            A::DropColumn(drop) => {
                let name = drop.column_name_ref().and_then(|name| name_in(&name));
                self.forget(name.as_deref());
            }
            A::RenameColumn(rename) => {
                let name = rename.column_name_ref().and_then(|name| name_in(&name));
                self.forget(name.as_deref());
                self.forget(rename.column_name().map(|name| name.text()).as_deref());
            }
            A::AlterColumn(alter) => {
                let Some(name) = alter.column_name_ref().and_then(|name| name_in(&name)) else {
                    return;
                };
                let column = self.columns.entry(name.clone()).or_default();
                match alter.option() {
                    Some(ast::AlterColumnOption::SetNotNull(_)) => column.not_null = true,
                    Some(ast::AlterColumnOption::DropNotNull(_)) => {
                        column.not_null = false;
                        self.constraints
                            .retain(|c| !c.columns.is_empty() || !c.not_null.contains(&name));
                    }
                    Some(ast::AlterColumnOption::SetType(set)) => {
                        let collate = set.collate();
                        column.ty = set.ty().and_then(|ty| SqlType::of(&ty, collate.as_ref()));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn validate(&mut self, name: Option<ast::ConstraintNameRef>) {
        let name = name.and_then(|name| name_in(&name));
        for constraint in &mut self.constraints {
            if constraint.name.is_some() && constraint.name == name {
                constraint.valid = true;
            }
        }
    }

    fn drop_constraint(&mut self, name: Option<ast::ConstraintNameRef>) {
        let name = name.and_then(|name| name_in(&name));
        self.constraints
            .retain(|constraint| constraint.name.is_none() || constraint.name != name);
    }

    /// Removes a column, and the checks that use it.
    fn forget(&mut self, column: Option<&str>) {
        let Some(column) = column else { return };
        self.columns.remove(column);
        let named = |names: &[String]| names.iter().any(|name| name == column);
        self.constraints
            .retain(|check| !named(&check.columns) && !named(&check.not_null));
    }
}

impl Constraint {
    fn read(&mut self, expr: &ast::Expr) {
        let nodes = expr.syntax().descendants();
        let constants = nodes.filter_map(ast::Literal::cast).map(|l| constant(&l));
        self.constants.extend(constants);
        self.columns.extend(columns_in(expr.syntax()));
        self.read_not_null(expr);
    }

    /// PostgreSQL sees that `a IS NOT NULL AND …` rules out NULL. It knows nothing of `a > 0`,
    /// which a NULL passes.
    fn read_not_null(&mut self, expr: &ast::Expr) {
        match expr {
            ast::Expr::ParenExpr(paren) => {
                if let Some(inner) = paren.expr() {
                    self.read_not_null(&inner);
                }
            }
            ast::Expr::BinExpr(binary) => match (binary.lhs(), binary.op(), binary.rhs()) {
                (Some(lhs), Some(BinOp::And(_)), Some(rhs)) => {
                    self.read_not_null(&lhs);
                    self.read_not_null(&rhs);
                }
                (Some(ast::Expr::NameRef(column)), Some(BinOp::IsNot(_)), Some(rhs))
                    if is_null(&rhs) =>
                {
                    self.not_null.push(column.text());
                }
                _ => {}
            },
            ast::Expr::PrefixExpr(prefix) if matches!(prefix.op(), Some(PrefixOp::Not(_))) => {
                let mut inner = prefix.expr();
                while let Some(ast::Expr::ParenExpr(paren)) = &inner {
                    inner = paren.expr();
                }
                if let Some(ast::Expr::BinExpr(binary)) = inner
                    && let Some(ast::Expr::NameRef(column)) = binary.lhs()
                    && matches!(binary.op(), Some(BinOp::Is(_)))
                    && binary.rhs().is_some_and(|rhs| is_null(&rhs))
                {
                    self.not_null.push(column.text());
                }
            }
            _ => {}
        }
    }
}

/// The columns that an expression uses.
fn columns_in(expr: &SyntaxNode) -> Vec<String> {
    expr.descendants()
        .filter_map(ast::NameRef::cast)
        .filter(|name| {
            // The name of a function is no column.
            name.syntax().parent().map(|parent| parent.kind()) != Some(SyntaxKind::CALL_EXPR)
        })
        .map(|name| name.text())
        .collect()
}
