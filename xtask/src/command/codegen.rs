//! `cargo xtask codegen`.

use std::fs;
use std::path::Path;

use clap::Args;

use crate::codegen::{listings, pages};
use crate::databases::descriptors;
use crate::exit::Exit;
use crate::files::{self, Change};
use crate::globals::Globals;
use crate::output::{eprint, print};
use crate::problem::Problem;
use crate::workspace;

/// `cargo xtask codegen`.
#[derive(Debug, Args)]
pub(crate) struct Codegen {
    /// Write nothing; fail if a file is out of date
    #[arg(long)]
    check: bool,
}

impl Codegen {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let root = workspace::for_new_files()?;
        let mut changes = match files::all(listings(&root, &descriptors())) {
            Ok(changes) => changes,
            Err(problems) => return Ok(globals.fail(&problems)),
        };
        changes.extend(pages_of_rules(&root.join("docs/rules")));
        changes.retain(is_stale);
        let shown = |change: &Change| {
            let path = change.path.strip_prefix(&root).unwrap_or(&change.path);
            path.display().to_string()
        };
        if changes.is_empty() {
            print("all generated files are up to date\n");
            return Ok(Exit::Done);
        }
        if self.check {
            let names: Vec<String> = changes.iter().map(shown).collect();
            return Err(
                Problem::new(Exit::Failed, format!("out of date: {}", names.join(", ")))
                    .why("they are generated from crates/lint/src/rules and xtask/src/databases.rs")
                    .hint("cargo xtask codegen"),
            );
        }
        files::write(&changes)?;
        for change in &changes {
            let did = if change.after.is_some() {
                "wrote"
            } else {
                "removed"
            };
            eprint(&format!("{did} {}\n", shown(change)));
        }
        Ok(Exit::Done)
    }
}

/// The pages of the rules, and what lies beside them that no rule has any more.
fn pages_of_rules(folder: &Path) -> Vec<Change> {
    let mut pages = pages();
    let mut changes = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        changes.push(Change {
            path: entry.path(),
            before: fs::read(entry.path()).ok(),
            after: name
                .to_str()
                .and_then(|name| pages.remove(name))
                .map(String::into_bytes),
        });
    }
    changes.extend(
        pages
            .into_iter()
            .map(|(name, page)| Change::new(folder.join(name), page)),
    );
    changes
}

fn is_stale(change: &Change) -> bool {
    // A Windows checkout has other line ends.
    let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    change.before.as_ref().map(text) != change.after.as_ref().map(text)
}
