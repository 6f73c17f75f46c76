//! Families and classes of operators.

use std::collections::BTreeSet;

use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

pub(super) fn operator_family(catalog: &Catalog, name: &Name, family: &Object) -> Vec<String> {
    let mut statements = vec![format!("CREATE OPERATOR FAMILY {}", name.identity)];
    let loose = loose(catalog, name, family);
    if !loose.is_empty() {
        statements.push(format!(
            "ALTER OPERATOR FAMILY {} ADD {}",
            name.identity,
            loose.join(", ")
        ));
    }
    statements
}

/// Operators and functions that were added to the family itself; those of a class come with it.
fn loose(catalog: &Catalog, name: &Name, family: &Object) -> Vec<String> {
    let (bare, _) = name
        .identity
        .split_once(" USING ")
        .unwrap_or((&name.identity, ""));
    let of_classes: BTreeSet<String> = catalog
        .of_kind(Kind::OperatorClass)
        .filter(|(_, class)| class.get("family") == Some(bare))
        .flat_map(|(_, class)| members(class))
        .collect();
    let mut all = members(family);
    all.retain(|member| !of_classes.contains(member));
    all
}

/// ALTER OPERATOR FAMILY from one list of loose members to another.
pub(super) fn family_changes(
    from: &Catalog,
    to: &Catalog,
    name: &Name,
    old: &Object,
    new: &Object,
) -> Vec<String> {
    let (was, is) = (loose(from, name, old), loose(to, name, new));
    let mut statements = Vec::new();
    for member in was.iter().filter(|member| !is.contains(member)) {
        // `FUNCTION 2 (integer, integer) name` and `OPERATOR 1 name (integer, integer)`.
        let words: Vec<&str> = member.splitn(3, ' ').collect();
        let types = member
            .find('(')
            .zip(member.find(')'))
            .map(|(a, b)| &member[a..=b]);
        if let (&[kind, number, _], Some(types)) = (words.as_slice(), types) {
            statements.push(format!(
                "ALTER OPERATOR FAMILY {} DROP {kind} {number} {types}",
                name.identity
            ));
        }
    }
    for member in is.iter().filter(|member| !was.contains(member)) {
        statements.push(format!(
            "ALTER OPERATOR FAMILY {} ADD {member}",
            name.identity
        ));
    }
    statements
}

fn members(object: &Object) -> Vec<String> {
    ["operators", "functions"]
        .into_iter()
        .filter_map(|attribute| object.get(attribute))
        .flat_map(|list| list.split("; ").map(str::to_owned))
        .collect()
}

pub(super) fn operator_class(name: &Name, class: &Object) -> Result<String, String> {
    let (bare, method) = name
        .identity
        .split_once(" USING ")
        .ok_or("its access method is not known")?;
    let family = class.get("family").unwrap_or_default();
    let in_family = if family == bare {
        String::new()
    } else {
        format!(" FAMILY {family}")
    };
    let mut items = members(class);
    if let Some(storage) = class.get("storage") {
        items.push(format!("STORAGE {storage}"));
    }
    if items.is_empty() {
        items.push(format!("STORAGE {}", class.get("type").unwrap_or_default()));
    }
    Ok(format!(
        "CREATE OPERATOR CLASS {bare} {}FOR TYPE {} USING {method}{in_family} AS\n    {}",
        class.get("default").map_or("", |_| "DEFAULT "),
        class.get("type").unwrap_or_default(),
        items.join(",\n    ")
    ))
}
