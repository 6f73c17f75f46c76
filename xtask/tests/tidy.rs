//! What ARCHITECTURE.md says of the workspace, checked.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![workspace().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty());
    found
}

/// Asserts that no source in a folder holds one of the words.
fn lacks(folder: &str, words: &[&str]) {
    for (path, text) in sources(folder) {
        for word in words {
            assert!(!text.contains(word), "{} holds {word}", path.display());
        }
    }
}

#[test]
fn core_does_no_input_or_output() {
    lacks(
        "crates/core/src",
        &[
            "std::fs",
            "std::net",
            "std::process",
            "std::env",
            "std::thread",
            "println!",
            "postgres::",
        ],
    );
}

#[test]
fn the_runner_opens_no_connection_reads_no_environment_and_prints_nothing() {
    lacks(
        "crates/runner/src",
        &[
            "std::fs",
            "std::net",
            "std::process",
            "std::env",
            "println!",
            "tokio::net",
            "tokio::spawn",
        ],
    );
    lacks(
        "crates/runner/src/engine",
        &["tokio", "postgres::", "std::thread"],
    );
}

#[test]
fn lint_reads_texts_and_nothing_else() {
    lacks(
        "crates/lint/src",
        &[
            "std::fs",
            "std::net",
            "std::process",
            "std::env",
            "std::thread",
            "println!",
            "jubilee_runner",
        ],
    );
}

#[test]
fn only_lint_knows_the_parser() {
    for folder in [
        "crates/core",
        "crates/embed",
        "crates/pg-local",
        "crates/runner",
        "xtask/src",
    ] {
        lacks(folder, &["squawk_syntax", "squawk_parser"]);
    }
}

#[test]
fn pg_local_knows_nothing_of_migrations() {
    lacks(
        "crates/pg-local/src",
        &["jubilee_core", "jubilee_runner", "schema_migrations"],
    );
}

#[test]
fn a_file_is_one_idea() {
    for folder in ["crates", "xtask/src", "xtask/tests"] {
        for (path, text) in sources(folder) {
            assert!(
                text.lines().count() <= 500,
                "{} has more than 500 lines",
                path.display()
            );
        }
    }
}

#[test]
fn a_service_pays_for_no_command_line_parser_or_tls() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "tree",
            "--offline",
            "--package",
            "jubilee-codex",
            "--edges",
            "normal",
            "--prefix",
            "none",
        ])
        .current_dir(workspace())
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(
        tree.contains("jubilee-runner"),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for unwanted in [
        "clap",
        "rustls",
        "native-tls",
        "openssl",
        "squawk-syntax",
        "squawk-parser",
        "miette",
        "serde_json",
    ] {
        assert!(
            !tree
                .lines()
                .any(|line| line.starts_with(&format!("{unwanted} "))),
            "{unwanted} in\n{tree}"
        );
    }
}
