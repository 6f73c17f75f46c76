//! `verify --queries`: the statements of services, before and after a migration.

use crate::support::{Place, Said};

const USERS: &str = "CREATE TABLE IF NOT EXISTS users (
    user_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL UNIQUE,
    age integer,
    bio text
);";

const QUERIES: &str = "-- Queries of the accounts service.
-- name: GetUser :one
SELECT user_id, email, bio FROM users WHERE email = $1;

-- name: ListUsers :many
SELECT user_id, email FROM users ORDER BY email LIMIT $1;

-- name: AddUser :exec
INSERT INTO users (email, age) VALUES ($1, $2);
UPDATE users SET age = age + 1 WHERE user_id = $1;

-- name: OldOne :many
SELECT surname FROM users;
";

/// A place with a table, a migration of it, and a file of queries.
fn place(sql: &str) -> Place {
    let place = Place::unconfigured();
    place.migration(1, "create_users", "", USERS);
    place.migration(2, "change_users", "", sql);
    place.file("queries/accounts/users.sql", QUERIES.as_bytes());
    place
}

fn verify(place: &Place, more: &str) -> Said {
    place.run(&format!(
        "verify codex --migrations m --progress none --only old-release {more}"
    ))
}

macro_rules! assert_said {
    ($said:expr, @$snapshot:literal) => {
        insta::with_settings!({ filters => vec![
            (r"PostgreSQL \d+\.\d+", "PostgreSQL <version>"),
            (r"in \d+(\.\d+)? (ms|s|min \d+ s)\b", "in <time>"),
            (r"\d+ rows", "<n> rows"),
            (r"\d+ statements", "<n> statements"),
        ] }, {
            insta::assert_snapshot!($said.all(), @$snapshot)
        })
    };
}

#[test]
fn queries_that_go_on_working() {
    let place = place("ALTER TABLE users ADD COLUMN IF NOT EXISTS name text;");
    assert_said!(verify(&place, "--queries queries"), @r#"
    m/codex/0001_create_users.sql
      applies      holds      to an empty database and to <n> rows
      old-release  holds      <n> statements, 5 of services, of which 5 fail without the migration too
      fails without the migration too: the query `GetUser` (queries/accounts/users.sql:3): relation "users" does not exist
      fails without the migration too: the query `ListUsers` (queries/accounts/users.sql:6): relation "users" does not exist
      fails without the migration too: the query `AddUser` (queries/accounts/users.sql:9): relation "users" does not exist
      fails without the migration too: the query at queries/accounts/users.sql:10: relation "users" does not exist
      fails without the migration too: the query `OldOne` (queries/accounts/users.sql:13): relation "users" does not exist
    m/codex/0002_change_users.sql
      applies      holds      to an empty database and to <n> rows
      old-release  holds      <n> statements, 5 of services, of which 1 fails without the migration too
      fails without the migration too: the query `OldOne` (queries/accounts/users.sql:13): column "surname" does not exist
        line 7     ACCESS EXCLUSIVE on users  blocks reads and writes

    2 migrations on PostgreSQL <version>, seed 1, in <time>: all proofs hold
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    ---- exit 0
    "#);
}

#[test]
fn queries_that_break() {
    let place = place(
        "ALTER TABLE users ALTER COLUMN age TYPE bigint;
ALTER TABLE users RENAME COLUMN bio TO about;",
    );
    assert_said!(verify(&place, "--queries queries"), @r#"
    m/codex/0001_create_users.sql
      applies      holds      to an empty database and to <n> rows
      old-release  holds      <n> statements, 5 of services, of which 5 fail without the migration too
      fails without the migration too: the query `GetUser` (queries/accounts/users.sql:3): relation "users" does not exist
      fails without the migration too: the query `ListUsers` (queries/accounts/users.sql:6): relation "users" does not exist
      fails without the migration too: the query `AddUser` (queries/accounts/users.sql:9): relation "users" does not exist
      fails without the migration too: the query at queries/accounts/users.sql:10: relation "users" does not exist
      fails without the migration too: the query `OldOne` (queries/accounts/users.sql:13): relation "users" does not exist
    m/codex/0002_change_users.sql
      applies      holds      to an empty database and to <n> rows
      old-release  fails      5 findings
      fails without the migration too: the query `OldOne` (queries/accounts/users.sql:13): column "surname" does not exist
        line 7     ACCESS EXCLUSIVE on users                                   blocks reads and writes
        line 7     rewriting table "users"
        line 7     building index "users_pkey" on table "users" serially
        line 7     building index "users_email_key" on table "users" serially

      error[old-release]: the query `GetUser` (queries/accounts/users.sql:3) no longer works: column "bio" does not exist
      ╰─▶ while a release is rolled out, the one before still runs
       ╭─[m/codex/0002_change_users.sql:8:1]
     7 │ ALTER TABLE users ALTER COLUMN age TYPE bigint;
     8 │ ALTER TABLE users RENAME COLUMN bio TO about;
       · ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       ╰────
      help: change it in two releases: add the new form first, and remove the old one when nobody uses it; or declare the break in the header: `-- Contract: release`

      error[old-release]: the query `AddUser` (queries/accounts/users.sql:9) no longer works: its parameter $2 is int8, was int4
      ╰─▶ while a release is rolled out, the one before still runs
       ╭─[m/codex/0002_change_users.sql:7:1]
     6 │ 
     7 │ ALTER TABLE users ALTER COLUMN age TYPE bigint;
       · ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     8 │ ALTER TABLE users RENAME COLUMN bio TO about;
       ╰────
      help: change it in two releases: add the new form first, and remove the old one when nobody uses it; or declare the break in the header: `-- Contract: release`

      error[old-release]: SELECT of `users.age` no longer works: it gets other columns: `age` is int8, was int4
      ╰─▶ while a release is rolled out, the one before still runs
       ╭─[m/codex/0002_change_users.sql:7:1]
     6 │ 
     7 │ ALTER TABLE users ALTER COLUMN age TYPE bigint;
       · ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     8 │ ALTER TABLE users RENAME COLUMN bio TO about;
       ╰────
      help: change it in two releases: add the new form first, and remove the old one when nobody uses it; or declare the break in the header: `-- Contract: release`

      error[old-release]: SELECT of `users.bio` no longer works, and 3 more statements: column "bio" does not exist
      ╰─▶ while a release is rolled out, the one before still runs
       ╭─[m/codex/0002_change_users.sql:8:1]
     7 │ ALTER TABLE users ALTER COLUMN age TYPE bigint;
     8 │ ALTER TABLE users RENAME COLUMN bio TO about;
       · ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       ╰────
      help: change it in two releases: add the new form first, and remove the old one when nobody uses it; or declare the break in the header: `-- Contract: release`

      error[old-release]: INSERT into `users` with all columns no longer works, and 7 more statements: column "bio" of relation "users" does not exist
      ╰─▶ while a release is rolled out, the one before still runs
       ╭─[m/codex/0002_change_users.sql:8:1]
     7 │ ALTER TABLE users ALTER COLUMN age TYPE bigint;
     8 │ ALTER TABLE users RENAME COLUMN bio TO about;
       · ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       ╰────
      help: change it in two releases: add the new form first, and remove the old one when nobody uses it; or declare the break in the header: `-- Contract: release`

    2 migrations on PostgreSQL <version>, seed 1, in <time>: 1 proof fails
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    ---- exit 1
    "#);
    assert_said!(verify(&place, "--queries queries --format markdown"), @r#"
    ### Proofs on PostgreSQL <version>: 1 proof fails

    | migration | applies | old-release |
    |---|:-:|:-:|
    | `0001_create_users` | ✓ | ✓ |
    | `0002_change_users` | ✓ | **✗** |

    #### `m/codex/0001_create_users.sql`

    <details><summary>Schema: 1 object changed</summary>

    - table public.users: added, with 4 columns, 2 constraints

    </details>

    <details><summary>How it was proved</summary>

    | proof | | |
    |---|---|---|
    | applies | holds | to an empty database and to <n> rows |
    | old-release | holds | <n> statements, 5 of services, of which 5 fail without the migration too |

    - fails without the migration too: the query `GetUser` (queries/accounts/users.sql:3): relation "users" does not exist

    - fails without the migration too: the query `ListUsers` (queries/accounts/users.sql:6): relation "users" does not exist

    - fails without the migration too: the query `AddUser` (queries/accounts/users.sql:9): relation "users" does not exist

    - fails without the migration too: the query at queries/accounts/users.sql:10: relation "users" does not exist

    - fails without the migration too: the query `OldOne` (queries/accounts/users.sql:13): relation "users" does not exist

    </details>

    #### `m/codex/0002_change_users.sql`

    - **error** old-release `m/codex/0002_change_users.sql:8`: the query `GetUser` (queries/accounts/users.sql:3) no longer works: column "bio" does not exist
      while a release is rolled out, the one before still runs. Instead: change it in two releases: add the new form first, and remove the old one when nobody uses it; or declare the break in the header: `-- Contract: release`

    - **error** old-release `m/codex/0002_change_users.sql:7`: the query `AddUser` (queries/accounts/users.sql:9) no longer works: its parameter $2 is int8, was int4
      while a release is rolled out, the one before still runs. Instead: change it in two releases: add the new form first, and remove the old one when nobody uses it; or declare the break in the header: `-- Contract: release`

    - **error** old-release `m/codex/0002_change_users.sql:7`: SELECT of `users.age` no longer works: it gets other columns: `age` is int8, was int4
      while a release is rolled out, the one before still runs. Instead: change it in two releases: add the new form first, and remove the old one when nobody uses it; or declare the break in the header: `-- Contract: release`

    - **error** old-release `m/codex/0002_change_users.sql:8`: SELECT of `users.bio` no longer works, and 3 more statements: column "bio" does not exist
      while a release is rolled out, the one before still runs. Instead: change it in two releases: add the new form first, and remove the old one when nobody uses it; or declare the break in the header: `-- Contract: release`

    - **error** old-release `m/codex/0002_change_users.sql:8`: INSERT into `users` with all columns no longer works, and 7 more statements: column "bio" of relation "users" does not exist
      while a release is rolled out, the one before still runs. Instead: change it in two releases: add the new form first, and remove the old one when nobody uses it; or declare the break in the header: `-- Contract: release`

    | line | lock, as observed | |
    |---|---|---|
    | 7 | ACCESS EXCLUSIVE on users | blocks reads and writes |
    | 7 | rewriting table "users" |  |
    | 7 | building index "users_pkey" on table "users" serially |  |
    | 7 | building index "users_email_key" on table "users" serially |  |

    <details><summary>Schema: 3 objects changed</summary>

    - column public.users.about: added
    - column public.users.age: type `bigint`, was `integer`
    - column public.users.bio: removed

    </details>

    <details><summary>How it was proved</summary>

    | proof | | |
    |---|---|---|
    | applies | holds | to an empty database and to <n> rows |
    | old-release | fails | 5 findings |

    - fails without the migration too: the query `OldOne` (queries/accounts/users.sql:13): column "surname" does not exist

    </details>
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    ---- exit 1
    "#);
}

#[test]
fn queries_that_break_for_programs() {
    let place = place("ALTER TABLE users DROP COLUMN bio;");
    let said = verify(&place, "--queries queries --format json");
    let report: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let migration = &report["databases"][0]["migrations"][1];
    let results: Vec<String> = migration["queries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|q| {
            format!(
                "{}:{} {} {} {}",
                q["file"], q["line"], q["name"], q["result"], q["reason"]
            )
        })
        .collect();
    insta::assert_snapshot!(results.join("\n"), @r#"
    "queries/accounts/users.sql":3 "GetUser" "breaks" "column \"bio\" does not exist"
    "queries/accounts/users.sql":6 "ListUsers" "works" null
    "queries/accounts/users.sql":9 "AddUser" "works" null
    "queries/accounts/users.sql":10 null "works" null
    "queries/accounts/users.sql":13 "OldOne" "fails without the migration too" "column \"surname\" does not exist"
    "#);
    let found = &migration["proofs"][1]["findings"][0];
    assert_eq!(found["line"], 7);

    let said = verify(&place, "--queries queries --format sarif");
    let log: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let related = &log["runs"][0]["results"][0]["relatedLocations"][0]["physicalLocation"];
    assert_eq!(
        related["artifactLocation"]["uri"],
        "queries/accounts/users.sql"
    );
    assert_eq!(related["region"]["startLine"], 3);
}

#[test]
fn a_break_of_a_query_may_be_declared() {
    let place = Place::unconfigured();
    place.migration(1, "create_users", "", USERS);
    place.migration(
        2,
        "change_users",
        "-- Contract: release 9, nobody asks\n-- Destructive: nobody asks\n",
        "ALTER TABLE users DROP COLUMN bio;",
    );
    place.file("queries/users.sql", QUERIES.as_bytes());
    let said = verify(&place, "--queries queries");
    assert_eq!(said.code, Some(0), "{}", said.all());
    assert!(said.stdout.contains("declared"), "{}", said.all());
}

#[test]
fn each_database_has_its_folder() {
    let place = place("ALTER TABLE users DROP COLUMN bio;");
    place.file("all/inspire/users.sql", QUERIES.as_bytes());
    place.file("all/codex/age.sql", b"SELECT age FROM users;");
    let said = verify(&place, "--queries all");
    assert!(said.stdout.contains(", 1 of services"), "{}", said.all());
    assert!(!said.stdout.contains("OldOne"), "{}", said.all());
}

#[test]
fn what_is_no_folder_of_queries() {
    let place = place("SELECT 1;");
    place.file("empty/readme.txt", b"nothing");
    place.file("comments/a.sql", b"-- nothing yet\n");
    place.file("binary/a.sql", b"\x7fELF\x02\x00\xff\xfe");
    place.file("open/a.sql", b"SELECT 1;\nSELECT 'open");
    let mut all = String::new();
    for folder in [
        "missing",
        "queries/accounts/users.sql",
        "empty",
        "comments",
        "binary",
        "open",
    ] {
        let said = verify(&place, &format!("--queries {folder}"));
        all.push_str(
            &said
                .stderr
                .lines()
                .filter(|l| !l.starts_with("no base"))
                .map(|l| format!("{l}\n"))
                .collect::<String>(),
        );
        all.push_str(&format!("---- exit {}\n", said.code.unwrap()));
    }
    let said = place.run("verify codex --migrations m --only locks --queries queries");
    all.push_str(
        &said
            .stderr
            .lines()
            .filter(|l| !l.starts_with("no base"))
            .map(|l| format!("{l}\n"))
            .collect::<String>(),
    );
    insta::assert_snapshot!(all, @"
      error: no queries in missing
      ╰─▶ the folder does not exist
      help: name the folder with the queries of a service, for example: --queries services/accounts/queries
    ---- exit 2

      error: no queries in queries/accounts/users.sql
      ╰─▶ it is not a folder
      help: name the folder with the queries of a service, for example: --queries services/accounts/queries
    ---- exit 2

      error: no queries in empty
      ╰─▶ no file in it whose name ends in .sql holds a statement
      help: name the folder with the queries of a service, for example: --queries services/accounts/queries
    ---- exit 2

      error: no queries in comments
      ╰─▶ no file in it whose name ends in .sql holds a statement
      help: name the folder with the queries of a service, for example: --queries services/accounts/queries
    ---- exit 2

      error: cannot read binary/a.sql
      ╰─▶ not UTF-8 at byte 6 (line 1)
      help: save it as UTF-8 text, or move it out of the folder
    ---- exit 1

      error: cannot read open/a.sql:2:8: a quoted string (`'`) is not closed
      ╰─▶ everything after it would be part of it
      help: add the missing closing delimiter
    ---- exit 1

      error: `--queries` without the proof `old-release`
      ╰─▶ that proof is what the queries are for, and `--only` leaves it out
      help: add it: --only old-release
    ");
}

#[test]
fn of_which_database_they_are_must_be_known() {
    let place = place("SELECT 1;");
    let other = "-- Migration: 0001_create_users\n-- Database: inspire\n-- Author: Ada\n-- Date: 2026-11-22\n-- Description: test\n\nSELECT 1;";
    place.file("m/inspire/0001_create_users.sql", other.as_bytes());
    let said = place.run("verify --migrations m --only old-release --queries queries");
    let said: String = said
        .stderr
        .lines()
        .filter(|l| !l.starts_with("no base"))
        .map(|l| format!("{l}\n"))
        .collect();
    insta::assert_snapshot!(said, @"
    error: it is not known of which database the queries in queries are
    ╰─▶ 2 databases are to be verified, and the folder has no folder of their names
    help: name the database (cargo xtask verify codex --queries …), or put its queries into queries/codex
    ");
}

#[test]
fn files_beside_the_folders_of_databases_are_named() {
    let place = place("ALTER TABLE users ADD COLUMN IF NOT EXISTS name text;");
    for file in [
        "codex/age.sql",
        "inspire/verses.sql",
        "shared/users.sql",
        "loose.sql",
    ] {
        place.file(&format!("all/{file}"), b"SELECT age FROM users;");
    }
    let said = verify(&place, "--queries all");
    assert!(said.stdout.contains(", 1 of services\n"), "{}", said.all());
    let said: Vec<&str> = said
        .stderr
        .lines()
        .filter(|l| !l.starts_with("no base"))
        .collect();
    insta::assert_snapshot!(said.join("\n"), @"not read, since they are in no folder named like a database: all/loose.sql, all/shared/users.sql");
}

#[test]
fn queries_of_another_database_are_not_taken_for_its_own() {
    let place = place("ALTER TABLE users ADD COLUMN IF NOT EXISTS name text;");
    place.file("all/inspire/verses.sql", b"SELECT verse FROM verses;");
    let said = verify(&place, "--queries all");
    let shown: Vec<&str> = said
        .stderr
        .lines()
        .filter(|l| !l.starts_with("no base"))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    error: no queries in all
    ╰─▶ no file whose name ends in .sql in a folder named like one of the databases holds a statement
    help: name the folder with the queries of a service, for example: --queries services/accounts/queries
    ");
    assert_eq!(said.code, Some(2), "{}", said.all());
}
