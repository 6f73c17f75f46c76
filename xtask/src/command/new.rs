//! `cargo xtask new`.

use std::path::{Path, PathBuf};

use clap::Args;
use jubilee_core::{MigrationName, Placeholder, Version, snake_case};

use crate::argument::{database_parser, parse_version};
use crate::exit::Exit;
use crate::files::{self, Change};
use crate::globals::Globals;
use crate::header::{git_user, header};
use crate::output::{print, print_json};
use crate::problem::Problem;
use crate::workspace;

/// `cargo xtask new`.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// Database that it is for
    #[arg(value_parser = database_parser())]
    database: String,
    /// What it does, in snake_case, such as add_user_preferences
    name: String,
    /// Number of the migration that it undoes
    #[arg(long, value_name = "NNNN", value_parser = parse_version)]
    reverts: Option<Version>,
}

impl New {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let folder = self.folder(globals)?;
        let existing = versions(&folder)?;
        if let Some(reverts) = self.reverts
            && !existing.contains(&reverts)
        {
            return Err(Problem::new(
                Exit::Failed,
                format!("there is no migration {reverts} to revert"),
            )
            .why(format!("{} holds {}", folder.display(), range(&existing)))
            .hint("see `cargo xtask migrate status` for their numbers"));
        }
        let version = match existing.last() {
            None => Version::FIRST,
            Some(last) => last.next().ok_or_else(|| {
                Problem::new(Exit::Failed, "number 9999 is taken")
                    .why("a number has four digits")
                    .hint("no further migration can be added to this database")
            })?,
        };
        let name = MigrationName::new(version, &self.name).map_err(|error| {
            let hint = match snake_case(&self.name) {
                Some(good) => format!("cargo xtask new {} {good}", self.database),
                None => format!(
                    "describe it in English words: cargo xtask new {} add_user_preferences",
                    self.database
                ),
            };
            Problem::new(
                Exit::Usage,
                format!("`{}` cannot be the name of a migration", self.name),
            )
            .why(error.to_string())
            .hint(hint)
        })?;
        let path = folder.join(name.file_name());
        files::write(&[Change::new(path.clone(), self.template(&name))])?;
        let shown = workspace::root()
            .and_then(|root| path.strip_prefix(root).ok().map(Path::to_owned))
            .unwrap_or(path);
        if globals.is_json() {
            print_json(
                &serde_json::json!({ "name": self.database, "version": version.get(), "path": shown }),
            );
        } else {
            print(&format!("{}\n", shown.display()));
        }
        Ok(Exit::Done)
    }

    fn folder(&self, globals: &Globals) -> Result<PathBuf, Problem> {
        let root = match globals.sources().0 {
            Some(folder) => folder,
            None => workspace::for_new_files()
                .map_err(|problem| {
                    problem
                        .hint("run this in the checkout, or name the folder with --migrations DIR")
                })?
                .join("migrations"),
        };
        Ok(root.join(&self.database))
    }

    fn template(&self, name: &MigrationName) -> String {
        let author = git_user().unwrap_or_else(|| Placeholder::AUTHOR.to_owned());
        let mut header = header(name, &self.database, &author, Placeholder::DESCRIPTION);
        if let Some(reverts) = self.reverts {
            header.push_str(&format!(
                "-- Reverts: {reverts}\n-- Incident: {}\n",
                Placeholder::INCIDENT
            ));
        }
        format!(
            "{header}\nBEGIN;\n\n-- Every statement must be safe to run again: CREATE … IF NOT EXISTS,\n\
             -- INSERT … ON CONFLICT, ALTER TABLE … ADD COLUMN IF NOT EXISTS.\n\nCOMMIT;\n"
        )
    }
}

fn versions(folder: &Path) -> Result<Vec<Version>, Problem> {
    let files = jubilee_embed::read_folder(folder)?;
    let mut versions: Vec<Version> = files
        .iter()
        .filter_map(|file| MigrationName::from_file_name(&file.name).ok())
        .map(|name| name.version())
        .collect();
    versions.sort_unstable();
    Ok(versions)
}

fn range(versions: &[Version]) -> String {
    match (versions.first(), versions.last()) {
        (Some(only), Some(last)) if only == last => format!("only {only}"),
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "no migration".to_owned(),
    }
}
