//! What a catalog holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::kind::Kind;

/// What an object is called: `table public.users`. Identities are quoted where SQL needs it, begin with
/// the schema, and those of a table's parts with the table: `public.users.email`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// What it is.
    pub kind: Kind,
    /// Which one.
    pub identity: String,
}

impl Name {
    /// The name of that kind and identity.
    pub fn new(kind: Kind, identity: impl Into<String>) -> Self {
        Self {
            kind,
            identity: identity.into(),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::NotRead => write!(f, "{}", self.identity),
            kind => write!(f, "{kind} {}", self.identity),
        }
    }
}

/// An object: its attributes, as PostgreSQL writes them, and how it hangs together with others. An attribute
/// that has its usual value is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Object {
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) part_of: Option<Name>,
    pub(crate) needs: BTreeSet<Name>,
}

impl Object {
    /// An attribute's value.
    #[must_use]
    pub fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }

    /// All attributes and their values.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes
            .iter()
            .map(|(attribute, value)| (attribute.as_str(), value.as_str()))
    }

    /// Whether it is an index that PostgreSQL does not use, or the constraint of one: building it was broken off.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        ["validity", "index validity"]
            .iter()
            .any(|attribute| self.get(attribute).is_some())
    }

    /// The table, view, type or server that it belongs to and goes with.
    #[must_use]
    pub fn part_of(&self) -> Option<&Name> {
        self.part_of.as_ref()
    }

    /// What must be there before it.
    pub fn needs(&self) -> impl Iterator<Item = &Name> {
        self.needs.iter()
    }
}

/// The schema of a database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    pub(crate) objects: BTreeMap<Name, Object>,
}

impl Catalog {
    /// An object.
    #[must_use]
    pub fn get(&self, name: &Name) -> Option<&Object> {
        self.objects.get(name)
    }

    /// All objects, ordered by kind and identity.
    pub fn objects(&self) -> impl Iterator<Item = (&Name, &Object)> {
        self.objects.iter()
    }

    /// The objects of a kind.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&Name, &Object)> {
        self.objects
            .range(Name::new(kind, "")..)
            .take_while(move |(name, _)| name.kind == kind)
    }

    /// The columns of a relation or composite type, in their order.
    #[must_use]
    pub fn columns(&self, relation: &Name) -> Vec<(&Name, &Object)> {
        let first = Name::new(Kind::Column, format!("{}.", relation.identity));
        let mut columns: Vec<_> = self
            .objects
            .range(&first..)
            .take_while(|(name, _)| {
                name.kind == Kind::Column && name.identity.starts_with(&first.identity)
            })
            .collect();
        columns.sort_by_key(|(_, column)| {
            column
                .get("position")
                .and_then(|position| position.parse::<u32>().ok())
        });
        columns
    }

    /// The objects of a kind that belong to another.
    pub fn parts<'c>(
        &'c self,
        whole: &'c Name,
        kind: Kind,
    ) -> impl Iterator<Item = (&'c Name, &'c Object)> {
        self.of_kind(kind)
            .filter(move |(_, object)| object.part_of.as_ref() == Some(whole))
    }

    /// Leaves out what is not of interest, with all that belongs to it: a table that others own.
    pub fn retain(&mut self, mut keep: impl FnMut(&Name, &Object) -> bool) {
        self.objects.retain(|name, object| keep(name, object));
        loop {
            let before = self.objects.len();
            let names: BTreeSet<Name> = self.objects.keys().cloned().collect();
            self.objects.retain(|_, object| {
                object
                    .part_of
                    .as_ref()
                    .is_none_or(|whole| names.contains(whole))
            });
            if self.objects.len() == before {
                break;
            }
        }
    }

    /// Makes an object what it is in another catalog, or takes it out.
    pub fn take(&mut self, name: &Name, other: &Self) {
        match other.objects.get(name) {
            Some(object) => self.objects.insert(name.clone(), object.clone()),
            None => self.objects.remove(name),
        };
    }

    /// Leaves an attribute of an object out.
    pub fn forget_of(&mut self, name: &Name, attribute: &str) {
        if let Some(object) = self.objects.get_mut(name) {
            object.attributes.remove(attribute);
        }
    }

    /// Leaves an attribute out of all objects of a kind.
    pub fn forget(&mut self, kind: Kind, attribute: &str) {
        for (name, object) in &mut self.objects {
            if name.kind == kind {
                object.attributes.remove(attribute);
            }
        }
    }

    /// Descriptions of objects whose kind this crate does not know. It knows that they are there, and
    /// nothing more.
    pub fn not_read(&self) -> impl Iterator<Item = &str> {
        self.of_kind(Kind::NotRead)
            .map(|(name, _)| name.identity.as_str())
    }

    /// What is not compared of objects that are there.
    #[must_use]
    pub fn not_compared(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for (kind, what) in [
            (
                Kind::Subscription,
                "its connection string, tables and further options",
            ),
            (Kind::UserMapping, "its options, which hold secrets"),
        ] {
            for (name, _) in self.of_kind(kind) {
                notes.push(format!("{name}: {what}"));
            }
        }
        for (name, server) in self.of_kind(Kind::Server) {
            if server
                .get("foreign options")
                .is_some_and(|options| options.contains("'(hidden)'"))
            {
                notes.push(format!("{name}: options that look like secrets"));
            }
        }
        notes
    }
}
