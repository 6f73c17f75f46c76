//! `cargo xtask migrate relabel`.

use clap::Args;
use jubilee_core::Environment;
use jubilee_runner::Migrator;

use crate::argument::{database_parser, environment_parser, one};
use crate::exit::Exit;
use crate::globals::Globals;
use crate::invocation::typed;
use crate::output::{count, print, print_json};
use crate::problem::Problem;
use crate::target::{Question, Where};

/// `cargo xtask migrate relabel`.
#[derive(Debug, Args)]
pub(crate) struct Relabel {
    /// Database whose history it is
    #[arg(value_parser = database_parser())]
    database: String,
    /// Environment that its rows say now
    #[arg(long, value_name = "ENVIRONMENT", value_parser = environment_parser())]
    from: Environment,
    /// Environment that they shall say; it must be that of the run
    #[arg(long, value_name = "ENVIRONMENT", value_parser = environment_parser())]
    to: Environment,
    #[command(flatten)]
    place: Where,
    /// Do not ask (for pipelines)
    #[arg(long)]
    yes: bool,
}

impl Relabel {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let (database, from, to) = (&self.database, self.from, self.to);
        let (environment, _) = self.place.environment()?;
        if environment != to {
            return Err(self.of_another_environment(environment));
        }
        let but = match from {
            Environment::Production => "; production itself must keep it",
            _ => "",
        };
        let question = Question {
            what: &format!("would change its label from {from} to {to}{but}"),
            yes: self.yes,
            always: Some("changing the label needs a confirmation"),
        };
        let relabelled = self.place.on_one(
            &one(database),
            &globals.sources(),
            &question,
            async move |migrator: &mut Migrator<'_>, client: &tokio_postgres::Client| {
                migrator.relabel_async(client, from).await
            },
        );
        let rows = match relabelled {
            Ok(rows) => rows,
            Err(problems) => return Ok(globals.fail(&problems)),
        };
        if globals.is_json() {
            print_json(&serde_json::json!({
                "name": database, "from": from.name(), "to": to.name(), "relabelled": rows,
            }));
        } else if rows == 0 {
            print(&format!("{database:<12} has no row that says {from}\n"));
        } else {
            let rows = count(rows, "migration");
            print(&format!(
                "{database:<12} {rows} relabelled from {from} to {to}\n"
            ));
        }
        Ok(Exit::Done)
    }

    /// The configuration that is read must be the one of the environment that the database is in
    /// from now on.
    fn of_another_environment(&self, environment: Environment) -> Problem {
        let to = self.to;
        let hint = match (environment, to) {
            (_, Environment::Production) => format!("{} --production", typed()),
            (Environment::Production, _) => "leave --production out".to_owned(),
            _ => format!("JUBILEE_ENV={to} {}", typed()),
        };
        Problem::new(
            Exit::Refused,
            format!("this is a {environment} run, and --to says {to}"),
        )
        .why(format!(
            "the database is reached as the configuration of {to} says, which it belongs to from then on"
        ))
        .hint(hint)
    }
}
