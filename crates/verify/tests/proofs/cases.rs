//! The files under `bad/` and `good/`: the SQL of a migration on the schema of `base.sql`. A bad one
//! begins with what is found: `-- expect PROOF LINE: part of what is said`, LINE 0 for none.

use std::path::{Path, PathBuf};

use jubilee_verify::Proof;

use crate::support::{found, found_by};

pub(crate) const BASE: &str = include_str!("base.sql");

fn files(folder: &str) -> Vec<(String, String)> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/proofs")
        .join(folder);
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (
                path.file_name().unwrap().to_str().unwrap().to_owned(),
                std::fs::read_to_string(path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

/// The cases of a file: `-- case` begins each. `-- base` lines add to the schema that it starts from; of
/// several migrations (`-- next migration`) the last one is proved.
fn cases(text: &str) -> Vec<String> {
    text.split("-- case\n")
        .map(ToOwned::to_owned)
        .filter(|case| !case.trim().is_empty())
        .collect()
}

/// What is expected, what the schema has besides, and the migration itself.
fn parts(case: &str) -> (Vec<String>, String, String) {
    let (mut expected, mut base, mut own) = (Vec::new(), String::new(), String::new());
    for line in case.lines() {
        if let Some(found) = line.strip_prefix("-- expect ") {
            expected.push(found.to_owned());
        } else if let Some(sql) = line.strip_prefix("-- base ") {
            base.push_str(&format!("{sql}\n"));
        } else {
            own.push_str(&format!("{line}\n"));
        }
    }
    (expected, base, own)
}

/// Runs the cases of a file, on a schema that has more, and says which of them are not as expected of one proof:
/// `-- expect LINE: part of what is said`.
fn wrong(proof: Proof, more: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in cases(text) {
        let (expected, base, own) = parts(&case);
        let base = format!("{BASE}{more}{base}");
        let found = found_by(&[&base, &own], &[proof]);
        let is_met = |expected: &String| {
            let (line, part) = expected.split_once(": ").unwrap();
            let place = format!("{proof} {line}: ");
            let mut lines = found.lines();
            lines.any(|line| line.starts_with(&place) && line.contains(part))
        };
        // What the header declares is said, and is no complaint.
        let complains = found.lines().any(|line| !line.contains("(declared)"));
        if !expected.iter().all(is_met) || expected.is_empty() == complains {
            wrong.push(format!("{case}-- found\n{found}"));
        }
    }
    wrong
}

#[track_caller]
pub(crate) fn assert_as_expected(proof: Proof, more: &str, text: &str) {
    let wrong = wrong(proof, more, text);
    assert!(
        wrong.is_empty(),
        "{} of {}\n{}",
        wrong.len(),
        cases(text).len(),
        wrong.join("\n")
    );
}

fn run(case: &str) -> (Vec<String>, String) {
    let (expected, base, own) = parts(case);
    let base = format!("{BASE}{base}");
    let own = own.split("-- next migration\n");
    let all: Vec<&str> = std::iter::once(base.as_str()).chain(own).collect();
    (expected, found(&all))
}

#[test]
fn what_is_wrong_is_found_by_the_proof_that_should_find_it() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (file, text) in files("bad") {
        for case in cases(&text) {
            count += 1;
            let (expected, found) = run(&case);
            let lines: Vec<&str> = found.lines().collect();
            let is_met = |expected: &String| {
                let (place, part) = expected.split_once(": ").unwrap_or((expected, ""));
                let place = place.replace(" 0", " ?");
                lines
                    .iter()
                    .any(|line| line.starts_with(&format!("{place}: ")) && line.contains(part))
            };
            if expected.is_empty() || !expected.iter().all(is_met) {
                wrong.push(format!("== {file}\n{case}-- found\n{found}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn nothing_is_found_in_what_is_right() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (file, text) in files("good") {
        for case in cases(&text) {
            count += 1;
            let (_, found) = run(&case);
            // What the header declares is said, and is no complaint.
            if found.lines().any(|line| !line.contains("(declared)")) {
                wrong.push(format!("== {file}\n{case}-- found\n{found}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
