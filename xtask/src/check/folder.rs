//! Checks and corrects the migrations of one database in a checkout.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::databases::Database;
use jubilee_core::{Lines, SourceFile, normalise};
use jubilee_lint::{
    Base, FileReport, Finding, SUM_FILE, Scope, Severity, Sums, check_append_only, check_folder,
};

use crate::check::base::Bases;
use crate::check::checked::{Checked, CheckedFile, Suppression};
use crate::check::fix;
use crate::databases::Entry;
use crate::exit::Exit;
use crate::files::{self, Change};
use crate::git::Repository;
use crate::problem::Problem;

/// The migrations of one database in a checkout.
pub(crate) struct Folder {
    pub(crate) database: Database,
    /// Where they lie.
    pub(crate) path: PathBuf,
    /// How that is shown.
    pub(crate) shown: String,
    /// Where their sums lie, and how that is shown; `None` where no crate embeds the folder.
    pub(crate) sums: Option<(PathBuf, String)>,
    /// The tree of the repository that is read instead of the files.
    pub(crate) tree: Option<(Repository, String)>,
    /// The repository in whose last commit a migration needs its line in the sum file. Until it is
    /// committed, its author is only reminded of the line.
    pub(crate) repository: Option<Repository>,
}

/// How the rules are applied.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner<'a> {
    /// The names of all databases.
    pub(crate) databases: &'a [&'a str],
    pub(crate) today: Option<jubilee_core::Date>,
    /// Hold migrations of the base against the rules too.
    pub(crate) all: bool,
}

impl Folder {
    /// The folder of a database below the folder of all migrations, which lies at the root of
    /// the checkout or is one that was named.
    pub(crate) fn new(entry: &Entry, migrations: &Path, shown: &Path) -> Self {
        let name = entry.database.name;
        let shown_parent = shown.parent().unwrap_or(Path::new(""));
        let of_crate = Path::new("crates").join(name);
        let folder = migrations.parent().map(|root| root.join(&of_crate));
        let sums = folder.filter(|folder| folder.join("Cargo.toml").is_file());
        Self {
            database: entry.database,
            path: migrations.join(name),
            shown: shown.join(name).display().to_string(),
            sums: sums.map(|folder| {
                let shown = shown_parent.join(&of_crate).join(SUM_FILE);
                (folder.join(SUM_FILE), shown.display().to_string())
            }),
            tree: None,
            repository: None,
        }
    }

    /// Its files: those that lie there, or those of the tree.
    pub(crate) fn entries(&self) -> Result<Vec<SourceFile<'static>>, Problem> {
        let Some((repository, tree)) = &self.tree else {
            return Ok(jubilee_embed::read_folder(&self.path)?);
        };
        let files = repository.files(tree, &self.path)?;
        let entry = |(name, bytes): (String, Vec<u8>)| SourceFile::new(name, bytes);
        Ok(files.into_iter().map(entry).collect())
    }

    /// Finds out who wrote each comment that suppresses something.
    pub(crate) fn ask_for_authors(&self, checked: &mut Checked, repository: &Repository) {
        let Some(folder) = repository.path_of(&self.path) else {
            return;
        };
        for file in &mut checked.files {
            for suppression in &mut file.suppressed {
                let at = suppression.said.comment.start;
                let line = file.lines.position(&file.text, at).line;
                let path = format!("{folder}/{}", file.name);
                suppression.author = repository.author(&path, line);
            }
        }
    }

    /// What the base holds of it.
    pub(crate) fn base(&self, bases: Option<&Bases>) -> Result<Option<Base>, Problem> {
        let sums = self.sums.as_ref().map(|(path, _)| path.as_path());
        let Some(bases) = bases else {
            return Ok(None);
        };
        let entries = self.entries()?;
        Ok(Some(
            bases.of_folder(&self.path, sums)?.with_merged(&entries),
        ))
    }

    /// Holds its files against the rules.
    pub(crate) fn check(
        &self,
        base: Option<&Base>,
        manner: Manner<'_>,
    ) -> Result<Checked, Problem> {
        let entries = self.entries()?;
        let sums = self.read_sums()?;
        Ok(self.checked(&entries, sums.as_deref(), base, manner))
    }

    /// Corrects what can be corrected mechanically in files that the base does not hold, and
    /// writes the lines of those that have no error left. Says what was written.
    pub(crate) fn fix(
        &self,
        base: Option<&Base>,
        manner: Manner<'_>,
    ) -> Result<Vec<String>, Problem> {
        let mut written = Vec::new();
        let entries = self.entries()?;
        let sums = self.read_sums()?;
        let current = sums.clone().unwrap_or_default();
        let sealed = Sums::read(&current);
        // Without a base, a line in the sum file is all that says what may be released.
        let is_new = |name: &str| match base {
            Some(base) => !base.holds(name),
            None => !sealed.holds(name.trim_end_matches(".sql")),
        };
        let mut fixed = Vec::new();
        let others = self.others(manner);
        let scope = self.scope(manner, &others);
        let reports = check_folder(&scope, entries.clone(), &|name| !is_new(name));
        let correctable: BTreeSet<String> = reports
            .into_iter()
            .filter(|report| report.findings.iter().any(|f| f.fix.is_some()))
            .map(|report| report.name)
            .collect();
        for entry in entries {
            if !correctable.contains(&*entry.name) {
                fixed.push(entry);
                continue;
            }
            let before = entry.clone();
            let after = fix::file(&before, &|file| {
                let mut all: Vec<SourceFile<'_>> = fixed.clone();
                all.push(file);
                let reports = check_folder(&scope, all, &|name| name != before.name);
                let report = reports.into_iter().find(|r| r.name == before.name);
                report.map(|r| r.findings).unwrap_or_default()
            });
            if let Some((bytes, corrections)) = after {
                files::write(&[Change {
                    path: self.path.join(&*before.name),
                    before: Some(before.bytes.into_owned()),
                    after: Some(bytes.clone()),
                }])?;
                let shown = format!("{}/{}", self.shown, before.name);
                written.push(format!(
                    "{shown}: {}",
                    crate::output::count(corrections, "correction")
                ));
                fixed.push(SourceFile::new(before.name, bytes));
            } else {
                fixed.push(before);
            }
        }
        let Some((path, shown)) = &self.sums else {
            return Ok(written);
        };
        let checked = self.checked(&fixed, Some(&current), base, manner);
        let unready = unready(checked.files.iter().map(|f| (&*f.name, &*f.findings)));
        let sealed = match base {
            Some(base) => Sums::read(base.sums.as_deref().unwrap_or_default()),
            None => sealed.clone(),
        };
        let text = Sums::renewed(&sealed, &fixed, &|name| !unready.contains(name)).to_text();
        if text != current {
            files::write(&[Change {
                path: path.clone(),
                before: sums.map(String::into_bytes),
                after: Some(text.into_bytes()),
            }])?;
            written.push(shown.clone());
        }
        Ok(written)
    }

    fn others<'m>(&self, manner: Manner<'m>) -> Vec<&'m str> {
        let all = manner.databases.iter().copied();
        all.filter(|name| *name != self.database.name).collect()
    }

    fn scope<'s>(&self, manner: Manner<'_>, others: &'s [&'s str]) -> Scope<'s> {
        Scope {
            database: self.database.name,
            other_databases: others,
            today: manner.today,
        }
    }

    fn checked(
        &self,
        entries: &[SourceFile<'static>],
        sums: Option<&str>,
        base: Option<&Base>,
        manner: Manner<'_>,
    ) -> Checked {
        let others = self.others(manner);
        let is_new = |name: &str| base.is_none_or(|base| !base.holds(name));
        let exempt = |name: &str| !manner.all && !is_new(name);
        let borrowed = entries.iter().map(|entry| SourceFile {
            unread: entry.unread.as_deref().map(Into::into),
            ..SourceFile::new(&*entry.name, &*entry.bytes)
        });
        let mut reports = check_folder(&self.scope(manner, &others), borrowed, &exempt);
        if let Some(base) = base {
            attach(&mut reports, check_append_only(base, entries));
            for report in reports.iter_mut().filter(|r| base.holds(&r.name)) {
                for finding in &mut report.findings {
                    // A released migration is not called otherwise to close a gap.
                    if finding.rule.name == "layout" {
                        "restore the migration that is missing".clone_into(&mut finding.instead);
                    }
                }
            }
        }
        let mut unsealed = Vec::new();
        if self.sums.is_some() {
            let sums = Sums::read(sums.unwrap_or_default());
            let sealed = base.map(|base| Sums::read(base.sums.as_deref().unwrap_or_default()));
            let unready = unready(reports.iter().map(|r| (&*r.name, &*r.findings)));
            let mut found = sums.check(sealed.as_ref(), entries, &|name| !unready.contains(name));
            if found.iter().any(|(name, _)| is_new(name)) {
                let open = self.not_committed(entries);
                let is_open = |name: &String| is_new(name) && open.contains(name);
                unsealed = found
                    .extract_if(.., |(name, _)| is_open(name))
                    .map(|(name, _)| name)
                    .collect();
            }
            attach(&mut reports, found);
        }
        let path = |name: &str| match &self.sums {
            Some((_, shown)) if name == SUM_FILE => shown.clone(),
            _ if name.is_empty() => self.shown.clone(),
            _ => format!("{}/{name}", self.shown),
        };
        let file = |report: FileReport<'_>| {
            let masked = match report.masked_text() {
                Cow::Owned(masked) if !report.findings.is_empty() => Some(masked),
                _ => None,
            };
            // Most files are clean, and their texts are many.
            let is_clean = report.findings.is_empty()
                && report.locks.is_empty()
                && report.suppressed.is_empty()
                && report.declared.is_empty();
            let checked = !exempt(&report.name);
            let suppressed = report.suppressed.into_iter();
            let suppressed = suppressed.map(|said| Suppression { said, author: None });
            let text = if is_clean { "" } else { &*report.text };
            CheckedFile {
                path: path(&report.name),
                new: is_new(&report.name),
                checked,
                lines: Lines::of(text),
                text: text.to_owned(),
                masked,
                name: report.name,
                findings: report.findings,
                suppressed: suppressed.collect(),
                declared: if checked { report.declared } else { Vec::new() },
                locks: report.locks,
            }
        };
        let not_validated = reports.iter().flat_map(|report| {
            let left = report.not_validated.iter();
            left.map(|(table, name)| (table.clone(), name.clone(), path(&report.name)))
        });
        let not_validated = not_validated.collect();
        Checked {
            database: self.database,
            not_validated,
            new: entries.iter().filter(|entry| is_new(&entry.name)).count(),
            unsealed,
            files: reports.into_iter().map(file).collect(),
        }
    }

    /// The migrations that are not committed as they are; none where nothing is known of commits.
    fn not_committed(&self, entries: &[SourceFile<'_>]) -> BTreeSet<String> {
        let Some(repository) = &self.repository else {
            return BTreeSet::new();
        };
        let committed = match repository.commit("HEAD") {
            Some(commit) => match repository.files(&commit, &self.path) {
                Ok(files) => files,
                Err(_) => return BTreeSet::new(),
            },
            None => BTreeMap::new(),
        };
        let text = |bytes: &[u8]| Some(normalise(Cow::Borrowed(bytes)).ok()?.into_owned());
        let open = entries.iter().filter(|entry| {
            let committed = committed.get(&*entry.name).and_then(|bytes| text(bytes));
            committed.is_none() || committed != text(&entry.bytes)
        });
        open.map(|entry| entry.name.to_string()).collect()
    }

    pub(super) fn read_sums(&self) -> Result<Option<String>, Problem> {
        let Some((path, _)) = &self.sums else {
            return Ok(None);
        };
        if let Some((repository, tree)) = &self.tree {
            let mut files = repository.files(tree, path.parent().unwrap_or(path))?;
            let bytes = files.remove(SUM_FILE);
            return Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
        }
        match fs::read(path) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Problem::new(
                Exit::Failed,
                format!("cannot read {}", path.display()),
            )
            .why(error.to_string())
            .hint("make it a readable file")),
        }
    }
}

/// The files that have errors: they will change before they are released.
fn unready<'f>(files: impl Iterator<Item = (&'f str, &'f [Finding])>) -> BTreeSet<String> {
    let unready = files.filter(|(_, findings)| {
        let mut findings = findings.iter().filter(|f| f.rule.name != "sum-file");
        findings.any(|f| f.rule.severity == Severity::Error)
    });
    unready.map(|(name, _)| name.to_owned()).collect()
}

/// Adds findings to the reports of their files.
fn attach(reports: &mut Vec<FileReport<'_>>, found: Vec<(String, Finding)>) {
    for (name, finding) in found {
        match reports.iter_mut().find(|report| report.name == name) {
            Some(report) => report.findings.push(finding),
            None => reports.push(FileReport {
                name,
                findings: vec![finding],
                ..FileReport::default()
            }),
        }
    }
}
