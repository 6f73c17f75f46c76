//! `cargo xtask migrate adopt`.

use clap::Args;
use jubilee_core::MigrationName;
use jubilee_runner::{AdoptOptions, Adoption, HistoryKind, Migrator};

use crate::argument::{database_parser, selected};
use crate::exit::Exit;
use crate::globals::Globals;
use crate::invocation::further;
use crate::output::{count, print, print_json};
use crate::problem::Problem;
use crate::target::{Question, Where};

/// `cargo xtask migrate adopt`.
#[derive(Debug, Args)]
pub(crate) struct Adopt {
    /// Database to adopt
    #[arg(value_parser = database_parser())]
    database: String,
    /// Adopt even if a file differs from what refinery applied (only its header or comments should)
    #[arg(long)]
    ignore_checksums: bool,
    #[command(flatten)]
    place: Where,
    /// Do not ask before changing production (for pipelines)
    #[arg(long)]
    yes: bool,
}

fn names(names: &[MigrationName]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

impl Adopt {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let options = AdoptOptions::new().ignore_checksums(self.ignore_checksums);
        let adopted = self.place.on_one(
            &selected(&self.database),
            &globals.sources(),
            &Question {
                what: "would adopt the existing history",
                yes: self.yes,
                always: None,
            },
            async move |migrator: &mut Migrator<'_>, client: &tokio_postgres::Client| {
                migrator.adopt_async(client, options).await
            },
        );
        match adopted {
            Ok(adoption) => {
                if globals.is_json() {
                    print_json(&serde_json::json!({
                        "name": self.database, "adopted": names(&adoption.adopted), "left": names(&adoption.left), "kept_as": adoption.kept_as,
                    }));
                } else {
                    print(&self.show(&adoption));
                }
                Ok(Exit::Done)
            }
            Err(problems) => Ok(globals.fail(&problems)),
        }
    }

    fn show(&self, adoption: &Adoption) -> String {
        let database = &self.database;
        let mut text = match adoption.from {
            HistoryKind::Ours => return format!("{database:<12} is adopted already\n"),
            HistoryKind::Untracked => {
                format!("{database:<12} adopted, with nothing recorded as applied\n")
            }
            _ => format!(
                "{database:<12} adopted, with {} recorded as applied\n",
                count(adoption.adopted.len(), "migration")
            ),
        };
        for name in &adoption.adopted {
            text.push_str(&format!("  {name}\n"));
        }
        if !adoption.left.is_empty() {
            text.push_str(&format!(
                "  not applied yet: {}\n",
                names(&adoption.left).join(", ")
            ));
        }
        if let Some(table) = adoption.kept_as {
            text.push_str(&format!("  the earlier table is kept as public.{table}\n"));
        }
        let next = further(&format!("migrate {database}"));
        text.push_str(&format!("next:\n{next}\n"));
        text
    }
}
