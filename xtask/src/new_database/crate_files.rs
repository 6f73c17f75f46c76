//! The source of a further database's crate.

use super::Facts;
use super::anchor::{NoPlace, replace};
use crate::databases::Database;

/// `src/lib.rs` of the crate: that of another database, with the facts its own.
pub(super) fn of_library(text: &str, model: &Database, facts: &Facts) -> Result<String, NoPlace> {
    let Database { name, holds, .. } = model;
    let text = replace(
        text,
        &format!("**{name}** ({holds})"),
        &format!("**{}** ({})", facts.name, facts.holds),
    )?;
    replace(
        &text,
        &format!("database_crate!(\"{name}\")"),
        &format!("database_crate!(\"{}\")", facts.name),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::databases::ALL;
    use crate::new_database::facts::archive;

    #[test]
    fn the_library_is_that_of_codex_with_other_facts() {
        let codex = include_str!("../../../crates/codex/src/lib.rs");
        insta::assert_snapshot!(of_library(codex, &ALL[0].database, &archive()).unwrap(), @r#"
        //! The schema of the database **archive** (closed accounts): its migrations, embedded, and the
        //! functions that apply them.

        jubilee_runner::database_crate!("archive");
        "#);
        insta::assert_snapshot!(of_library("", &ALL[0].database, &archive()).unwrap_err(), @"`**codex** (identity, SSO and platform configuration)` is not there");
    }
}
