//! The files that settings name: certificates, secrets, and libpq's password file.

use std::fs;

use jubilee_core::Environment;
use xtask::databases::ALL;

use crate::support::{DEVELOPMENT, PRODUCTION, Place};

/// A certificate and its key.
fn identity() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(vec!["x".to_owned()]).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
}

#[test]
fn root_certificates_make_the_mode_strict() {
    let (certificate, _) = identity();
    let place = |lines: &str| {
        let place = Place::new(DEVELOPMENT).file("ca.pem", &certificate, 0o644);
        place.dotenv(lines).said()
    };
    let rest = "jubilee@localhost:5432/jubilee_codex jubilee_dev_codex";
    assert_eq!(
        place("DB_CODEX_SSLROOTCERT=ca.pem"),
        format!("{rest} verify-full roots FOLDER/ca.pem"),
        "a relative path starts from the file's folder"
    );
    assert_eq!(
        place("DB_CODEX_SSLROOTCERT=ca.pem\nDB_CODEX_SSLMODE=require"),
        format!("{rest} require roots FOLDER/ca.pem")
    );
    assert_eq!(
        place("DB_CODEX_URL=postgres:///?sslrootcert=ca.pem"),
        format!("{rest} verify-full roots FOLDER/ca.pem")
    );
}

#[test]
fn a_client_certificate_stands_for_the_password() {
    let (certificate, key) = identity();
    let place = Place::new(PRODUCTION)
        .file("me.pem", &certificate, 0o644)
        .file("me.key", &key, 0o600)
        .set("DB_CODEX_URL=postgres://u@h/c?sslcert=FOLDER/me.pem&sslkey=FOLDER/me.key");
    assert_eq!(
        place.said(),
        "u@h:5432/c - verify-full as FOLDER/me.pem FOLDER/me.key"
    );
}

#[test]
fn a_mounted_secret_is_the_password() {
    let url = "DB_CODEX_URL=postgres://u@h/c";
    for (text, password) in [("p", "p"), ("p\n", "p"), ("p\r\n", "p"), (" p \n", " p ")] {
        let place = Place::new(PRODUCTION).file("secret", text, 0o444);
        let place = place.set(&format!("{url}\nDB_CODEX_PASSWORD_FILE=FOLDER/secret"));
        assert_eq!(place.said(), format!("u@h:5432/c {password} verify-full"));
    }
    let place = Place::new(PRODUCTION)
        .file("secret", "p", 0o444)
        .dotenv(&format!("{url}\nDB_CODEX_PASSWORD_FILE=secret"));
    assert_eq!(
        place.said(),
        "u@h:5432/c p verify-full",
        "a path from the file's folder"
    );
    let place = place.set("DB_CODEX_PASSWORD=real");
    assert_eq!(
        place.said(),
        "u@h:5432/c real verify-full",
        "the environment wins"
    );
    let both = "DB_CODEX_PASSWORD=FOLDER/secret\nDB_CODEX_PASSWORD_FILE=FOLDER/secret";
    let said = place.set(both).said();
    assert!(said.contains("_FILE contradicts the environment"), "{said}");
    let place = Place::new(PRODUCTION)
        .file("secret", "real", 0o444)
        .dotenv("DB_CODEX_URL=postgres://u:p@h/c")
        .set("DB_CODEX_PASSWORD_FILE=FOLDER/secret");
    assert_eq!(place.said(), "u@h:5432/c real verify-full", "there too");
}

#[test]
fn the_password_file_is_read_as_libpq_reads_it() {
    let of = |lines: &str, url: &str| {
        let place = Place::new(PRODUCTION).file("pass", lines, 0o600);
        let said = place
            .set(&format!("PGPASSFILE=FOLDER/pass\nDB_CODEX_URL={url}"))
            .said();
        let said = said.split(' ').nth(1).unwrap_or_default();
        said.to_owned()
    };
    let url = "postgres://u@h/c";
    for (lines, password) in [
        ("h:5432:c:u:p", "p"),
        ("*:*:*:*:p", "p"),
        (
            "x:5432:c:u:no\nh:1:c:u:no\nh:5432:x:u:no\nh:5432:c:x:no\nh:5432:c:u:p\n*:*:*:*:no",
            "p",
        ),
        ("# h:5432:c:u:no\n\nbroken\nh:5432:c:u:p\r\n", "p"),
        (r"h:5432:c:u:a\:b\\c", r"a:b\c"),
        ("h:5432:c:u:p:rest", "p"),
    ] {
        assert_eq!(of(lines, url), password, "{lines}");
    }
    let several = "postgres://u@a,b:6/c";
    assert_eq!(of("a:5432:*:u:one\nb:6:*:u:two", several), "one|two");
    let socket = "postgres://u@/c?host=/run/pg";
    assert_eq!(of("localhost:5432:c:u:no\n/run/pg:5432:c:u:p", socket), "p");
    let usual = "postgres://u@/c?host=/var/run/postgresql";
    assert_eq!(of("localhost:5432:c:u:p", usual), "p");
    let escaped = "postgres://u:given@h/c";
    assert_eq!(of("*:*:*:*:p", escaped), "given", "what is configured wins");
    assert_eq!(
        of(r"h:5432:\*:u:no", url),
        "connection",
        "an escaped star is a star"
    );
}

#[test]
fn the_password_file_is_where_libpq_looks_for_it() {
    let url = "DB_CODEX_URL=postgres://u@h/c";
    let home = Place::new(PRODUCTION)
        .file(".pgpass", "*:*:*:*:home", 0o600)
        .file("other", "*:*:*:*:other", 0o600)
        .set(&format!("{url}\nHOME=FOLDER"));
    assert_eq!(home.said(), "u@h:5432/c home verify-full");
    let other = home.set("PGPASSFILE=FOLDER/other");
    assert_eq!(other.said(), "u@h:5432/c other verify-full");
    let none = other.set("PGPASSFILE=/dev/null");
    assert!(
        none.said().contains("lacks the password"),
        "{}",
        none.said()
    );
    let own = none.set("DB_CODEX_PASSFILE=FOLDER/other");
    assert_eq!(own.said(), "u@h:5432/c other verify-full");

    let open = Place::new(PRODUCTION)
        .file("open", "*:*:*:*:p", 0o644)
        .set("PGPASSFILE=FOLDER/open\nDB_CODEX_URL=postgres://u@/c?host=/run/pg");
    let said = open.said();
    assert_eq!(
        said, "u@/run/pg:5432/c - verify-full",
        "no password is needed there"
    );

    let development = Place::new(DEVELOPMENT)
        .file(".pgpass", "h:5432:jubilee_codex:jubilee:home", 0o600)
        .set("HOME=FOLDER\nDB_CODEX_HOST=h");
    let said = development.said();
    assert_eq!(
        said, "jubilee@h:5432/jubilee_codex home",
        "it wins over a default"
    );
}

#[test]
fn the_example_says_what_is_assumed_anyway() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../.env.example");
    let text = fs::read_to_string(example).unwrap();
    let all = |text: &str| {
        let place = Place::new(Environment::Development).dotenv(text);
        let databases: Vec<_> = ALL.iter().map(|entry| entry.database).collect();
        let read = xtask::connection::Configuration::read(
            place.environment,
            &databases,
            place.folder.path(),
            [],
        )
        .unwrap();
        assert_eq!(read.warnings(), []);
        let said = databases
            .iter()
            .map(|database| match read.source(database) {
                Ok(xtask::connection::Source::Configured(settings)) => {
                    format!("{settings} {}", crate::support::line(&settings))
                }
                other => panic!("{}: {other:?}", database.name),
            });
        said.collect::<Vec<String>>()
    };
    assert_eq!(all(&text), all("# nothing is set"));
    // The URLs that are commented out say the same.
    let urls: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| {
            line.starts_with("DB_") && line.contains("_URL=") && !line.contains("DIRECT")
        })
        .collect();
    assert_eq!(urls.len(), ALL.len());
    assert_eq!(all(&urls.join("\n")), all(&text));
}
