//! What all kinds of objects have: an owner, privileges, a comment.

use std::collections::BTreeSet;

use super::names::{called, literal};
use super::privileges;
use super::sequence::of_identity;
use crate::kind::Kind;
use crate::model::{Name, Object};

/// What the attributes of an identity column begin with that are its sequence's.
const OF_SEQUENCE: &str = "sequence ";

/// The statements that bring these from one state to another; `None` is an object that was just made. What
/// the roles of `unsure` may do before is not known.
pub(super) fn changes(
    name: &Name,
    old: Option<&Object>,
    new: &Object,
    unsure: &BTreeSet<String>,
) -> Vec<String> {
    let mut statements = Vec::new();
    let was = |attribute: &str| old.and_then(|old| old.get(attribute));
    // A sequence that a column owns has the owner of the table; an extension that of its maker.
    let follows = name.kind == Kind::Extension
        || name.kind == Kind::Sequence
            && new.get("owned by").is_some()
            && was("owned by") == new.get("owned by");
    if let Some(owner) = new
        .get("owner")
        .filter(|owner| was("owner") != Some(owner) && !follows)
    {
        statements.push(format!("ALTER {} OWNER TO {owner}", called(name, new)));
    }
    if name.kind == Kind::DefaultPrivileges {
        statements.extend(privileges::defaults(name, old, Some(new)));
    } else {
        statements.extend(privileges::changes(name, old, new, unsure));
    }
    if new.get("comment") != was("comment") {
        let comment = new.get("comment").map_or("NULL".to_owned(), literal);
        statements.push(format!("COMMENT ON {} IS {comment}", called(name, new)));
    }
    if let (Kind::Constraint, Some(table)) = (name.kind, &new.part_of)
        && new.get("index comment") != was("index comment")
    {
        let comment = new.get("index comment").map_or("NULL".to_owned(), literal);
        let index = index_of(name, new, &table.identity);
        statements.push(format!("COMMENT ON INDEX {index} IS {comment}"));
    }
    let attributes = new
        .attributes()
        .chain(old.into_iter().flat_map(Object::attributes));
    let providers: BTreeSet<&str> = attributes
        .filter_map(|(attribute, _)| attribute.strip_prefix("security label for "))
        .collect();
    for provider in providers {
        let attribute = format!("security label for {provider}");
        if new.get(&attribute) != was(&attribute) {
            let label = new.get(&attribute).map_or("NULL".to_owned(), literal);
            statements.push(format!(
                "SECURITY LABEL FOR {provider} ON {} IS {label}",
                called(name, new)
            ));
        }
    }
    statements
}

/// The index of a constraint: it has the constraint's name, in the table's schema.
pub(super) fn index_of(name: &Name, constraint: &Object, table: &str) -> String {
    let schema = &table[..table.len() - super::names::without_schema(table).len()];
    format!("{schema}{}", super::names::last(name, constraint))
}

/// The sequence of an identity column, as if it stood alone.
pub(super) fn sequence_of(column: &Object) -> Option<(Name, Object)> {
    let sequence = of_identity(column.get("identity")?)?;
    let own = column
        .attributes()
        .filter_map(|(attribute, value)| Some((attribute.strip_prefix(OF_SEQUENCE)?, value)));
    let object = Object {
        attributes: own.map(|(a, b)| (a.to_owned(), b.to_owned())).collect(),
        ..Object::default()
    };
    Some((Name::new(Kind::Sequence, sequence), object))
}

/// Whether [`changes`] deals with this attribute.
pub(super) fn is_common(attribute: &str) -> bool {
    let attribute = attribute.strip_prefix(OF_SEQUENCE).unwrap_or(attribute);
    matches!(attribute, "owner" | "comment" | "index comment")
        || attribute.starts_with("privileges of ")
        || attribute.starts_with("security label for ")
}
