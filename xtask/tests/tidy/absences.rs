//! What each part of the workspace does not do.

use std::collections::BTreeSet;

use regex::Regex;

use crate::sources::{Source, all_code, sources};

/// Asserts that no code in a folder holds one of the words.
fn lacks(folder: &str, words: &[&str]) {
    for source in sources(folder) {
        let code = source.code();
        for word in words {
            let path = source.path.display();
            assert!(!code.contains(word), "{path} holds {word}");
        }
    }
}

/// Asserts that what matches stands in the code of these files alone, and in each of them.
fn stands_in(pattern: &str, files: &[&str]) {
    let pattern = Regex::new(pattern).unwrap();
    let found: BTreeSet<String> = all_code()
        .iter()
        .filter(|source| pattern.is_match(&source.code()))
        .map(|source| source.path.display().to_string())
        .collect();
    let expected: BTreeSet<String> = files.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "files that hold {pattern}");
}

#[test]
fn the_catalog_makes_queries_and_takes_rows() {
    lacks(
        "crates/catalog/src",
        &[
            "std::fs",
            "std::net",
            "std::process",
            "std::env",
            "std::thread",
            "println!",
            "postgres::",
            "jubilee_core",
            "jubilee_runner",
            "schema_migrations",
        ],
    );
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
            "TcpStream",
            "UnixStream",
            "ToSocketAddrs",
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
fn rules_know_nothing_of_each_other() {
    lacks("crates/lint/src/rules", &["super::", "crate::rules"]);
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

/// `core` is for services too, which have no such command.
#[test]
fn core_gives_no_advice_of_the_command_line() {
    let advice = Regex::new("cargo xtask|--[a-z]+").unwrap();
    for source in sources("crates/core/src") {
        let code = source.code();
        let found: Vec<&str> = advice.find_iter(&code).map(|m| m.as_str()).collect();
        assert_eq!(found, [""; 0], "{}", source.path.display());
    }
}

#[test]
fn only_xtask_reads_the_environment_but_for_cargo_for_where_postgresql_lies_and_for_tests() {
    let outside: Vec<Source> = all_code()
        .into_iter()
        .filter(|source| !source.path.starts_with("xtask"))
        .collect();
    let reads = Regex::new(r"\benv::(var|vars|var_os|vars_os|args|args_os|current_dir)\(").unwrap();
    let found: Vec<String> = outside
        .iter()
        .filter(|source| reads.is_match(&source.code()))
        .map(|source| source.path.display().to_string())
        .collect();
    assert_eq!(
        found,
        [
            "crates/embed/src/build_script.rs",
            "crates/pg-local/src/environment.rs",
            "crates/testing/src/server.rs"
        ]
    );
}

#[test]
fn printing_has_its_places() {
    stands_in(
        r"\be?print(ln)?!|io::std(out|err)\(\)\s*\.(write|lock)",
        &[
            "crates/embed/src/build_script.rs",
            "crates/testing/benches/databases.rs",
            "crates/testing/src/server.rs",
            "xtask/src/output.rs",
        ],
    );
}

/// Settings, and statements that are little more than a name, are put together where they are sent.
#[test]
fn queries_lie_in_sql_files() {
    let query = r#""\s*((SELECT|WITH|VALUES)\s+[^{\s]|(INSERT|UPDATE|DELETE|CREATE TABLE)\s)"#;
    let query = Regex::new(query).unwrap();
    for folder in ["crates/runner/src", "crates/pg-local/src", "xtask/src"] {
        for source in sources(folder).iter().filter(|source| !source.is_test()) {
            let code = source.code();
            let found: Vec<&str> = query.find_iter(&code).map(|m| m.as_str()).collect();
            assert_eq!(found, [""; 0], "{}", source.path.display());
        }
    }
}
