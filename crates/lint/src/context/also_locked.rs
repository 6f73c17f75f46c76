//! The relations that a statement locks without naming them: partitions and children, the other
//! tables of foreign keys, and what `CASCADE` drops.

use squawk_syntax::ast::{self, AstNode};

use super::Context;
use crate::locks::{Held, Lock, LockMode, Locked, lock_of_action};
use crate::object::{Dropped, ObjectKind};
use crate::syntax::{ObjectName, Statement, name_of, tree};

impl Context<'_> {
    /// Those locks, as the catalog stands before the statement. `tests/lint/locks.rs` compares them
    /// with `pg_locks`.
    pub(super) fn also_locked(&self, statement: &Statement<'_>) -> Vec<Lock> {
        let mut also = Also {
            context: self,
            locks: Vec::new(),
        };
        also.of(statement);
        also.locks
    }
}

struct Also<'a> {
    context: &'a Context<'a>,
    locks: Vec<Lock>,
}

impl<'a> Also<'a> {
    fn of(&mut self, statement: &Statement<'_>) {
        use LockMode::{Share, ShareRowExclusive, ShareUpdateExclusive};
        use ast::Stmt as S;
        let Some(sql) = &statement.sql else { return };
        for dropped in Dropped::of(sql) {
            let names = dropped.objects.iter().map(|object| object.name.clone());
            self.of_drop(dropped.kind, dropped.cascades, &names.collect::<Vec<_>>());
        }
        match sql {
            S::AlterTable(s) => {
                let Some(table) = ObjectName::of(s.table_relation_name()) else {
                    return;
                };
                for action in s.actions() {
                    self.of_action(&table, &action, statement.is_only());
                }
            }
            S::AlterDomain(s) => {
                let scans = match s.action() {
                    Some(ast::AlterDomainAction::AddConstraint(add)) => {
                        !tree::has::<ast::NotValid>(add.syntax())
                    }
                    Some(
                        ast::AlterDomainAction::SetNotNull(_)
                        | ast::AlterDomainAction::ValidateConstraint(_),
                    ) => true,
                    _ => false,
                };
                if let Some(name) = ObjectName::of(s.domain_ref()).filter(|_| scans) {
                    self.tables_with(&name, Share, Held::Scanning);
                }
            }
            S::Truncate(s) => {
                let cascades = cascades(s.drop_behavior());
                let tables = s.table_list().into_iter();
                for table in tables.flat_map(|list| list.table_relation_names()) {
                    if let Some(name) = ObjectName::below(&table) {
                        self.truncate(&name, cascades, &mut Vec::new());
                    }
                }
            }
            S::Lock(s) => {
                let tables = s.relation_list().into_iter();
                let mode = crate::locks::mode_asked_for(s);
                for table in tables.flat_map(|list| list.relation_names()) {
                    self.below(ObjectName::below(&table), mode, Held::Asked);
                }
            }
            S::Analyze(s) => {
                let tables = s.table_and_columns_list().into_iter();
                for table in tables.flat_map(|list| list.table_and_columnss()) {
                    let name = ObjectName::below(&table);
                    self.below(name, ShareUpdateExclusive, Held::Scanning);
                }
            }
            S::CreateIndex(s) if s.concurrently_token().is_none() && !statement.is_only() => {
                let table = ObjectName::of(s.table_relation_name());
                self.partitions(table, Share, Held::Building);
            }
            S::CreateTrigger(s) => {
                let table = ObjectName::of(s.on_relation());
                self.partitions(table, ShareRowExclusive, Held::Briefly);
            }
            S::CreateTable(s) => {
                if let Some(parent) = s.partition_of().and_then(|p| p.table_name_ref()) {
                    self.new_partition(ObjectName::below(&parent));
                }
            }
            S::CreatePublication(s) => self.published(s.syntax()),
            S::AlterPublication(s) => self.published(s.syntax()),
            _ => {}
        }
    }

    fn of_drop(&mut self, kind: ObjectKind, cascades: bool, names: &[ObjectName]) {
        use ObjectKind as K;
        if cascades && matches!(kind, K::Function | K::Routine) {
            self.triggers_by(names);
        }
        for name in names {
            match kind {
                K::Table => self.drop(name, cascades),
                K::View | K::MaterializedView if cascades => self.views_of(name),
                K::Type | K::Domain if cascades => {
                    self.tables_with(name, LockMode::AccessExclusive, Held::Briefly);
                }
                K::Schema => {
                    for name in self.context.catalog.in_schema(&name.name) {
                        self.add(&name, LockMode::AccessExclusive, Held::Briefly);
                        self.drop(&name, true);
                    }
                }
                _ => {}
            }
        }
    }

    fn of_action(&mut self, table: &ObjectName, action: &ast::AlterTableAction, only: bool) {
        use LockMode::{AccessExclusive, ShareRowExclusive};
        use ast::AlterTableAction as A;
        let catalog = &self.context.catalog;
        if !only && recurses(action) {
            let lock = lock_of_action(table, action);
            self.below(Some(table.clone()), lock.mode, lock.held);
        }
        let Some((name, relation)) = catalog.resolve(table) else {
            return;
        };
        match action {
            A::DropColumn(drop) => {
                let Some(column) = name_of(drop.column_name_ref()) else {
                    return;
                };
                for key in &relation.foreign {
                    if key.columns.contains(&column) {
                        self.add(&key.target, AccessExclusive, Held::Briefly);
                    }
                }
                if cascades(drop.drop_behavior()) {
                    self.referring(name, AccessExclusive, Held::Briefly, &|columns| {
                        columns.contains(&column)
                    });
                    for view in catalog.views_with(name, &column) {
                        self.add(view, AccessExclusive, Held::Briefly);
                    }
                }
            }
            A::DropConstraint(drop) => {
                let constraint = name_of(drop.constraint_name_ref());
                let named = |name: &Option<String>| name.is_some() && *name == constraint;
                for key in relation.foreign.iter().filter(|key| named(&key.name)) {
                    self.add(&key.target, AccessExclusive, Held::Briefly);
                }
                let unique = relation.keys.iter().find(|key| named(&key.name));
                if let Some(unique) = unique.filter(|_| cascades(drop.drop_behavior())) {
                    self.referring(name, AccessExclusive, Held::Briefly, &|columns| {
                        columns == unique.columns
                    });
                }
            }
            A::AlterColumn(alter) => {
                let column = name_of(alter.column_name_ref());
                let (Some(column), Some(ast::AlterColumnOption::SetType(_))) =
                    (column, alter.option())
                else {
                    return;
                };
                // The foreign keys are dropped and made again, which reads the rows that refer.
                self.referring(name, AccessExclusive, Held::Scanning, &|columns| {
                    columns.contains(&column)
                });
                for key in &relation.foreign {
                    if key.columns.contains(&column) {
                        self.add(&key.target, AccessExclusive, Held::Scanning);
                    }
                }
            }
            A::AttachPartition(_) => self.new_partition(Some(name.clone())),
            A::DetachPartition(detach) if detach.detach_partition_option().is_none() => {
                self.add_some(catalog.default_partition(name), AccessExclusive);
                for key in &relation.foreign {
                    self.add(&key.target, ShareRowExclusive, Held::Briefly);
                }
            }
            _ => {}
        }
    }

    /// A relation that is dropped.
    fn drop(&mut self, name: &ObjectName, cascades: bool) {
        let catalog = &self.context.catalog;
        let Some((name, relation)) = catalog.resolve(name) else {
            return;
        };
        let inherits = !relation.is_partitioned && !cascades;
        let children = catalog.descendants(name);
        for child in children.into_iter().filter(|_| !inherits) {
            self.add(child, LockMode::AccessExclusive, Held::Briefly);
        }
        if relation.is_partition {
            for parent in &relation.parents {
                self.add(parent, LockMode::AccessExclusive, Held::Briefly);
                self.add_some(catalog.default_partition(parent), LockMode::AccessExclusive);
            }
        } else {
            for key in &relation.foreign {
                self.add(&key.target, LockMode::AccessExclusive, Held::Briefly);
            }
        }
        if cascades {
            self.referring(name, LockMode::AccessExclusive, Held::Briefly, &|_| true);
            self.views_of(name);
        }
    }

    fn truncate(&mut self, name: &ObjectName, cascades: bool, seen: &mut Vec<ObjectName>) {
        let catalog = &self.context.catalog;
        self.below(Some(name.clone()), LockMode::AccessExclusive, Held::Briefly);
        let Some((name, _)) = catalog.resolve(name).filter(|_| cascades) else {
            return;
        };
        if seen.contains(name) {
            return;
        }
        seen.push(name.clone());
        for (other, _) in catalog.referring(name) {
            self.add(other, LockMode::AccessExclusive, Held::Briefly);
            self.truncate(other, true, seen);
        }
    }

    /// The tables that refer to some of the columns.
    fn referring(
        &mut self,
        name: &'a ObjectName,
        mode: LockMode,
        held: Held,
        about: &dyn Fn(&[String]) -> bool,
    ) {
        let catalog = &self.context.catalog;
        for (other, _) in catalog.referring_to(name, about) {
            self.add(other, mode, held);
            for child in catalog.descendants(other) {
                self.add(child, mode, held);
            }
        }
    }

    /// A partition that comes to a table.
    fn new_partition(&mut self, parent: Option<ObjectName>) {
        let catalog = &self.context.catalog;
        let Some((name, relation)) = parent.and_then(|parent| catalog.resolve(&parent)) else {
            return;
        };
        if let Some(default) = catalog.default_partition(name) {
            self.add(default, LockMode::AccessExclusive, Held::Scanning);
        }
        for key in &relation.foreign {
            self.add(&key.target, LockMode::ShareRowExclusive, Held::Referenced);
        }
    }

    fn views_of(&mut self, name: &ObjectName) {
        for view in self.context.catalog.views_of(&name.key()) {
            self.add(view, LockMode::AccessExclusive, Held::Briefly);
        }
    }

    /// The tables with a trigger that calls one of the functions.
    fn triggers_by(&mut self, functions: &[ObjectName]) {
        let names: Vec<ObjectName> = functions.iter().map(ObjectName::key).collect();
        for (table, relation) in self.context.catalog.all() {
            if relation
                .triggers
                .iter()
                .any(|trigger| names.contains(&trigger.function))
            {
                self.add(table, LockMode::AccessExclusive, Held::Briefly);
            }
        }
    }

    /// The tables with a column of that type.
    fn tables_with(&mut self, ty: &ObjectName, mode: LockMode, held: Held) {
        for (table, relation) in self.context.catalog.all() {
            let mut types = relation.columns.iter().filter_map(|c| c.ty.as_ref());
            if relation.is_table() && types.any(|of| of.name.may_be(ty)) {
                self.add(table, mode, held);
            }
        }
    }

    fn published(&mut self, publication: &squawk_syntax::SyntaxNode) {
        for table in tree::all::<ast::TableNameRef>(publication) {
            if let Some(name) = ObjectName::below(&table) {
                self.add(&name, LockMode::ShareUpdateExclusive, Held::Briefly);
            }
        }
    }

    fn partitions(&mut self, table: Option<ObjectName>, mode: LockMode, held: Held) {
        let partitioned = table.filter(|table| {
            let known = self.context.catalog.relation(table);
            known.is_some_and(|relation| relation.is_partitioned)
        });
        self.below(partitioned, mode, held);
    }

    /// The partitions and children of a table.
    fn below(&mut self, table: Option<ObjectName>, mode: LockMode, held: Held) {
        let catalog = &self.context.catalog;
        let Some((name, _)) = table.and_then(|table| catalog.resolve(&table)) else {
            return;
        };
        for child in catalog.descendants(name) {
            self.add(child, mode, held);
        }
    }

    fn add_some(&mut self, name: Option<&ObjectName>, mode: LockMode) {
        if let Some(name) = name {
            self.add(name, mode, Held::Briefly);
        }
    }

    fn add(&mut self, name: &ObjectName, mode: LockMode, held: Held) {
        self.locks.push(Lock {
            on: Locked::Table(name.clone()),
            mode,
            held,
        });
    }
}

/// Whether an action is applied to partitions and children too.
fn recurses(action: &ast::AlterTableAction) -> bool {
    use ast::AlterTableAction as A;
    matches!(
        action,
        A::AddColumn(_)
            | A::AddConstraint(_)
            | A::AlterColumn(_)
            | A::DropColumn(_)
            | A::DropConstraint(_)
            | A::RenameColumn(_)
            | A::RenameConstraint(_)
            | A::ValidateConstraint(_)
    )
}

fn cascades(behavior: Option<ast::DropBehavior>) -> bool {
    matches!(behavior, Some(ast::DropBehavior::Cascade(_)))
}
