//! `cargo xtask migrate resolve`.

use clap::Args;
use jubilee_core::Version;
use jubilee_runner::{Migrator, Resolution, Resolved};

use crate::argument::{database_parser, one, parse_version};
use crate::exit::Exit;
use crate::globals::Globals;
use crate::invocation::further;
use crate::output::{count, print, print_json};
use crate::problem::Problem;
use crate::target::{Question, Where};

/// `cargo xtask migrate resolve`.
#[derive(Debug, Args)]
pub(crate) struct Resolve {
    /// Database of the migration
    #[arg(value_parser = database_parser())]
    database: String,
    /// Number of the interrupted migration, or of one that was resolved before
    #[arg(value_name = "NNNN", value_parser = parse_version)]
    version: Version,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    place: Where,
    /// Do not ask before changing production (for pipelines)
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct How {
    /// Record it as completed: it did everything it should, as far as the catalog can tell
    #[arg(long)]
    completed: bool,
    /// Let the next run apply it again
    #[arg(long)]
    rerun: bool,
}

impl Resolve {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let resolution = if self.how.completed {
            Resolution::Completed
        } else {
            Resolution::Rerun
        };
        let version = self.version;
        let resolved = self.place.on_one(
            &one(&self.database),
            &globals.sources(),
            &Question {
                what: &format!(
                    "would record {} as {}",
                    self.version,
                    if self.how.completed {
                        "completed"
                    } else {
                        "to be run again"
                    }
                ),
                yes: self.yes,
                always: None,
            },
            async move |migrator: &mut Migrator<'_>, client: &tokio_postgres::Client| {
                migrator.resolve_async(client, version, resolution).await
            },
        );
        match resolved {
            Ok(resolved) => {
                self.show(&resolved, globals);
                Ok(Exit::Done)
            }
            Err(problems) => Ok(globals.fail(&problems)),
        }
    }

    fn show(&self, resolved: &Resolved, globals: &Globals) {
        let (database, name) = (&self.database, &resolved.migration.name);
        let left: Vec<String> = resolved.left.iter().map(ToString::to_string).collect();
        if globals.is_json() {
            let outcome = if self.how.completed {
                "completed"
            } else {
                "rerun"
            };
            print_json(&serde_json::json!({
                "name": database, "migration": name.to_string(), "outcome": outcome,
                "found": left, "unchecked": resolved.unchecked,
            }));
            return;
        }
        if self.how.rerun {
            let next = further(&format!("migrate {database}"));
            print(&format!(
                "{database:<12} {name} will be applied again by:\n{next}\n"
            ));
            return;
        }
        print(&format!("{database:<12} {name} recorded as completed\n"));
        for left in left {
            print(&format!("  {left}\n"));
        }
        if resolved.unchecked > 0 {
            let statements = count(resolved.unchecked, "statement");
            print(&format!("  not checked: {statements}\n"));
        }
    }
}
