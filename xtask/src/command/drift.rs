//! `cargo xtask drift`.

use std::path::Path;

use clap::Args;
use jubilee_core::{MigrationName, Version};

use crate::allowed::Allowed;
use crate::argument::{database_or_all_parser, selected};
use crate::drift::{Compared, Direction, compare, correct, human, json, look, markdown, written};
use crate::exit::Exit;
use crate::files::{self, Change};
use crate::globals::Globals;
use crate::invocation::{further, further_of_files};
use crate::output::{Format, eprint, print, print_json};
use crate::problem::Problem;
use crate::scratch::Scratch;
use crate::sources::Sources;
use crate::target::{Target, Where};
use crate::workspace;

/// `cargo xtask drift`.
#[derive(Debug, Args)]
pub(crate) struct Drift {
    /// Databases to compare [default: all]
    #[arg(value_parser = database_or_all_parser(), value_name = "DATABASE")]
    databases: Vec<String>,
    #[command(flatten)]
    place: Where,
    /// Write a migration of that name which makes official what is live
    #[arg(long, value_name = "NAME", conflicts_with = "restore")]
    adopt: Option<String>,
    /// Write a migration of that name which brings the live database back
    #[arg(long, value_name = "NAME")]
    restore: Option<String>,
    /// With --restore: also what can only be done by making a table again and copying its rows there
    #[arg(long, requires = "restore")]
    rebuild: bool,
}

impl Drift {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let wanted = match (&self.adopt, &self.restore) {
            (Some(name), _) => Some((Direction::Adopt, name.as_str())),
            (_, Some(name)) => {
                let is_rebuild = self.rebuild;
                Some((Direction::Restore { is_rebuild }, name.as_str()))
            }
            _ => None,
        };
        if wanted.is_some() && selected(&self.databases).len() != 1 {
            return Err(Problem::new(Exit::Usage, "a migration is of one database")
                .why("--adopt and --restore write one")
                .hint(further("drift codex --restore undo_manual_changes")));
        }
        let sources = globals.sources();
        let targets = self.place.targets(&selected(&self.databases))?;
        let environment = targets.environment;
        let mut problems = Vec::new();
        let mut found = Vec::new();
        let mut scratch = None;
        for target in targets.targets {
            let scratch = match &scratch {
                Some(scratch) => scratch,
                None => scratch.insert(Scratch::start()?),
            };
            match one(target, environment, &sources, scratch) {
                Ok(compared) => found.push(compared),
                Err(more) => problems.extend(more),
            }
        }
        let is_shown = wanted.is_none() || globals.format != Format::Human;
        if is_shown || found.iter().all(|compared| compared.changes.is_empty()) {
            show(globals, &found, &problems);
        }
        globals.report(&problems);
        let mut exit = problems
            .iter()
            .map(|problem| problem.exit)
            .max()
            .unwrap_or(Exit::Done);
        if found.iter().any(|compared| !compared.changes.is_empty()) {
            exit = exit.max(Exit::Failed);
        }
        if let (Some((direction, name)), Some(compared), Some(scratch)) =
            (wanted, found.first(), &scratch)
        {
            return write(globals, scratch, compared, direction, name);
        }
        Ok(exit)
    }
}

fn one(
    target: Target,
    environment: jubilee_core::Environment,
    sources: &Sources,
    scratch: &Scratch,
) -> Result<Compared, Vec<Problem>> {
    let reach = target.reach.map_err(|problem| vec![problem])?;
    let allowed = match workspace::root() {
        Some(root) => {
            Allowed::read(&root, target.entry.database.name).map_err(|problem| vec![problem])?
        }
        None => Allowed::default(),
    };
    let live = look(&reach, target.entry, environment, sources)?;
    compare(scratch, target.entry, sources, live, allowed)
}

fn show(globals: &Globals, found: &[Compared], problems: &[Problem]) {
    match globals.format {
        Format::Json => {
            let databases: Vec<_> = found.iter().map(json).collect();
            let errors: Vec<_> = problems.iter().map(Problem::json).collect();
            print_json(&serde_json::json!({ "databases": databases, "errors": errors }));
        }
        Format::Markdown => {
            print(&found.iter().map(markdown).collect::<Vec<_>>().join("\n"));
        }
        _ => print(&found.iter().map(human).collect::<Vec<_>>().join("\n")),
    }
}

fn write(
    globals: &Globals,
    scratch: &Scratch,
    compared: &Compared,
    direction: Direction,
    name: &str,
) -> Result<Exit, Problem> {
    if compared.changes.is_empty() {
        eprint("nothing drifted, so no migration was written\n");
        return Ok(Exit::Done);
    }
    refuse_what_is_not_as_it_says(compared)?;
    let folder = match globals.migrations() {
        Some(folder) => folder.to_owned(),
        None => workspace::for_new_files()?.join("migrations"),
    }
    .join(compared.database);
    let before = jubilee_embed::read_folder(&folder)?;
    let last = before
        .iter()
        .filter_map(|file| file.migration_name().ok())
        .map(|name| name.version())
        .max();
    let version = last.and_then(Version::next).unwrap_or(Version::FIRST);
    let name = MigrationName::new(version, name).map_err(|error| {
        Problem::new(
            Exit::Usage,
            format!("`{name}` cannot be the name of a migration"),
        )
        .why(error.to_string())
        .hint("describe it in English words: undo_manual_changes")
    })?;
    let correction = correct(scratch, compared, direction, &name, &before)?;
    let files = correction.files.iter();
    let changes: Vec<Change> = files
        .map(|(name, text)| Change::new(folder.join(name.file_name()), text.clone()))
        .collect();
    files::write(&changes)?;
    let shown = |change: &Change| {
        let path = workspace::root()
            .and_then(|root| change.path.strip_prefix(root).ok().map(Path::to_owned));
        path.unwrap_or_else(|| change.path.clone())
            .display()
            .to_string()
    };
    let paths: Vec<String> = changes.iter().map(shown).collect();
    eprint(&written(compared, direction, &paths, &correction));
    Ok(Exit::Done)
}

/// A correction of these would be of something else than it says.
fn refuse_what_is_not_as_it_says(compared: &Compared) -> Result<(), Problem> {
    let database = compared.database;
    let mut hints = Vec::new();
    if !compared.other_files.is_empty() {
        let status = further(&format!("migrate status {database}"));
        hints.push(format!("bring back the files that were applied:\n{status}"));
    }
    if !compared.exchanged.is_empty() {
        let new = further_of_files(&format!("new {database} give_names_back"));
        hints.push(format!(
            "give the names back in a migration of your own:\n{new}"
        ));
    }
    if hints.is_empty() {
        return Ok(());
    }
    let why: Vec<String> = [&compared.other_files[..], &compared.exchanged].concat();
    let what = format!("{database}: no migration was written");
    Err(Problem::new(Exit::Failed, what)
        .why(why.join("\n"))
        .hint(hints.join("\n")))
}
