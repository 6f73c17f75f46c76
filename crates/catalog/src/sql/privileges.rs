//! GRANT and REVOKE.

use std::collections::{BTreeMap, BTreeSet};

use super::names::last;
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

const ATTRIBUTE: &str = "privileges of ";

/// A privilege, and whether it may be granted further.
type Privilege<'p> = (&'p str, bool);

/// What roles may do with an object: the recorded differences from what is usual for it.
fn recorded(object: Option<&Object>) -> BTreeMap<&str, &str> {
    let attributes = object.into_iter().flat_map(|object| &object.attributes);
    attributes
        .filter_map(|(attribute, value)| Some((attribute.strip_prefix(ATTRIBUTE)?, value.as_str())))
        .collect()
}

fn set(value: &str) -> BTreeSet<Privilege<'_>> {
    if value == "none" {
        return BTreeSet::new();
    }
    value
        .split(", ")
        .map(
            |privilege| match privilege.strip_suffix(" WITH GRANT OPTION") {
                Some(name) => (name, true),
                None => (privilege, false),
            },
        )
        .collect()
}

/// What a role may do without having been granted anything.
fn usual(kind: Kind, role: &str, owner: Option<&str>) -> &'static str {
    if owner == Some(role) {
        return "ALL";
    }
    match kind {
        _ if role != "PUBLIC" => "none",
        Kind::Function | Kind::Procedure | Kind::Aggregate => "EXECUTE",
        Kind::Enum | Kind::Domain | Kind::Type | Kind::Range | Kind::BaseType | Kind::Language => {
            "USAGE"
        }
        Kind::Database => "CONNECT, TEMPORARY",
        _ => "none",
    }
}

/// The statements that bring the privileges on an object from one state to another. What the roles of
/// `unsure` may do before is not known.
pub(super) fn changes(
    name: &Name,
    old: Option<&Object>,
    new: &Object,
    unsure: &BTreeSet<String>,
) -> Vec<String> {
    let owner = new.get("owner");
    let on = on(name, new);
    let columns = (name.kind == Kind::Column).then(|| last(name, new));
    between(
        &recorded(old),
        &recorded(Some(new)),
        unsure,
        |role| usual(name.kind, role, owner),
        |statement, privileges, preposition, role, suffix| {
            let privileges: Vec<String> = privileges
                .iter()
                .map(|privilege| match columns {
                    Some(column) => format!("{privilege} ({column})"),
                    None => (*privilege).to_owned(),
                })
                .collect();
            let sql = format!(
                "{statement} {} ON {on} {preposition} {role}{suffix}",
                privileges.join(", ")
            );
            in_database(name, sql)
        },
    )
}

/// A statement about the current database has to find out its name.
pub(super) fn in_database(name: &Name, sql: String) -> String {
    if name.kind != Kind::Database {
        return sql;
    }
    format!(
        "DO $do$ BEGIN EXECUTE pg_catalog.format({}, pg_catalog.current_database()); END $do$",
        super::names::literal(&sql)
    )
}

fn between(
    old: &BTreeMap<&str, &str>,
    new: &BTreeMap<&str, &str>,
    unsure: &BTreeSet<String>,
    usual: impl Fn(&str) -> &'static str,
    write: impl Fn(&str, &[&str], &str, &str, &str) -> String,
) -> Vec<String> {
    let mut roles: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    roles.extend(unsure.iter().map(String::as_str));
    let mut statements = Vec::new();
    for role in roles {
        let had = set(old.get(role).copied().unwrap_or_else(|| usual(role)));
        let has = set(new.get(role).copied().unwrap_or_else(|| usual(role)));
        let mut kept = had.clone();
        let lost: Vec<&str> = had
            .difference(&has)
            .map(|(privilege, _)| *privilege)
            .collect();
        if unsure.contains(role)
            || lost.contains(&"ALL")
            || has.contains(&("ALL", false)) && !lost.is_empty()
        {
            statements.push(write("REVOKE", &["ALL"], "FROM", role, ""));
            kept.clear();
        } else if !lost.is_empty() {
            statements.push(write("REVOKE", &lost, "FROM", role, ""));
            kept.retain(|(privilege, _)| !lost.contains(privilege));
        }
        for further in [false, true] {
            let granted: Vec<&str> = has
                .difference(&kept)
                .filter(|(_, is_further)| *is_further == further)
                .map(|(privilege, _)| *privilege)
                .collect();
            if !granted.is_empty() {
                let suffix = if further { " WITH GRANT OPTION" } else { "" };
                statements.push(write("GRANT", &granted, "TO", role, suffix));
            }
        }
    }
    statements
}

fn on(name: &Name, object: &Object) -> String {
    let identity = &name.identity;
    match (name.kind, &object.part_of) {
        (Kind::Column, Some(table)) => table.identity.clone(),
        (Kind::Table | Kind::View | Kind::MaterializedView | Kind::ForeignTable, _) => {
            identity.clone()
        }
        (Kind::Aggregate, _) => format!("FUNCTION {identity}"),
        (Kind::Enum | Kind::Domain | Kind::Range | Kind::BaseType | Kind::Type, _) => {
            format!("TYPE {identity}")
        }
        (Kind::Server, _) => format!("FOREIGN SERVER {identity}"),
        (Kind::Database, _) => "DATABASE %I".to_owned(),
        (kind, _) => format!("{} {identity}", kind.keyword()),
    }
}

/// The same for default privileges, whose identity is `FOR ROLE r IN SCHEMA s ON TABLES`. Those for all
/// schemas hold the usual ones too; those for a schema come on top.
pub(super) fn defaults(name: &Name, old: Option<&Object>, new: Option<&Object>) -> Vec<String> {
    let Some((whose, objects)) = name.identity.rsplit_once(" ON ") else {
        return Vec::new();
    };
    let is_global = !whose.contains(" IN SCHEMA ");
    let owner = whose.strip_prefix("FOR ROLE ");
    let usual = |role: &str| match objects {
        _ if !is_global => "none",
        _ if owner == Some(role) => "ALL",
        "FUNCTIONS" if role == "PUBLIC" => "EXECUTE",
        "TYPES" if role == "PUBLIC" => "USAGE",
        _ => "none",
    };
    let (old, new) = (complete(old, owner), complete(new, owner));
    between(
        &old,
        &new,
        &BTreeSet::new(),
        usual,
        |statement, privileges, preposition, role, suffix| {
            format!(
                "ALTER DEFAULT PRIVILEGES {whose} {statement} {} ON {objects} {preposition} {role}{suffix}",
                privileges.join(", ")
            )
        },
    )
}

/// Where default privileges are recorded, they say all; where they are not, everything is as usual.
fn complete<'o>(object: Option<&'o Object>, owner: Option<&'o str>) -> BTreeMap<&'o str, &'o str> {
    let mut all = recorded(object);
    if object.is_some() {
        for role in owner.into_iter().chain(["PUBLIC"]) {
            all.entry(role).or_insert("none");
        }
    }
    all
}

/// The roles to which default privileges may have given something on a new object.
pub(super) fn given_by_default(catalog: &Catalog, name: &Name) -> BTreeSet<String> {
    let objects = match name.kind {
        Kind::Table | Kind::View | Kind::MaterializedView | Kind::ForeignTable => "TABLES",
        Kind::Sequence => "SEQUENCES",
        Kind::Function | Kind::Procedure | Kind::Aggregate => "FUNCTIONS",
        Kind::Enum | Kind::Domain | Kind::Type | Kind::Range | Kind::BaseType => "TYPES",
        Kind::Schema => "SCHEMAS",
        _ => return BTreeSet::new(),
    };
    let mut roles = BTreeSet::new();
    for (default, object) in catalog.of_kind(Kind::DefaultPrivileges) {
        let Some((whose, on)) = default.identity.rsplit_once(" ON ") else {
            continue;
        };
        let schema = whose.split_once(" IN SCHEMA ").map(|(_, schema)| schema);
        if on == objects
            && schema.is_none_or(|schema| name.identity.starts_with(&format!("{schema}.")))
        {
            let owner = whose.strip_prefix("FOR ROLE ").filter(|_| schema.is_none());
            roles.extend(complete(Some(object), owner).into_keys().map(str::to_owned));
        }
    }
    roles
}
