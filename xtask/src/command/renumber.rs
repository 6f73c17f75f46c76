//! `cargo xtask renumber`.

use clap::Args;
use jubilee_core::MigrationName;
use serde_json::json;

use crate::argument::{database_parser, parse_version, selected};
use crate::check::{BaseChoice, Bases, First, Folder};
use crate::command::check::migrations;
use crate::exit::Exit;
use crate::git::Repository;
use crate::globals::Globals;
use crate::invocation::further;
use crate::output::{eprint, print, print_json};
use crate::problem::Problem;

/// What git calls the commit that is being merged.
const MERGED: &str = "MERGE_HEAD";

/// `cargo xtask renumber`.
#[derive(Debug, Args)]
pub(crate) struct Renumber {
    /// Database that it is for
    #[arg(value_parser = database_parser())]
    database: String,
    /// First migration of this branch that gets another number; its whole name where two files have it
    #[arg(value_name = "NNNN[_NAME]", value_parser = parse_first)]
    first: First,
    /// Treat migrations in this revision as released [default: the default branch]
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    base: Option<String>,
}

/// Parses the number of a migration, or its name, with or without `.sql`.
fn parse_first(text: &str) -> Result<First, String> {
    let name = text.strip_suffix(".sql").unwrap_or(text);
    match MigrationName::from_file_name(&format!("{name}.sql")) {
        Ok(name) => Ok(First::File(name)),
        Err(_) => parse_version(text)
            .map(First::Number)
            .map_err(|expected| format!("{expected}, or its whole name, such as 0007_add_teams")),
    }
}

impl Renumber {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let (migrations, shown) = migrations(globals)?;
        let mut folders = selected(std::slice::from_ref(&self.database))
            .into_iter()
            .map(|entry| Folder::new(entry, &migrations, &shown));
        let Some(folder) = folders.next().filter(|folder| folder.path.is_dir()) else {
            return Err(
                Problem::new(Exit::Failed, format!("{} has no migrations", self.database))
                    .why("its folder does not exist")
                    .hint(
                        "check the path: migrations are expected in DIR/<database>/NNNN_name.sql",
                    ),
            );
        };
        let choice = match self.base {
            Some(revision) => BaseChoice::Revision(revision),
            None => BaseChoice::Default,
        };
        let bases = Bases::find(&choice, &migrations)?.map_err(|reason| {
            Problem::new(Exit::Failed, "it is not known which migrations are released")
                .why(reason)
                .hint("a released migration keeps its number; run it in a clone of the repository, or name the revision that has them: --base REV")
        })?;
        let repository = Repository::of(&migrations).ok();
        let is_merging = repository.is_some_and(|r| r.commit(MERGED).is_some());
        let merged = if is_merging {
            let choice = BaseChoice::Revision(MERGED.to_owned());
            match Bases::find(&choice, &migrations)? {
                Ok(bases) => folder.base(Some(&bases))?,
                Err(_) => None,
            }
        } else {
            None
        };
        let Some(base) = folder.base(Some(&bases))? else {
            return Ok(Exit::Done);
        };
        let renumbered = folder.renumber(&self.first, &base, merged.as_ref())?;
        let folder = folder.shown;
        if globals.is_json() {
            let renamed: Vec<_> = renumbered
                .renamed
                .iter()
                .map(|(old, new)| json!({ "from": old.to_string(), "to": new.to_string() }))
                .collect();
            print_json(&json!({
                "name": self.database,
                "renamed": renamed,
                "sum_file": renumbered.sums,
            }));
            return Ok(Exit::Done);
        }
        if renumbered.renamed.is_empty() {
            print(&format!(
                "{} is the next free number\n",
                self.first.version()
            ));
        }
        for (name, revision) in &renumbered.kept {
            eprint(&format!("{name} keeps its number: {revision} has it\n"));
        }
        for (old, new) in &renumbered.renamed {
            print(&format!(
                "renamed {folder}/{} to {}\n",
                old.file_name(),
                new.file_name()
            ));
        }
        if let Some(sums) = &renumbered.sums {
            print(&format!("wrote {sums}\n"));
        }
        if is_merging {
            let sums = renumbered.sums.as_deref().unwrap_or_default();
            eprint(&format!(
                "to go on with the merge: git add --all {folder} {sums}\n"
            ));
        }
        if !renumbered.renamed.is_empty() {
            eprint(&format!(
                "a development database that has applied the old number: {}\n",
                further(&format!("db redo {}", self.database))
            ));
        }
        Ok(Exit::Done)
    }
}
