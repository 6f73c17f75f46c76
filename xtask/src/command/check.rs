//! `cargo xtask check`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jubilee_core::Date;

use crate::argument::{database_or_all_parser, selected};
use crate::check::report::{self, Summary};
use crate::check::{BaseChoice, Bases, Checked, Folder, Links, Manner};
use crate::databases::ALL;
use crate::exit::Exit;
use crate::git::Repository;
use crate::globals::Globals;
use crate::invocation::further;
use crate::output::{eprint, print};
use crate::problem::Problem;
use crate::snapshot;
use crate::sources::Sources;
use crate::workspace;

/// `cargo xtask check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Databases to check [default: all]
    #[arg(value_parser = database_or_all_parser(), value_name = "DATABASE")]
    databases: Vec<String>,
    /// Treat migrations in this revision as released [default: the default branch]
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    base: Option<String>,
    /// Check released migrations too
    #[arg(long)]
    all: bool,
    /// Apply mechanical corrections to new migrations, and write their checksums
    #[arg(long)]
    fix: bool,
    /// Check what is staged for the next commit, not the files as they are
    #[arg(long, conflicts_with = "fix")]
    staged: bool,
    /// Begin links to files with this, such as https://github.com/OWNER/NAME/blob/REVISION [default: the
    /// present commit at the remote `origin`, on GitHub and GitLab]
    #[arg(long, value_name = "URL")]
    link_base: Option<String>,
    /// Also fail on these
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
}

/// What else fails the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Warnings
    Warnings,
}

impl Check {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let (migrations, shown) = migrations(globals)?;
        let mut folders: Vec<Folder> = selected(&self.databases)
            .into_iter()
            .map(|entry| Folder::new(entry, &migrations, &shown))
            .collect();
        if !migrations.is_dir() {
            return Err(Problem::new(
                Exit::Failed,
                format!("the folder {} does not exist", shown.display()),
            )
            .why("it holds a folder with the migrations of each database")
            .hint("check the path: migrations are expected in DIR/<database>/NNNN_name.sql"));
        }
        let repository = Repository::of(&migrations).ok();
        let links = match (&self.link_base, &repository) {
            (Some(base), _) => Links::given(base)?,
            (None, Some(repository)) if repository.is_at(&migrations.join("..")) => {
                Links::of(repository)
            }
            _ => Links::default(),
        };
        if self.staged {
            let Some(repository) = &repository else {
                return Err(Problem::new(Exit::Failed, "nothing is staged here")
                    .why("the migrations are not in a git repository")
                    .hint("leave --staged out"));
            };
            let tree = repository.staged()?;
            for folder in &mut folders {
                folder.tree = Some((repository.clone(), tree.clone()));
            }
        } else {
            for folder in &mut folders {
                folder.repository.clone_from(&repository);
            }
        }
        let choice = match self.base {
            Some(revision) => BaseChoice::Revision(revision),
            None => BaseChoice::Default,
        };
        let bases = match Bases::find(&choice, &migrations)? {
            Ok(bases) => Some(bases),
            Err(reason) => {
                eprint(&format!(
                    "no base to compare with, so every migration is treated as new: {reason}\n"
                ));
                None
            }
        };
        let names: Vec<&str> = ALL.iter().map(|entry| entry.database.name).collect();
        let manner = Manner {
            databases: &names,
            today: Some(today()),
            all: self.all,
        };
        let mut checked = Vec::new();
        for folder in &folders {
            let base = folder.base(bases.as_ref())?;
            if self.fix {
                for line in folder.fix(base.as_ref(), manner)? {
                    eprint(&format!("wrote {line}\n"));
                }
            }
            let mut found = folder.check(base.as_ref(), manner)?;
            if let (Some(repository), false) = (&repository, self.staged) {
                folder.ask_for_authors(&mut found, repository);
            }
            checked.push(found);
        }
        let summary = Summary::of(&checked, bases.as_ref().map(Bases::revision));
        print(&report::write(
            globals.format,
            &checked,
            &summary,
            &links,
            globals.color.for_output(),
            globals.verbose > 0,
        ));
        note_snapshots(&self.databases, globals);
        for (table, constraint, file) in checked.iter().flat_map(|checked| &checked.not_validated) {
            eprint(&format!(
                "no migration validates `{constraint}` of `{table}` yet, which {file} adds NOT VALID\n"
            ));
        }
        note_sums(&folders, &checked);
        let fails = summary.errors > 0 || (self.deny.is_some() && summary.warnings > 0);
        Ok(if fails { Exit::Failed } else { Exit::Done })
    }
}

/// An author sees the line as the last step, not as a fault; the commit needs it.
fn note_sums(folders: &[Folder], checked: &[Checked]) {
    for (folder, checked) in folders.iter().zip(checked) {
        if let (Some((_, shown)), false) = (&folder.sums, checked.unsealed.is_empty()) {
            eprint(&format!(
                "{shown} is not of {} yet: {}\n",
                checked.unsealed.join(", "),
                further("check --fix")
            ));
        }
    }
}

/// Where a snapshot lies, it is to be of the migrations beside it.
fn note_snapshots(databases: &[String], globals: &Globals) {
    let Some(root) = workspace::root().filter(|_| globals.migrations().is_none()) else {
        return;
    };
    let sources = Sources::new(Some(root.join("migrations")));
    for entry in selected(databases) {
        let database = entry.database.name;
        let lies_there = root.join(&snapshot::paths(database)[0]).exists();
        if let (true, Ok(texts)) = (lies_there, snapshot::texts(&sources, entry)) {
            for path in snapshot::stale(&root, &texts, database) {
                eprint(&format!(
                    "{path} is not of these migrations: {}\n",
                    further(&format!("snapshot {database}"))
                ));
            }
        }
    }
}

/// The folder of all migrations, and how it is shown.
pub(super) fn migrations(globals: &Globals) -> Result<(PathBuf, PathBuf), Problem> {
    if let Some(folder) = globals.migrations() {
        let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        return Ok((absolute, folder.to_owned()));
    }
    match workspace::root() {
        Some(root) => Ok((root.join("migrations"), Path::new("migrations").to_owned())),
        None => Err(Problem::new(
            Exit::Failed,
            "no migrations/ folder here or in a parent folder",
        )
        .why("the command checks the files of a checkout")
        .hint("run it in a checkout, or name the folder with --migrations DIR")),
    }
}

/// The day in UTC+14, where it begins first: a date is in the future when it is so everywhere.
fn today() -> Date {
    let ahead = time::OffsetDateTime::now_utc() + time::Duration::hours(14);
    ahead.date()
}
