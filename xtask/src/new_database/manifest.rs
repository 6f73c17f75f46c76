//! The manifest of a further database's crate.

use toml_edit::{DocumentMut, Table};

use super::Facts;
use super::anchor::NoPlace;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::new_database::facts::archive;

    #[test]
    fn the_name_and_the_description_are_its_own_and_nothing_else() {
        let codex = "# A crate.\n[package]\nname = \"jubilee-codex\"\ndescription = \"identity\"\n\
            version.workspace = true # as all\n\n[lints]\nworkspace = true\n";
        insta::assert_snapshot!(of_crate(codex, &archive()).unwrap(), @r#"
        # A crate.
        [package]
        name = "jubilee-archive"
        description = "The schema of the database archive: closed accounts"
        version.workspace = true # as all

        [lints]
        workspace = true
        "#);
        insta::assert_snapshot!(of_crate("", &archive()).unwrap_err(), @"`[package]` is not there");
        insta::assert_snapshot!(of_crate("[package", &archive()).unwrap_err(), @"it is not TOML: unclosed table, expected `]`");
    }
}
