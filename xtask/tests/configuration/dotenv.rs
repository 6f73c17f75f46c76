//! What a dotenv file may look like, and where it is looked for.

use std::fs;
use std::path::Path;

use xtask::connection::Configuration;

use crate::support::{CODEX, DATABASES, DEVELOPMENT, Place};

/// The host that a file of one variable sets.
fn host(text: &str) -> String {
    let place = Place::new(DEVELOPMENT).dotenv(text);
    place.settings().servers.remove(0).host
}

#[test]
fn values_are_read_as_they_are_meant() {
    for text in [
        "DB_CODEX_HOST=b",
        "export DB_CODEX_HOST=b # why",
        "\u{feff}DB_CODEX_HOST=b",
        "DB_CODEX_HOST=b\r\n",
        "DB_CODEX_HOST=b  ",
        "# DB_CODEX_HOST=x\n\n  DB_CODEX_HOST = b\n",
        "DB_CODEX_HOST='b'",
        "DB_CODEX_HOST=x\nDB_CODEX_HOST=\"b\"\n",
        "X=b\nDB_CODEX_HOST=$X\n",
        "KEY=\"-----BEGIN\nabc=\n-----END\"\nDB_CODEX_HOST=b\n",
        "DB_CODEX_PASSWORD=\"a\\nb\"\nDB_CODEX_HOST=b\n",
    ] {
        assert_eq!(host(text), "b", "{text}");
    }
}

/// The lines that are named as wrong.
fn lines(text: &str) -> Vec<String> {
    let place = Place::new(DEVELOPMENT).dotenv(text);
    let error = place.read().unwrap_err();
    let said = format!("{error:?}\n{error}\n{}\n{}", error.why(), error.hint());
    assert!(!said.contains("sec"), "{said}");
    let why = error.why();
    let numbers = why
        .lines()
        .map(|line| line.split(':').nth(1).unwrap().to_owned());
    numbers.collect()
}

#[test]
fn every_broken_line_is_named_and_its_value_is_not_shown() {
    let long = format!("A={}\n# x\n\nsecret", "x".repeat(20_000));
    let cases: [(&str, &[&str]); 9] = [
        ("A=1\nsecret word\nB=2\nsecret=a b\n", &["2", "4"]),
        (&long, &["4"]),
        ("A=1\nB='secret\nC=2\nD=3\n", &["2"]),
        ("A=1\nDB_X_PASSWORD='secret\\'\nB=2\n", &["2"]),
        (
            "A=1\nDB_X_PASSWORD='secret\\'\nB='secret\\'\nC=3\n",
            &["2", "3"],
        ),
        ("A='secret\\'\nDB_X_PASSWORD='secret\\'\n", &["1", "2"]),
        (r#"A="sec\qret""#, &["1"]),
        ("KEY=\"-----BEGIN\nabc=\n-----END\"\nsecret\n", &["4"]),
        (
            "A='secret\nsecret word\nB=2\nsecret word\nC=\"secret\n# more\n",
            &["1", "4", "5"],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(lines(text), expected, "{text:.60}");
    }
}

#[test]
fn the_file_is_looked_for_up_to_the_top_of_the_workspace() {
    let outer = tempfile::tempdir().unwrap();
    let top = outer.path().join("top");
    let inner = top.join("crates/core");
    fs::create_dir_all(&inner).unwrap();
    let from = |folder: &Path| {
        let read = Configuration::read(DEVELOPMENT, &DATABASES, folder, []).unwrap();
        format!("{:?}", read.source(&CODEX).unwrap())
    };
    let write = |folder: &Path, host: &str| {
        fs::write(folder.join(".env"), format!("DB_CODEX_HOST={host}")).unwrap();
    };
    write(outer.path(), "outer.example");
    assert_eq!(
        from(&inner),
        "LocalServer",
        "without a top only the folder itself"
    );
    fs::write(top.join("Cargo.lock"), "").unwrap();
    assert_eq!(from(&inner), "LocalServer", "not beyond the top");
    write(&top, "top.example");
    assert!(from(&inner).contains("top.example"));
    fs::create_dir(inner.join(".env")).unwrap();
    assert!(
        from(&inner).contains("top.example"),
        "a folder is not a file"
    );
    fs::create_dir(inner.join(".git")).unwrap();
    assert_eq!(from(&inner), "LocalServer", "the first top counts");
}
