//! What changed in migrations that were released.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jubilee_core::{MigrationName, SourceFile, TokenKind, normalise, tokens};

use crate::finding::Finding;
use crate::rules::append_only::RULE;

/// What a database's folder held in an earlier revision, on which the present one builds.
#[derive(Debug, Clone, Default)]
pub struct Base {
    /// The revision, as git understands it: `origin/main`.
    pub revision: String,
    /// The path of the folder in the repository: `migrations/codex`.
    pub folder: String,
    /// The content of its files, by name.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The files that the base branch has got since the present one left it.
    pub since: BTreeMap<String, Vec<u8>>,
    /// The content of its sum file.
    pub sums: Option<String>,
    /// The content of the sum file at the end of the base branch.
    pub sums_since: Option<String>,
}

impl Base {
    /// Whether a file of that name is there, so that it can no longer be mended.
    #[must_use]
    pub fn holds(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// Counts for released too what a merge under way has brought: files that are as the base
    /// branch has them by now.
    #[must_use]
    pub fn with_merged(mut self, entries: &[SourceFile<'_>]) -> Self {
        let (merged, since) = self.since.into_iter().partition(|(name, bytes)| {
            let here = entries.iter().find(|entry| entry.name == **name);
            here.is_some_and(|entry| same(bytes, &entry.bytes))
        });
        self.since = since;
        let merged: BTreeMap<String, Vec<u8>> = merged;
        if !merged.is_empty() {
            self.files.extend(merged);
            let stem = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
            let sums = self.sums_since.take().unwrap_or_default();
            let lines = sums
                .lines()
                .filter(|line| self.files.contains_key(&format!("{}.sql", stem(line))));
            self.sums = Some(lines.map(|line| format!("{line}\n")).collect());
        }
        self
    }
}

/// What breaks the rule that migrations are only ever added: each with the name of its file.
#[must_use]
pub fn check_append_only(base: &Base, entries: &[SourceFile<'_>]) -> Vec<(String, Finding)> {
    let mut found = Vec::new();
    let added: Vec<&SourceFile<'_>> = entries
        .iter()
        .filter(|entry| !base.holds(&entry.name) && entry.unread.is_none())
        .collect();
    let mut renamed = Vec::new();
    for (name, before) in &base.files {
        if MigrationName::from_file_name(name).is_err() {
            continue;
        }
        let path = format!("{}/{name}", base.folder);
        let restore = format!("git checkout {} -- {path}", base.revision);
        match entries.iter().find(|entry| entry.name == *name) {
            // That it cannot be read is a finding of its own.
            Some(entry) if entry.unread.is_some() => {}
            Some(entry) => {
                let change = Change::between(before, &entry.bytes);
                found.extend(change.map(|change| (name.clone(), change.finding(&restore))));
            }
            None => {
                let moved = added.iter().find(|entry| same(before, &entry.bytes));
                let (what, instead) = match moved {
                    Some(entry) => {
                        renamed.push(entry.name.clone());
                        let back = format!("git mv {}/{} {path}", base.folder, entry.name);
                        (format!("it was renamed to `{}`", entry.name), back)
                    }
                    None => ("it was deleted".to_owned(), restore),
                };
                let why = "databases that have applied it expect it under its name, and every new database needs it";
                found.push((name.clone(), finding(None, what, why, instead)));
            }
        }
    }
    let version = |name: &str| Some(MigrationName::from_file_name(name).ok()?.version());
    let database = base.folder.rsplit('/').next().unwrap_or_default();
    let last = base.files.keys().filter_map(|name| version(name)).max();
    for entry in added.iter().filter(|entry| !renamed.contains(&entry.name)) {
        let Some(number) = version(&entry.name) else {
            continue;
        };
        let revision = &base.revision;
        let (what, why, instead) = if let Some(taken) =
            base.since.keys().find(|name| version(name) == Some(number))
        {
            (
                format!("number {number} is taken on {revision} by `{taken}`"),
                "the one that is merged second would be applied too late, or not at all",
                format!(
                    "rebase on {revision}, or merge it; then cargo xtask renumber {database} {number}"
                ),
            )
        } else if let Some(last) = last.filter(|last| number <= *last) {
            let free =
                |next| format!("give it {next} or later: cargo xtask renumber {database} {number}");
            let none = || "no number is left in this folder".to_owned();
            (
                format!("number {number} does not come after {last}, the last one of {revision}"),
                "it would not be applied to databases that have applied the later ones",
                last.next().map_or_else(none, free),
            )
        } else {
            continue;
        };
        found.push((
            entry.name.clone().into_owned(),
            finding(None, what, why, instead),
        ));
    }
    found
}

/// Where a file differs from what it was.
struct Change {
    /// The offset of the first difference in the new text.
    at: Option<usize>,
    /// Whether the server would see no difference.
    trivia: bool,
}

impl Change {
    fn between(before: &[u8], after: &[u8]) -> Option<Self> {
        if same(before, after) {
            return None;
        }
        let (Some(before), Some(after)) = (text(before), text(after)) else {
            return Some(Self {
                at: None,
                trivia: false,
            });
        };
        let equal = before
            .char_indices()
            .zip(after.chars())
            .find(|((_, a), b)| a != b)
            .map_or(before.len().min(after.len()), |((at, _), _)| at);
        Some(Self {
            at: Some(equal.min(after.len())),
            trivia: sense(&before).eq(sense(&after)),
        })
    }

    fn finding(self, restore: &str) -> Finding {
        let (what, why) = if self.trivia {
            (
                "it was edited: only comments or white space changed",
                "its checksum no longer matches the one that databases have recorded, and they would refuse to migrate",
            )
        } else {
            (
                "it was edited",
                "databases that have applied it keep its earlier result, and would differ from new ones",
            )
        };
        finding(
            self.at,
            what.to_owned(),
            why,
            format!("restore it, and put the change into a new migration: {restore}"),
        )
    }
}

/// What the server sees of a text: its tokens without white space and comments.
fn sense(text: &str) -> impl Iterator<Item = (TokenKind, &str)> {
    tokens(text)
        .filter_map(Result::ok)
        .filter(|token| !token.kind.is_trivia())
        .map(move |token| (token.kind, &text[token.range]))
}

fn text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    normalise(bytes.into()).ok()
}

fn same(before: &[u8], after: &[u8]) -> bool {
    match (text(before), text(after)) {
        (Some(before), Some(after)) => before == after,
        _ => before == after,
    }
}

/// What is wrong with a file, or with a place of it.
fn finding(at: Option<usize>, what: String, why: &str, instead: String) -> Finding {
    Finding::new(&RULE.rule, at.map(|at| at..at), what, why, instead)
}
