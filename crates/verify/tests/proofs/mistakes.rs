//! The migration with thirty mistakes on which `check` is tried (`crates/lint/tests/mistakes`): what `verify` says
//! of each, as the table in `docs/measured.md` has it. Each statement is proved by itself, on the schema that it
//! needs, since the first that does not apply would hide the others.

use std::fmt::Write;
use std::path::Path;

use jubilee_core::split;
use jubilee_verify::{LockMode, Proof, Verdict};

use crate::support::prove;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    std::fs::read_to_string(path).unwrap()
}

/// What `check` finds: line and rule.
fn found_by_check() -> Vec<(usize, String)> {
    let review = read("crates/lint/tests/mistakes/0002_add_choirs.snap");
    let lines: Vec<&str> = review.lines().collect();
    lines
        .windows(2)
        .filter_map(|pair| {
            let (line, _) = pair[0].split_once(':')?;
            let (rule, _) = pair[1].strip_prefix("  ")?.split_once(':')?;
            Some((line.parse().ok()?, rule.to_owned()))
        })
        .collect()
}

/// The statement on a line, and those before it that make what it may need.
fn statement_on(text: &str, line: usize) -> Option<(String, String)> {
    let start: usize = text
        .split_inclusive('\n')
        .take(line - 1)
        .map(str::len)
        .sum();
    let end = start + text[start..].find('\n').unwrap_or(0);
    let mut base = String::new();
    for statement in split(text).unwrap() {
        let sql = &text[statement.range.clone()];
        if statement.range.start < end && start < statement.range.end {
            let at = end - statement.range.start.min(end);
            return Some((base, format!("{};\n", alone(sql, at))));
        }
        let makes = [
            "CREATE TYPE",
            "CREATE TABLE",
            "ALTER TABLE songs ADD COLUMN",
            "ALTER TABLE people ADD COLUMN",
        ];
        if makes.iter().any(|words| sql.starts_with(words)) {
            let _ = writeln!(base, "{sql};");
        }
    }
    None
}

/// Of a statement with several mistakes the one at an offset: another part of a block, or a guard, is another one.
fn alone(sql: &str, at: usize) -> String {
    if let Some(body) = sql.strip_prefix("DO $$\nBEGIN\n") {
        let mut start = sql.len() - body.len();
        for part in body.split_inclusive("END IF;\n") {
            start += part.len();
            if at <= start && part.ends_with("END IF;\n") {
                return format!("DO $$\nBEGIN\n{part}END\n$$");
            }
        }
    }
    let first = sql.find('\n').unwrap_or(0);
    match sql.strip_prefix("CREATE TABLE choirs") {
        Some(rest) if at > first => format!("CREATE TABLE IF NOT EXISTS choirs{rest}"),
        _ => sql.to_owned(),
    }
}

/// The rules that are about locks: where no proof fails, those that were seen are what there is to say.
const OF_LOCKS: [&str; 5] = [
    "check-not-valid",
    "index-concurrently",
    "lock-table",
    "add-column-rewrite",
    "data-with-schema",
];

/// What `verify` says: the proofs that fail, else the locks that keep others waiting and why they are held.
fn said_by_verify(rule: &str, base: &str, more: &str, sql: &str) -> String {
    let proved = prove(&[base, more, sql], &Proof::ALL);
    let failing: Vec<String> = proved
        .outcomes
        .iter()
        .filter(|o| matches!(o.verdict, Verdict::Fails(_)))
        .map(|o| format!("**{}**", o.proof))
        .collect();
    if !failing.is_empty() {
        return failing.join(", ");
    }
    let mut seen: Vec<String> = Vec::new();
    let observed = proved.observed.iter();
    for observed in observed.filter(|_| OF_LOCKS.contains(&rule)) {
        let locks = observed.locks.iter();
        let felt = locks.filter(|lock| lock.mode >= LockMode::Share && !lock.index);
        seen.extend(felt.map(|lock| format!("{} on `{}`", lock.mode, lock.relation)));
        for (words, short) in [
            ("rewriting", "rewrites it"),
            ("verifying", "reads its rows"),
            ("building index", "builds an index"),
        ] {
            if observed.reasons.iter().any(|reason| reason.contains(words)) {
                seen.push(short.to_owned());
            }
        }
    }
    if seen.is_empty() {
        "–".to_owned()
    } else {
        format!("says: {}", seen.join(", "))
    }
}

#[test]
fn what_check_and_what_verify_find_of_thirty_mistakes() {
    let first = read("crates/lint/tests/mistakes/0001_create_people.sql");
    let text = read("crates/lint/tests/mistakes/0002_add_choirs.sql");
    let body = |text: &str| {
        let lines = text
            .lines()
            .filter(|l| !l.starts_with("--") && *l != "BEGIN;" && *l != "COMMIT;");
        lines.collect::<Vec<_>>().join("\n")
    };
    let mut table = String::from("| line | rule of `check` | `verify` |\n|---|---|---|\n");
    for (line, rule) in found_by_check() {
        let said = match statement_on(&text, line) {
            // A comment, or the header, is nothing that runs.
            Some((more, sql)) if !text.lines().nth(line - 1).unwrap().starts_with("--") => {
                said_by_verify(&rule, &body(&first), &format!("SELECT 1;\n{more}"), &sql)
            }
            _ => "–".to_owned(),
        };
        let _ = writeln!(table, "| {line} | {rule} | {said} |");
    }
    let page = read("docs/measured.md");
    assert!(
        page.contains(&table),
        "docs/measured.md does not have\n{table}"
    );
}
