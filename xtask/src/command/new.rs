//! `cargo xtask new`.

use std::path::{Path, PathBuf};

use clap::Args;
use jubilee_core::{MigrationName, SourceFile, TransactionMode, Version, snake_case};
use jubilee_lint::undo;

use crate::argument::{database_parser, parse_version};
use crate::exit::Exit;
use crate::files::{self, Change};
use crate::globals::Globals;
use crate::output::{print, print_json};
use crate::problem::Problem;
use crate::template::template;
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
    /// For a statement that PostgreSQL refuses in a transaction, such as CREATE INDEX CONCURRENTLY
    #[arg(long)]
    no_transaction: bool,
}

impl New {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let folder = self.folder(globals)?;
        let files = jubilee_embed::read_folder(&folder)?;
        let names = names(&files);
        let existing: Vec<Version> = names.iter().map(MigrationName::version).collect();
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
        if let Some(same) = names.iter().find(|name| name.description() == self.name) {
            return Err(Problem::new(
                Exit::Failed,
                format!("there is a migration of that name: {}", same.file_name()),
            )
            .why("two of one name would be taken for each other")
            .hint("write into that file, or choose a name that says what this one does more"));
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
        let undo = self
            .reverts
            .and_then(|version| undo(&self.database, &files, version));
        let transaction = match &undo {
            _ if self.no_transaction => TransactionMode::None,
            Some(undo) => undo.transaction,
            None => TransactionMode::Transactional,
        };
        let text = template(
            &name,
            &self.database,
            transaction,
            self.reverts,
            undo.as_ref(),
        );
        files::write(&[Change::new(path.clone(), text)])?;
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
        let root = match globals.sources().root {
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
}

fn names(files: &[SourceFile<'_>]) -> Vec<MigrationName> {
    let names = files.iter();
    let mut names: Vec<MigrationName> = names
        .filter_map(|file| file.migration_name().ok())
        .collect();
    names.sort_by_key(MigrationName::version);
    names
}

fn range(versions: &[Version]) -> String {
    match (versions.first(), versions.last()) {
        (Some(only), Some(last)) if only == last => format!("only {only}"),
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "no migration".to_owned(),
    }
}
