//! Domains, and the values of them that ALTER DOMAIN cannot check.

use super::column;
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

/// Why a domain stays as it is.
pub(super) const UNCHECKED: &str =
    "PostgreSQL does not check the values of a domain in arrays and composite types";

pub(super) fn create(identity: &str, object: &Object) -> String {
    let mut sql = format!("CREATE DOMAIN {identity} AS {}", column::type_of(object));
    if let Some(default) = object.get("default") {
        sql.push_str(&format!(" DEFAULT {default}"));
    }
    if object.get("not null").is_some() {
        sql.push_str(" NOT NULL");
    }
    sql
}

/// ALTER DOMAIN, if it can do it.
pub(super) fn change(identity: &str, new: &Object, differing: &[&str]) -> Option<Vec<String>> {
    let mut statements = Vec::new();
    for attribute in differing {
        let what = match (*attribute, new.get(attribute)) {
            ("default", Some(default)) => format!("SET DEFAULT {default}"),
            ("default", None) => "DROP DEFAULT".to_owned(),
            ("not null", Some(_)) => "SET NOT NULL".to_owned(),
            ("not null", None) => "DROP NOT NULL".to_owned(),
            _ => return None,
        };
        statements.push(format!("ALTER DOMAIN {identity} {what}"));
    }
    Some(statements)
}

/// Whether ALTER DOMAIN would have to look at values inside of arrays or composite types to make a domain, or a
/// constraint of one, as it is to be.
pub(super) fn is_unchecked(from: &Catalog, name: &Name, new: &Object) -> bool {
    let is_free = match name.kind {
        Kind::Domain => new.get("not null").is_none(),
        _ => new
            .get("definition")
            .is_some_and(|sql| sql.ends_with(" NOT VALID")),
    };
    let domain = &new.part_of().unwrap_or(name).identity;
    let array = format!("{domain}[]");
    let holds = |column: &Object| match column.get("type") {
        Some(held) if held == array => true,
        Some(held) if held == domain => {
            let whole = column.part_of();
            whole.is_some_and(|whole| whole.kind == Kind::Type)
        }
        _ => false,
    };
    !is_free && from.of_kind(Kind::Column).any(|(_, column)| holds(column))
}
