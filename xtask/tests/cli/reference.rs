//! docs/reference.md says what the program does.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::check::Checkout;
use crate::installed;
use crate::support::Place;

/// The first column of the tables in the section of that heading.
fn documented(heading: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference.md");
    let text = fs::read_to_string(path).unwrap();
    let section = text
        .split("\n## ")
        .flat_map(|section| section.split("\n### "))
        .find(|section| section.lines().next() == Some(heading))
        .unwrap_or_else(|| panic!("docs/reference.md has no section `{heading}`"));
    let cells = section
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let cells = cells.filter(|cell| !["status", "key", "field", "kind"].contains(cell));
    cells
        .map(|cell| cell.trim_matches('`').to_owned())
        .collect()
}

#[track_caller]
fn assert_documented(heading: &str, found: &BTreeSet<String>) {
    let documented = documented(heading);
    // Of an empty list its elements' fields are not seen.
    let has_fields = |list: &str| {
        let fields = format!("{list}.");
        documented.iter().any(|path| path.starts_with(&fields))
    };
    let found = found.iter().filter(|path| !has_fields(path)).cloned();
    assert_eq!(
        documented,
        found.collect(),
        "the section `{heading}` of docs/reference.md"
    );
}

#[test]
fn every_exit_status() {
    let help = Place::unconfigured().run("--help").stdout;
    let (_, list) = help.split_once("Exit status:\n").unwrap();
    let statuses = list
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    assert_documented("Exit status", &statuses.map(str::to_owned).collect());
}

#[test]
fn every_environment_key() {
    let odd = Place::unconfigured().set("DB_CODEX_NOTHING_IS_LIKE_THIS", "x");
    let said = installed::run(&odd, "migrate codex").stderr;
    let (_, list) = said.split_once("known are ").unwrap();
    let keys = list.lines().next().unwrap().split(", ");
    let keys = keys.map(|suffix| format!("DB_…{suffix}"));
    assert_documented("Environment", &keys.collect());
}

/// The paths of all values in what a command prints: `databases[].name`. What problems hold is held
/// against their own section.
fn paths(stdout: &str) -> BTreeSet<String> {
    let value: Value = serde_json::from_str(stdout).unwrap_or_else(|_| panic!("{stdout}"));
    let mut found = BTreeSet::new();
    walk(&value, "", &mut found);
    found
}

fn walk(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) if object.contains_key("hint") => {
            assert_documented("A problem", &object.keys().cloned().collect());
            found.insert(path.to_owned());
        }
        Value::Object(object) => {
            for (name, value) in object {
                let dot = if path.is_empty() { "" } else { "." };
                walk(value, &format!("{path}{dot}{name}"), found);
            }
        }
        Value::Array(array) if array.is_empty() => {
            found.insert(format!("{path}[]"));
        }
        Value::Array(array) => array
            .iter()
            .for_each(|value| walk(value, &format!("{path}[]"), found)),
        _ => {
            found.insert(path.to_owned());
        }
    }
}

/// All that these commands print.
fn of_all(place: &Place, lines: &[&str]) -> BTreeSet<String> {
    let run = |line: &&str| {
        place
            .run(&format!("{line} --format json --migrations m"))
            .stdout
    };
    lines.iter().flat_map(|line| paths(&run(line))).collect()
}

#[test]
fn every_field_of_a_run_and_its_status() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    place.migration(
        2,
        "index",
        "-- Transaction: none",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON users (id);\n",
    );
    assert_eq!(
        place.run("migrate codex --target 1 --migrations m").code,
        Some(0)
    );
    let planned = of_all(&place, &["migrate codex --dry-run"]);
    let ran = of_all(&place, &["migrate codex"]);
    place.sql("codex", "UPDATE schema_migrations SET status = 'running', run_id = 'gone', started_at = '2026-11-22 10:00Z' WHERE version = 2");
    assert_documented(
        "`migrate resolve`",
        &of_all(&place, &["migrate resolve codex 2 --rerun"]),
    );
    let status = of_all(&place, &["migrate status codex"]);
    for version in [3, 4] {
        place.file(&format!("m/codex/{version:04}_binary.sql"), b"\0");
    }
    let unreadable = of_all(&place, &["migrate status codex"]);
    assert_documented("`migrate status`", &(&status | &unreadable));

    for version in [3, 4] {
        fs::remove_file(
            place
                .folder
                .path()
                .join(format!("m/codex/{version:04}_binary.sql")),
        )
        .unwrap();
        place.migration(version, "broken", "", "COMMIT; SELECT 1;");
    }
    let invalid = of_all(&place, &["migrate codex"]);
    let mut all = &(&ran | &invalid) | &of_an_older_release();
    assert_documented("`migrate`", &all);
    // What is wrong with a plan is said in the same way.
    all = &planned | &of_all(&place, &["migrate codex --dry-run"]);
    assert_documented("`migrate --dry-run`", &all);
}

/// What a run says where the database is ahead of its files.
fn of_an_older_release() -> BTreeSet<String> {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    let newer = place.migration(2, "teams", "", "CREATE TABLE teams (id int);");
    assert_eq!(place.run("migrate codex --migrations m").code, Some(0));
    fs::remove_file(newer).unwrap();
    of_all(&place, &["migrate codex --accept-newer"])
}

#[test]
fn every_field_of_a_new_label() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    assert_eq!(place.run("migrate codex --migrations m").code, Some(0));
    let place = place.set("JUBILEE_ENV", "staging");
    let line = "migrate relabel codex --from development --to staging --yes";
    assert_documented("`migrate relabel`", &of_all(&place, &[line]));
}

#[test]
fn every_field_of_an_adoption() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    place.migration(2, "teams", "", "CREATE TABLE teams (id int);");
    place.sql(
        "codex",
        "CREATE TABLE schema_migrations (version varchar(20) PRIMARY KEY, name varchar(255), applied_at timestamptz DEFAULT now(),
            execution_time_ms integer, checksum varchar(64), status varchar(20), error_message text);
         INSERT INTO schema_migrations VALUES ('0001', 'users', now(), 5, 'abc', 'success', NULL),
                ('0002', 'teams', now(), 5, 'abc', 'failed', 'x')",
    );
    assert_documented("`migrate adopt`", &of_all(&place, &["migrate adopt codex"]));
}

#[test]
fn every_field_of_a_check() {
    let checkout = Checkout::with_our_migrations();
    let text = "-- Migration: 0016_list_new_users\n-- Database: codex\n-- Author: Ada Lovelace\n\
        -- Date: 2026-11-22\n-- Description: the newest users come first\n\
        -- Destructive: nobody asks for them\n\
        -- Loosens: nobody asks for it\n\nBEGIN;\n\
        CREATE INDEX users_created_at_idx ON users (created_at DESC);\n\
        -- check:allow rename-in-use: nobody asks for them\n\
        ALTER TABLE users RENAME TO people;\n\
        DROP TRIGGER IF EXISTS audit_log_refuse_change ON audit_log;\n\
        DROP TABLE IF EXISTS outbox;\nCOMMIT;\n";
    let path = "migrations/codex/0016_list_new_users.sql";
    checkout.place.file(path, text.as_bytes());
    let found = paths(&checkout.place.run("check codex --format json").stdout);
    let found = found.into_iter().map(|path| {
        path.replace("[].destructive[].findings[]", "[].findings[]")
            .replace("[].loosens[].findings[]", "[].findings[]")
            .replace("[].suppressed[]", "[].findings[]")
    });
    let mut found: BTreeSet<String> = found.collect();
    // A finding without a correction has null there, and one that counts is not suppressed.
    found.remove("databases[].findings[].fix");
    found.remove("databases[].findings[].suppressed");
    assert_documented("`check`", &found);

    fs::rename(
        checkout.path("0016_list_new_users"),
        checkout.path("0017_list_new_users"),
    )
    .unwrap();
    let found = paths(&checkout.run("renumber codex 0017 --format json").stdout);
    assert_documented("`renumber`", &found);
}

#[test]
fn every_field_of_drift() {
    let place = Place::new();
    let body = "CREATE TABLE users (id int, name text);";
    place.migration(1, "users", "", body);
    assert_eq!(place.run("migrate codex --migrations m").code, Some(0));
    place.sql(
        "codex",
        "ALTER TABLE users RENAME name TO called; ALTER TABLE users ALTER id SET NOT NULL;
         ALTER TABLE users ADD CHECK (id > 0) NOT VALID",
    );
    assert_documented("`drift`", &of_all(&place, &["drift codex"]));
}

#[test]
fn what_cannot_begin_is_a_problem_alone() {
    let place = Place::unconfigured().set("NODE_ENV", "production");
    for line in [
        "migrate codex --format json",
        "migrate nothing --format json",
    ] {
        let found = paths(&place.run(line).stdout);
        assert_eq!(found, BTreeSet::from(["error".to_owned()]), "{line}");
    }
}

/// The exit status that stands beside a kind.
fn status_of(kind: &str) -> Option<i32> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference.md");
    let text = fs::read_to_string(path).unwrap();
    let (_, kinds) = text.split_once("## Kinds of problems").unwrap();
    let row = kinds
        .lines()
        .find_map(|line| line.strip_prefix(&format!("| `{kind}` | ")))?;
    row.split(' ').next()?.parse().ok()
}

#[test]
fn a_kind_says_the_exit_status() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    place.migration(2, "broken", "", "SELECT nope;");
    place.sql("inspire", "CREATE TABLE orders (id int)");
    place.file(
        "odd/continuum/0001_odd.sql",
        b"-- Migration: 0001_odd\nSELECT 1;",
    );
    let asserted = |place: &Place, line: &str, expected: &str| {
        let said = place.run(&format!("{line} --format json"));
        let value: Value = serde_json::from_str(&said.stdout).unwrap();
        let of_database = &value["databases"][0]["error"];
        let error = of_database.as_object().or(value["error"].as_object());
        let kind = error.unwrap()["kind"].as_str().unwrap();
        assert_eq!((kind, said.code), (expected, status_of(kind)), "{line}");
    };
    for (line, kind) in [
        ("migrate nothing", "usage"),
        (
            "migrate codex --production --migrations m",
            "confirmation_needed",
        ),
        ("migrate codex --migrations m", "migration_failed"),
        ("migrate continuum --migrations odd", "invalid_migration"),
        ("migrate codex --migrations nowhere", "file"),
        ("migrate inspire", "not_adopted"),
        (
            "migrate codex --production --yes --migrations m",
            "other_environment",
        ),
    ] {
        asserted(&place, line, kind);
    }
    let place = place.set("DB_CODEX_URL", "postgres://u:p@127.0.0.1:1/x");
    asserted(&place, "migrate codex", "connection_failed");
    let place = place.set("DB_CODEX_URL", "nonsense");
    asserted(&place, "migrate codex", "configuration");
    let place = place.set("NODE_ENV", "production");
    asserted(&place, "migrate codex", "production_guard");
}
