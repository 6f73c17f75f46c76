//! What `ALTER TABLE` changes.

use squawk_syntax::ast;

use super::define::constrain;
use super::relations::Catalog;
use super::{Column, Filled};
use crate::syntax::{NewConstraint, ObjectName, SqlType, Statement, name_of};

impl Catalog {
    pub(super) fn alter_table(&mut self, statement: &Statement<'_>, doubt: bool) {
        if let Some(alter) = statement.alter_table() {
            self.alter(
                &alter.table,
                alter.actions,
                statement.new_constraints(),
                doubt,
            );
        }
    }

    pub(super) fn alter(
        &mut self,
        table: &ObjectName,
        actions: Vec<ast::AlterTableAction>,
        constraints: &[NewConstraint],
        doubt: bool,
    ) {
        let Some(key) = self.resolve(table).map(|(known, _)| known.clone()) else {
            for action in actions {
                // Under a name that nobody made it is there nevertheless.
                self.doubtful
                    .extend(table.after(&action).map(|new| new.key()));
            }
            return;
        };
        let children: Vec<ObjectName> = self.descendants(&key).into_iter().cloned().collect();
        for action in actions {
            if let Some(new) = key.after(&action) {
                self.rename(&key, &new.key(), doubt);
                return;
            }
            match &action {
                ast::AlterTableAction::AttachPartition(attach) => {
                    let part = ObjectName::of(attach.table_name_ref());
                    if let Some(part) = part.and_then(|part| self.known_mut(&part)) {
                        part.parents.push(key.clone());
                        part.is_partition = true;
                        let bounds = attach.partition_type();
                        part.is_default =
                            matches!(bounds, Some(ast::PartitionType::PartitionDefault(_)));
                    }
                    continue;
                }
                ast::AlterTableAction::DetachPartition(detach) => {
                    let part = ObjectName::of(detach.table_name_ref());
                    if let Some(part) = part.and_then(|part| self.known_mut(&part)) {
                        part.parents.retain(|parent| *parent != key);
                        part.is_partition = false;
                        part.is_default = false;
                    }
                    continue;
                }
                ast::AlterTableAction::RenameColumn(rename) => {
                    let old = name_of(rename.column_name_ref());
                    let new = rename.column_name().map(|name| name.text());
                    if let (Some(old), Some(new)) = (old, new) {
                        self.rename_column(&key, &children, (&old, &new), doubt);
                    }
                    continue;
                }
                ast::AlterTableAction::DropConstraint(drop) => {
                    let name = name_of(drop.constraint_name_ref());
                    self.drop_constraint(&key, name, drop.drop_behavior());
                    continue;
                }
                _ => {}
            }
            for name in std::iter::once(&key).chain(&children) {
                if let Some(relation) = self.relations.get_mut(name) {
                    relation.alter(&action, doubt);
                }
            }
        }
        if let Some(relation) = self.relations.get_mut(&key) {
            constrain(relation, constraints);
        }
    }

    fn rename_column(
        &mut self,
        table: &ObjectName,
        children: &[ObjectName],
        (old, new): (&str, &str),
        doubt: bool,
    ) {
        let follow = |column: &mut String| {
            if column == old {
                new.clone_into(column);
            }
        };
        for name in std::iter::once(table).chain(children) {
            let Some(relation) = self.relations.get_mut(name) else {
                continue;
            };
            if doubt {
                relation.doubtful.extend([old.to_owned(), new.to_owned()]);
            }
            for column in &mut relation.columns {
                follow(&mut column.name);
            }
            for key in &mut relation.keys {
                key.columns.iter_mut().for_each(follow);
            }
            for key in &mut relation.foreign {
                key.columns.iter_mut().for_each(follow);
            }
        }
        for relation in self.relations.values_mut() {
            let referring = relation
                .foreign
                .iter_mut()
                .filter(|key| key.target == *table);
            for key in referring {
                key.target_columns.iter_mut().for_each(follow);
            }
        }
    }

    fn drop_constraint(
        &mut self,
        table: &ObjectName,
        name: Option<String>,
        behavior: Option<ast::DropBehavior>,
    ) {
        let Some(relation) = self.relations.get_mut(table) else {
            return;
        };
        let was_key = relation
            .keys
            .iter()
            .find(|key| key.name == name && name.is_some());
        let columns = was_key.map(|key| (key.columns.clone(), key.is_primary));
        relation
            .keys
            .retain(|key| key.name.is_none() || key.name != name);
        relation
            .foreign
            .retain(|key| key.name.is_none() || key.name != name);
        if let (Some((columns, is_primary)), Some(ast::DropBehavior::Cascade(_))) =
            (columns, behavior)
        {
            for relation in self.relations.values_mut() {
                relation.foreign.retain(|key| {
                    key.target != *table
                        || !(key.target_columns == columns
                            || is_primary && key.target_columns.is_empty())
                });
            }
        }
    }
}

impl super::Relation {
    /// Removes a column, and the keys that it is a part of.
    pub(super) fn drop_column(&mut self, name: &str, doubt: bool) {
        if doubt {
            self.doubtful.insert(name.to_owned());
        }
        let is_of = |columns: &[String]| columns.iter().any(|column| column == name);
        self.columns.retain(|column| column.name != name);
        self.keys.retain(|key| !is_of(&key.columns));
        self.foreign.retain(|key| !is_of(&key.columns));
    }

    fn alter(&mut self, action: &ast::AlterTableAction, doubt: bool) {
        use ast::AlterTableAction as A;
        match action {
            A::AddColumn(add) => {
                let Some(name) = add.column_name().map(|name| name.text()) else {
                    return;
                };
                if self.column(&name).is_none() {
                    let ty = add.ty();
                    let collate = add.collate();
                    self.columns.push(Column::new(
                        name,
                        ty.as_ref(),
                        collate.as_ref(),
                        add.constraints(),
                    ));
                }
            }
            A::DropColumn(drop) => {
                let Some(name) = name_of(drop.column_name_ref()) else {
                    return;
                };
                self.drop_column(&name, doubt);
            }
            A::RenameConstraint(rename) => {
                let old = name_of(rename.constraint_name_ref());
                let new = name_of(rename.constraint_name());
                let names = self.keys.iter_mut().map(|key| &mut key.name);
                for name in names.chain(self.foreign.iter_mut().map(|key| &mut key.name)) {
                    if name.is_some() && *name == old {
                        name.clone_from(&new);
                    }
                }
            }
            A::InheritTable(inherit) => {
                self.parents
                    .extend(ObjectName::of(inherit.table_name_ref()).map(|name| name.key()));
            }
            A::NoInheritTable(no) => {
                let parent = ObjectName::below(no).map(|name| name.key());
                self.parents.retain(|known| Some(known) != parent.as_ref());
            }
            A::AlterColumn(alter) => {
                let name = name_of(alter.column_name_ref());
                if let Some(column) = name.and_then(|name| self.column_mut(&name)) {
                    column.alter(alter.option());
                }
            }
            _ => {}
        }
    }
}

impl Column {
    fn alter(&mut self, option: Option<ast::AlterColumnOption>) {
        use ast::AlterColumnOption as O;
        match option {
            Some(O::SetNotNull(_)) => self.not_null = true,
            Some(O::DropNotNull(_)) => self.not_null = false,
            Some(O::SetDefault(set)) => self.fill(set.expr().as_ref()),
            Some(O::DropDefault(_) | O::DropIdentity(_) | O::DropExpression(_)) => {
                self.empty();
            }
            Some(O::AddGenerated(_)) => {
                self.filled = Filled::Anew;
                self.not_null = true;
            }
            Some(O::SetType(set)) => {
                let collate = set.collate();
                self.ty = set.ty().and_then(|ty| SqlType::of(&ty, collate.as_ref()));
            }
            _ => {}
        }
    }
}
