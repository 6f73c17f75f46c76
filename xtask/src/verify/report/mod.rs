//! What was proved, in each format.

mod forecast;
pub(crate) mod html;
mod human;
mod json;
mod markdown;
mod sarif;

use jubilee_core::{MigrationFile, Position};
use jubilee_verify::{Finding, Observed, Outcome, Proof, Proved, Verdict, Wish, narrowed};

use super::inferred::{Inferred, differences};
use super::migrations::Migrations;
use crate::check::Links;
use crate::output::{Format, count};

/// What was proved of all databases.
pub(crate) struct Verified {
    /// The scratch server's version; `None` where nothing was to be proved.
    pub(crate) postgresql: Option<String>,
    pub(crate) rows: usize,
    pub(crate) seed: u64,
    pub(crate) databases: Vec<VerifiedDatabase>,
    pub(crate) took_ms: u64,
}

/// What was proved of one database.
pub(crate) struct VerifiedDatabase {
    pub(crate) migrations: Migrations,
    /// From the first one that was to be proved on, up to one that does not apply.
    pub(crate) proved: Vec<Proved>,
    /// What `check` infers.
    pub(super) inferred: Inferred,
}

impl VerifiedDatabase {
    pub(super) fn unproved(migrations: Migrations) -> Self {
        Self {
            migrations,
            proved: Vec::new(),
            inferred: Inferred::new(),
        }
    }

    /// The files that could not be proved, since one before them does not apply.
    fn not_proved(&self) -> Vec<String> {
        let proved = self.migrations.first + self.proved.len();
        let files = self.migrations.files.iter().skip(proved);
        files.map(|file| file.name().file_name()).collect()
    }

    /// The same in words; `None` if all were proved.
    fn left_out(&self) -> Option<String> {
        let last = self.proved.last()?;
        let files = self.not_proved();
        (!files.is_empty()).then(|| {
            format!(
                "{} not proved, since {} does not apply: {}",
                count(files.len(), "migration"),
                last.name.file_name(),
                files.join(", ")
            )
        })
    }

    /// Each migration that was proved, with its file and its path.
    fn each(&self) -> impl Iterator<Item = (&Proved, &MigrationFile, String)> {
        let files = self.migrations.files.iter().skip(self.migrations.first);
        self.proved.iter().zip(files).map(|(proved, file)| {
            (
                proved,
                file,
                format!("{}/{}", self.migrations.folder, file.name().file_name()),
            )
        })
    }
}

impl Verified {
    /// Nothing yet.
    pub(super) fn none(wish: Wish) -> Self {
        Self {
            postgresql: None,
            rows: wish.rows,
            seed: wish.seed,
            databases: Vec::new(),
            took_ms: 0,
        }
    }

    fn outcomes(&self) -> Vec<&Outcome> {
        let proved = self.databases.iter().flat_map(|d| &d.proved);
        proved.flat_map(|p| &p.outcomes).collect()
    }

    /// Whether a proof failed.
    pub(crate) fn fails(&self) -> bool {
        let mut outcomes = self.outcomes().into_iter();
        outcomes.any(|outcome| matches!(outcome.verdict, Verdict::Fails(_)))
    }

    fn summary(&self) -> String {
        summary_of(&self.outcomes())
    }
}

/// How many findings of a proof headers declare.
fn declared(outcomes: &[&Outcome], proof: Proof) -> usize {
    let of_proof = outcomes.iter().filter(|outcome| outcome.proof == proof);
    of_proof.map(|o| o.verdict.declared().len()).sum()
}

/// What a proof finds that a header may declare: `2 breaks`, `1 loss`.
fn declarable(proof: Proof, number: usize) -> String {
    match (proof, number) {
        (Proof::KeepsData, 1) => "1 loss".to_owned(),
        (Proof::KeepsData, number) => format!("{number} losses"),
        (Proof::KeepsGuards, number) => count(number, "loosened guard"),
        (_, number) => count(number, "break"),
    }
}

/// `all proofs hold; 1 break declared (Contract)`, `2 proofs fail, 1 could not be made`.
pub(super) fn summary_of(outcomes: &[&Outcome]) -> String {
    let count_of = |is: fn(&Verdict) -> bool| outcomes.iter().filter(|o| is(&o.verdict)).count();
    let failed = count_of(|v| matches!(v, Verdict::Fails(_)));
    let not_made = count_of(|v| matches!(v, Verdict::NotMade(_)));
    let mut parts = Vec::new();
    if failed > 0 {
        parts.push(format!(
            "{} {}",
            count(failed, "proof"),
            if failed == 1 { "fails" } else { "fail" }
        ));
    }
    if not_made > 0 {
        parts.push(format!("{} could not be made", count(not_made, "proof")));
    }
    let made = match parts.as_slice() {
        [] => "all proofs hold".to_owned(),
        parts => parts.join(", "),
    };
    let fields = [
        (Proof::OldRelease, "Contract"),
        (Proof::KeepsData, "Destructive"),
        (Proof::KeepsGuards, "Loosens"),
    ];
    let meant = fields.map(|(proof, field)| (declared(outcomes, proof), proof, field));
    let meant = meant.into_iter().filter(|(number, ..)| *number > 0);
    let meant: Vec<String> = meant
        .map(|(number, proof, field)| format!("{} declared ({field})", declarable(proof, number)))
        .collect();
    match meant.as_slice() {
        [] => made,
        meant => format!("{made}; {}", meant.join(", ")),
    }
}

/// The whole report.
pub(crate) fn write(
    format: Format,
    verified: &Verified,
    links: &Links,
    color: bool,
    brief: bool,
) -> String {
    match format {
        Format::Json => json::write(verified),
        Format::Sarif => sarif::write(verified),
        Format::Markdown => markdown::write(verified, links),
        Format::Human | Format::Github => human::write(verified, color, brief),
    }
}

/// An answer in a word, and what there is to say of it.
fn answer(outcome: &Outcome) -> (&'static str, String) {
    match &outcome.verdict {
        Verdict::Holds(how) => ("holds", how.clone()),
        Verdict::Fails(findings) => ("fails", count(findings.len(), "finding")),
        Verdict::Declared(why, findings) => (
            "declared",
            format!("{} ({why})", declarable(outcome.proof, findings.len())),
        ),
        Verdict::NotAsked => ("not asked", String::new()),
        Verdict::NotMade(why) => ("not made", why.clone()),
    }
}

/// Where a finding begins, from 1.
fn position(file: &MigrationFile, finding: &Finding) -> Option<Position> {
    finding
        .range
        .as_ref()
        .map(|range| Position::of(file.text(), range.start))
}

/// The locks that keep others waiting, or change a schema beneath them: line, lock, and what there is to
/// say of it.
fn locks(proved: &Proved, file: &MigrationFile) -> Vec<(usize, String, &'static str)> {
    let mut lines = Vec::new();
    for observed in &proved.observed {
        let line = Position::of(file.text(), observed.range.start).line;
        for lock in observed.felt() {
            let along = observed.locks.iter().filter(|other| {
                other.partition_of.as_ref() == Some(&lock.relation)
                    && other.is_along_with(std::slice::from_ref(lock))
            });
            let along = match along.count() {
                0 => String::new(),
                partitions => format!(" and {}", count(partitions, "partition")),
            };
            lines.push((
                line,
                format!("{} on {}{along}", lock.mode, lock.relation),
                lock.mode.short(),
            ));
        }
        for said in said(observed) {
            lines.push((line, said, ""));
        }
    }
    lines
}

/// What there is to know before one relies on the answers, or on `check`: line, and what it is.
fn notes(
    database: &VerifiedDatabase,
    proved: &Proved,
    file: &MigrationFile,
) -> Vec<(usize, String)> {
    let mut notes = Vec::new();
    let inferred = database.inferred.get(&file.name().file_name());
    for (start, what) in inferred
        .into_iter()
        .flat_map(|locks| differences(proved, file, locks))
    {
        notes.push((Position::of(file.text(), start).line, what));
    }
    for observed in &proved.observed {
        for table in &observed.without_effect {
            let place = narrowed(file.text(), &observed.range, &format!("`{table}`"));
            let start = place.unwrap_or(observed.range.clone()).start;
            let what = format!("no row of {table} was written, so the proofs say little of it");
            notes.push((Position::of(file.text(), start).line, what));
        }
    }
    for note in proved.outcomes.iter().flat_map(|outcome| &outcome.notes) {
        let start = note.range.as_ref().map_or(0, |range| range.start);
        notes.push((Position::of(file.text(), start).line, note.what.clone()));
    }
    notes
}

/// What the server said of a statement, and the tables that were written anew.
fn said(observed: &Observed) -> Vec<String> {
    let mut said = observed.reasons.clone();
    for table in &observed.rewritten {
        let told = said
            .iter()
            .any(|reason| reason.contains("rewriting") && reason.contains(&format!("\"{table}\"")));
        if !told {
            said.push(format!("new file for {table}"));
        }
    }
    said
}
