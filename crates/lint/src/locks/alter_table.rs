//! The locks of `ALTER TABLE`.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::lock::Lock;
use super::{Held, LockMode};
use crate::syntax::{ObjectName, SqlType, Volatility, name_of_call, tree, volatility};

/// The locks of `ALTER TABLE` with all its actions.
pub(super) fn of_actions(
    table: Option<ast::TableRelationName>,
    actions: impl Iterator<Item = ast::AlterTableAction>,
) -> Vec<Lock> {
    let Some(table) = ObjectName::of(table) else {
        return Vec::new();
    };
    actions
        .flat_map(|action| of_action(&table, &action))
        .collect()
}

/// The lock of one action on its own table.
pub(crate) fn lock_of_action(table: &ObjectName, action: &ast::AlterTableAction) -> Lock {
    let mut locks = of_action(table, action);
    locks.swap_remove(0)
}

/// The locks of one action of `ALTER TABLE` on a table. PostgreSQL manual, reference page of
/// `ALTER TABLE`: ACCESS EXCLUSIVE unless it says otherwise.
pub(super) fn of_action(table: &ObjectName, action: &ast::AlterTableAction) -> Vec<Lock> {
    use Held::{Briefly, Rewriting, Scanning};
    use LockMode::{AccessExclusive, ShareRowExclusive, ShareUpdateExclusive};
    use ast::AlterTableAction as A;
    let mut locks = Vec::new();
    let mut other = |node: Option<ast::TableNameRef>, mode, held| {
        let name = ObjectName::of(node);
        locks.extend(name.map(|name| Lock::table(name, mode, held)));
    };
    let (mode, held) = match action {
        A::ValidateConstraint(_) => (ShareUpdateExclusive, Scanning),
        A::ClusterOn(_) | A::SetWithoutCluster(_) => (ShareUpdateExclusive, Briefly),
        A::EnableTrigger(_)
        | A::EnableAlwaysTrigger(_)
        | A::EnableReplicaTrigger(_)
        | A::DisableTrigger(_) => (ShareRowExclusive, Briefly),
        A::SetOptions(set) => (of_parameters(set.syntax()), Briefly),
        A::ResetOptions(reset) => (of_parameters(reset.syntax()), Briefly),
        A::SetTablespace(_) | A::SetLogged(_) | A::SetUnlogged(_) | A::SetAccessMethod(_) => {
            (AccessExclusive, Rewriting)
        }
        A::MergePartitions(_) | A::SplitPartition(_) => (AccessExclusive, Rewriting),
        A::InheritTable(inherit) => {
            other(inherit.table_name_ref(), ShareUpdateExclusive, Briefly);
            (AccessExclusive, Briefly)
        }
        A::AttachPartition(attach) => {
            other(attach.table_name_ref(), AccessExclusive, Scanning);
            (ShareUpdateExclusive, Briefly)
        }
        A::DetachPartition(detach) => {
            other(detach.table_name_ref(), AccessExclusive, Briefly);
            match detach.detach_partition_option() {
                Some(_) => (ShareUpdateExclusive, Briefly),
                None => (AccessExclusive, Briefly),
            }
        }
        A::AlterColumn(alter) => of_column(alter),
        A::AddColumn(add) => {
            for name in referenced(add.syntax()) {
                locks.push(Lock::table(name, ShareRowExclusive, Briefly));
            }
            (AccessExclusive, of_new_column(add, &volatility))
        }
        A::AddConstraint(add) => {
            let (mode, held) = of_constraint(add);
            for name in referenced(add.syntax()) {
                locks.push(Lock::table(name, mode, held));
            }
            (mode, held)
        }
        _ => (AccessExclusive, Briefly),
    };
    locks.insert(0, Lock::table(table.clone(), mode, held));
    locks
}

/// Storage parameters: only those that change how the table is read are more than bookkeeping.
fn of_parameters(node: &SyntaxNode) -> LockMode {
    let names = tree::all::<ast::AttributeName>(node);
    let strong = names
        .map(|name| tree::lower(name.syntax()))
        .any(|name| name == "user_catalog_table");
    if strong {
        LockMode::AccessExclusive
    } else {
        LockMode::ShareUpdateExclusive
    }
}

fn of_column(alter: &ast::AlterColumn) -> (LockMode, Held) {
    use ast::AlterColumnOption as O;
    match alter.option() {
        Some(O::SetStatistics(_) | O::SetOptions(_) | O::ResetOptions(_)) => {
            (LockMode::ShareUpdateExclusive, Held::Briefly)
        }
        Some(O::SetNotNull(_)) => (LockMode::AccessExclusive, Held::Scanning),
        Some(O::SetType(_) | O::SetExpression(_) | O::AddGenerated(_)) => {
            (LockMode::AccessExclusive, Held::Rewriting)
        }
        _ => (LockMode::AccessExclusive, Held::Briefly),
    }
}

/// A new column costs nothing, unless each row needs a value of its own, or a constraint has to
/// be proved.
pub(crate) fn of_new_column(
    add: &ast::AddColumn,
    volatility: &dyn Fn(&ObjectName) -> Volatility,
) -> Held {
    use ast::Constraint as C;
    let ty = add.ty().and_then(|ty| SqlType::of(&ty, None));
    let of_type = match ty {
        Some(ty) if ty.is_serial() => Held::Rewriting,
        _ => Held::Briefly,
    };
    let calls = |node: &SyntaxNode| {
        let mut calls = tree::all::<ast::CallExpr>(node);
        calls.any(|call| {
            let name = name_of_call(&call);
            name.is_none_or(|name| volatility(&name) != Volatility::NotVolatile)
        })
    };
    let of_constraint = |constraint| match constraint {
        C::GeneratedConstraint(_) => Held::Rewriting,
        C::DefaultConstraint(default) if calls(default.syntax()) => Held::Rewriting,
        C::UniqueConstraint(_) | C::PrimaryKeyConstraint(_) | C::ExcludeConstraint(_) => {
            Held::Building
        }
        C::CheckConstraint(_) => Held::Scanning,
        _ => Held::Briefly,
    };
    let of_constraints = add.constraints().map(of_constraint).max();
    of_type.max(of_constraints.unwrap_or(Held::Briefly))
}

fn of_constraint(add: &ast::AddConstraint) -> (LockMode, Held) {
    use ast::Constraint as C;
    let not_valid = tree::has::<ast::NotValid>(add.syntax());
    let scanning = if not_valid {
        Held::Briefly
    } else {
        Held::Scanning
    };
    match add.constraint() {
        Some(C::ForeignKeyConstraint(_)) => (LockMode::ShareRowExclusive, scanning),
        Some(C::UniqueConstraint(c)) if c.using_index().is_some() => {
            (LockMode::AccessExclusive, Held::Briefly)
        }
        Some(C::PrimaryKeyConstraint(c)) if c.using_index().is_some() => {
            (LockMode::AccessExclusive, Held::Briefly)
        }
        Some(C::UniqueConstraint(_) | C::PrimaryKeyConstraint(_) | C::ExcludeConstraint(_)) => {
            (LockMode::AccessExclusive, Held::Building)
        }
        _ => (LockMode::AccessExclusive, scanning),
    }
}

/// The tables that foreign keys below a node refer to.
pub(super) fn referenced(node: &SyntaxNode) -> impl Iterator<Item = ObjectName> {
    node.descendants().filter_map(|node| {
        let table = match ast::ForeignKeyConstraint::cast(node.clone()) {
            Some(key) => key.table_name_ref(),
            None => ast::ReferencesConstraint::cast(node)?.table(),
        };
        ObjectName::of(table)
    })
}
