//! The question before production is changed.

use std::io::{BufRead, IsTerminal, stdin};

use crate::exit::Exit;
use crate::output::eprint;
use crate::problem::Problem;

/// Says what is about to change in production, and asks for the name of each database that would
/// change. Another answer is a problem: nothing may be done then.
pub(crate) fn production(
    databases: &[&str],
    shown: &str,
    to_do: &str,
    hint: &str,
) -> Result<(), Problem> {
    by_name(
        "changing production needs a confirmation",
        databases,
        shown,
        to_do,
        hint,
    )
}

/// The same for another change that nobody shall make by accident.
pub(crate) fn by_name(
    needed: &str,
    databases: &[&str],
    shown: &str,
    to_do: &str,
    hint: &str,
) -> Result<(), Problem> {
    eprint(shown);
    if !stdin().is_terminal() {
        return Err(Problem::new(Exit::Refused, needed)
            .why("standard input is not a terminal, so nobody can be asked")
            .hint(hint));
    }
    for database in databases {
        eprint(&format!("Type `{database}` to {to_do}: "));
        let mut answer = String::new();
        if stdin().lock().read_line(&mut answer).is_err() || answer.trim() != *database {
            return Err(
                Problem::new(Exit::Refused, "the name did not match; nothing was changed")
                    .hint(format!("run this again and type `{database}`")),
            );
        }
    }
    Ok(())
}
