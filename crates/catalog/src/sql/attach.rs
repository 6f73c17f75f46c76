//! What can be done only when everything is there: sequences that belong to columns, partitions, parents.

use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

pub(super) fn attach(
    from: &Catalog,
    to: &Catalog,
    name: &Name,
    old: Option<&Object>,
    new: &Object,
) -> Vec<String> {
    let changed = |attribute: &str| new.get(attribute) != old.and_then(|old| old.get(attribute));
    let identity = &name.identity;
    let mut statements = Vec::new();
    match name.kind {
        Kind::Sequence if changed("owned by") => {
            if let Some(column) = new.get("owned by") {
                // It left its table, which may have got another owner meanwhile.
                let owner = from.get(name).and_then(|old| old.get("owner"));
                if let Some(wanted) = new.get("owner").filter(|wanted| owner != Some(wanted)) {
                    statements.push(format!("ALTER SEQUENCE {identity} OWNER TO {wanted}"));
                }
                statements.push(format!("ALTER SEQUENCE {identity} OWNED BY {column}"));
            }
        }
        Kind::Table if changed("of type") && old.is_some() => {
            if let Some(of_type) = new.get("of type") {
                statements.push(format!("ALTER TABLE {identity} OF {of_type}"));
            }
        }
        Kind::Index if changed("partition of") && !comes_with_table(from, to, new) => {
            if let Some(parent) = new.get("partition of") {
                statements.push(format!("ALTER INDEX {parent} ATTACH PARTITION {identity}"));
            }
        }
        Kind::Table | Kind::ForeignTable
            if changed("partition of") || changed("partition bound") =>
        {
            if let (Some(parent), Some(bound)) =
                (new.get("partition of"), new.get("partition bound"))
            {
                statements.push(format!(
                    "ALTER TABLE {parent} ATTACH PARTITION {identity} {bound}"
                ));
            }
        }
        _ => {}
    }
    statements
}

/// Whether the index's table is attached too, which attaches its indexes.
fn comes_with_table(from: &Catalog, to: &Catalog, index: &Object) -> bool {
    let Some(table) = index.part_of() else {
        return false;
    };
    let parent = |catalog: &Catalog| {
        let table = catalog.get(table)?;
        table.get("partition of").map(str::to_owned)
    };
    parent(from) != parent(to)
}
