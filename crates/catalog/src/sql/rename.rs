//! Objects that have got another name.

use std::collections::BTreeSet;

use super::common;
use super::names::{last, literal, schema, unquoted, without_arguments, without_schema};
use super::parts::is_of_view;
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

/// An object that is gone, and one that is there in its place: of the same kind, of the same table, with the same
/// properties; a column at the same place. Most likely it was renamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// What it was called.
    pub from: Name,
    /// What it is called now.
    pub to: Name,
    whole: Option<Name>,
}

/// What was probably renamed between two catalogs. What has several counterparts is not among it, and not what
/// gets its name from another: a part of a table that is gone, the columns of a view and of partitions.
#[must_use]
pub fn renames(from: &Catalog, to: &Catalog) -> Vec<Rename> {
    let mut gone = only(from, to);
    let mut new = only(to, from);
    let mut renames = Vec::new();
    // Tables that have the same columns are told apart by the names of their keys, which they take along.
    for is_by_keys in [true, false] {
        let is_same = |old: (&Name, &Object), new: (&Name, &Object)| {
            is_same(from, old, to, new)
                && (!is_by_keys || !keys(from, old.0).is_disjoint(&keys(to, new.0)))
        };
        let mut found = Vec::new();
        for old in &gone {
            let mut all = new.iter().filter(|new| is_same(*old, **new));
            if let (Some(&counterpart), None) = (all.next(), all.next())
                && gone
                    .iter()
                    .filter(|old| is_same(**old, counterpart))
                    .count()
                    == 1
            {
                found.push(Rename {
                    from: old.0.clone(),
                    to: counterpart.0.clone(),
                    whole: old.1.part_of().cloned(),
                });
            }
        }
        gone.retain(|(name, _)| found.iter().all(|rename| rename.from != **name));
        new.retain(|(name, _)| found.iter().all(|rename| rename.to != **name));
        renames.extend(found);
    }
    let schemas: Vec<Rename> = renames
        .iter()
        .filter(|rename| rename.to.kind == Kind::Schema)
        .cloned()
        .collect();
    renames.retain(|rename| !schemas.iter().any(|schema| rename.follows(schema)));
    renames.sort_by(|a, b| a.to.cmp(&b.to));
    renames
}

/// What one catalog has and the other has not, but for what gets its name from something else.
fn only<'c>(here: &'c Catalog, there: &Catalog) -> Vec<(&'c Name, &'c Object)> {
    let follows = |name: &Name, object: &Object| {
        let whole = object.part_of();
        whole.is_some_and(|whole| there.get(whole).is_none())
            || object.get("inherited").is_some()
            || match name.kind {
                Kind::Index => object.get("partition of").is_some(),
                Kind::Column => is_of_view(object),
                _ => false,
            }
    };
    here.objects()
        .filter(|(name, object)| there.get(name).is_none() && !follows(name, object))
        .collect()
}

fn is_same(
    from: &Catalog,
    (old, was): (&Name, &Object),
    to: &Catalog,
    (new, is): (&Name, &Object),
) -> bool {
    let equal = |attributes: &[&str]| attributes.iter().all(|one| was.get(one) == is.get(one));
    old.kind == new.kind
        && was.part_of() == is.part_of()
        && match old.kind {
            // They have no name, or one that says what they are about.
            Kind::Database
            | Kind::Setting
            | Kind::Extension
            | Kind::Cast
            | Kind::Transform
            | Kind::UserMapping
            | Kind::DefaultPrivileges
            | Kind::NotRead => false,
            Kind::Schema => {
                let held = contents(from, old);
                !held.is_empty() && held == contents(to, new)
            }
            Kind::Column => is_same_column(from, (old, was), to, (new, is)),
            Kind::Table | Kind::ForeignTable => {
                let kept = ["partition key", "partition of", "partition bound", "server"];
                equal(&kept) && is_same_table(from, old, to, new)
            }
            _ => properties(from, old, was) == properties(to, new, is),
        }
}

/// All but its name, its owner, its comment and who may use it.
pub(super) fn properties(
    catalog: &Catalog,
    name: &Name,
    object: &Object,
) -> BTreeSet<(String, String)> {
    let bare = last(name, object);
    let bare = match object.part_of() {
        Some(_) if bare != name.identity => bare,
        _ => without_schema(bare),
    };
    let bare = without_arguments(bare);
    let own = object
        .attributes()
        .filter(|(attribute, _)| !common::is_common(attribute) && *attribute != "position");
    let own = own.map(|(attribute, value)| {
        let value = match attribute {
            "definition" => value.replacen(bare, "", 1),
            _ => value.to_owned(),
        };
        (attribute.to_owned(), value)
    });
    own.chain(columns(catalog, name)).collect()
}

/// The names and types of the columns.
fn columns(catalog: &Catalog, relation: &Name) -> BTreeSet<(String, String)> {
    let columns = catalog.columns(relation).into_iter();
    columns
        .map(|(name, column)| {
            let data_type = column.get("type").unwrap_or_default();
            (last(name, column).to_owned(), data_type.to_owned())
        })
        .collect()
}

/// Whether the columns are the same; or most of them, and the name of a key or index, which a table takes along.
fn is_same_table(from: &Catalog, old: &Name, to: &Catalog, new: &Name) -> bool {
    let (was, is) = (columns(from, old), columns(to, new));
    let most = was.intersection(&is).count() * 2 > was.len().max(is.len());
    !was.is_empty() && (was == is || most && !keys(from, old).is_disjoint(&keys(to, new)))
}

/// The names of a table's constraints and indexes.
pub(super) fn keys(catalog: &Catalog, table: &Name) -> BTreeSet<String> {
    let constraints = catalog.parts(table, Kind::Constraint);
    let indexes = catalog.parts(table, Kind::Index);
    constraints
        .map(|(name, part)| last(name, part).to_owned())
        .chain(indexes.map(|(name, _)| name.identity.clone()))
        .collect()
}

/// The kinds and names of what is in a schema.
fn contents(catalog: &Catalog, schema: &Name) -> BTreeSet<(Kind, String)> {
    let prefix = format!("{}.", schema.identity);
    let inside = catalog
        .objects()
        .filter_map(|(name, _)| Some((name.kind, name.identity.strip_prefix(&prefix)?.to_owned())));
    inside.collect()
}

/// A renamed column keeps its number, which a new one never gets: it gets the next one. Where the numbers of the
/// others differ, since the database was restored from a dump, a column of the same type behind the same one is taken
/// for it.
fn is_same_column(
    from: &Catalog,
    (old, was): (&Name, &Object),
    to: &Catalog,
    (new, is): (&Name, &Object),
) -> bool {
    let Some(table) = was.part_of() else {
        return false;
    };
    let equal =
        |one: &Object, other: &Object, attribute| one.get(attribute) == other.get(attribute);
    let (before, after) = (from.columns(table), to.columns(table));
    let is_numbered_alike = before.iter().all(|(name, column)| {
        to.get(name)
            .is_none_or(|other| equal(column, other, "position"))
    });
    if is_numbered_alike {
        return equal(was, is, "position");
    }
    let behind = |columns: &[(&Name, &Object)], column: &Name, other: &Catalog| {
        let until = columns.iter().take_while(|(name, _)| *name != column);
        let both = until.filter(|(name, _)| other.get(name).is_some());
        both.last().map(|(name, _)| (*name).clone())
    };
    let kept = [
        "type",
        "collation",
        "not null",
        "default",
        "generated",
        "identity",
    ];
    kept.iter().all(|attribute| equal(was, is, attribute))
        && behind(&before, old, to) == behind(&after, new, from)
}

impl Rename {
    /// Whether it has another name only because its schema has.
    fn follows(&self, schema: &Self) -> bool {
        let inside = |name: &Name, schema: &Name| {
            let rest = name.identity.strip_prefix(&schema.identity)?;
            Some(rest.strip_prefix('.')?.to_owned())
        };
        let old = inside(&self.from, &schema.from);
        old.is_some() && old == inside(&self.to, &schema.to)
    }

    /// The schema to which it has moved.
    #[must_use]
    pub fn new_schema(&self) -> Option<Name> {
        let (old, new) = (schema(&self.from.identity), schema(&self.to.identity));
        (self.whole.is_none() && old != new).then(|| Name::new(Kind::Schema, new))
    }

    /// The statements that rename it, for what would lose rows, values or what is of it if it were dropped and made
    /// again; nothing for others.
    #[must_use]
    pub fn statements(&self) -> Vec<String> {
        let (old, new) = (&self.from.identity, &self.to.identity);
        let kind = self.to.kind.keyword();
        match (self.to.kind, &self.whole) {
            (Kind::Schema, _) => vec![format!("ALTER SCHEMA {old} RENAME TO {new}")],
            (Kind::Column, Some(whole)) => {
                let short = |identity: &str| identity[whole.identity.len() + 1..].to_owned();
                let (part, end) = match whole.kind {
                    Kind::Type => ("ATTRIBUTE", " CASCADE"),
                    _ => ("COLUMN", ""),
                };
                vec![format!(
                    "ALTER {} {} RENAME {part} {} TO {}{end}",
                    whole.kind.keyword(),
                    whole.identity,
                    short(old),
                    short(new)
                )]
            }
            (
                Kind::Table
                | Kind::ForeignTable
                | Kind::MaterializedView
                | Kind::Sequence
                | Kind::Enum
                | Kind::Domain
                | Kind::Type
                | Kind::Range,
                _,
            ) => {
                let mut statements = Vec::new();
                let mut at = old.clone();
                if let Some(schema) = self.new_schema() {
                    let schema = schema.identity;
                    statements.push(format!("ALTER {kind} {at} SET SCHEMA {schema}"));
                    at = format!("{schema}.{}", without_schema(old));
                }
                if at != *new {
                    let short = without_schema(new);
                    statements.push(format!("ALTER {kind} {at} RENAME TO {short}"));
                }
                statements
            }
            _ => Vec::new(),
        }
    }

    /// A condition of SQL: that there is the old name and not the new one.
    #[must_use]
    pub fn is_pending(&self) -> String {
        let found = |name: &Name| match (name.kind, &self.whole) {
            (Kind::Column, Some(whole)) => format!(
                "(\n        SELECT attnum FROM pg_attribute\n        WHERE attrelid = to_regclass({}) AND attname = {} AND NOT attisdropped\n    )",
                literal(&whole.identity),
                literal(&unquoted(&name.identity[whole.identity.len() + 1..]))
            ),
            (Kind::Schema, _) => format!("to_regnamespace({})", literal(&name.identity)),
            (Kind::Enum | Kind::Domain | Kind::Type | Kind::Range, _) => {
                format!("to_regtype({})", literal(&name.identity))
            }
            _ => format!("to_regclass({})", literal(&name.identity)),
        };
        format!(
            "{} IS NOT NULL AND {} IS NULL",
            found(&self.from),
            found(&self.to)
        )
    }
}
