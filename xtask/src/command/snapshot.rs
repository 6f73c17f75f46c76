//! `cargo xtask snapshot`.

use std::fs;
use std::path::Path;

use clap::Args;

use crate::allowed::Allowed;
use crate::argument::{database_or_all_parser, selected};
use crate::databases::Entry;
use crate::exit::Exit;
use crate::files::{self, Change};
use crate::git::Repository;
use crate::globals::Globals;
use crate::output::{Format, eprint, print, print_json};
use crate::problem::Problem;
use crate::scratch::Scratch;
use crate::snapshot::{self, Changed, changed, make, paths, texts};
use crate::sources::Sources;
use crate::workspace;

/// `cargo xtask snapshot`.
#[derive(Debug, Args)]
pub(crate) struct Snapshot {
    /// Databases whose schema to write [default: all]
    #[arg(value_parser = database_or_all_parser(), value_name = "DATABASE")]
    databases: Vec<String>,
    /// Write nothing and start no server; fail if a snapshot is not of these migrations
    #[arg(long)]
    check: bool,
    /// Write nothing; show what changes against the snapshots of this revision
    #[arg(
        long,
        value_name = "REV",
        conflicts_with = "check",
        allow_hyphen_values = true
    )]
    since: Option<String>,
}

impl Snapshot {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let root = workspace::for_new_files()?;
        let given = globals.migrations().map(Path::to_owned);
        let sources = Sources::new(Some(given.unwrap_or_else(|| root.join("migrations"))));
        let entries = selected(&self.databases);
        if self.check {
            return check(&root, &sources, &entries, globals);
        }
        if let Some(revision) = &self.since {
            return since(&root, revision, &entries, globals);
        }
        let scratch = Scratch::start()?;
        let mut changes = Vec::new();
        for entry in entries {
            match write(&root, &scratch, entry, &sources) {
                Ok(made) => changes.extend(made),
                Err(problems) => return Ok(globals.fail(&problems)),
            }
        }
        files::write(&changes)?;
        let wrote: Vec<String> = changes
            .iter()
            .map(|change| {
                let path = change.path.strip_prefix(&root).unwrap_or(&change.path);
                path.display().to_string()
            })
            .collect();
        if globals.is_json() {
            print_json(&serde_json::json!({ "wrote": wrote }));
        } else if wrote.is_empty() {
            print("all snapshots are up to date\n");
        } else {
            for path in wrote {
                eprint(&format!("wrote {path}\n"));
            }
        }
        Ok(Exit::Done)
    }
}

/// The files that differ from what the migrations make.
fn write(
    root: &Path,
    scratch: &Scratch,
    entry: &'static Entry,
    sources: &Sources,
) -> Result<Vec<Change>, Vec<Problem>> {
    let database = entry.database.name;
    let allowed = Allowed::read(root, database).map_err(|problem| vec![problem])?;
    let texts = texts(sources, entry)?;
    let snapshot = make(scratch, entry, sources, &texts, &allowed)?;
    for constraint in snapshot.not_valid {
        eprint(&format!(
            "{database}: {constraint} is left NOT VALID: no migration validates it yet\n"
        ));
    }
    let texts = [snapshot.sql, snapshot.markdown];
    let changes = paths(database)
        .into_iter()
        .zip(texts)
        .map(|(path, text)| Change {
            before: fs::read(root.join(&path)).ok(),
            path: root.join(&path),
            after: Some(text.into_bytes()),
        });
    Ok(changes
        .filter(|change| change.before != change.after)
        .collect())
}

fn check(
    root: &Path,
    sources: &Sources,
    entries: &[&'static Entry],
    globals: &Globals,
) -> Result<Exit, Problem> {
    let mut stale = Vec::new();
    for entry in entries {
        let texts = match texts(sources, entry) {
            Ok(texts) => texts,
            Err(problems) => return Ok(globals.fail(&problems)),
        };
        stale.extend(snapshot::stale(root, &texts, entry.database.name));
    }
    if stale.is_empty() {
        if globals.is_json() {
            print_json(&serde_json::json!({ "stale": stale }));
        } else {
            print("all snapshots are of these migrations\n");
        }
        return Ok(Exit::Done);
    }
    Err(
        Problem::new(Exit::Failed, format!("out of date: {}", stale.join(", ")))
            .why("they are not of the migrations that are here")
            .hint(format!(
                "{}, and commit what it writes",
                crate::invocation::further("snapshot")
            )),
    )
}

/// What changes against another revision.
fn since(
    root: &Path,
    revision: &str,
    entries: &[&'static Entry],
    globals: &Globals,
) -> Result<Exit, Problem> {
    let repository =
        Repository::of(root).map_err(|none| Repository::unknown(revision, Some(&none)))?;
    let commit = repository
        .commit(revision)
        .ok_or_else(|| Repository::unknown(revision, None))?;
    let scratch = Scratch::start()?;
    let mut all = Vec::new();
    for entry in entries {
        let database = entry.database.name;
        let [sql, _] = paths(database);
        let folder = repository.path_of(&root.join("crates").join(database));
        let objects = repository.names(&commit, &folder.unwrap_or_default())?;
        let object = objects.into_iter().find(|(name, _)| name == "schema.sql");
        let before = match object {
            Some((_, object)) => repository.contents(&[object])?.pop().unwrap_or_default(),
            None => Vec::new(),
        };
        let after = files::read(root, &sql)?;
        let before = String::from_utf8_lossy(&before);
        all.push(changed(&scratch, database, &before, &after)?);
    }
    match globals.format {
        Format::Json => {
            let databases: Vec<_> = all
                .iter()
                .map(|one| {
                    let changes: Vec<String> =
                        one.changes.iter().map(ToString::to_string).collect();
                    serde_json::json!({ "name": one.database, "changes": changes })
                })
                .collect();
            print_json(&serde_json::json!({ "databases": databases }));
        }
        Format::Markdown => print(
            &all.iter()
                .map(Changed::markdown)
                .collect::<Vec<_>>()
                .join("\n"),
        ),
        _ => print(&all.iter().map(Changed::human).collect::<String>()),
    }
    Ok(Exit::Done)
}
