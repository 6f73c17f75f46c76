//! What a further database is.

use crate::databases::{ChangeRate, Review};

use crate::exit::Exit;
use crate::problem::Problem;

/// What a further database is: a [`Database`](crate::databases::Database) that is not compiled in yet.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) name: String,
    pub(crate) holds: String,
    pub(crate) change_rate: ChangeRate,
    pub(crate) review: Review,
    pub(crate) port: u16,
}

impl Facts {
    /// The name of its crate: `jubilee-archive`.
    pub(crate) fn package(&self) -> String {
        format!("jubilee-{}", self.name)
    }

    /// The prefix of its variables: `DB_ARCHIVE`.
    pub(crate) fn prefix(&self) -> String {
        format!("DB_{}", self.name.to_ascii_uppercase())
    }
}

/// The longest phrase that a table of README and a line of documentation have room for.
const MAX_HOLDS: usize = 80;

/// Refuses a phrase that would be something else where it is put: Rust, TOML, Markdown and the
/// documentation each have their own signs.
pub(crate) fn check_holds(holds: &str) -> Result<(), Problem> {
    let plain = |c: char| c.is_alphanumeric() || " ,;()'&/+-".contains(c);
    let why = if let Some(sign) = holds.chars().find(|c| !plain(*c)) {
        format!(
            "it stands in code and tables, where `{}` means something else: letters, digits, \
             spaces and , ; ( ) ' & / + - are taken",
            sign.escape_debug()
        )
    } else if !holds.starts_with(char::is_alphanumeric) || holds.ends_with(' ') {
        "it begins with a letter or a digit, and has no space at its end".to_owned()
    } else if holds.chars().count() > MAX_HOLDS {
        format!("it has more than {MAX_HOLDS} characters, and stands in a table")
    } else {
        return Ok(());
    };
    Err(Problem::new(
        Exit::Usage,
        "--holds is no phrase of what the database holds",
    )
    .why(why)
    .hint("say it as in --holds 'user data, activity and subscriptions'"))
}

/// Facts for tests.
#[cfg(test)]
pub(super) fn archive() -> Facts {
    Facts {
        name: "archive".to_owned(),
        holds: "closed accounts".to_owned(),
        change_rate: ChangeRate::Frequent,
        review: Review::Standard,
        port: 5435,
    }
}
