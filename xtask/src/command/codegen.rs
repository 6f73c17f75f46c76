//! `cargo xtask codegen`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use jubilee_lint::{Category, Rule, rules};

use crate::exit::Exit;
use crate::output::{eprint, print};
use crate::problem::Problem;
use crate::workspace;

const BANNER: &str =
    "<!-- Written by `cargo xtask codegen`. Do not edit: the text is the rule's own. -->";

/// `cargo xtask codegen`.
#[derive(Debug, Args)]
pub(crate) struct Codegen {
    /// Write nothing; fail when something would be written
    #[arg(long)]
    check: bool,
}

impl Codegen {
    pub(crate) fn run(self) -> Result<Exit, Problem> {
        let root = workspace::root().ok_or_else(|| {
            Problem::new(Exit::Failed, "no folder migrations/ is here or above")
                .why("the pages are written into the checkout")
                .hint("run this in the checkout")
        })?;
        let folder = root.join("docs/rules");
        let pages = pages();
        let stale = stale(&folder, &pages);
        if stale.is_empty() {
            print("docs/rules is up to date\n");
            return Ok(Exit::Done);
        }
        if self.check {
            return Err(Problem::new(
                Exit::Failed,
                format!("docs/rules is out of date: {}", stale.join(", ")),
            )
            .why("its pages are written from crates/lint/src/rules")
            .hint("cargo xtask codegen"));
        }
        for name in stale {
            let path = folder.join(&name);
            let done = match pages.get(&name) {
                Some(page) => fs::create_dir_all(&folder).and_then(|()| fs::write(&path, page)),
                None => fs::remove_file(&path),
            };
            done.map_err(|error| {
                Problem::new(Exit::Failed, format!("cannot write {}", path.display()))
                    .why(error.to_string())
                    .hint("check that the folder may be written, and the free space")
            })?;
            eprint(&format!("wrote docs/rules/{name}\n"));
        }
        Ok(Exit::Done)
    }
}

/// Names of pages that are missing, that differ, or that no rule has any more.
fn stale(folder: &Path, pages: &BTreeMap<String, String>) -> Vec<String> {
    let differs = |(name, page): &(&String, &String)| {
        let there = fs::read_to_string(folder.join(name)).unwrap_or_default();
        // A Windows checkout has other line ends.
        there.replace("\r\n", "\n") != **page
    };
    let mut stale: Vec<String> = pages
        .iter()
        .filter(differs)
        .map(|(n, _)| n.clone())
        .collect();
    let there = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = there.map(|entry| PathBuf::from(entry.file_name()).display().to_string());
    stale.extend(names.filter(|name| !pages.contains_key(name)));
    stale.sort();
    stale
}

fn pages() -> BTreeMap<String, String> {
    let mut pages: BTreeMap<String, String> = rules()
        .iter()
        .map(|rule| (format!("{}.md", rule.name), page(rule)))
        .collect();
    pages.insert("README.md".to_owned(), index());
    pages
}

fn page(rule: &Rule) -> String {
    format!(
        "{BANNER}\n\n# {}\n\n[{}](README.md#{}) · {}\n\n{}\n",
        rule.name,
        rule.category,
        rule.category,
        rule.severity,
        rule.markdown()
    )
}

fn index() -> String {
    let mut text = format!(
        "{BANNER}\n\n# Rules\n\n\
         What `cargo xtask check` reports. Errors make it fail; warnings do with `--deny warnings`.\n\
         `-- check:allow RULE: reason` on the line above a statement suppresses one finding of it.\n\
         In the examples, `-- next migration` stands between two files.\n"
    );
    for category in Category::ALL {
        text.push_str(&format!(
            "\n## {category}\n\n| rule | | what it finds |\n|---|---|---|\n"
        ));
        for rule in rules().iter().filter(|rule| rule.category == category) {
            text.push_str(&format!(
                "| [{0}]({0}.md) | {1} | {2} |\n",
                rule.name,
                rule.severity,
                rule.summary().replace('|', "\\|")
            ));
        }
    }
    text
}
