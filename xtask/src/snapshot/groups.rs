//! Tables in groups that a person can look at: by the migration that makes them.

use jubilee_catalog::{Catalog, Kind, Name};

use super::banner::Migration;
use super::diagram::{LARGEST, bare};

/// Tables that are shown together.
pub(crate) struct Group {
    pub(crate) title: String,
    pub(crate) tables: Vec<Name>,
}

/// All tables but partitions, each in one group, in the order of the migrations.
pub(crate) fn groups(catalog: &Catalog, texts: &[Migration]) -> Vec<Group> {
    let mut left: Vec<Name> = catalog
        .of_kind(Kind::Table)
        .chain(catalog.of_kind(Kind::ForeignTable))
        .filter(|(_, table)| table.get("partition of").is_none())
        .map(|(name, _)| name.clone())
        .collect();
    let mut groups = Vec::new();
    for (migration, text) in texts {
        let mut tables: Vec<(usize, Name)> = Vec::new();
        left.retain(|table| match created_at(text, bare(table)) {
            Some(at) => {
                tables.push((at, table.clone()));
                false
            }
            None => true,
        });
        tables.sort();
        let tables = tables.into_iter().map(|(_, table)| table).collect();
        push(&mut groups, &title(migration.description()), tables);
    }
    push(&mut groups, "Other tables", left);
    groups
}

fn push(groups: &mut Vec<Group>, title: &str, tables: Vec<Name>) {
    let parts = tables.len().div_ceil(LARGEST).max(1);
    let size = tables.len().div_ceil(parts).max(1);
    for (index, tables) in tables.chunks(size).enumerate() {
        let title = match parts {
            1 => title.to_owned(),
            _ => format!("{title}, part {}", index + 1),
        };
        groups.push(Group {
            title,
            tables: tables.to_vec(),
        });
    }
}

/// `create_activity_log` is "Activity log".
fn title(description: &str) -> String {
    let words = description.replace('_', " ");
    let words = words
        .strip_prefix("create ")
        .or_else(|| words.strip_prefix("add "))
        .unwrap_or(&words);
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// Where a text creates a table.
fn created_at(text: &str, bare: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    lower
        .match_indices("create table ")
        .find_map(|(at, words)| {
            let rest = lower[at + words.len()..].trim_start();
            let rest = rest.strip_prefix("if not exists ").unwrap_or(rest);
            let rest = rest.strip_prefix("public.").unwrap_or(rest);
            let ends =
                |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
            let is_it = rest
                .strip_prefix(&bare.to_ascii_lowercase())
                .is_some_and(ends);
            is_it.then_some(at)
        })
}
