//! The question before production is changed.

use std::io::{BufRead, IsTerminal, stdin};

use crate::exit::Exit;
use crate::kind::Kind;
use crate::output::eprint;
use crate::problem::Problem;

/// Says what is about to change in production, and asks, once, for the names of the databases that
/// would change. Another answer is a problem: nothing may be done then.
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
    let refused = |what: &str| Problem::new(Exit::Refused, what).kind(Kind::ConfirmationNeeded);
    if !stdin().is_terminal() {
        return Err(refused(needed)
            .why("standard input is not a terminal, so nobody can be asked")
            .hint(hint));
    }
    let names = databases.join(" ");
    eprint(&format!("Type `{names}` to {to_do}: "));
    let mut answer = String::new();
    let read = stdin().lock().read_line(&mut answer);
    let separators = |c: char| c.is_whitespace() || c == ',';
    let said = answer.split(separators).filter(|word| !word.is_empty());
    if read.is_err() || !said.eq(databases.iter().copied()) {
        let what = match databases {
            [_] => "the answer did not match; nothing was changed",
            _ => "the names did not match; nothing was changed",
        };
        return Err(refused(what).hint(format!("run this again and type `{names}`")));
    }
    Ok(())
}
