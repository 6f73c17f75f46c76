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
    if !stdin().is_terminal() {
        return Err(
            Problem::new(Exit::Refused, "production is not changed without a word")
                .why("there is no terminal to ask on")
                .hint("look at it with --dry-run, then add --yes"),
        );
    }
    for plan in pending {
        eprint(&format!("Type `{}` to apply it: ", plan.database));
        let mut answer = String::new();
        if stdin().lock().read_line(&mut answer).is_err() || answer.trim() != plan.database {
            eprint("not applied: the answer was another\n");
            return Ok(false);
        }
    }
    Ok(true)
}
