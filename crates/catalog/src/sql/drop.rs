//! DROP.

use super::names::{called, last};
use super::privileges;
use crate::kind::Kind;
use crate::model::{Name, Object};

/// The statements that remove an object.
pub(super) fn drop(name: &Name, object: &Object) -> Vec<String> {
    let one = match (name.kind, &object.part_of) {
        (Kind::Column, Some(whole)) if whole.kind == Kind::Type => format!(
            "ALTER TYPE {} DROP ATTRIBUTE {} CASCADE",
            whole.identity,
            last(name, object)
        ),
        (Kind::Column | Kind::Constraint, Some(table)) => format!(
            "ALTER TABLE {} DROP {} {}",
            table.identity,
            name.kind.keyword(),
            last(name, object)
        ),
        (Kind::DomainConstraint, Some(domain)) => format!(
            "ALTER DOMAIN {} DROP CONSTRAINT {}",
            domain.identity,
            last(name, object)
        ),
        (Kind::DefaultPrivileges, _) => return privileges::defaults(name, Some(object), None),
        (Kind::Setting, _) => return settings(name, Some(object), None),
        (Kind::Database | Kind::NotRead, _) => return Vec::new(),
        _ => format!("DROP {}", called(name, object)),
    };
    vec![one]
}

/// Settings whose values are kept as they were written: in one string they would be one name.
const LISTS_OF_NAMES: [&str; 6] = [
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
];

/// ALTER DATABASE … SET, from one state of the settings to another.
pub(super) fn settings(name: &Name, old: Option<&Object>, new: Option<&Object>) -> Vec<String> {
    let whose = name.identity.strip_prefix("of ").unwrap_or_default();
    let target = match whose {
        "all roles" => "DATABASE %I".to_owned(),
        role => format!("ROLE {} IN DATABASE %I", role.replace('%', "%%")),
    };
    let in_database = |what: String| {
        let sql = format!("ALTER {target} {what}");
        privileges::in_database(&Name::new(Kind::Database, "current"), sql)
    };
    let mut statements = Vec::new();
    for (setting, value) in new.into_iter().flat_map(Object::attributes) {
        if old.and_then(|old| old.get(setting)) != Some(value) {
            let value = match LISTS_OF_NAMES.contains(&setting) {
                true => value.to_owned(),
                false => super::names::literal(value),
            };
            statements.push(in_database(format!(
                "SET {setting} = {}",
                value.replace('%', "%%")
            )));
        }
    }
    for (setting, _) in old.into_iter().flat_map(Object::attributes) {
        if new.is_none_or(|new| new.get(setting).is_none()) {
            statements.push(in_database(format!("RESET {setting}")));
        }
    }
    statements
}
