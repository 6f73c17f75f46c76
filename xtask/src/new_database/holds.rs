//! The phrase that says what a database holds.

use crate::exit::Exit;
use crate::problem::Problem;

/// The longest phrase that a table of README and a line of documentation have room for.
const MAX: usize = 80;

/// Refuses a phrase that would be something else where it is put: Rust, TOML, Markdown and the
/// documentation each have their own signs.
pub(crate) fn check_holds(holds: &str) -> Result<(), Problem> {
    let plain = |c: char| c.is_alphanumeric() || " ,;()'&/+-".contains(c);
    let why = if let Some(sign) = holds.chars().find(|c| !plain(*c)) {
        format!(
            "`{}` has a meaning in code or tables; letters, digits, spaces and , ; ( ) ' & / + - \
             are allowed",
            sign.escape_debug()
        )
    } else if !holds.starts_with(char::is_alphanumeric) || holds.ends_with(' ') {
        "it must begin with a letter or a digit, and not end with a space".to_owned()
    } else if holds.chars().count() > MAX {
        format!("it has more than {MAX} characters")
    } else {
        return Ok(());
    };
    Err(
        Problem::new(Exit::Usage, "--holds is not a phrase that can be used")
            .why(why)
            .hint("for example: --holds 'user data, activity and subscriptions'"),
    )
}
