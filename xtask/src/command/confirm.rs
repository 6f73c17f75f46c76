//! Asks before production is changed.

use std::io::{BufRead, IsTerminal, stdin};

use crate::cli::Globals;
use crate::command::migrate::Plan;
use crate::exit::Exit;
use crate::output::eprint;
use crate::problem::Problem;
use crate::target::Targets;

/// Shows what will be applied to production, and asks for the name of each database that
/// would change. `false` when the answer was another.
pub(crate) fn production(
    targets: &Targets,
    plans: &[Plan],
    globals: &Globals,
) -> Result<bool, Problem> {
    let pending: Vec<&Plan> = plans
        .iter()
        .filter(|plan| {
            plan.pending
                .as_ref()
                .is_ok_and(|pending| !pending.is_empty())
        })
        .collect();
    if pending.is_empty() {
        return Ok(true);
    }
    for (plan, target) in plans.iter().zip(&targets.targets) {
        let place = target
            .reach
            .as_ref()
            .map(|reach| reach.describe())
            .unwrap_or_default();
        eprint(&format!(
            "PRODUCTION {place}\n{}\n",
            plan.show(globals.verbose > 0)
        ));
    }
    let names: Vec<&str> = pending.iter().map(|plan| plan.database).collect();
    ask(
        &names,
        "apply it",
        "look at it with --dry-run, then add --yes",
    )
}

/// Says what is about to be done to one database of production, and asks for its name.
pub(crate) fn one(database: &'static str, place: &str, what: &str) -> Result<bool, Problem> {
    eprint(&format!("PRODUCTION {place}\n{what}\n\n"));
    ask(&[database], "do it", "add --yes")
}

fn ask(databases: &[&str], to_do: &str, hint: &str) -> Result<bool, Problem> {
    if !stdin().is_terminal() {
        return Err(
            Problem::new(Exit::Refused, "production is not changed without a word")
                .why("there is no terminal to ask on")
                .hint(hint),
        );
    }
    for database in databases {
        eprint(&format!("Type `{database}` to {to_do}: "));
        let mut answer = String::new();
        if stdin().lock().read_line(&mut answer).is_err() || answer.trim() != *database {
            eprint("nothing was done: the answer was another\n");
            return Ok(false);
        }
    }
    Ok(true)
}
