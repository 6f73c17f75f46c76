//! Whatever the text is, the check ends, says the same each time, and points into the text.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Form, check, check_entries, findings};
use jubilee_core::SourceFile;
use jubilee_lint::{FileReport, Finding};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Checks the reports themselves.
fn assert_sound(reports: &[FileReport<'static>]) {
    for (report, finding) in findings(reports) {
        let inside = |range: &std::ops::Range<usize>| report.text.get(range.clone()).is_some();
        assert!(finding.range.as_ref().is_none_or(inside), "{finding:?}");
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        for edit in edits {
            assert!(inside(&edit.range), "{finding:?}");
        }
    }
}

fn assert_survives(text: &str) -> Vec<Finding> {
    let reports = check(Form::Sql, text);
    assert_sound(&reports);
    reports
        .into_iter()
        .flat_map(|report| report.findings)
        .collect()
}

/// The committed corpora of the fuzz targets, and every fixture of a rule.
fn corpus() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("fuzz/corpus"), root.join("tests/rules")];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|e| e != "snap") {
                files.push(path);
            }
        }
    }
    files.sort();
    let read = |path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
    files.into_iter().map(read).collect()
}

#[test]
fn the_corpora_are_read() {
    for text in corpus() {
        assert_survives(&text);
    }
}

/// Pieces that open, close, or confuse.
const PIECES: [&str; 36] = [
    "'",
    "\"",
    "$$",
    "$a$",
    "/*",
    "*/",
    "--",
    "\n",
    ";",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "::",
    "\\",
    "BEGIN;",
    "COMMIT;",
    "BEGIN ATOMIC",
    "END",
    "DO $$ BEGIN ",
    " END $$;",
    "EXCEPTION WHEN OTHERS THEN",
    "IF NOT EXISTS",
    "CREATE TABLE t (",
    "ALTER TABLE t ",
    "INSERT INTO t VALUES (",
    "EXECUTE '",
    "E'\\",
    "U&\"",
    "é",
    "\u{1F600}",
    "-- check:allow ",
    "CASE",
    "SELECT ",
];

/// The same texts with pieces cut out, doubled and put in: what somebody has on the screen while
/// writing. The same cases in every run.
#[test]
fn damaged_migrations_are_survived() {
    let corpus = corpus();
    let config = Config {
        cases: 600,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let edit = (
        0..4_u8,
        any::<prop::sample::Index>(),
        0..200_usize,
        0..PIECES.len(),
    );
    let strategy = (0..corpus.len(), prop::collection::vec(edit, 1..6));
    TestRunner::new_with_rng(config, rng)
        .run(&strategy, |(which, edits)| {
            let mut text = corpus[which].clone();
            for (kind, at, length, piece) in edits {
                let floor = |mut at: usize, text: &str| {
                    while !text.is_char_boundary(at) {
                        at -= 1;
                    }
                    at
                };
                let start = floor(at.index(text.len() + 1), &text);
                let end = floor((start + length).min(text.len()), &text);
                match kind {
                    0 => text.replace_range(start..end, ""),
                    1 => {
                        let piece = text[start..end].to_owned();
                        text.insert_str(start, &piece);
                    }
                    _ => text.insert_str(start, PIECES[piece]),
                }
            }
            assert_survives(&text);
            Ok(())
        })
        .unwrap();
}

/// Statements that make the parser recurse `n` times.
fn deep(n: usize) -> Vec<String> {
    let mut deep = vec![
        format!("SELECT {}1{};", "(".repeat(n), ")".repeat(n)),
        format!("SELECT {}true;", "NOT ".repeat(n)),
        format!("SELECT {}1;", "- ".repeat(n)),
        format!("SELECT 1{};", " + 1".repeat(n)),
        format!("SELECT a{};", "[1]".repeat(n)),
        format!("SELECT 1{};", "::int".repeat(n)),
        format!("SELECT 1{};", " UNION SELECT 1".repeat(n)),
        format!("SELECT {} END;", "CASE WHEN true THEN ".repeat(n)),
        format!("SELECT a{} FROM t;", ".a".repeat(n)),
        format!("SELECT 1 FROM t{};", " JOIN t ON true".repeat(n)),
        format!(
            "SELECT 1 FROM {}t{};",
            "(SELECT 1 FROM ".repeat(n),
            ") a".repeat(n)
        ),
        format!("DO $$ {} {} $$;", "BEGIN ".repeat(n), "END; ".repeat(n)),
        format!(
            "DO $$ BEGIN {} NULL; {} END $$;",
            "IF true THEN ".repeat(n),
            "END IF; ".repeat(n)
        ),
        format!("DO $$ BEGIN {} END $$;", "LOOP ".repeat(n)),
        format!(
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT {}1 $$;",
            "(".repeat(n)
        ),
        format!("CREATE TABLE IF NOT EXISTS t (a int{});", "[]".repeat(n)),
        format!(
            "ALTER TABLE t {};",
            "ADD COLUMN IF NOT EXISTS a int CHECK (a > 0) ".repeat(n)
        ),
        "CREATE SCHEMA s ".repeat(n),
        format!("EXPLAIN {} SELECT 1;", "EXPLAIN ".repeat(n)),
        format!("{} SELECT 1;", "WITH a AS (".repeat(n)),
        format!("SELECT {};", "a ".repeat(n)),
        format!("SELECT '{}';", "''".repeat(n)),
        format!("SELECT {}true{};", "(NOT ".repeat(n), ")".repeat(n)),
        format!("SELECT {}1{};", "f(1 + ".repeat(n), ")".repeat(n)),
        format!("SELECT {}1{};", "ARRAY[(".repeat(n), ")]".repeat(n)),
        format!(
            "SELECT {}1{};",
            "CASE WHEN (".repeat(n),
            ") THEN 1 END".repeat(n)
        ),
    ];
    // In an EXECUTE in a DO block too.
    let inner = format!("SELECT {}1{}", "(".repeat(n), ")".repeat(n));
    deep.push(format!("DO $$ BEGIN EXECUTE '{inner}'; END $$;"));
    deep
}

#[test]
fn depth_is_refused_before_the_parser_recurses() {
    for sql in deep(100_000) {
        assert_survives(&sql);
    }
}

/// The limits leave room on the stack of a thread, 2 MiB, in a debug build too.
#[test]
fn what_is_just_not_refused_fits_the_stack() {
    for n in [
        95, 99, 100, 120, 166, 195, 199, 240, 249, 333, 450, 499, 500,
    ] {
        for sql in deep(n) {
            assert_survives(&sql);
        }
    }
}

#[test]
fn code_in_code_in_code_is_survived() {
    let nested = |n: usize, open: &dyn Fn(usize) -> String, close: &dyn Fn(usize) -> String| {
        let opened: String = (0..n).map(open).collect();
        let closed: String = (0..n).rev().map(close).collect();
        format!("{opened} SELECT 1; {closed}")
    };
    for n in [10, 100, 1000] {
        assert_survives(&nested(
            n,
            &|i| format!("DO $a{i}$ BEGIN EXECUTE $b{i}$ "),
            &|i| format!(" $b{i}$; END $a{i}$; "),
        ));
        assert_survives(&nested(n, &|i| format!("DO $a{i}$ BEGIN "), &|i| {
            format!(" END $a{i}$; ")
        }));
        assert_survives(&nested(
            n,
            &|i| format!("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $a{i}$ "),
            &|i| format!(" $a{i}$; "),
        ));
        assert_survives(&nested(
            n,
            &|i| format!("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $a{i}$ BEGIN "),
            &|i| format!(" END $a{i}$; "),
        ));
        assert_survives(&nested(
            n,
            &|i| format!("DO $a{i}$ BEGIN CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $b{i}$ "),
            &|i| format!(" $b{i}$; END $a{i}$; "),
        ));
    }
}

#[test]
fn what_stands_behind_something_odd_is_read_all_the_same() {
    let found = assert_survives(
        "CREATE SCHEMA IF NOT EXISTS s CREATE TABLE t (a int);\nCREATE SCHEMA x;\n",
    );
    let names: Vec<_> = found.iter().map(|f| f.rule.name).collect();
    assert!(names.contains(&"create-if-not-exists"), "{found:?}");
}

#[test]
fn megabytes_of_rows_are_read() {
    let row = "('a row of some length, as there are many in a file of reference data', 12345),\n";
    let rows = row.repeat(40_000);
    let one = format!(
        "INSERT INTO facts (text, number) VALUES\n{} ('last', 0)\nON CONFLICT DO NOTHING;",
        rows
    );
    assert!(one.len() > 3_000_000);
    let found = assert_survives(&one);
    assert_eq!(found, [], "what stands before and behind the rows is known");
    let many = "INSERT INTO facts (text, number) VALUES ('a row', 12345) ON CONFLICT DO NOTHING;\n";
    assert_eq!(assert_survives(&many.repeat(4_000)), []);
}

#[test]
fn bytes_that_are_no_text() {
    let file = |bytes: &[u8]| SourceFile::new("0001_example.sql", bytes.to_vec());
    for bytes in [
        &b"\0"[..],
        b"SELECT 1;\0",
        b"\xFF\xFE",
        b"\xC3(",
        b"",
        b"\xEF\xBB\xBF",
    ] {
        let reports = check_entries(vec![file(bytes)]);
        assert_sound(&reports);
        assert!(findings(&reports).next().is_some());
    }
}
