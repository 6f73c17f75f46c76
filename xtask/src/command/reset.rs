//! `cargo xtask db reset` and `cargo xtask db redo`.

use clap::Args;
use jubilee_core::Version;
use jubilee_runner::HistoryKind;

use crate::argument::{database_parser, one, parse_version};
use crate::command::migrate::{Apply, ProgressOptions};
use crate::exit::Exit;
use crate::globals::Globals;
use crate::invocation::further;
use crate::output::{print, print_json};
use crate::problem::Problem;
use crate::target::{One, Question, Where, of_development};

/// `cargo xtask db redo`.
#[derive(Debug, Args)]
pub(crate) struct Redo {
    #[command(flatten)]
    reset: Reset,
    /// Last migration to apply
    #[arg(long, value_name = "NNNN", value_parser = parse_version)]
    target: Option<Version>,
    #[command(flatten)]
    progress: ProgressOptions,
}

/// `cargo xtask db reset`.
#[derive(Debug, Args)]
pub(crate) struct Reset {
    /// Database of the local server or of .env
    #[arg(value_parser = database_parser())]
    database: String,
    /// Do not ask before deleting
    #[arg(long)]
    yes: bool,
}

impl Redo {
    /// Makes the database anew, and applies the files as they are now.
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        // What cannot be applied again is not deleted.
        for entry in one(&self.reset.database) {
            if let Err(problems) = globals.sources().load(entry) {
                return Ok(globals.fail(&problems));
            }
        }
        let what = match self.target {
            Some(last) => format!("the migrations up to {last}"),
            None => "all migrations".to_owned(),
        };
        let to_do = format!("delete it with its rows, and apply {what} as they are now");
        if let Err(problems) = self.reset.recreate(&to_do, globals) {
            return Ok(globals.fail(&problems));
        }
        Apply::of(&self.reset.database, self.target, self.progress)
            .map_err(|error| Problem::new(Exit::Usage, error.to_string()))?
            .run(globals)
    }
}

impl Reset {
    /// Makes the database anew, empty.
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let database = &self.database;
        if let Err(problems) = self.recreate("delete it with its rows, and make it anew", globals) {
            return Ok(globals.fail(&problems));
        }
        if globals.is_json() {
            print_json(&serde_json::json!({ "name": database, "outcome": "recreated" }));
        } else {
            let next = further(&format!("migrate {database}"));
            print(&format!(
                "{database:<12} recreated; it is empty now\nnext:\n{next}\n"
            ));
        }
        Ok(Exit::Done)
    }

    fn recreate(&self, to_do: &str, globals: &Globals) -> Result<(), Vec<Problem>> {
        let alone = |problem| vec![problem];
        let place = Where { production: false };
        let (environment, _) = place.environment().map_err(alone)?;
        of_development(environment).map_err(alone)?;
        let one = place.one(&one(&self.database))?;
        let reach = &one.reach;
        reach.may_be_recreated(environment).map_err(alone)?;
        if !reach.is_local() {
            holds_nothing_else(&one, globals)?;
        }
        one.ask(&Question {
            what: &format!("would {to_do}"),
            yes: self.yes,
            always: Some("deleting a database needs a confirmation"),
        })?;
        reach.recreate().map_err(alone)
    }
}

/// A database that `.env` names may be another one by mistake: it is deleted only if it is empty, or
/// its history says that it is this one, in development.
fn holds_nothing_else(one: &One, globals: &Globals) -> Result<(), Vec<Problem>> {
    let found = one.with_migrator(&globals.sources(), async |migrator, client| {
        migrator.status_async(client).await
    })?;
    let (database, describe) = (one.entry.database.name, one.reach.describe());
    if matches!(found.history, HistoryKind::Ours | HistoryKind::None) {
        let refusals = found.identity.iter();
        let problems: Vec<_> = refusals
            .map(|refusal| {
                Problem::new(
                    Exit::Refused,
                    format!("refused to delete {describe}: {refusal}"),
                )
                .why(format!("only {database} of development is deleted"))
                .hint("check .env; if that is the one, drop it with psql: DROP DATABASE")
            })
            .collect();
        return if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        };
    }
    Err(vec![
        Problem::new(
            Exit::Refused,
            format!("{describe} is not known to be {database}"),
        )
        .why("it holds tables, and no history of this program says that they may go")
        .hint("check .env; if that is the one, drop it with psql: DROP DATABASE"),
    ])
}
