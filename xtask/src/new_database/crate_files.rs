use jubilee_core::Database;

use super::Facts;
use super::anchor::{NoPlace, replace};

/// `src/lib.rs` of the crate: that of another database, with the facts its own.
pub(super) fn of_library(text: &str, model: &Database, facts: &Facts) -> Result<String, NoPlace> {
    let Database {
        name,
        holds,
        change_rate,
        review,
        development_port,
    } = model;
    let mut text = text.to_owned();
    for (old, new) in [
        (
            format!("**{name}** ({holds})"),
            format!("**{}** ({})", facts.name, facts.holds),
        ),
        (
            format!("name: \"{name}\""),
            format!("name: \"{}\"", facts.name),
        ),
        (
            format!("holds: \"{holds}\""),
            format!("holds: \"{}\"", facts.holds),
        ),
        (
            format!("ChangeRate::{change_rate:?}"),
            format!("ChangeRate::{:?}", facts.change_rate),
        ),
        (
            format!("Review::{review:?}"),
            format!("Review::{:?}", facts.review),
        ),
        (
            format!("development_port: {development_port}"),
            format!("development_port: {}", facts.port),
        ),
    ] {
        text = replace(&text, &old, &new)?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::new_database::facts::archive;

    #[test]
    fn the_library_is_that_of_codex_with_other_facts() {
        let codex = include_str!("../../../crates/codex/src/lib.rs");
        insta::assert_snapshot!(of_library(codex, &jubilee_codex::DATABASE, &archive()).unwrap(), @r#"
        //! The schema of the database **archive** (closed accounts): its migrations, embedded, and the
        //! functions that apply them.

        jubilee_runner::database_crate!(jubilee_core::Database {
            name: "archive",
            holds: "closed accounts",
            change_rate: jubilee_core::ChangeRate::Frequent,
            review: jubilee_core::Review::Standard,
            development_port: 5435,
        });
        "#);
        insta::assert_snapshot!(of_library("", &jubilee_codex::DATABASE, &archive()).unwrap_err(), @"`**codex** (identity, SSO and platform configuration)` is not there");
    }
}
