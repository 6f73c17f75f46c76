//! CREATE.

use std::collections::BTreeSet;

use super::names::{last, literal, without_arguments};
use super::{column, domain, drop, operators, options, rare, sequence, table};
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

/// The statements that make an object, but for its owner, privileges and comment. `Err` says why SQL
/// cannot make it again from what is known.
pub(super) fn create(
    catalog: &Catalog,
    name: &Name,
    object: &Object,
    late: &BTreeSet<Name>,
) -> Result<Vec<String>, String> {
    let identity = &name.identity;
    let definition = object.get("definition").unwrap_or_default();
    let get = |attribute: &str| object.get(attribute);
    let whole = object
        .part_of
        .as_ref()
        .map_or("", |whole| whole.identity.as_str());
    let one = match name.kind {
        Kind::Database => return Ok(Vec::new()),
        Kind::NotRead => return Err("this kind of object is not read".to_owned()),
        Kind::BaseType if get("typinput") == Some("shell_in") => format!("CREATE TYPE {identity}"),
        Kind::BaseType => return Err("base types are made by extensions".to_owned()),
        Kind::Subscription => return Err("its connection string is not read".to_owned()),
        // Without the options, which hold secrets.
        Kind::UserMapping => format!("CREATE USER MAPPING FOR {identity}"),
        Kind::Setting => return Ok(drop::settings(name, None, Some(object))),
        Kind::Schema if identity == "public" => "CREATE SCHEMA IF NOT EXISTS public".to_owned(),
        Kind::Schema => format!("CREATE SCHEMA {identity}"),
        Kind::Extension => format!(
            "CREATE EXTENSION {identity} SCHEMA {}{}",
            get("schema").unwrap_or_default(),
            get("version").map_or(String::new(), |version| format!(
                " VERSION {}",
                literal(version)
            ))
        ),
        Kind::Language => rare::language(identity, object),
        Kind::AccessMethod => format!("CREATE ACCESS METHOD {identity} {definition}"),
        Kind::Enum => format!(
            "CREATE TYPE {identity} AS ENUM ({})",
            get("labels").unwrap_or_default()
        ),
        Kind::Domain => domain::create(identity, object),
        Kind::DomainConstraint => format!(
            "ALTER DOMAIN {whole} ADD CONSTRAINT {} {definition}",
            last(name, object)
        ),
        Kind::Type => composite(catalog, name),
        Kind::Range => format!("CREATE TYPE {identity} AS RANGE ({definition})"),
        Kind::Function | Kind::Procedure => definition.trim_end().to_owned(),
        Kind::Aggregate => {
            let arguments = get("arguments").unwrap_or_default();
            let arguments = if arguments.is_empty() { "*" } else { arguments };
            let bare = without_arguments(identity);
            format!("CREATE AGGREGATE {bare}({arguments}) ({definition})")
        }
        Kind::Operator => format!(
            "CREATE OPERATOR {} ({definition})",
            without_arguments(identity)
        ),
        Kind::OperatorFamily => return Ok(operators::operator_family(catalog, name, object)),
        Kind::OperatorClass => return operators::operator_class(name, object).map(|one| vec![one]),
        Kind::Cast => format!("CREATE CAST {identity} {definition}"),
        Kind::Transform => format!("CREATE TRANSFORM FOR {identity} ({definition})"),
        Kind::Collation => rare::collation(identity, object),
        Kind::Conversion => format!(
            "CREATE {}CONVERSION {identity} {definition}",
            get("default").map_or("", |_| "DEFAULT ")
        ),
        Kind::TextSearchParser => format!("CREATE TEXT SEARCH PARSER {identity} ({definition})"),
        Kind::TextSearchTemplate => {
            format!("CREATE TEXT SEARCH TEMPLATE {identity} ({definition})")
        }
        Kind::TextSearchDictionary => format!(
            "CREATE TEXT SEARCH DICTIONARY {identity} (TEMPLATE = {}{})",
            get("template").unwrap_or_default(),
            get("options").map_or(String::new(), |options| format!(", {options}"))
        ),
        Kind::TextSearchConfiguration => return Ok(rare::text_search(identity, object)),
        Kind::ForeignDataWrapper => rare::wrapper(identity, object),
        Kind::Server => rare::server(identity, object),
        Kind::Sequence => sequence::sequence(identity, object),
        Kind::Table | Kind::ForeignTable => return Ok(table::create(catalog, name, object, late)),
        Kind::View => view(name, object),
        Kind::MaterializedView => materialized_view(identity, object),
        Kind::Column => return Ok(add_column(name, object)),
        Kind::Constraint => format!(
            "ALTER TABLE {whole} ADD CONSTRAINT {} {}",
            last(name, object),
            table::definition(object)
        ),
        Kind::Index => return Ok(index(name, object)),
        Kind::Statistics => {
            let mut statements = vec![definition.to_owned()];
            if let Some(target) = get("target") {
                statements.push(format!(
                    "ALTER STATISTICS {identity} SET STATISTICS {target}"
                ));
            }
            return Ok(statements);
        }
        Kind::Trigger | Kind::Rule => {
            let mut statements = vec![definition.to_owned()];
            statements.extend(enabled(name, None, object));
            return Ok(statements);
        }
        Kind::Policy => policy(name, object),
        Kind::EventTrigger => {
            let tags = get("tags").map_or(String::new(), |tags| format!(" WHEN TAG IN ({tags})"));
            let mut statements = vec![format!(
                "CREATE EVENT TRIGGER {identity} ON {}{tags} EXECUTE FUNCTION {}",
                get("event").unwrap_or_default(),
                get("function").unwrap_or_default()
            )];
            statements.extend(enabled(name, None, object));
            return Ok(statements);
        }
        Kind::Publication => rare::publication(identity, object),
        Kind::DefaultPrivileges => return Ok(Vec::new()),
    };
    Ok(vec![one])
}

/// What an object lacks that is made from what is known.
pub(super) fn incomplete(name: &Name, object: &Object) -> Option<String> {
    match name.kind {
        Kind::UserMapping => Some("its options, which may hold secrets, are not read".to_owned()),
        Kind::Server if !options::hidden(object.get("foreign options")).is_empty() => {
            Some("it has options that look like secrets, which are not read".to_owned())
        }
        _ => None,
    }
}

fn composite(catalog: &Catalog, name: &Name) -> String {
    let attributes: Vec<String> = catalog
        .columns(name)
        .into_iter()
        .map(|(part, object)| format!("{} {}", last(part, object), column::type_of(object)))
        .collect();
    if attributes.is_empty() {
        return format!("CREATE TYPE {} AS ()", name.identity);
    }
    format!(
        "CREATE TYPE {} AS (\n    {}\n)",
        name.identity,
        attributes.join(",\n    ")
    )
}

fn view(name: &Name, object: &Object) -> String {
    let options = options::storage(object.get("options"));
    let with = if options.is_empty() {
        String::new()
    } else {
        format!(" WITH ({})", options::written(&options, ""))
    };
    let definition = object.get("definition").unwrap_or_default();
    format!(
        "CREATE OR REPLACE VIEW {}{with} AS\n{definition}",
        name.identity
    )
}

fn materialized_view(identity: &str, object: &Object) -> String {
    let mut sql = format!("CREATE MATERIALIZED VIEW {identity}");
    sql.push_str(&options::kept(object));
    let definition = object.get("definition").unwrap_or_default();
    sql.push_str(&format!(" AS\n{definition}"));
    sql
}

fn add_column(name: &Name, object: &Object) -> Vec<String> {
    let Some(whole) = &object.part_of else {
        return Vec::new();
    };
    let (table, column) = (&whole.identity, last(name, object));
    match whole.kind {
        Kind::Type => {
            return vec![format!(
                "ALTER TYPE {table} ADD ATTRIBUTE {column} {} CASCADE",
                column::type_of(object)
            )];
        }
        Kind::View | Kind::MaterializedView => {
            return view_column(table, column, object);
        }
        _ => {}
    }
    let mut statements = vec![format!(
        "ALTER TABLE {table} ADD COLUMN {column} {}",
        column::definition(object, true)
    )];
    statements.extend(column::properties(table, column, None, object));
    statements
}

/// What a view's column has besides its definition.
pub(super) fn view_column(view: &str, column: &str, object: &Object) -> Vec<String> {
    let default = object.get("default");
    default
        .map(|default| format!("ALTER TABLE {view} ALTER COLUMN {column} SET DEFAULT {default}"))
        .into_iter()
        .collect()
}

fn index(name: &Name, object: &Object) -> Vec<String> {
    let mut statements = vec![object.get("definition").unwrap_or_default().to_owned()];
    if let Some(tablespace) = object.get("tablespace") {
        statements.push(format!(
            "ALTER INDEX {} SET TABLESPACE {tablespace}",
            name.identity
        ));
    }
    statements.extend(index_statistics(name, None, object));
    statements
}

/// How finely the values of an index's expressions are counted.
pub(super) fn index_statistics(name: &Name, old: Option<&Object>, new: &Object) -> Vec<String> {
    let each = |object: Option<&Object>| -> Vec<(String, String)> {
        let list = object
            .and_then(|object| object.get("statistics"))
            .unwrap_or_default();
        list.split(", ")
            .filter_map(|one| one.split_once(' '))
            .map(|(column, target)| (column.to_owned(), target.to_owned()))
            .collect()
    };
    let (old, new) = (each(old), each(Some(new)));
    let mut statements = Vec::new();
    let mut set = |column: &str, target: &str| {
        statements.push(format!(
            "ALTER INDEX {} ALTER COLUMN {column} SET STATISTICS {target}",
            name.identity
        ));
    };
    for (column, target) in &new {
        if !old.contains(&(column.clone(), target.clone())) {
            set(column, target);
        }
    }
    for (column, _) in &old {
        if new.iter().all(|(other, _)| other != column) {
            set(column, "-1");
        }
    }
    statements
}

fn policy(name: &Name, object: &Object) -> String {
    let table = object
        .part_of
        .as_ref()
        .map_or("", |table| table.identity.as_str());
    let mut sql = format!("CREATE POLICY {} ON {table}", last(name, object));
    if object.get("permissive").is_some() {
        sql.push_str(" AS RESTRICTIVE");
    }
    sql.push_str(&format!(
        " FOR {} TO {}",
        object.get("command").unwrap_or("ALL"),
        object.get("roles").unwrap_or("PUBLIC")
    ));
    if let Some(using) = object.get("using") {
        sql.push_str(&format!(" USING ({using})"));
    }
    if let Some(check) = object.get("with check") {
        sql.push_str(&format!(" WITH CHECK ({check})"));
    }
    sql
}

/// Whether a trigger, rule or event trigger fires.
pub(super) fn enabled(name: &Name, old: Option<&Object>, new: &Object) -> Option<String> {
    let state = new.get("enabled");
    if state == old.and_then(|old| old.get("enabled")) {
        return None;
    }
    let word = match state {
        None => "ENABLE",
        Some("disabled") => "DISABLE",
        Some("replica") => "ENABLE REPLICA",
        Some(_) => "ENABLE ALWAYS",
    };
    Some(match &new.part_of {
        None => format!("ALTER EVENT TRIGGER {} {word}", name.identity),
        Some(table) => format!(
            "ALTER TABLE {} {word} {} {}",
            table.identity,
            name.kind.name().to_uppercase(),
            last(name, new)
        ),
    })
}
