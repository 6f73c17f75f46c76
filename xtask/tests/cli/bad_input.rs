//! Bad input: a clear error in three parts, the right exit status, and nothing changed.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::pooler::Pooler;
use crate::support::{Place, assert_said, server};

#[test]
fn unknown_database() {
    assert_said!(Place::unconfigured().run("migrate codx"), @"
    ---- stderr
    error: invalid value 'codx' for '<DATABASE>...'
      [possible values: codex, inspire, continuum, all]

      tip: a similar value exists: 'codex'

    For more information, try '--help'.
    ---- exit 2
    ");
}

#[test]
fn a_failing_statement_on_line_137() {
    let place = Place::new();
    let mut body = "BEGIN;\n".to_owned();
    for line in 8..137 {
        body.push_str(&format!("SELECT {line};\n"));
    }
    body.push_str("INSERT INTO nowhere (id) VALUES (1);\nCOMMIT;\n");
    place.migration(1, "long", "", &body);
    assert_said!(place.run("migrate codex --migrations m"), @r#"
    codex        not migrated in <time>
    ---- stderr

      error: 0001_long failed on codex (postgres@/socket:5432/jubilee_codex)
      ╰─▶ PostgreSQL says: relation "nowhere" does not exist (SQLSTATE 42P01)
         ╭─[m/codex/0001_long.sql:137:13]
     136 │ SELECT 136;
     137 │ INSERT INTO nowhere (id) VALUES (1);
         ·             ^^^^^^^
     138 │ COMMIT;
         ╰────
      help: it was rolled back and nothing of it is left; its failure is recorded
            correct the file, then run this again:
            cargo xtask migrate codex --migrations m
    ---- exit 1
    "#);
    assert_said!(place.run("migrate status codex --migrations m"), @r#"
    codex (development, postgres@/socket:5432/jubilee_codex)
      0001_long  failed
        42P01: relation "nowhere" does not exist (0001_long.sql:137:13)
    ---- stderr
    ---- exit 0
    "#);
}

#[test]
fn a_syntax_error() {
    let place = Place::new();
    place.migration(
        1,
        "typo",
        "",
        "BEGIN;\nCREATE TABEL users (id int);\nCOMMIT;\n",
    );
    assert_said!(place.run("migrate codex --migrations m"), @r#"
    codex        not migrated in <time>
    ---- stderr

      error: 0001_typo failed on codex (postgres@/socket:5432/jubilee_codex)
      ╰─▶ PostgreSQL says: syntax error at or near "TABEL" (SQLSTATE 42601)
       ╭─[m/codex/0001_typo.sql:8:8]
     7 │ BEGIN;
     8 │ CREATE TABEL users (id int);
       ·        ^^^^^
     9 │ COMMIT;
       ╰────
      help: it was rolled back and nothing of it is left; its failure is recorded
            correct the file, then run this again:
            cargo xtask migrate codex --migrations m
    ---- exit 1
    "#);
}

#[test]
fn files_that_cannot_be_read_as_migrations() {
    let place = Place::new();
    let header = |n: &str| {
        format!(
            "-- Migration: {n}\n-- Database: codex\n-- Author: Ada\n-- Date: 2026-11-22\n-- Description: test\n"
        )
    };
    place.file(
        "m/codex/0001_latin.sql",
        &[header("0001_latin").as_bytes(), b"SELECT '\xE9';\n"].concat(),
    );
    place.file(
        "m/codex/0002_nul.sql",
        &[header("0002_nul").as_bytes(), b"SELECT '\0';\n"].concat(),
    );
    place.file("m/codex/0003_empty.sql", b"");
    place.migration(4, "quote", "", "SELECT 'unclosed;\n");
    place.migration(5, "comment", "", "/* unclosed\nSELECT 1;\n");
    place.migration(
        6,
        "middle",
        "",
        "BEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;\nCOMMIT;\n",
    );
    place.file("m/codex/notes.txt", b"x");
    fs::create_dir(place.folder.path().join("m/codex/old")).unwrap();
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: m/codex/0001_latin.sql: not UTF-8 at byte 108 (line 6)
      ╰─▶ PostgreSQL would read the bytes as other characters
      help: save the file as UTF-8

      error: m/codex/0002_nul.sql: NUL byte at byte 106 (line 6)
      ╰─▶ PostgreSQL does not accept a NUL byte in a query
      help: delete it; if the file is binary, it is not a migration

      error: m/codex/0003_empty.sql: the header lacks `Migration`, `Database`, `Author`, `Date`, `Description`
      ╰─▶ every migration states its name, its database, its author, its date and its purpose
      help: begin the file with `-- Migration: 0003_empty`, `-- Database: codex`, `-- Author: …`, `-- Date: YYYY-MM-DD` and `-- Description: …`, each on a line of its own

      error: m/codex/0003_empty.sql: the migration holds no statement
      ╰─▶ an empty migration would use up its number
      help: write the migration, or delete the file

      error: m/codex/0004_quote.sql: a quoted string (`'`) is not closed
      ╰─▶ everything after it would be part of it
       ╭─[m/codex/0004_quote.sql:7:8]
     6 │ 
     7 │ SELECT 'unclosed;
       ·        ^
       ·        ╰── syntax
       ╰────
      help: add the missing closing delimiter

      error: m/codex/0005_comment.sql: a comment (`/*`) is not closed
      ╰─▶ everything after it would be part of it
       ╭─[m/codex/0005_comment.sql:7:1]
     6 │ 
     7 │ /* unclosed
       · ^
       · ╰── syntax
     8 │ SELECT 1;
       ╰────
      help: add the missing closing delimiter

      error: m/codex/0006_middle.sql: `COMMIT` inside the migration
      ╰─▶ the runner commits the migration together with its history row, so nothing may end or divide the transaction
        ╭─[m/codex/0006_middle.sql:9:1]
      8 │ SELECT 1;
      9 │ COMMIT;
        · ^^^^^^
        ·    ╰── transaction-control
     10 │ SELECT 2;
        ╰────
      help: delete it; a migration may have one `BEGIN;` at the top and one `COMMIT;` at the end

      error: m/codex/notes.txt: the name does not end in `.sql`
      ╰─▶ migrations are named NNNN_descriptive_name.sql, and their folder holds nothing else
      help: move it elsewhere; this folder holds only migrations

      error: m/codex/old/: it is a folder
      ╰─▶ migrations are named NNNN_descriptive_name.sql, and their folder holds nothing else
      help: move the folder elsewhere; migrations are not nested
    ---- exit 1
    ");
    assert_eq!(
        place.text("codex", "SELECT to_regclass('public.schema_migrations')"),
        "NULL"
    );
}

#[test]
fn folders_that_are_missing_or_empty() {
    let place = Place::new();
    assert_said!(place.run("migrate codex --migrations nowhere"), @"
    codex        not migrated in <time>
    ---- stderr

      error: cannot read nowhere/codex
      ╰─▶ No such file or directory (os error 2)
      help: check the path: migrations lie in DIR/<database>/NNNN_name.sql
    ---- exit 1
    ");
    fs::create_dir_all(place.folder.path().join("m/codex")).unwrap();
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: m/codex: the folder holds no migration
      ╰─▶ a database has at least the migration 0001
      help: create the first one: cargo xtask new codex initial_schema
    ---- exit 1
    ");
}

#[test]
fn an_unreadable_file() {
    if rustix::process::geteuid().is_root() {
        return; // Root reads everything.
    }
    let place = Place::new();
    let path = place.migration(1, "secret", "", "SELECT 1;");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    let said = place.run("migrate codex --migrations m");
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("chmod u+r"), "{}", said.stderr);
}

#[test]
fn an_applied_migration_that_changed_or_went() {
    let place = Place::new();
    for version in 1..=3 {
        place.migration(version, "step", "", "SELECT 1;");
    }
    assert_eq!(place.run("migrate codex --migrations m").code, Some(0));
    place.migration(2, "step", "", "SELECT 2;");
    fs::remove_file(place.folder.path().join("m/codex/0003_step.sql")).unwrap();
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: codex: 0002_step was changed after it was applied
      ╰─▶ files and the history of postgres@/socket:5432/jubilee_codex must agree before anything is applied
      help: restore the file as it was applied (`git log -- '*/0002_step.sql'` shows its changes) and put the change into a new migration

      error: codex: 0003_step is applied, and its file is not there
      ╰─▶ files and the history of postgres@/socket:5432/jubilee_codex must agree before anything is applied
      help: the database is ahead of this build: deploy the build that has the migration, or update the checkout; if an older release shall run again, add --accept-newer
    ---- exit 1
    ");
    assert_said!(place.run("migrate status codex --migrations m"), @"
    codex (development, postgres@/socket:5432/jubilee_codex)
      0001_step  completed  <when> <time>
      0002_step  modified   <when> <time>
      0003_step  missing    <when> <time>
    ---- stderr
    ---- exit 0
    ");
}

#[test]
fn connections_that_fail() {
    let place = Place::new().set("DB_CODEX_URL", "postgres://jubilee:x@127.0.0.1:notaport/x");
    assert_said!(place.run("migrate codex"), @"
    codex        not migrated in <time>
    ---- stderr

      error: the connection to codex is not configured properly for development
      ╰─▶ the environment variable DB_CODEX_URL has a port that is not one (1 to 65535), or no `@` before its host
      help: write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full
    ---- exit 4
    ");
    let url = place.url("codex");
    let missing = place.set("DB_CODEX_URL", &url.replace("_codex", "_nowhere"));
    assert_said!(missing.run("migrate codex"), @r#"
    codex        not migrated in <time>
    ---- stderr

      error: cannot connect to postgres@/socket:5432/jubilee_nowhere: the database does not exist
      ╰─▶ database "jubilee_nowhere" does not exist (SQLSTATE 3D000)
      help: make it: createdb -h /socket -p 5432 -U postgres jubilee_nowhere; or check the database name of the environment variable DB_CODEX_URL
    ---- exit 4
    "#);
}

#[test]
fn a_pooler_that_refuses_is_told_from_the_server() {
    let Some(pooler) = Pooler::start(server(), "") else {
        return;
    };
    let said = Place::unconfigured()
        .set("DB_CODEX_URL", &pooler.url("nowhere"))
        .run("migrate codex");
    assert_eq!(said.code, Some(4));
    let fact = "/nowhere: the pooler, or the server behind it, does not know the database\n  \
                ╰─▶ database \"nowhere\" does not exist";
    assert!(said.stderr.contains(fact), "{}", said.stderr);
    let advice = "help: check the database name of the environment variable DB_CODEX_URL, and the \
                  pooler's list of databases";
    assert!(said.stderr.contains(advice), "{}", said.stderr);
}

#[test]
fn a_wrong_password_is_told_from_other_refusals_of_a_pooler() {
    let Some(pooler) = Pooler::start(server(), "auth_type = md5") else {
        return;
    };
    let url = pooler
        .url("postgres")
        .replace("postgres@", "postgres:wrong@");
    let said = Place::unconfigured()
        .set("DB_CODEX_URL", &url)
        .run("migrate codex");
    assert_eq!(said.code, Some(4));
    let fact = "/postgres: the pooler, or the server behind it, refused the user or the password\n";
    assert!(said.stderr.contains(fact), "{}", said.stderr);
    let advice = "help: check the password of the environment variable DB_CODEX_URL";
    assert!(said.stderr.contains(advice), "{}", said.stderr);
}

#[test]
fn half_a_configuration_in_production() {
    let place = Place::unconfigured().set("DB_CODEX_HOST", "db.example.com");
    assert_said!(place.run("migrate codex --production"), @"
    codex        not migrated in <time>
    ---- stderr

      error: the connection to codex is not configured properly for production
      ╰─▶ there is no .env.production; nothing sets DB_CODEX_NAME, DB_CODEX_USER, DB_CODEX_PASSWORD, and nothing is assumed in production
      help: set DB_CODEX_NAME, DB_CODEX_USER, DB_CODEX_PASSWORD in .env.production or in the environment (.env.example explains each)
    ---- exit 4
    ");
}

#[test]
fn a_broken_dotenv_line() {
    let place = Place::unconfigured();
    place.file(
        ".env",
        b"DB_CODEX_HOST=localhost\nDB_CODEX_PASSWORD 'hunter2\n",
    );
    assert_said!(place.run("migrate codex"), @"
    ---- stderr

      error: .env has a line that is not understood
      ╰─▶ .env:2: expected NAME=value, where NAME is letters, digits and `_`
      help: compare the line with .env.example
    ---- exit 4
    ");
}

#[test]
fn odd_numbers_and_times() {
    let place = Place::unconfigured();
    for line in [
        "migrate codex --target x",
        "migrate codex --lock-timeout 5",
        "migrate resolve codex 0002",
        "new codex",
    ] {
        assert_eq!(place.run(line).code, Some(2), "{line}");
    }
}

#[test]
fn a_target_past_the_end_and_output_that_is_lost() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    assert_said!(place.run("migrate codex --target 99 --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: codex: there is no migration 0099 to stop at
      ╰─▶ the last one is 0001
    ---- exit 1
    ");
    let full = fs::OpenOptions::new().write(true).open("/dev/full");
    if let Ok(full) = full {
        let output = place
            .command("migrate codex --migrations m")
            .stdout(full)
            .output()
            .unwrap();
        assert_said!(place.said(output), @"
        ---- stderr
        cannot write to standard output: No space left on device (os error 28)
        ---- exit 1
        ");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::new();
    let mut run = place
        .command("migrate status")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(run.stdout.take());
    let said = place.said(run.wait_with_output().unwrap());
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
}

#[test]
fn what_the_settings_of_a_database_do_is_told_from_what_a_file_does() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    let database = place.text("codex", "SELECT current_database()");
    let set =
        |setting: &str| place.sql("codex", &format!("ALTER DATABASE {database} SET {setting}"));
    set("search_path = nowhere");
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: 0001_users failed on codex (postgres@/socket:5432/jubilee_codex)
      ╰─▶ PostgreSQL says: no schema has been selected to create in (SQLSTATE 3F000)
       ╭─[m/codex/0001_users.sql:7:14]
     6 │ 
     7 │ CREATE TABLE users (id int);
       ·              ^^^^^
       ╰────
      help: it was rolled back and nothing of it is left; its failure is recorded
            name a schema that is there, in the file or in the role's or the database's search_path, then run this again:
            cargo xtask migrate codex --migrations m
    ---- exit 1
    ");
    set("statement_timeout = '100ms'");
    let mut other = postgres::Client::connect(&place.url("codex"), postgres::NoTls).unwrap();
    let mut open = other.transaction().unwrap();
    open.batch_execute("LOCK public.schema_migrations").unwrap();
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: codex: cannot read the history: canceling statement due to statement timeout (SQLSTATE 57014)
      help: it was canceled, by a user or by the statement_timeout of role, database or server: find out why, then run this again:
            cargo xtask migrate codex --migrations m
    ---- exit 1
    ");
}
