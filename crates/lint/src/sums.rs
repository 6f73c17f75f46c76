//! The sum file of a database: checksums of its migrations.

use std::collections::BTreeMap;

use jubilee_core::{SourceFile, normalise};
use sha2::{Digest, Sha256};

use crate::finding::Finding;
use crate::rules::sum_file::RULE;

/// The name of a database crate's sum file.
pub const SUM_FILE: &str = "migrations.sum";

const BANNER: &str = "\
# One line for each migration: its name, and the SHA-256 of its text and of the line before.
# Two branches that add the same number conflict here. Written by `cargo xtask check --fix`.
";

/// The lines of a sum file: name and sum, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    lines: Vec<(String, String)>,
    /// Lines that are neither, nor a comment.
    odd: Vec<String>,
}

impl Sums {
    /// Reads a sum file.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut sums = Self::default();
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match line.split_once(' ') {
                Some((name, sum))
                    if sum.len() == 64 && sum.bytes().all(|b| b.is_ascii_hexdigit()) =>
                {
                    sums.lines.push((name.to_owned(), sum.to_owned()));
                }
                _ => sums.odd.push(line.to_owned()),
            }
        }
        sums
    }

    /// What the file should be: lines of `sealed` as they are there, the others reckoned from the
    /// folder. It ends before the first migration that is not `ready`.
    #[must_use]
    pub fn renewed(
        sealed: &Self,
        entries: &[SourceFile<'_>],
        ready: &dyn Fn(&str) -> bool,
    ) -> Self {
        // What was sealed stays so, also where its file is gone: that must show.
        let mut lines = sealed.lines.clone();
        for (name, text) in migrations(entries) {
            if sealed.holds(&name) {
                continue;
            }
            if !ready(&format!("{name}.sql")) {
                break;
            }
            let sum = chained(lines.last().map(|(_, sum)| sum.as_str()), &name, &text);
            lines.push((name, sum));
        }
        Self {
            lines,
            odd: Vec::new(),
        }
    }

    /// Whether there is a line for the migration of that name: `0001_create_teams`.
    #[must_use]
    pub fn holds(&self, name: &str) -> bool {
        self.lines.iter().any(|(line, _)| line == name)
    }

    /// The file's text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = BANNER.to_owned();
        for (name, sum) in &self.lines {
            text.push_str(&format!("{name} {sum}\n"));
        }
        text
    }

    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.iter().map(|(n, s)| (n.as_str(), s.as_str()))
    }

    /// What does not agree with the folder and with the base's sum file: each with the name of
    /// its file. A migration that is not `ready` will change, so that its line is not asked for.
    #[must_use]
    pub fn check(
        &self,
        base: Option<&Self>,
        entries: &[SourceFile<'_>],
        ready: &dyn Fn(&str) -> bool,
    ) -> Vec<(String, Finding)> {
        let mut found = Vec::new();
        let mut about_file = |what: String, why: &str, instead: &str| {
            found.push((SUM_FILE.to_owned(), finding(what, why, instead)));
        };
        for line in &self.odd {
            about_file(
                format!("`{line}` is not `NNNN_name SUM`"),
                "a line that cannot be read protects nothing",
                "restore the file with git checkout, then run cargo xtask check --fix",
            );
        }
        let folder: Vec<(String, String)> = migrations(entries).collect();
        let here: BTreeMap<&str, &str> = self.pairs().collect();
        for (name, sum) in base.into_iter().flat_map(Self::pairs) {
            if here.get(name) != Some(&sum) {
                about_file(
                    format!("the line of `{name}` was changed or deleted"),
                    "it protects a migration that has been released",
                    "restore the line: cargo xtask check --fix",
                );
            }
        }
        let of_base: BTreeMap<&str, &str> = base.into_iter().flat_map(Self::pairs).collect();
        let sealed = |name: &str| of_base.contains_key(name);
        for (name, _) in self.pairs() {
            if !folder.iter().any(|(n, _)| n == name) && !sealed(name) {
                about_file(
                    format!("it has a line for `{name}`, but there is no such migration"),
                    "a sum without a file protects nothing",
                    "cargo xtask check --fix",
                );
            }
        }
        let mut previous: Option<&str> = None;
        // A line can be written once all before it are.
        let mut writable = true;
        for (name, text) in &folder {
            let file = format!("{name}.sql");
            let line = here.get(name.as_str()).copied();
            let before = previous;
            writable &= ready(&file) || sealed(name);
            // A line that was damaged does not make the next one wrong.
            previous = of_base.get(name.as_str()).copied().or(line);
            let (what, instead) = match line {
                None => (
                    format!("it has no line in {SUM_FILE}"),
                    "cargo xtask check --fix",
                ),
                Some(sum) if sum != chained(before, name, text) => (
                    format!("it does not match its line in {SUM_FILE}"),
                    if sealed(name) {
                        "restore the migration, and put the change into a new one"
                    } else if base.is_none() {
                        "restore the migration; or, if it has not been released, delete its line and run cargo xtask check --fix"
                    } else {
                        "cargo xtask check --fix"
                    },
                ),
                Some(_) => continue,
            };
            if ready(&file) && writable {
                found.push((
                    file,
                    finding(
                        what,
                        "its line makes two branches with the same number conflict before the merge, and shows every later edit",
                        instead,
                    ),
                ));
            }
        }
        if !self.pairs().map(|(name, _)| name).is_sorted() {
            let what = "its lines are not in the order of the migrations".to_owned();
            let why = "each line protects the one before it";
            let finding = finding(what, why, "cargo xtask check --fix");
            found.push((SUM_FILE.to_owned(), finding));
        }
        found
    }
}

/// Names and texts of the folder's migrations, in order. What is no migration, or no text, has
/// findings of its own.
fn migrations<'a>(
    entries: &'a [SourceFile<'_>],
) -> impl Iterator<Item = (String, String)> + use<'a> {
    let mut all: Vec<(String, String)> = entries
        .iter()
        .filter_map(|entry| {
            let name = entry.named().ok()?;
            let text = normalise(entry.bytes.as_ref().into()).ok()?;
            Some((name.to_string(), text.into_owned()))
        })
        .collect();
    all.sort();
    all.into_iter()
}

fn chained(previous: Option<&str>, name: &str, text: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(previous.unwrap_or_default());
    hash.update("\n");
    hash.update(name);
    hash.update("\n");
    hash.update(text);
    let bytes = hash.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn finding(what: String, why: &str, instead: &str) -> Finding {
    Finding::new(&RULE.rule, None, what, why, instead)
}
