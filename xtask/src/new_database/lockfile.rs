//! The lock file of the workspace.

use super::Facts;
use super::anchor::{NoPlace, behind, replace};

/// Cargo.lock with the crate in it, as cargo itself would write it: with `--locked`, as CI and the
/// Dockerfile build, cargo does not. The crate depends on what that of another database depends on.
pub(super) fn add(text: &str, facts: &Facts, model: &str) -> Result<String, NoPlace> {
    let package = facts.package();
    let of_model = package_entry(text, &format!("jubilee-{model}"))?;
    let entry = replace(
        of_model,
        &format!("name = \"jubilee-{model}\"\n"),
        &format!("name = \"{package}\"\n"),
    )?;

    // Packages are sorted by name.
    let neighbour = text
        .rsplit("\n\n")
        .find(|entry| name_of(entry).is_some_and(|name| name < package.as_str()))
        .ok_or_else(|| NoPlace::new(format!("no package comes before `{package}`")))?;
    let neighbour = format!("{neighbour}\n\n");
    behind(text, &neighbour, &format!("{entry}\n\n"))
}

/// An entry, without the empty line behind it.
fn package_entry<'t>(text: &'t str, name: &str) -> Result<&'t str, NoPlace> {
    text.split("\n\n")
        .find(|entry| name_of(entry) == Some(name))
        .ok_or_else(|| NoPlace::new(format!("the package `{name}` is not there")))
}

fn name_of(entry: &str) -> Option<&str> {
    entry
        .strip_prefix("[[package]]\nname = \"")?
        .split('"')
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::new_database::facts::archive;

    #[test]
    fn the_crate_stands_where_cargo_would_put_it() {
        let lock = "version = 4\n\n[[package]]\nname = \"itoa\"\nversion = \"1.0.0\"\n\n\
            [[package]]\nname = \"jubilee-codex\"\nversion = \"0.1.0\"\ndependencies = [\n \"jubilee-core\",\n]\n\n\
            [[package]]\nname = \"zeroize\"\nversion = \"1.0.0\"\n";
        insta::assert_snapshot!(add(lock, &archive(), "codex").unwrap(), @r#"
        version = 4

        [[package]]
        name = "itoa"
        version = "1.0.0"

        [[package]]
        name = "jubilee-archive"
        version = "0.1.0"
        dependencies = [
         "jubilee-core",
        ]

        [[package]]
        name = "jubilee-codex"
        version = "0.1.0"
        dependencies = [
         "jubilee-core",
        ]

        [[package]]
        name = "zeroize"
        version = "1.0.0"
        "#);
        insta::assert_snapshot!(add(lock, &archive(), "inspire").unwrap_err(), @"the package `jubilee-inspire` is not there");
        insta::assert_snapshot!(add("version = 4\n", &archive(), "codex").unwrap_err(), @"the package `jubilee-codex` is not there");
    }
}
