//! What is dropped, made and changed, before any order.

use std::collections::{BTreeMap, BTreeSet};

use super::alter::{Alter, alter};
use super::column::type_of;
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

/// The work that is to be done.
pub(super) struct Work<'c> {
    pub(super) from: &'c Catalog,
    pub(super) to: &'c Catalog,
    pub(super) drops: BTreeSet<Name>,
    pub(super) creates: BTreeSet<Name>,
    pub(super) alters: BTreeMap<Name, Vec<String>>,
    /// Columns whose default is taken away meanwhile.
    pub(super) without_default: BTreeSet<Name>,
    pub(super) open: BTreeMap<Name, String>,
    /// What is not made, although it is wanted.
    pub(super) refused: BTreeSet<Name>,
}

impl<'c> Work<'c> {
    pub(super) fn new(from: &'c Catalog, to: &'c Catalog) -> Self {
        Self {
            from,
            to,
            drops: BTreeSet::new(),
            creates: BTreeSet::new(),
            alters: BTreeMap::new(),
            without_default: BTreeSet::new(),
            open: BTreeMap::new(),
            refused: BTreeSet::new(),
        }
    }

    pub(super) fn plan(&mut self) {
        let (from, to) = (self.from, self.to);
        let mut retyped = Vec::new();
        for (name, old) in from.objects() {
            if self.is_of_typed_table(name, old) {
                continue;
            }
            match to.get(name) {
                None => {
                    self.drops.insert(name.clone());
                }
                Some(new) => match alter(from, to, name, old, new) {
                    Alter::InPlace(statements) => {
                        if name.kind == Kind::Column && type_of(old) != type_of(new) {
                            retyped.push(name.clone());
                        }
                        self.alters.insert(name.clone(), statements);
                    }
                    Alter::Again => {
                        self.again(name);
                    }
                    Alter::Open(why) => {
                        self.open.insert(name.clone(), why);
                        self.alters.insert(name.clone(), Vec::new());
                    }
                },
            }
        }
        for (name, new) in to.objects() {
            if from.get(name).is_none() && !self.is_of_typed_table(name, new) {
                self.creates.insert(name.clone());
            }
        }
        self.close(retyped);
        self.note_order();
        self.note_inheritance();
        self.note_labels();
        for (name, old) in from.of_kind(Kind::Extension) {
            if to
                .get(name)
                .is_some_and(|new| new.get("owner") != old.get("owner"))
            {
                let why = "no statement changes the owner of an extension".to_owned();
                self.open.insert(name.clone(), why);
            }
        }
    }

    /// Columns come to such a table, and go, with the attributes of its type.
    fn is_of_typed_table(&self, name: &Name, object: &Object) -> bool {
        let whole = object.part_of().filter(|_| name.kind == Kind::Column);
        let of_type = |catalog: &Catalog| {
            let table = whole.and_then(|whole| catalog.get(whole))?;
            table.get("of type").map(str::to_owned)
        };
        let is_both = self.from.get(name).is_some() && self.to.get(name).is_some();
        !is_both && of_type(self.from).is_some() && of_type(self.from) == of_type(self.to)
    }

    fn again(&mut self, name: &Name) {
        self.alters.remove(name);
        self.drops.insert(name.clone());
        self.creates.insert(name.clone());
    }

    /// Whatever needs something that is dropped is dropped first, and made again if it is wanted.
    fn close(&mut self, retyped: Vec<Name>) {
        let mut needed_by: BTreeMap<&Name, Vec<&Name>> = BTreeMap::new();
        for (name, object) in self.from.objects() {
            for need in object.needs() {
                needed_by.entry(need).or_default().push(name);
            }
        }
        let mut queue: Vec<(Name, bool)> = self
            .drops
            .iter()
            .map(|name| (name.clone(), false))
            .collect();
        queue.extend(retyped.into_iter().map(|name| (name, true)));
        while let Some((name, is_retyped)) = queue.pop() {
            for user in needed_by.get(&name).into_iter().flatten() {
                if self.drops.contains(*user) {
                    continue;
                }
                let follows = match user.kind {
                    Kind::View
                    | Kind::MaterializedView
                    | Kind::Rule
                    | Kind::Policy
                    | Kind::Trigger
                    | Kind::Function
                    | Kind::Procedure
                    | Kind::Publication => true,
                    // ALTER COLUMN TYPE builds these again.
                    Kind::Index | Kind::Constraint | Kind::Statistics => !is_retyped,
                    Kind::Column => {
                        self.column_needs(user, &name, is_retyped);
                        false
                    }
                    // Children leave their parent, sequences their column.
                    Kind::Table | Kind::ForeignTable | Kind::Sequence => false,
                    _ => !is_retyped,
                };
                if follows && self.to.get(user).is_some() {
                    self.again(user);
                    queue.push(((*user).clone(), false));
                }
            }
        }
    }

    fn column_needs(&mut self, column: &Name, need: &Name, is_retyped: bool) {
        let Some(object) = self.from.get(column) else {
            return;
        };
        let is_used_as_type = matches!(
            need.kind,
            Kind::Enum | Kind::Domain | Kind::Type | Kind::Range | Kind::BaseType | Kind::Collation
        );
        if object.get("generated").is_some() {
            let is_kept = self
                .to
                .get(column)
                .is_some_and(|new| new.get("generated").is_some());
            if is_kept {
                self.open
                    .insert(need.clone(), format!("{column} is generated from it"));
                if !is_retyped {
                    self.keep(need);
                } else {
                    self.alters.remove(need);
                }
            }
        } else if is_used_as_type {
            let is_kept = self
                .to
                .get(column)
                .is_some_and(|new| new.get("type") == object.get("type"));
            if is_kept {
                self.open.insert(need.clone(), format!("{column} is of it"));
                self.keep(need);
            }
        } else if object.get("default").is_some() && !is_retyped {
            self.without_default.insert(column.clone());
        }
    }

    /// Gives up dropping something.
    fn keep(&mut self, name: &Name) {
        self.drops.remove(name);
        self.creates.remove(name);
    }
}
