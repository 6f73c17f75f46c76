//! `cargo xtask new`.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use jubilee_core::{MigrationName, Placeholder, Version, snake_case};

use crate::cli::{Globals, database_parser};
use crate::command::migrate::parse_version;
use crate::exit::Exit;
use crate::output::{print, print_json};
use crate::problem::Problem;
use crate::workspace;

/// `cargo xtask new`.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// The database
    #[arg(value_parser = database_parser())]
    database: String,
    /// What it does, in snake_case: add_user_preferences
    name: String,
    /// The migration that the new one undoes
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
            .hint("see `cargo xtask migrate status` for the numbers"));
        }
        let version = match existing.last() {
            None => Version::FIRST,
            Some(last) => last.next().ok_or_else(|| {
                Problem::new(Exit::Failed, "number 9999 is taken")
                    .why("numbers have four digits")
                    .hint("no further migration can be added to this database")
            })?,
        };
        let name = MigrationName::new(version, &self.name).map_err(|error| {
            let hint = match snake_case(&self.name) {
                Some(good) => format!("cargo xtask new {} {good}", self.database),
                None => format!(
                    "say what it does in English words: cargo xtask new {} add_user_preferences",
                    self.database
                ),
            };
            Problem::new(
                Exit::Usage,
                format!("`{}` is no name for a migration", self.name),
            )
            .why(error.to_string())
            .hint(hint)
        })?;
        let path = folder.join(name.file_name());
        write(&path, &self.template(&name))?;
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

fn write(path: &Path, text: &str) -> Result<(), Problem> {
    // Never over a file that is there.
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| {
            file.write_all(text.as_bytes()).inspect_err(|_| {
                // An empty file would use up the number.
                let _ = fs::remove_file(path);
            })
        })
        .map_err(|error| {
            Problem::new(Exit::Failed, format!("cannot write {}", path.display()))
                .why(error.to_string())
                .hint("check that the folder exists and may be written, and the free space")
        })
}

/// The fields that every header has, of today.
pub(crate) fn header(
    name: &MigrationName,
    database: &str,
    author: &str,
    description: &str,
) -> String {
    let today = time::OffsetDateTime::now_utc().date();
    format!(
        "-- Migration: {name}\n-- Database: {database}\n-- Author: {author}\n-- Date: {today}\n-- Description: {description}\n"
    )
}

/// The name that git has for whoever works here.
pub(crate) fn git_user() -> Option<String> {
    let output = Command::new("git")
        .args(["config", "user.name"])
        .output()
        .ok()?;
    let name = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !name.is_empty()).then_some(name)
}
