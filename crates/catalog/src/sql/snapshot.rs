//! A whole schema as SQL, in a layout in which a change of one object changes only its lines.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::script::{Step, script};
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

/// The statements that make the schema in a database that is like `empty`, when `owner` runs them: what that
/// role owns is not said to be its. What cannot be written is a comment. Roles are not made.
#[must_use]
pub fn to_sql(catalog: &Catalog, empty: &Catalog, owner: &str) -> String {
    let script = script(empty, catalog);
    let mut sql = String::new();
    let mut before: Option<Name> = None;
    for step in &script.steps {
        let Some(statement) = without_owner(step, owner) else {
            continue;
        };
        let about = whole(catalog, &step.name);
        if before.as_ref() != Some(&about) {
            let _ = writeln!(sql, "\n-- {about}\n");
        }
        let _ = writeln!(sql, "{statement};");
        before = Some(about);
    }
    for (name, why) in &script.open {
        let _ = writeln!(sql, "\n-- {name} is not complete: {why}.");
    }
    sql
}

/// The roles that a schema names. They belong to the server, not to the database.
#[must_use]
pub fn roles(catalog: &Catalog) -> BTreeSet<&str> {
    let all = catalog.objects();
    all.flat_map(|(name, object)| roles_of(name, object))
        .collect()
}

/// The roles that an object names: its owner, whoever was granted something, those of a policy, a setting, a user
/// mapping or default privileges.
#[must_use]
pub fn roles_of<'c>(name: &'c Name, object: &'c Object) -> BTreeSet<&'c str> {
    let mut roles = BTreeSet::new();
    for (attribute, value) in object.attributes() {
        match attribute {
            "owner" => {
                roles.insert(value);
            }
            "roles" if name.kind == Kind::Policy => {
                roles.extend(super::options::split(value));
            }
            _ => {
                let privileges = attribute.strip_prefix("sequence ").unwrap_or(attribute);
                roles.extend(privileges.strip_prefix("privileges of "));
            }
        }
    }
    let identity = name.identity.as_str();
    match name.kind {
        Kind::DefaultPrivileges => {
            let whose = identity.strip_prefix("FOR ROLE ").unwrap_or_default();
            let end = whose.find(" IN SCHEMA ").or_else(|| whose.rfind(" ON "));
            roles.extend(end.map(|end| &whose[..end]));
        }
        Kind::Setting if identity != "of all roles" => roles.extend(identity.strip_prefix("of ")),
        Kind::UserMapping => roles.extend(identity.split(" SERVER ").next()),
        _ => {}
    }
    roles.remove("PUBLIC");
    roles
}

/// The statements that make an object and what belongs to it; a comment for an index that is INVALID.
#[must_use]
pub fn ddl(catalog: &Catalog, name: &Name) -> Vec<String> {
    let mut only = catalog.clone();
    only.objects
        .retain(|other, _| other == name || belongs(catalog, other, name));
    if !only.objects.contains_key(name) {
        return Vec::new();
    }
    // A part is written without what it belongs to.
    let steps = script(&Catalog::default(), &only).steps;
    let invalid = only.objects().filter(|(_, object)| object.is_invalid());
    let invalid = invalid.map(|(name, _)| format!("-- {name} is INVALID"));
    steps
        .into_iter()
        .map(|step| step.sql)
        .chain(invalid)
        .collect()
}

fn belongs(catalog: &Catalog, name: &Name, whole: &Name) -> bool {
    let mut name = name;
    while let Some(of) = catalog.get(name).and_then(|object| object.part_of()) {
        if of == whole {
            return true;
        }
        name = of;
    }
    false
}

fn without_owner(step: &Step, owner: &str) -> Option<String> {
    if step.sql.ends_with(&format!(" OWNER TO {owner}")) {
        return None;
    }
    let whose = format!("ALTER DEFAULT PRIVILEGES FOR ROLE {owner} ");
    Some(step.sql.replacen(&whose, "ALTER DEFAULT PRIVILEGES ", 1))
}

/// The object under whose heading something stands.
fn whole(catalog: &Catalog, name: &Name) -> Name {
    let mut name = name.clone();
    while let Some(whole) = catalog.get(&name).and_then(|object| object.part_of()) {
        name = whole.clone();
    }
    name
}
