use toml_edit::{DocumentMut, Item, Table, Value};

use super::Facts;
use super::anchor::NoPlace;

/// The workspace's Cargo.toml with the crate among its dependencies, behind the last one's.
pub(super) fn of_workspace(text: &str, facts: &Facts, last: &str) -> Result<String, NoPlace> {
    let mut document = parse(text)?;
    let dependencies = table(&mut document, &["workspace", "dependencies"])?;
    let path = register(dependencies, facts, last)?
        .get_mut("path")
        .ok_or_else(|| NoPlace::new(format!("`jubilee-{last}` has no `path`")))?;
    *path = Item::Value(Value::from(format!("crates/{}", facts.name)));
    Ok(document.to_string())
}

/// xtask's Cargo.toml with the crate among its dependencies, as the last one is.
pub(super) fn of_xtask(text: &str, facts: &Facts, last: &str) -> Result<String, NoPlace> {
    let mut document = parse(text)?;
    register(table(&mut document, &["dependencies"])?, facts, last)?;
    Ok(document.to_string())
}

/// The crate's own Cargo.toml: that of another database, with the name and the description its own.
pub(super) fn of_crate(model: &str, facts: &Facts) -> Result<String, NoPlace> {
    let mut document = parse(model)?;
    let description = format!("The schema of the database {}: {}", facts.name, facts.holds);
    let package = table(&mut document, &["package"])?;
    for (key, text) in [("name", facts.package()), ("description", description)] {
        let value = package
            .get_mut(key)
            .ok_or_else(|| NoPlace::new(format!("`[package]` has no `{key}`")))?;
        *value = toml_edit::value(text);
    }
    Ok(document.to_string())
}

fn parse(text: &str) -> Result<DocumentMut, NoPlace> {
    text.parse::<DocumentMut>()
        .map_err(|error| NoPlace::new(format!("it is not TOML: {}", error.message())))
}

fn table<'d>(document: &'d mut DocumentMut, path: &[&str]) -> Result<&'d mut Table, NoPlace> {
    path.iter()
        .try_fold(document.as_table_mut(), |table, key| {
            table.get_mut(key)?.as_table_mut()
        })
        .ok_or_else(|| NoPlace::new(format!("`[{}]` is not there", path.join("."))))
}

/// Copies the entry of the last database for the further one, and puts it behind.
fn register<'t>(table: &'t mut Table, facts: &Facts, last: &str) -> Result<&'t mut Item, NoPlace> {
    let last = format!("jubilee-{last}");
    let missing = || NoPlace::new(format!("the dependency `{last}` is not there"));
    let entry = table.get(&last).ok_or_else(missing)?.clone();
    let package = facts.package();
    let mut order: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let at = order
        .iter()
        .position(|key| *key == last)
        .ok_or_else(missing)?;
    order.insert(at + 1, package.clone());
    table.insert(&package, entry);
    // A table takes new keys at its end only. Keys that are not in the list are parts of dotted
    // ones (`clap.workspace`), and are equal, so they stay where they are.
    let place = |key: &str| order.iter().position(|other| other == key);
    table.sort_values_by(|a, _, b, _| place(a).cmp(&place(b)));
    table.get_mut(&package).ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::new_database::facts::archive;

    #[test]
    fn the_entry_stands_behind_the_last_one_and_nothing_else_moves() {
        let workspace = "# The workspace.\n[workspace.dependencies]\njubilee-core = { path = \"crates/core\" }\n\
            jubilee-codex = { path = \"crates/codex\", default-features = false }\n\n# Of others.\nclap = { version = \"4\" }\n";
        insta::assert_snapshot!(of_workspace(workspace, &archive(), "codex").unwrap(), @r#"
        # The workspace.
        [workspace.dependencies]
        jubilee-core = { path = "crates/core" }
        jubilee-codex = { path = "crates/codex", default-features = false }
        jubilee-archive = { path = "crates/archive", default-features = false }

        # Of others.
        clap = { version = "4" }
        "#);
        let xtask = "[dependencies]\nclap.workspace = true\n# Said better.\njubilee-codex = { workspace = true, features = [\"a\"] }\n\
            time.workspace = true # now\n\n[dev-dependencies]\ninsta = \"1\"\n";
        insta::assert_snapshot!(of_xtask(xtask, &archive(), "codex").unwrap(), @r#"
        [dependencies]
        clap.workspace = true
        # Said better.
        jubilee-codex = { workspace = true, features = ["a"] }
        jubilee-archive = { workspace = true, features = ["a"] }
        time.workspace = true # now

        [dev-dependencies]
        insta = "1"
        "#);
        insta::assert_snapshot!(of_xtask(xtask, &archive(), "inspire").unwrap_err(), @"the dependency `jubilee-inspire` is not there");
        insta::assert_snapshot!(of_workspace(xtask, &archive(), "codex").unwrap_err(), @"`[workspace.dependencies]` is not there");
        insta::assert_snapshot!(of_xtask("[dependencies", &archive(), "codex").unwrap_err(), @"it is not TOML: unclosed table, expected `]`");
    }
}
