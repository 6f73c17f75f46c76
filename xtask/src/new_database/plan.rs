//! All changes that a further database needs.

use std::fs;
use std::path::Path;

use super::anchor::NoPlace;
use super::{Facts, compose, crate_files, listing, lockfile, manifest, migration};
use crate::databases::ALL;
use crate::exit::Exit;
use crate::problem::Problem;

/// What a file of the checkout becomes.
#[derive(Debug)]
pub(crate) struct Change {
    /// Its path in the checkout.
    pub(crate) path: String,
    /// What it is until now; `None` when it is new.
    pub(crate) before: Option<String>,
    pub(crate) after: String,
}

const COMPOSE: &str = "docker-compose.yml";

/// The first port behind those of the other databases' servers.
pub(crate) fn free_port(root: &Path) -> Result<u16, Problem> {
    let compose = read(root, COMPOSE)?;
    let ports = ALL.iter().map(|entry| entry.database.development_port);
    let last = ports.max().unwrap_or_default();
    (last..=u16::MAX)
        .skip(1)
        .find(|port| !compose.contains(&format!(":{port}:")))
        .ok_or_else(|| {
            Problem::new(Exit::Failed, "no port is left for a further server")
                .why(format!("the last one has {last}"))
                .hint(format!(
                    "give it a lower one in {COMPOSE}, .env.example and xtask/src/databases.rs"
                ))
        })
}

/// Everything that a further database needs, or everything that is in its way. Writes nothing.
pub(crate) fn plan(root: &Path, facts: &Facts, author: &str) -> Result<Vec<Change>, Vec<Problem>> {
    let model = ALL[0].database;
    let name = &facts.name;
    let mut plan = Plan {
        root,
        changes: Vec::new(),
        problems: Vec::new(),
    };
    match migration::first(facts, author) {
        Ok((migration, text)) => plan.changes.push(Change {
            path: format!("migrations/{name}/{}", migration.file_name()),
            before: None,
            after: text,
        }),
        Err(problem) => plan.problems.push(problem),
    }
    plan.copy(model.name, name, "Cargo.toml", |text| {
        manifest::of_crate(text, facts)
    });
    plan.copy(model.name, name, "build.rs", |text| Ok(text.to_owned()));
    plan.copy(model.name, name, "src/lib.rs", |text| {
        crate_files::of_library(text, &model, facts)
    });
    plan.edit("Cargo.lock", |text| lockfile::add(text, facts, model.name));
    plan.edit("xtask/src/databases.rs", |text| {
        listing::of_program(text, facts)
    });
    plan.edit(".env.example", |text| listing::of_environment(text, facts));
    plan.edit(COMPOSE, |text| compose::add(text, facts));
    plan.edit("README.md", |text| listing::of_readme(text, facts));
    plan.edit(".github/CODEOWNERS", |text| {
        listing::of_reviewers(text, facts)
    });
    if plan.problems.is_empty() {
        Ok(plan.changes)
    } else {
        Err(plan.problems)
    }
}

struct Plan<'r> {
    root: &'r Path,
    changes: Vec<Change>,
    problems: Vec<Problem>,
}

impl Plan<'_> {
    /// A file of the new crate, made from that of the crate of another database.
    fn copy(
        &mut self,
        model: &str,
        name: &str,
        file: &str,
        make: impl FnOnce(&str) -> Result<String, NoPlace>,
    ) {
        let from = format!("crates/{model}/{file}");
        if let Some((_, after)) = self.make(&from, make) {
            self.changes.push(Change {
                path: format!("crates/{name}/{file}"),
                before: None,
                after,
            });
        }
    }

    /// A file that lists the databases.
    fn edit(&mut self, path: &str, make: impl FnOnce(&str) -> Result<String, NoPlace>) {
        if let Some((before, after)) = self.make(path, make)
            && before != after
        {
            self.changes.push(Change {
                path: path.to_owned(),
                before: Some(before),
                after,
            });
        }
    }

    /// What a file holds, and what is made of it.
    fn make(
        &mut self,
        path: &str,
        make: impl FnOnce(&str) -> Result<String, NoPlace>,
    ) -> Option<(String, String)> {
        let made = read(self.root, path).and_then(|before| {
            let after = make(&before).map_err(|why| {
                Problem::new(
                    Exit::Failed,
                    format!("{path} has no place for a further database"),
                )
                .why(why.to_string())
                .hint(format!(
                    "nothing was changed: put it back as `git log -p {path}` shows it, then run this again"
                ))
            })?;
            Ok((before, after))
        });
        made.map_err(|problem| self.problems.push(problem)).ok()
    }
}

fn read(root: &Path, path: &str) -> Result<String, Problem> {
    fs::read_to_string(root.join(path)).map_err(|error| {
        Problem::new(Exit::Failed, format!("cannot read {path}"))
            .why(error.to_string())
            .hint(format!(
                "nothing was changed: `git checkout {path}` brings it back in a checkout of this workspace"
            ))
    })
}
