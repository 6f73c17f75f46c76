//! What a `DROP` takes along without naming it, as far as migrations made it.

use squawk_syntax::ast;

use super::Context;
use crate::catalog::{Catalog, Column, ForeignKey, RelationKind, takes_from};
use crate::object::{Dropped, ObjectKind};
use crate::syntax::ObjectName;

/// So many are named; of more, how many there are.
const NAMED: usize = 20;

/// What goes with an object, in words: "the view `active_users`".
#[derive(Debug, Default)]
pub(crate) struct AlsoDropped {
    words: Vec<String>,
}

impl AlsoDropped {
    /// All of it in a row; `None` where nothing is known to go.
    pub(crate) fn list(&self) -> Option<String> {
        let (last, before) = self.words.split_last()?;
        let more = self.words.len().saturating_sub(NAMED);
        Some(match (before, more) {
            ([], _) => last.clone(),
            (before, 0) => format!("{} and {last}", before.join(", ")),
            (_, more) => format!("{} and {more} more", self.words[..NAMED].join(", ")),
        })
    }

    fn add(&mut self, words: String) {
        if !self.words.contains(&words) {
            self.words.push(words);
        }
    }

    fn relation(&mut self, name: &ObjectName, catalog: &Catalog) {
        let kind = match catalog.relation(name).map(|relation| relation.kind) {
            Some(RelationKind::View) => "view",
            Some(RelationKind::MaterializedView) => "materialized view",
            Some(RelationKind::Sequence) => "sequence",
            Some(RelationKind::ForeignTable) => "foreign table",
            Some(RelationKind::Table) | None => "table",
        };
        self.add(format!("the {kind} `{name}`"));
    }

    fn relations<'a>(&mut self, names: impl IntoIterator<Item = &'a ObjectName>, on: &Catalog) {
        for name in names {
            self.relation(name, on);
        }
    }

    fn keys<'a>(&mut self, keys: impl Iterator<Item = (&'a ObjectName, &'a ForeignKey)>) {
        let mut words: Vec<String> = keys
            .map(|(table, key)| match &key.name {
                Some(name) => format!("the foreign key `{name}` of `{table}`"),
                None => format!("a foreign key of `{table}`"),
            })
            .collect();
        words.sort();
        words.into_iter().for_each(|words| self.add(words));
    }

    fn columns(
        &mut self,
        part: &str,
        catalog: &Catalog,
        is: &dyn Fn(&ObjectName, &Column) -> bool,
    ) {
        let mut words: Vec<String> = catalog
            .all()
            .filter(|(_, relation)| relation.is_table())
            .flat_map(|(table, relation)| relation.columns.iter().map(move |c| (table, c)))
            .filter(|(table, column)| is(table, column))
            .map(|(table, column)| format!("the {part} `{}` of `{table}`", column.name))
            .collect();
        words.sort();
        words.into_iter().for_each(|words| self.add(words));
    }
}

impl Context<'_> {
    /// What is dropped with a table or a view.
    pub(crate) fn dropped_with_relation(&self, name: &ObjectName, cascades: bool) -> AlsoDropped {
        let mut also = AlsoDropped::default();
        let catalog = &self.catalog;
        if let Some((name, relation)) = catalog.resolve(name) {
            let children = catalog.descendants(name);
            let go = relation.is_partitioned || cascades;
            also.relations(children.into_iter().filter(|_| go), catalog);
            if cascades {
                also.relations(catalog.views_of(name), catalog);
                also.keys(catalog.referring(name).filter(|(table, _)| *table != name));
            }
        }
        also
    }

    /// What `DROP COLUMN … CASCADE` takes along.
    pub(crate) fn dropped_with_column(&self, table: &ObjectName, column: &str) -> AlsoDropped {
        let mut also = AlsoDropped::default();
        let catalog = &self.catalog;
        if let Some((name, _)) = catalog.resolve(table) {
            also.relations(catalog.views_with(name, column), catalog);
            also.keys(catalog.referring_to(name, &|columns| columns.iter().any(|c| c == column)));
        }
        also
    }

    /// What `DROP CONSTRAINT … CASCADE` takes along.
    pub(crate) fn dropped_with_constraint(&self, table: &ObjectName, name: &str) -> AlsoDropped {
        let mut also = AlsoDropped::default();
        let catalog = &self.catalog;
        if let Some((table, relation)) = catalog.resolve(table)
            && let Some(key) = relation
                .keys
                .iter()
                .find(|k| k.name.as_deref() == Some(name))
        {
            also.keys(catalog.referring_to(table, &|columns| columns == key.columns));
        }
        also
    }

    /// What `DROP SEQUENCE … CASCADE` takes along.
    pub(crate) fn dropped_with_sequence(&self, name: &ObjectName) -> AlsoDropped {
        let mut also = AlsoDropped::default();
        let sequence = name.key();
        also.columns("default of", &self.catalog, &|table, column| {
            takes_from(table, column, &sequence)
        });
        also
    }

    /// What any other `DROP … CASCADE` takes along.
    pub(crate) fn dropped_with(&self, sql: &ast::Stmt) -> AlsoDropped {
        use ObjectKind as K;
        let mut also = AlsoDropped::default();
        for dropped in Dropped::of(sql) {
            let names: Vec<ObjectName> = dropped
                .objects
                .iter()
                .map(|object| object.name.key())
                .collect();
            if matches!(dropped.kind, K::Function | K::Routine) {
                self.with_routines(&names, &mut also);
            }
            for name in &names {
                match dropped.kind {
                    K::View | K::MaterializedView => {
                        also.relations(self.catalog.views_of(name), &self.catalog);
                    }
                    K::Type | K::Domain => self.with_type(name, &mut also),
                    K::Schema => self.with_schema(&name.name, &mut also),
                    _ => {}
                }
            }
        }
        also
    }

    fn with_routines(&self, names: &[ObjectName], also: &mut AlsoDropped) {
        let catalog = &self.catalog;
        let mut calling: Vec<&ObjectName> = Vec::new();
        let mut triggers = Vec::new();
        for (table, relation) in catalog.all() {
            if relation.calls.iter().any(|called| names.contains(called)) {
                calling.push(table);
                calling.extend(catalog.views_of(table));
            }
            let own = relation.triggers.iter();
            let own = own.filter(|trigger| names.contains(&trigger.function));
            triggers
                .extend(own.map(|trigger| format!("the trigger `{}` of `{table}`", trigger.name)));
        }
        calling.sort();
        triggers.sort();
        also.relations(calling, catalog);
        triggers.into_iter().for_each(|words| also.add(words));
        also.columns("default of", catalog, &|_, column| {
            column.filled_by.iter().any(|name| names.contains(name))
        });
    }

    fn with_type(&self, name: &ObjectName, also: &mut AlsoDropped) {
        also.columns("column", &self.catalog, &|_, column| {
            column.ty.as_ref().is_some_and(|ty| ty.name.may_be(name))
        });
    }

    fn with_schema(&self, schema: &str, also: &mut AlsoDropped) {
        let catalog = &self.catalog;
        let mut inside = catalog.in_schema(schema);
        inside.sort();
        also.relations(&inside, catalog);
        let is_outside = |name: &ObjectName| !inside.contains(name);
        for name in &inside {
            let views = catalog.views_of(name);
            also.relations(views.into_iter().filter(|view| is_outside(view)), catalog);
            let keys = catalog.referring(name);
            also.keys(keys.filter(|(table, _)| is_outside(table)));
        }
        also.columns("column", catalog, &|table, column| {
            let of = column.ty.as_ref().and_then(|ty| ty.name.schema.as_deref());
            of == Some(schema) && is_outside(table)
        });
    }
}
