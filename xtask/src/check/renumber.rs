//! Gives migrations that are not released the next free numbers.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jubilee_core::{MigrationName, SourceFile, Version};
use jubilee_lint::{Base, Sums};

use crate::check::Folder;
use crate::exit::Exit;
use crate::files::{self, Change};
use crate::invocation::further;
use crate::problem::Problem;

/// The first migration that gets another number.
#[derive(Debug, Clone)]
pub(crate) enum First {
    /// The one of that number.
    Number(Version),
    /// That one, also where another file has its number.
    File(MigrationName),
}

impl First {
    pub(crate) fn version(&self) -> Version {
        match self {
            Self::Number(version) => *version,
            Self::File(name) => name.version(),
        }
    }

    fn is_or_is_before(&self, name: &MigrationName) -> bool {
        match self {
            Self::Number(version) => name.version() >= *version,
            Self::File(first) => name == first || name.version() > first.version(),
        }
    }
}

/// What was renamed, and what else was written.
pub(crate) struct Renumbered {
    pub(crate) renamed: Vec<(MigrationName, MigrationName)>,
    /// The migrations of the same number as the first one that keep it, and the revisions that have them.
    pub(crate) kept: Vec<(MigrationName, String)>,
    /// How the sum file is shown, if it was written.
    pub(crate) sums: Option<String>,
}

impl Folder {
    /// Gives the migrations of this branch from a number on, in order, the numbers behind those that are
    /// taken: by the base, and in the middle of a merge by what is merged.
    pub(crate) fn renumber(
        &self,
        first: &First,
        base: &Base,
        merged: Option<&Base>,
    ) -> Result<Renumbered, Problem> {
        let entries = self.entries()?;
        let bases = || [Some(base), merged].into_iter().flatten();
        let taken: BTreeSet<MigrationName> = bases()
            .flat_map(|base| base.files.keys().chain(base.since.keys()))
            .filter_map(|name| MigrationName::from_file_name(name).ok())
            .collect();
        let ours = entries
            .iter()
            .filter_map(|entry| entry.named().ok())
            .filter(|name| !taken.contains(name));
        let (mut moving, staying): (Vec<_>, Vec<_>) =
            ours.partition(|name| first.is_or_is_before(name));
        moving.sort();
        let from = first.version();
        let named: Vec<&MigrationName> = moving.iter().filter(|n| n.version() == from).collect();
        match named[..] {
            [] => return Err(self.nothing_to_move(first, &taken, &base.revision)),
            [_] => {}
            [_, other, ..] => return Err(self.ambiguous(from, &named, other, &base.revision)),
        }
        let has = |base: &Base, name: &MigrationName| {
            let file = name.file_name();
            base.files.contains_key(&file) || base.since.contains_key(&file)
        };
        let kept = taken.iter().filter(|name| name.version() == from);
        let kept = kept.filter_map(|name| {
            let base = bases().find(|base| has(base, name))?;
            Some((name.clone(), base.revision.clone()))
        });
        let kept = kept.collect();
        let before = taken.iter().chain(&staying).map(MigrationName::version);
        let mut last = before.max();
        let mut renamed = Vec::new();
        for name in moving {
            let next = match last {
                Some(last) => last.next().ok_or_else(|| {
                    Problem::new(Exit::Failed, "number 9999 is taken")
                        .why("a number has four digits")
                        .hint("no further migration can be added to this database")
                })?,
                None => Version::FIRST,
            };
            last = Some(next);
            if next != name.version() {
                renamed.push((name.clone(), name.with_version(next)));
            }
        }
        let (changes, after) = rename(self, entries, &renamed, &taken)?;
        let sums = self.sums_after(&renamed, &after, merged.unwrap_or(base))?;
        let shown = self.sums.as_ref().map(|(_, shown)| shown.clone());
        let shown = shown.filter(|_| sums.is_some());
        let changes: Vec<Change> = changes.into_iter().chain(sums).collect();
        files::write(&changes)?;
        Ok(Renumbered {
            renamed,
            kept,
            sums: shown,
        })
    }

    /// Two files have the number, and neither is released.
    fn ambiguous(
        &self,
        number: Version,
        named: &[&MigrationName],
        example: &MigrationName,
        revision: &str,
    ) -> Problem {
        let names: Vec<String> = named.iter().map(|name| name.file_name()).collect();
        let database = self.database.name;
        Problem::new(
            Exit::Failed,
            format!(
                "several files in {} have the number {number}: {}",
                self.shown,
                names.join(", ")
            ),
        )
        .why(format!(
            "{revision} has none of them, so nothing says which one keeps the number"
        ))
        .hint(format!(
            "name the one that gets another number, say:\n{}",
            further(&format!("renumber {database} {example}"))
        ))
    }

    fn nothing_to_move(
        &self,
        first: &First,
        taken: &BTreeSet<MigrationName>,
        revision: &str,
    ) -> Problem {
        let asked = match first {
            First::Number(version) => version.to_string(),
            First::File(name) => name.to_string(),
        };
        let is_asked = |name: &&MigrationName| match first {
            First::Number(version) => name.version() == *version,
            First::File(first) => *name == first,
        };
        match taken.iter().find(is_asked) {
            Some(name) => Problem::new(Exit::Failed, format!("{name} is released"))
                .why(format!(
                    "{revision} has it, and databases that have applied it expect it under its number"
                ))
                .hint("a new migration can be renumbered: give its number"),
            None => Problem::new(
                Exit::Failed,
                format!("{} has no migration {asked} of this branch", self.shown),
            )
            .why("only a file that the base does not have can be renumbered")
            .hint(format!(
                "what is new is said by:\n{}",
                further(&format!("check {}", self.database.name))
            )),
        }
    }

    /// The sum file as it will be: the lines that are merged, then those of this branch that were
    /// there, also between the marks of a conflict.
    fn sums_after(
        &self,
        renamed: &[(MigrationName, MigrationName)],
        after: &[SourceFile<'static>],
        base: &Base,
    ) -> Result<Option<Change>, Problem> {
        let Some((path, _)) = &self.sums else {
            return Ok(None);
        };
        let Some(before) = self.read_sums()? else {
            return Ok(None);
        };
        let lines = Sums::read(&before);
        let old: BTreeMap<String, String> = renamed
            .iter()
            .map(|(old, new)| (new.file_name(), old.to_string()))
            .collect();
        let had_line = |file: &str| match old.get(file) {
            Some(old) => lines.holds(old),
            None => lines.holds(file.trim_end_matches(".sql")),
        };
        let sealed = Sums::read(base.sums.as_deref().unwrap_or_default());
        let text = Sums::renewed(&sealed, after, &had_line).to_text();
        Ok((text != before).then(|| Change {
            path: path.clone(),
            before: Some(before.into_bytes()),
            after: Some(text.into_bytes()),
        }))
    }
}

/// The changes that rename files, and the folder as it will be.
fn rename(
    folder: &Folder,
    entries: Vec<SourceFile<'static>>,
    renamed: &[(MigrationName, MigrationName)],
    taken: &BTreeSet<MigrationName>,
) -> Result<(Vec<Change>, Vec<SourceFile<'static>>), Problem> {
    let mut changes = Vec::new();
    let mut after = Vec::new();
    for entry in entries {
        let name = entry.named().ok();
        let Some(old) = name.filter(|name| !taken.contains(name)) else {
            after.push(entry);
            continue;
        };
        let pair = renamed.iter().find(|(name, _)| *name == old);
        let new = pair.map_or(&old, |(_, new)| new);
        let text = match String::from_utf8(entry.bytes.into_owned()) {
            Ok(text) => text,
            Err(error) if pair.is_none() => {
                after.push(SourceFile::new(entry.name, error.into_bytes()));
                continue;
            }
            Err(_) => {
                return Err(
                    Problem::new(Exit::Failed, format!("cannot read the header of {old}"))
                        .why("the file is not UTF-8")
                        .hint(format!("see `cargo xtask check {}`", folder.database.name)),
                );
            }
        };
        let mut written = with_field(&text, "Migration", &old.to_string(), &new.to_string());
        if let Some((old, new)) = renamed.iter().find(|(old, _)| reverts(&written, old)) {
            let (old, new) = (old.version().to_string(), new.version().to_string());
            written = with_field(&written, "Reverts", &old, &new);
        }
        let bytes = written.into_bytes();
        match pair {
            Some(_) => changes.extend([
                Change {
                    path: folder.path.join(old.file_name()),
                    before: Some(text.into_bytes()),
                    after: None,
                },
                Change {
                    path: folder.path.join(new.file_name()),
                    before: None,
                    after: Some(bytes.clone()),
                },
            ]),
            None if bytes != text.as_bytes() => changes.push(Change {
                path: folder.path.join(old.file_name()),
                before: Some(text.into_bytes()),
                after: Some(bytes.clone()),
            }),
            None => {}
        }
        after.push(SourceFile::new(Cow::Owned(new.file_name()), bytes));
    }
    Ok((changes, after))
}

/// Whether the header says that it undoes that migration.
fn reverts(text: &str, name: &MigrationName) -> bool {
    field(text, "Reverts").is_some_and(|range| text[range] == name.version().to_string())
}

/// The text with another value of a field in its header; everything else stays as it is.
fn with_field(text: &str, key: &str, old: &str, new: &str) -> String {
    let mut changed = text.to_owned();
    if let Some(range) = field(text, key).filter(|range| text[range.clone()] == *old) {
        changed.replace_range(range, new);
    }
    changed
}

/// Where the value of a field of the header stands: `-- Key: value`.
fn field(text: &str, key: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let comment = line.trim_start_matches('\u{FEFF}').trim();
        let field = comment.strip_prefix("--").map(str::trim_start);
        let value = field.and_then(|field| field.strip_prefix(key)?.strip_prefix(':'));
        if let Some(value) = value.map(str::trim) {
            let at = start + line.rfind(value)?;
            return Some(at..at + value.len());
        }
        // The header ends with the first line that is no comment.
        if !comment.is_empty() && field.is_none() {
            return None;
        }
        start += line.len();
    }
    None
}
