//! The migrations of a database that are to be proved.

use jubilee_core::{MigrationFile, MigrationSet, Violation};

use crate::check::{Bases, Folder};
use crate::exit::Exit;
use crate::problem::Problem;

/// The migrations of a database.
pub(crate) struct Migrations {
    pub(crate) database: &'static str,
    /// How the path of their folder is shown.
    pub(crate) folder: String,
    pub(crate) files: Vec<MigrationFile>,
    /// The place of the first one to prove.
    pub(crate) first: usize,
}

impl Migrations {
    /// Reads the folder. To be proved are those that the base does not hold, or all.
    pub(crate) fn read(folder: &Folder, bases: Option<&Bases>, all: bool) -> Result<Self, Problem> {
        let database = folder.database.name;
        let entries = jubilee_embed::read_folder(&folder.path)?;
        let files = MigrationSet::load(database, entries)
            .map_err(|violations| not_well_formed(database, &violations.0))?;
        let files = files.into_files();
        let base = folder.base(bases)?;
        let is_new = |file: &MigrationFile| match &base {
            Some(base) => !base.holds(&file.name().file_name()),
            None => true,
        };
        let first = if all {
            Some(0)
        } else {
            files.iter().position(is_new)
        };
        Ok(Self {
            database,
            folder: folder.shown.clone(),
            first: first.unwrap_or(files.len()),
            files,
        })
    }

    /// How many are to be proved.
    pub(crate) fn count(&self) -> usize {
        self.files.len() - self.first
    }
}

/// How many of several are named.
const NAMED: usize = 3;

fn not_well_formed(database: &str, violations: &[Violation]) -> Problem {
    let count = violations.len();
    let what = format!(
        "{} of {database} {} the rules",
        crate::output::count(count, "place"),
        if count == 1 { "breaks" } else { "break" }
    );
    let named = violations.iter().take(NAMED).map(|violation| {
        let file = violation.file.as_deref().unwrap_or(database);
        format!("{file}: {}", violation.what)
    });
    let why = "a migration that is not well-formed cannot be run, so nothing can be proved of it";
    let why: Vec<String> = named.chain([why.to_owned()]).collect();
    Problem::new(Exit::Failed, what)
        .why(why.join("\n"))
        .hint(format!("cargo xtask check {database}"))
}
