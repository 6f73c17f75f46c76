//! Migrations for the tests, and what was found in them, as text.

use std::sync::OnceLock;

use jubilee_core::{MigrationFile, Position, SourceFile};
use jubilee_verify::{Ask, Outcome, Proof, Proved, Verdict, Verifier, Wish};

/// The server that all tests of this binary share.
pub(crate) fn verifier() -> &'static Verifier {
    static VERIFIER: OnceLock<Verifier> = OnceLock::new();
    VERIFIER.get_or_init(|| Verifier::start().unwrap())
}

/// A migration of that number; leading `-- Key: value` lines of the SQL go to its header.
pub(crate) fn migration(number: usize, sql: &str) -> MigrationFile {
    let fields: String = sql
        .lines()
        .take_while(|l| l.starts_with("-- "))
        .map(|l| format!("{l}\n"))
        .collect();
    let body = &sql[fields.len()..];
    let name = format!("{number:04}_change");
    let text = format!(
        "-- Migration: {name}\n-- Database: test\n-- Author: Ada\n-- Date: 2026-01-01\n-- Description: for a test\n{fields}\n{body}"
    );
    let source = SourceFile::new(format!("{name}.sql"), text.into_bytes());
    MigrationFile::read("test", source).unwrap()
}

/// Asks these questions of the last of these migrations.
pub(crate) fn prove(sql: &[&str], proofs: &[Proof]) -> Proved {
    let files: Vec<MigrationFile> = sql
        .iter()
        .enumerate()
        .map(|(at, sql)| migration(at + 1, sql))
        .collect();
    let ask = Ask {
        wish: Wish { rows: 10, seed: 1 },
        proofs,
        queries: &[],
        forecast: None,
        like: None,
    };
    let mut proved = verifier()
        .prove("test", &files, files.len() - 1, ask, &mut |_, _| {})
        .unwrap();
    proved.remove(0)
}

/// Everything that fails or was not made: proof, line in the last migration's own SQL, and what.
pub(crate) fn found(sql: &[&str]) -> String {
    found_by(sql, &Proof::ALL)
}

/// The same of these proofs.
pub(crate) fn found_by(sql: &[&str], proofs: &[Proof]) -> String {
    let proved = prove(sql, proofs);
    let file = migration(sql.len(), sql[sql.len() - 1]);
    let last = sql[sql.len() - 1];
    let header =
        Position::of(file.text(), file.text().len()).line - Position::of(last, last.len()).line;
    proved
        .outcomes
        .iter()
        .map(|outcome| line(outcome, &file, header))
        .collect()
}

fn line(outcome: &Outcome, file: &MigrationFile, header: usize) -> String {
    let (findings, declared) = match &outcome.verdict {
        Verdict::Holds(_) | Verdict::NotAsked => return String::new(),
        Verdict::NotMade(reason) => return format!("{}: not made: {reason}\n", outcome.proof),
        Verdict::Fails(findings) => (findings, ""),
        Verdict::Declared(_, findings) => (findings, " (declared)"),
    };
    findings
        .iter()
        .map(|finding| {
            let line = finding
                .range
                .as_ref()
                .map(|range| Position::of(file.text(), range.start).line - header);
            let line = line.map_or("?".to_owned(), |line| line.to_string());
            format!("{}{declared} {line}: {}\n", outcome.proof, finding.what)
        })
        .collect()
}
