//! `verify` with many rows, and for a live database; how a run is shown, and stopped.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Place, Said};

const TABLES: &str = "CREATE TABLE IF NOT EXISTS users (
    user_id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email LIKE '%_@_%'),
    bio text
);
CREATE TABLE IF NOT EXISTS profiles (user_id uuid PRIMARY KEY REFERENCES users, n integer NOT NULL);
CREATE TABLE IF NOT EXISTS letters (letter text PRIMARY KEY CHECK (letter IN ('a', 'b', 'c')));";

const CHANGE: &str = "ALTER TABLE users ADD COLUMN IF NOT EXISTS name text;
CREATE INDEX IF NOT EXISTS users_bio_idx ON users (bio);
ALTER TABLE profiles ALTER COLUMN n TYPE bigint;
UPDATE letters SET letter = letter WHERE letter > 'a';";

fn prepared(place: &Place) {
    place.migration(1, "create_tables", "", TABLES);
    place.migration(2, "change_tables", "-- Contract: release 2026.11", CHANGE);
}

/// With times and widths made the same.
macro_rules! assert_forecast {
    ($text:expr, @$snapshot:literal) => {
        insta::with_settings!({ filters => vec![
            (r"for (under 10 ms|(about |up to |[\d.,]+ to )?[\d.,]+ (ms|s|min|h))", "for <time>"),
            (r"in \d+(\.\d+)? (ms|s|min \d+ s)\b", "in <time>"),
            (r"\d+ rows\b", "<n> rows"),
            (r"  +blocks", "  blocks"),
            (r"\([\d.]+ (bytes|kB|MB|GB)\)", "(<size>)"),
        ] }, {
            insta::assert_snapshot!($text, @$snapshot)
        })
    };
}

/// What is said of the last migration from its forecast on, but for statements that are shown if they run
/// long.
fn forecast(said: &Said) -> String {
    let (_, text) = said.stdout.rsplit_once("  forecast ").unwrap();
    let lines = text.split("\n\n").next().unwrap().lines();
    let is_certain = |line: &&str| !line.contains(" runs for ") || line.contains("is not known");
    lines.filter(is_certain).collect::<Vec<_>>().join("\n")
}

/// The forecast of the last migration.
fn of(said: &Said) -> Value {
    let report: Value = serde_json::from_str(&said.stdout).unwrap();
    report["databases"][0]["migrations"][1]["forecast"].clone()
}

#[test]
fn with_many_rows() {
    let place = Place::unconfigured();
    prepared(&place);
    let line = "verify codex --migrations m --only locks --progress none --rows 5000";
    let said = place.run(line);
    assert_eq!(said.code, Some(0), "{}", said.all());
    assert_forecast!(forecast(&said), @"
    measured at 5,<n> rows a table
    line 7     ACCESS EXCLUSIVE on users for <time>  blocks reads and writes
    line 9     ACCESS EXCLUSIVE on profiles for <time>  blocks reads and writes
    letters could not be made large: further rows break `letters_letter_check`
    ");

    let report = of(&place.run(&format!("{line} --format json")));
    assert_eq!(report["measured_rows"], serde_json::json!([500, 5000]));
    assert_eq!(report["like"], Value::Null);
    let statements = report["statements"].as_array().unwrap();
    let each = |key: &str| -> Vec<&Value> { statements.iter().map(|s| &s[key]).collect() };
    assert_eq!(each("line"), [7, 8, 9, 10]);
    assert_eq!(
        each("grows_with"),
        ["constant", "rows-log-rows", "rows-log-rows", "rows"]
    );
    assert_eq!(statements[1]["tables"], serde_json::json!(["users"]));
    assert_eq!(statements[0]["locks"][0]["table"], "users");
    assert_eq!(statements[0]["locks"][0]["mode"], "ACCESS EXCLUSIVE");
    // One transaction: it is held for the statements behind it too.
    let to = |time: &Value| time["to_ms"].as_f64().unwrap();
    let sum: f64 = each("takes").into_iter().map(to).sum();
    let held = to(&statements[0]["locks"][0]["held"]);
    assert!((held - sum).abs() < 0.01, "{held} {sum}");
    let rows = |table: &str| -> Value {
        let tables = report["tables"].as_array().unwrap();
        let table = tables.iter().find(|t| t["table"] == table).unwrap();
        table["measured_rows"].clone()
    };
    assert_eq!(rows("users"), serde_json::json!([500, 5000]));
    // It refers to a user each, so it grows along, but for those that had one.
    let profiles = rows("profiles")[1].as_u64().unwrap();
    assert!((4500..=5000).contains(&profiles), "{profiles}");
}

#[test]
fn for_production() {
    let place = Place::new().set("JUBILEE_ENV", "");
    prepared(&place);
    let line = "migrate codex --target 1 --production --yes --migrations m";
    assert_eq!(place.run(line).code, Some(0));
    // As large as ANALYZE says.
    place.sql(
        "codex",
        "UPDATE pg_class SET reltuples = 12400000, relpages = 150000 WHERE oid = 'users'::regclass",
    );
    let line =
        "verify codex --migrations m --only locks --progress none --rows 2000 --like production";
    let refused = place.run(line);
    insta::assert_snapshot!(refused.all(), @"
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git

      error: --like says production, and --production was not given
      ╰─▶ production is never touched by accident: it is asked for by a flag
      help: add --production if production is meant
    ---- exit 3
    ");

    let said = place.run(&format!("{line} --production"));
    assert_eq!(said.code, Some(0), "{}", said.all());
    insta::assert_snapshot!(said.stderr, @"
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    codex: read the sizes of 4 tables from postgres@/socket:5432/jubilee_codex
    ");
    assert_forecast!(forecast(&said), @"
    for production, from measurements at 200 and 2,<n> rows a table
    line 7     ACCESS EXCLUSIVE on users for <time>  blocks reads and writes
    line 9     ACCESS EXCLUSIVE on profiles for <time>  blocks reads and writes
    letters has no rows in production
    profiles has no rows in production
    users has about 12,400,<n> rows (<size>) in production, as estimated by ANALYZE
    letters could not be made large: further rows break `letters_letter_check`
    ");

    let report = of(&place.run(&format!("{line} --production --format json")));
    assert_eq!(report["like"], "production");
    let index = &report["statements"][1];
    let (from, to) = (&index["takes"]["from_ms"], &index["takes"]["to_ms"]);
    assert!(from.as_f64() < to.as_f64(), "{index}");
    let tables = report["tables"].as_array().unwrap();
    let users = tables.iter().find(|table| table["table"] == "users");
    assert_eq!(users.unwrap()["rows"], 12_400_000);

    place.run(&format!("{line} --production --report page.html"));
    let page = std::fs::read_to_string(place.folder.path().join("page.html")).unwrap();
    assert!(
        page.contains("<h3>Forecast</h3><p class=\"note\">for production, from"),
        "{page}"
    );
    place.sql("codex", "INSERT INTO letters VALUES ('a')");
    let said = place.run(&format!("{line} --production"));
    let unknown = "how many rows letters has in production is unknown, since it was never analyzed: taken for ";
    assert!(said.stdout.contains(unknown), "{}", said.all());
    // Nothing was written there.
    let column =
        "SELECT count(*) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'name'";
    assert_eq!(place.text("codex", column), "0");
}

#[test]
fn a_live_database_without_the_table() {
    let place = Place::new();
    prepared(&place);
    let said = place.run(
        "verify codex --migrations m --only locks --progress none --rows 2000 --like development",
    );
    assert_eq!(said.code, Some(0), "{}", said.all());
    assert_forecast!(forecast(&said), @"
    for development, from measurements at 200 and 2,<n> rows a table
    line 7     ACCESS EXCLUSIVE on users for a time that is not known: development has no table `letters`  blocks reads and writes
    line 8     runs for a time that is not known: development has no table `users`
    line 9     ACCESS EXCLUSIVE on profiles for a time that is not known: development has no table `letters`  blocks reads and writes
    line 9     runs for a time that is not known: development has no table `profiles`
    line 10    runs for a time that is not known: development has no table `letters`
    letters could not be made large: further rows break `letters_letter_check`
    ");
}

#[test]
fn an_environment_that_cannot_be_reached() {
    let place = Place::unconfigured().set("DB_CODEX_URL", "postgres://a@/none?host=/nowhere");
    prepared(&place);
    let said = place.run("verify codex --migrations m --like staging");
    assert_eq!(said.code, Some(4), "{}", said.all());
    assert_eq!(said.stdout, "");
}

#[test]
fn a_statement_that_touches_no_row() {
    let place = Place::unconfigured();
    place.migration(1, "create_tables", "", TABLES);
    let change = "UPDATE users SET bio = 'x' WHERE bio = 'no such text';
DO $$
BEGIN
    UPDATE profiles SET n = n WHERE n IS NULL;
    UPDATE users SET bio = '' WHERE bio IS NULL;
END $$;
DELETE FROM letters WHERE letter = 'z';";
    place.migration(2, "change_tables", "-- Destructive: a test", change);
    let said = place.run("verify codex --migrations m --only locks --progress none");
    let notes: Vec<&str> = said
        .stdout
        .lines()
        .filter(|l| l.contains("note:"))
        .collect();
    insta::assert_snapshot!(notes.join("\n"), @"
    note: line 7: no row of users was written, so the proofs say little of it
    note: line 10: no row of profiles was written, so the proofs say little of it
    note: line 13: no row of letters was written, so the proofs say little of it
    ");
}

#[test]
fn progress_without_a_terminal() {
    let place = Place::unconfigured();
    prepared(&place);
    let said = place.run("verify codex --migrations m --only locks --heartbeat 0s");
    assert_forecast!(said.stderr, @"
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    codex: proving 0001_create_tables
    codex: proved 0001_create_tables in <time>: all proofs hold
    codex: proving 0002_change_tables
    codex: proved 0002_change_tables in <time>: all proofs hold
    ");
    // A heartbeat comes while a proof is made, which takes longer than this.
    let said = place.run("verify codex --migrations m --heartbeat 1ms");
    let is_heartbeat =
        |line: &&str| line.starts_with("codex: 0002_change_tables: ") && line.ends_with(" so far");
    assert!(
        said.stderr.lines().any(|line| is_heartbeat(&line)),
        "{}",
        said.all()
    );
}

#[test]
fn nothing_is_left_of_one_that_is_stopped() {
    let place = Place::unconfigured();
    let folder = place.folder.path();
    std::fs::set_permissions(folder, PermissionsExt::from_mode(0o777)).unwrap();
    // The scratch server says where it is.
    let told = folder.join("where");
    let query = "SELECT current_setting('data_directory')";
    let sql = format!(
        "COPY ({query}) TO '{}';\nSELECT pg_sleep(600);",
        told.display()
    );
    place.migration(1, "slow", "", &sql);
    let run = place
        .command("verify codex --migrations m --progress none")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    let data = loop {
        let text = std::fs::read_to_string(&told).unwrap_or_default();
        if let Some(line) = text.strip_suffix('\n') {
            break PathBuf::from(line);
        }
    };
    let place_of_server = data.parent().unwrap();
    let mut client = postgres::Config::new()
        .host_path(place_of_server)
        .user("postgres")
        .dbname("postgres")
        .connect(postgres::NoTls)
        .unwrap();
    let sleeps = "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    while client.query(sleeps, &[]).unwrap().is_empty() {}
    let server = std::fs::read_to_string(data.join("postmaster.pid")).unwrap();
    let server: i32 = server.lines().next().unwrap().parse().unwrap();
    let server = rustix::process::Pid::from_raw(server).unwrap();

    // As a terminal does: everything in the foreground gets it.
    let group = rustix::process::Pid::from_child(&run);
    rustix::process::kill_process_group(group, rustix::process::Signal::INT).unwrap();
    let said = place.said(run.wait_with_output().unwrap());
    insta::assert_snapshot!(said.all(), @"
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git

      error: stopped on request
      ╰─▶ not all migrations were proved; the scratch server goes with this process
      help: run it again
    ---- exit 130
    ");
    while place_of_server.exists() {}
    while rustix::process::test_kill_process(server).is_ok() {}
}
