//! What makes one object of another of the same name.

use super::names::{last, unquoted};
use super::sequence::sequence_parameters;
use super::{column, common, create, domain, drop, operators, options, rare, table};
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

/// Why an index cannot be INVALID as another is.
pub(super) const NO_INVALID: &str = "no statement makes an index that is not valid";

/// How an object becomes another.
pub(super) enum Alter {
    /// By these statements.
    InPlace(Vec<String>),
    /// Only by dropping it and making it again, which loses no row.
    Again,
    /// It does not, for this reason.
    Open(String),
}

/// The attributes that differ, but for those of `common` and those that others imply.
fn differing<'o>(old: &'o Object, new: &'o Object) -> Vec<&'o str> {
    let mut attributes: Vec<&str> = old
        .attributes
        .keys()
        .chain(new.attributes.keys())
        .map(String::as_str)
        .filter(|attribute| old.get(attribute) != new.get(attribute))
        .filter(|attribute| !common::is_common(attribute) && *attribute != "position")
        .collect();
    attributes.sort_unstable();
    attributes.dedup();
    attributes
}

/// What an alteration depends on besides the object.
pub(super) struct Around<'c> {
    pub(super) from: &'c Catalog,
    pub(super) to: &'c Catalog,
    pub(super) is_full: bool,
    /// Whether it is a column in a partition key.
    pub(super) is_key: bool,
    /// How a column's values become of the new type, even if they are changed.
    pub(super) forced: Option<String>,
}

/// Owner, privileges and comment are not dealt with here.
pub(super) fn alter(around: Around, name: &Name, old: &Object, new: &Object) -> Alter {
    let Around {
        from,
        to,
        is_full,
        is_key,
        forced,
    } = around;
    let differing = differing(old, new);
    if differing.is_empty() && old.part_of == new.part_of {
        return Alter::InPlace(Vec::new());
    }
    let only = |allowed: &[&str]| {
        differing
            .iter()
            .all(|attribute| allowed.contains(attribute))
    };
    let identity = &name.identity;
    match name.kind {
        Kind::Column if column::type_of(old) != column::type_of(new) && is_key => {
            Alter::Open("it is in a partition key".to_owned())
        }
        Kind::Column => match column::changes(name, old, new, forced) {
            Ok(statements) => Alter::InPlace(statements),
            Err(why) => Alter::Open(why),
        },
        Kind::Table | Kind::ForeignTable => relation(name, old, new, &differing),
        Kind::MaterializedView if !differing.contains(&"definition") => {
            relation(name, old, new, &differing)
        }
        Kind::View => view(from, to, name, old, new),
        Kind::Function | Kind::Procedure => {
            let first = |object: &Object| {
                let definition = object.get("definition").unwrap_or_default();
                definition.lines().next().map(str::to_owned)
            };
            let same = first(old) == first(new) && old.get("returns") == new.get("returns");
            match create::create(to, name, new, &Default::default()) {
                Ok(statements) if same => Alter::InPlace(statements),
                _ => Alter::Again,
            }
        }
        Kind::Sequence => sequence(identity, old, new, is_full),
        Kind::Constraint => constraint(name, old, new, &differing, is_full),
        Kind::Index if only(&["statistics"]) => {
            Alter::InPlace(create::index_statistics(name, Some(old), new))
        }
        Kind::Index if only(&["partition of"]) && old.get("partition of").is_none() => {
            Alter::InPlace(Vec::new())
        }
        Kind::Index if only(&["attached"]) => Alter::InPlace(Vec::new()),
        Kind::Index if only(&["definition"]) && index_options(old, new).is_some() => {
            let (was, is) = index_options(old, new).unwrap_or_default();
            let clauses = options::changes(Some(&was), Some(&is), "").into_iter();
            Alter::InPlace(
                clauses
                    .map(|clause| format!("ALTER INDEX {identity} {clause}"))
                    .collect(),
            )
        }
        Kind::Index if only(&["validity"]) && new.get("validity").is_none() => {
            Alter::InPlace(vec![format!("REINDEX INDEX {identity}")])
        }
        Kind::Index if new.get("validity").is_some() => Alter::Open(NO_INVALID.to_owned()),
        Kind::Trigger | Kind::Rule | Kind::EventTrigger if only(&["enabled"]) => {
            Alter::InPlace(create::enabled(name, Some(old), new).into_iter().collect())
        }
        Kind::Trigger if new.get("inherited").is_some() || old.get("inherited").is_some() => {
            Alter::Open("it is its parent's".to_owned())
        }
        Kind::Statistics if only(&["target"]) => {
            let target = new.get("target").unwrap_or("-1");
            Alter::InPlace(vec![format!(
                "ALTER STATISTICS {identity} SET STATISTICS {target}"
            )])
        }
        Kind::Enum => labels(identity, old, new),
        Kind::Domain
            if differing.contains(&"not null") && domain::is_unchecked(from, name, new) =>
        {
            Alter::Open(domain::UNCHECKED.to_owned())
        }
        Kind::Domain => {
            domain::change(identity, new, &differing).map_or(Alter::Again, Alter::InPlace)
        }
        Kind::DomainConstraint if domain::is_unchecked(from, name, new) => {
            Alter::Open(domain::UNCHECKED.to_owned())
        }
        Kind::Extension => extension(identity, old, new),
        Kind::Setting => Alter::InPlace(drop::settings(name, Some(old), Some(new))),
        Kind::DefaultPrivileges | Kind::Database => Alter::InPlace(Vec::new()),
        Kind::ForeignDataWrapper | Kind::Server if only(&["foreign options"]) => {
            let (was, is) = (old.get("foreign options"), new.get("foreign options"));
            if options::hidden(was) != options::hidden(is) {
                return Alter::Open("options that look like secrets are not read".to_owned());
            }
            Alter::InPlace(vec![format!(
                "ALTER {} {identity} {}",
                name.kind.keyword(),
                options::foreign(was, is)
            )])
        }
        Kind::OperatorFamily => Alter::InPlace(operators::family_changes(from, to, name, old, new)),
        Kind::Type => Alter::InPlace(Vec::new()),
        Kind::Subscription => Alter::InPlace(rare::subscription_changes(identity, old, new)),
        Kind::Publication if old.get("all tables") == new.get("all tables") => {
            Alter::InPlace(rare::publication_changes(identity, old, new))
        }
        Kind::UserMapping => Alter::Open("its options are not read".to_owned()),
        Kind::BaseType | Kind::NotRead => Alter::Open("SQL cannot make it again".to_owned()),
        _ => Alter::Again,
    }
}

fn relation(name: &Name, old: &Object, new: &Object, differing: &[&str]) -> Alter {
    let identity = &name.identity;
    let alter = match name.kind {
        Kind::MaterializedView => "ALTER MATERIALIZED VIEW",
        Kind::ForeignTable => "ALTER FOREIGN TABLE",
        _ => "ALTER TABLE",
    };
    let mut statements = Vec::new();
    for attribute in differing {
        let (was, is) = (old.get(attribute), new.get(attribute));
        match *attribute {
            "options" | "toast options" => {
                let prefix = match *attribute {
                    "options" => "",
                    _ => "toast.",
                };
                let clauses = options::changes(was, is, prefix);
                statements.extend(
                    clauses
                        .into_iter()
                        .map(|clause| format!("{alter} {identity} {clause}")),
                );
            }
            "persistence" => {
                let state = if is.is_some() { "UNLOGGED" } else { "LOGGED" };
                statements.push(format!("{alter} {identity} SET {state}"));
            }
            "tablespace" => statements.push(format!(
                "{alter} {identity} SET TABLESPACE {}",
                is.unwrap_or("pg_default")
            )),
            "foreign options" => {
                statements.push(format!("{alter} {identity} {}", options::foreign(was, is)));
            }
            "inherits" => {
                let (was, is) = (
                    options::split(was.unwrap_or_default()),
                    options::split(is.unwrap_or_default()),
                );
                for parent in is.iter().filter(|parent| !was.contains(parent)) {
                    statements.push(format!("{alter} {identity} INHERIT {parent}"));
                }
            }
            // Before and after all else, or with `switches` and `marks`.
            "of type"
            | "partition of"
            | "partition bound"
            | "row security"
            | "row security for the owner"
            | "replica identity"
            | "clustered on" => {}
            "partition key" | "kind of table" => {
                return Alter::Open(
                    "a table becomes partitioned only by moving its rows to another".to_owned(),
                );
            }
            other => return Alter::Open(format!("{other} cannot be changed")),
        }
    }
    statements.extend(table::switches(identity, Some(old), new));
    Alter::InPlace(statements)
}

/// Children and partitions that leave their parent, before the parent goes.
pub(super) fn leave(name: &Name, old: &Object, new: Option<&Object>) -> Vec<String> {
    let identity = &name.identity;
    let is = |attribute: &str| new.and_then(|new| new.get(attribute));
    let mut statements = Vec::new();
    if let Some(parent) = old.get("partition of").filter(|_| name.kind != Kind::Index)
        && (is("partition of") != Some(parent)
            || is("partition bound") != old.get("partition bound"))
    {
        statements.push(format!("ALTER TABLE {parent} DETACH PARTITION {identity}"));
    }
    if old.get("of type").is_some() && old.get("of type") != is("of type") {
        statements.push(format!("ALTER TABLE {identity} NOT OF"));
    }
    let kept = options::split(is("inherits").unwrap_or_default());
    for parent in options::split(old.get("inherits").unwrap_or_default()) {
        if !kept.contains(&parent) {
            statements.push(format!("ALTER TABLE {identity} NO INHERIT {parent}"));
        }
    }
    statements
}

/// CREATE OR REPLACE VIEW keeps names and types of the columns that there are, and adds others behind.
fn view(from: &Catalog, to: &Catalog, name: &Name, old: &Object, new: &Object) -> Alter {
    let columns = |catalog: &Catalog| -> Vec<(String, String)> {
        let columns = catalog.columns(name).into_iter();
        columns
            .map(|(part, object)| (part.identity.clone(), column::type_of(object)))
            .collect()
    };
    let (was, is) = (columns(from), columns(to));
    if !is.starts_with(&was) {
        return Alter::Again;
    }
    let mut statements = Vec::new();
    if old.get("definition") != new.get("definition") {
        match create::create(to, name, new, &Default::default()) {
            Ok(replaced) => statements.extend(replaced),
            Err(why) => return Alter::Open(why),
        }
    }
    let clauses = options::changes(old.get("options"), new.get("options"), "");
    statements.extend(
        clauses
            .into_iter()
            .map(|clause| format!("ALTER VIEW {} {clause}", name.identity)),
    );
    Alter::InPlace(statements)
}

fn sequence(identity: &str, old: &Object, new: &Object, is_full: bool) -> Alter {
    let mut statements = Vec::new();
    let number = |object: &Object, attribute: &str| {
        let value = object.get(attribute).unwrap_or_default();
        value.parse::<i128>().unwrap_or_default()
    };
    let started = number(old, "start");
    let is_outside = number(new, "minimum") > started || number(new, "maximum") < started;
    if is_outside && !is_full {
        return Alter::Open("values that it has given lie outside of its new bounds".to_owned());
    }
    let (was, is) = (sequence_parameters(old), sequence_parameters(new));
    if was != is {
        let restart = if is_outside { " RESTART" } else { "" };
        statements.push(format!("ALTER SEQUENCE {identity} {is}{restart}"));
    }
    if old.get("persistence") != new.get("persistence") {
        let state = new.get("persistence").map_or("LOGGED", |_| "UNLOGGED");
        statements.push(format!("ALTER SEQUENCE {identity} SET {state}"));
    }
    Alter::InPlace(statements)
}

/// The storage parameters of two indexes that are the same otherwise.
fn index_options(old: &Object, new: &Object) -> Option<(String, String)> {
    let split = |object: &Object| -> (String, String) {
        let definition = object.get("definition").unwrap_or_default();
        let end = definition.find(" WHERE ").unwrap_or(definition.len());
        let parts = definition[..end]
            .split_once(" WITH (")
            .and_then(|(before, rest)| Some((before, rest.split_once(')')?)));
        match parts {
            Some((before, (options, after))) => (
                format!("{before}{after}{}", &definition[end..]),
                options.replace('\'', ""),
            ),
            None => (definition.to_owned(), String::new()),
        }
    };
    let ((was, old), (is, new)) = (split(old), split(new));
    (was == is && old != new).then_some((old, new))
}

fn constraint(name: &Name, old: &Object, new: &Object, differing: &[&str], is_full: bool) -> Alter {
    let Some(table) = &new.part_of else {
        return Alter::Again;
    };
    if old.get("inherited").is_some() || new.get("inherited").is_some() {
        if differing == ["inherited"] {
            // It follows from what becomes of the table.
            return Alter::InPlace(Vec::new());
        }
        return Alter::Open("it is its parent's".to_owned());
    }
    let (was, is) = (
        old.get("definition").unwrap_or_default(),
        new.get("definition").unwrap_or_default(),
    );
    let index = common::index_of(name, new, &table.identity);
    let mut statements = Vec::new();
    for attribute in differing {
        match *attribute {
            "definition" if was.strip_suffix(" NOT VALID") == Some(is) => statements.push(format!(
                "ALTER TABLE {} VALIDATE CONSTRAINT {}",
                table.identity,
                last(name, new)
            )),
            "index options" => {
                let clauses = options::changes(old.get(attribute), new.get(attribute), "");
                statements.extend(
                    clauses
                        .into_iter()
                        .map(|clause| format!("ALTER INDEX {index} {clause}")),
                );
            }
            "index tablespace" => statements.push(format!(
                "ALTER INDEX {index} SET TABLESPACE {}",
                new.get(attribute).unwrap_or("pg_default")
            )),
            "index validity" if new.get(attribute).is_none() => {
                statements.push(format!("REINDEX INDEX {index}"));
            }
            "index validity" => {
                return Alter::Open(NO_INVALID.to_owned());
            }
            "triggers" if new.get(attribute).is_none() || is_full => {
                statements.push(enforce(&table.identity, last(name, new), new));
            }
            "triggers" => {
                return Alter::Open(
                    "only ALTER TABLE … ENABLE or DISABLE TRIGGER by a superuser changes whether it is enforced".to_owned(),
                );
            }
            _ => return Alter::Again,
        }
    }
    Alter::InPlace(statements)
}

/// Enables and disables the triggers of a foreign key, whose names nobody knows.
pub(super) fn enforce(table: &str, constraint: &str, object: &Object) -> String {
    let states: Vec<String> = options::split(object.get("triggers").unwrap_or_default())
        .into_iter()
        .filter_map(|one| one.rsplit_once(' '))
        .map(|(relation, state)| {
            let word = match state {
                "disabled" => "DISABLE",
                "replica" => "ENABLE REPLICA",
                _ => "ENABLE ALWAYS",
            };
            format!(
                "WHEN {}::pg_catalog.regclass THEN '{word}' ",
                super::names::literal(relation)
            )
        })
        .collect();
    let state = match states.is_empty() {
        true => "'ENABLE'".to_owned(),
        false => format!("CASE t.tgrelid {}ELSE 'ENABLE' END", states.concat()),
    };
    format!(
        include_str!("enforce.sql"),
        table = super::names::literal(table),
        constraint = super::names::literal(&unquoted(constraint)),
        state = state,
    )
}

/// Labels can be added anywhere, not removed or moved.
fn labels(identity: &str, old: &Object, new: &Object) -> Alter {
    let was = options::split(old.get("labels").unwrap_or_default());
    let is = options::split(new.get("labels").unwrap_or_default());
    let kept: Vec<&str> = is
        .iter()
        .copied()
        .filter(|label| was.contains(label))
        .collect();
    if kept != was {
        return Alter::Open(
            "a label cannot be removed or moved; whether one was renamed, only its author knows"
                .to_owned(),
        );
    }
    let mut statements = Vec::new();
    for (index, label) in is.iter().enumerate() {
        if was.contains(label) {
            continue;
        }
        let place = match (
            index.checked_sub(1).and_then(|before| is.get(before)),
            was.first(),
        ) {
            (Some(before), _) => format!(" AFTER {before}"),
            (None, Some(first)) => format!(" BEFORE {first}"),
            (None, None) => String::new(),
        };
        statements.push(format!(
            "ALTER TYPE {identity} ADD VALUE IF NOT EXISTS {label}{place}"
        ));
    }
    Alter::InPlace(statements)
}

/// `1.10` as numbers, of which it has two.
fn numbers(version: &str) -> Vec<u32> {
    version
        .split(['.', '-'])
        .map(|part| part.parse().unwrap_or(0))
        .collect()
}

fn extension(identity: &str, old: &Object, new: &Object) -> Alter {
    let mut statements = Vec::new();
    let (was, is) = (
        old.get("version").unwrap_or_default(),
        new.get("version").unwrap_or_default(),
    );
    if numbers(was) > numbers(is) && !is.is_empty() {
        return Alter::Open(format!(
            "ALTER EXTENSION has no way from version {was} back to {is}"
        ));
    }
    if let Some(version) = new
        .get("version")
        .filter(|version| old.get("version") != Some(version))
    {
        statements.push(format!(
            "ALTER EXTENSION {identity} UPDATE TO {}",
            super::names::literal(version)
        ));
    }
    if let Some(schema) = new
        .get("schema")
        .filter(|schema| old.get("schema") != Some(schema))
    {
        statements.push(format!("ALTER EXTENSION {identity} SET SCHEMA {schema}"));
    }
    Alter::InPlace(statements)
}
