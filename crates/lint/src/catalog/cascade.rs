//! What `CASCADE` takes along, and what goes with a table in any case.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::{Catalog, Column, Filled};
use crate::syntax::{ObjectName, generated_name, name_in};

impl Catalog {
    /// Removes a relation with its partitions, and with what `CASCADE` drops.
    pub(super) fn drop_relation(&mut self, name: &ObjectName, cascades: bool, doubt: bool) {
        let Some((name, relation)) = self.resolve(name) else {
            return;
        };
        let mut gone = vec![name];
        if cascades {
            gone.extend(self.views_of(name));
        }
        if cascades || relation.is_partitioned {
            gone.extend(self.descendants(name));
        }
        let gone: Vec<ObjectName> = gone.into_iter().cloned().collect();
        for name in gone {
            self.forget(&name, doubt);
        }
    }

    /// Removes what `CASCADE` drops with anything else than relations: columns of a type, defaults by a
    /// sequence or a function, triggers.
    pub(super) fn cascade(&mut self, sql: &ast::Stmt, doubt: bool) {
        use ast::Stmt as S;
        if !sql
            .syntax()
            .children()
            .any(|child| ast::Cascade::can_cast(child.kind()))
        {
            return;
        }
        match sql {
            S::DropType(_) | S::DropDomain(_) => {
                for name in ObjectName::all_below(sql.syntax()) {
                    self.drop_columns(doubt, |_, column| {
                        let ty = column.ty.as_ref();
                        ty.is_some_and(|ty| ty.name.may_be(&name))
                    });
                }
            }
            S::DropSchema(s) => {
                for schema in s.schema_refs().filter_map(|name| name_in(&name)) {
                    self.drop_columns(doubt, |_, column| {
                        let of = column.ty.as_ref().map(|ty| ty.name.schema.as_deref());
                        of == Some(Some(&schema))
                    });
                }
            }
            // An extension's type is often called like it: citext, hstore, vector.
            S::DropExtension(s) => {
                for extension in s.extension_refs().filter_map(|name| name_in(&name)) {
                    self.drop_columns(doubt, |_, column| {
                        column
                            .ty
                            .as_ref()
                            .is_some_and(|ty| ty.name.name == extension)
                    });
                }
            }
            S::DropSequence(s) if !doubt => {
                for name in s
                    .sequence_refs()
                    .filter_map(|name| ObjectName::below(&name))
                {
                    let sequence = name.key();
                    self.drop_defaults(|table, column| takes_from(table, column, &sequence));
                }
            }
            S::DropFunction(_) | S::DropRoutine(_) if !doubt => self.cascade_routines(sql.syntax()),
            _ => {}
        }
    }

    fn cascade_routines(&mut self, drop: &SyntaxNode) {
        let names = ObjectName::all_below(drop)
            .into_iter()
            .map(|name| name.key());
        let names: Vec<ObjectName> = names.collect();
        let calls = |column: &Column| column.filled_by.iter().any(|by| names.contains(by));
        // Another function of that name may compute it.
        self.drop_columns(true, |_, column| {
            column.filled == Filled::Computed && calls(column)
        });
        self.drop_defaults(|_, column| calls(column));
        for relation in self.relations.values_mut() {
            relation
                .triggers
                .retain(|trigger| !names.contains(&trigger.function));
        }
        let views = self.relations.iter().filter(|(_, relation)| {
            !relation.is_table() && relation.calls.iter().any(|called| names.contains(called))
        });
        let mut gone: Vec<ObjectName> = Vec::new();
        for (view, _) in views {
            gone.push(view.clone());
            gone.extend(self.views_of(view).into_iter().cloned());
        }
        for name in gone {
            self.forget(&name, false);
        }
    }

    /// Removes columns, with the keys and views that need them.
    fn drop_columns(&mut self, doubt: bool, is: impl Fn(&ObjectName, &Column) -> bool) {
        let mut gone: Vec<(ObjectName, String)> = Vec::new();
        for (table, relation) in self.relations.iter().filter(|(_, r)| r.is_table()) {
            let columns = relation.columns.iter().filter(|column| is(table, column));
            gone.extend(columns.map(|column| (table.clone(), column.name.clone())));
        }
        for (table, column) in gone {
            let views = self.views_with(&table, &column).into_iter().cloned();
            for view in views.collect::<Vec<_>>() {
                self.forget(&view, doubt);
            }
            if let Some(relation) = self.relations.get_mut(&table) {
                relation.drop_column(&column, doubt);
            }
        }
    }

    fn drop_defaults(&mut self, is: impl Fn(&ObjectName, &Column) -> bool) {
        for (table, relation) in &mut self.relations {
            for column in relation
                .columns
                .iter_mut()
                .filter(|column| is(table, column))
            {
                column.empty();
            }
        }
    }
}

/// Whether the default of a column takes its numbers from a sequence, also from the one that `serial`
/// has made.
pub(crate) fn takes_from(table: &ObjectName, column: &Column, sequence: &ObjectName) -> bool {
    let own = || generated_name(table, std::slice::from_ref(&column.name), "seq");
    let may_own = column.filled == Filled::Anew && column.filled_by.is_empty();
    column.filled_by.contains(sequence)
        || may_own && table.schema == sequence.schema && own() == sequence.name
}
