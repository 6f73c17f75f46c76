//! Migrations against the git base: edited, renamed, deleted and back-dated ones.

use std::fs;
use std::path::Path;

use super::{CREATE_TEAMS, Checkout, whole};
use crate::support::{Place, assert_said, databases};

#[test]
fn an_edited_migration() {
    let checkout = Checkout::new();
    let text = whole(
        "codex",
        "0001_create_teams",
        &CREATE_TEAMS.replace("uuid", "bigint"),
    );
    fs::write(checkout.path("0001_create_teams"), text).unwrap();
    let text = fs::read_to_string(checkout.path("0002_add_motto")).unwrap();
    let text = text.replace("BEGIN;", "-- what they live by\nBEGIN;");
    fs::write(checkout.path("0002_add_motto"), text).unwrap();
    assert_said!(checkout.run("check codex"), @"
      error[append-only]: it was edited
      ╰─▶ databases that have applied it keep its earlier result, and would differ from new ones
        ╭─[migrations/codex/0001_create_teams.sql:10:13]
      9 │ CREATE TABLE IF NOT EXISTS teams (
     10 │     team_id bigint CONSTRAINT teams_pkey PRIMARY KEY DEFAULT gen_random_bigint()
        ·             ^
     11 │ );
        ╰────
      help: restore it, and put the change into a new migration: git checkout main -- migrations/codex/0001_create_teams.sql
            see docs/rules/append-only.md

      error[append-only]: it was edited: only comments or white space changed
      ╰─▶ its checksum no longer matches the one that databases have recorded, and they would refuse to migrate
       ╭─[migrations/codex/0002_add_motto.sql:7:1]
     6 │ 
     7 │ -- what they live by
       · ^
     8 │ BEGIN;
       ╰────
      help: restore it, and put the change into a new migration: git checkout main -- migrations/codex/0002_add_motto.sql
            see docs/rules/append-only.md

    codex        2 migrations, 0 new: 2 errors; needs senior review
    2 migrations, 0 new against main: 2 errors
    ---- stderr
    ---- exit 1
    ");
    // No line of the base is touched.
    let before = fs::read_to_string(checkout.folder().join("crates/codex/migrations.sum")).unwrap();
    checkout.run("check codex --fix");
    let after = fs::read_to_string(checkout.folder().join("crates/codex/migrations.sum")).unwrap();
    assert_eq!(before, after);
    // Committed on the branch, it is found as well.
    checkout.commit("edit");
    assert_eq!(checkout.run("check codex").code, Some(1));
}

#[test]
fn a_windows_checkout_is_no_edit() {
    let checkout = Checkout::new();
    let text = fs::read_to_string(checkout.path("0001_create_teams")).unwrap();
    fs::write(
        checkout.path("0001_create_teams"),
        text.replace('\n', "\r\n"),
    )
    .unwrap();
    let said = checkout.run("check codex");
    assert_eq!(said.code, Some(0), "{}", said.all());
}

#[test]
fn a_renamed_a_deleted_and_a_back_dated_migration() {
    let checkout = Checkout::new();
    fs::rename(
        checkout.path("0002_add_motto"),
        checkout.path("0002_add_slogan"),
    )
    .unwrap();
    assert_said!(checkout.run("check codex"), @"
      error[header]: `Migration: 0002_add_motto` does not match the file's name, `0002_add_slogan`
      ╰─▶ it protects against a file that was copied or moved to the wrong place
       ╭─[migrations/codex/0002_add_slogan.sql:1:1]
     1 │ -- Migration: 0002_add_motto
       · ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     2 │ -- Database: codex
       ╰────
      help: write `-- Migration: 0002_add_slogan`, or move the file to the right place
            see docs/rules/header.md

      error[append-only]: migrations/codex/0002_add_motto.sql: it was renamed to `0002_add_slogan.sql`
      ╰─▶ databases that have applied it expect it under its name, and every new database needs it
      help: git mv migrations/codex/0002_add_slogan.sql migrations/codex/0002_add_motto.sql
            see docs/rules/append-only.md

    locks on tables in use
      migrations/codex/0002_add_slogan.sql:9  ACCESS EXCLUSIVE on teams  blocks reads and writes, briefly

    codex        3 migrations, 1 new: 2 errors; needs senior review
    3 migrations, 1 new against main: 2 errors
    ---- stderr
    ---- exit 1
    ");

    let checkout = Checkout::new();
    fs::remove_file(checkout.path("0002_add_motto")).unwrap();
    assert_said!(checkout.run("check codex"), @"
      error[append-only]: migrations/codex/0002_add_motto.sql: it was deleted
      ╰─▶ databases that have applied it expect it under its name, and every new database needs it
      help: git checkout main -- migrations/codex/0002_add_motto.sql
            see docs/rules/append-only.md

    codex        2 migrations, 0 new: 1 error; needs senior review
    2 migrations, 0 new against main: 1 error
    ---- stderr
    ---- exit 1
    ");

    let checkout = Checkout::new();
    fs::remove_file(checkout.path("0002_add_motto")).unwrap();
    checkout.write(
        "0002_add_song",
        "ALTER TABLE teams ADD COLUMN IF NOT EXISTS song text;",
    );
    assert_said!(checkout.run("check codex"), @"
      error[append-only]: migrations/codex/0002_add_song.sql: number 0002 does not come after 0002, the last one of main
      ╰─▶ it would not be applied to databases that have applied the later ones
      help: give it 0003 or later: cargo xtask renumber codex 0002
            see docs/rules/append-only.md

      error[append-only]: migrations/codex/0002_add_motto.sql: it was deleted
      ╰─▶ databases that have applied it expect it under its name, and every new database needs it
      help: git checkout main -- migrations/codex/0002_add_motto.sql
            see docs/rules/append-only.md

    locks on tables in use
      migrations/codex/0002_add_song.sql:9  ACCESS EXCLUSIVE on teams  blocks reads and writes, briefly

    codex        3 migrations, 1 new: 2 errors; needs senior review
    3 migrations, 1 new against main: 2 errors
    ---- stderr
    ---- exit 1
    ");
}

#[test]
fn a_number_that_the_default_branch_has_taken_meanwhile() {
    let checkout = Checkout::new();
    checkout.write(
        "0003_add_song",
        "ALTER TABLE teams ADD COLUMN IF NOT EXISTS song text;",
    );
    checkout.run("check --fix");
    checkout.commit("song");
    checkout.git("checkout --quiet main");
    checkout.write(
        "0003_add_flag",
        "ALTER TABLE teams ADD COLUMN IF NOT EXISTS flag text;",
    );
    checkout.run("check --fix");
    checkout.commit("flag");

    checkout.git("checkout --quiet work");
    assert_said!(checkout.run("check codex --base main"), @"
      error[append-only]: migrations/codex/0003_add_song.sql: number 0003 is taken on main by `0003_add_flag.sql`
      ╰─▶ the one that is merged second would be applied too late, or not at all
      help: rebase on main, or merge it; then cargo xtask renumber codex 0003
            see docs/rules/append-only.md

    locks on tables in use
      migrations/codex/0003_add_song.sql:9  ACCESS EXCLUSIVE on teams  blocks reads and writes, briefly

    codex        3 migrations, 1 new: 1 error; needs senior review
    3 migrations, 1 new against main: 1 error
    ---- stderr
    ---- exit 1
    ");

    // git says so too, before the merge and not behind it.
    let merge = checkout.try_git("merge main");
    assert!(!merge.status.success());
    let conflicts = checkout.git("diff --name-only --diff-filter=U");
    assert_eq!(conflicts, "crates/codex/migrations.sum\n");
}

#[test]
fn bases_that_are_not_there() {
    let place = Place::checkout();
    for database in databases() {
        let text = whole(database, "0001_start", "CREATE SCHEMA start;");
        place.file(
            &format!("migrations/{database}/0001_start.sql"),
            text.as_bytes(),
        );
    }
    // No repository: everything is new.
    assert_said!(place.run("check codex"), @"
      error[create-if-not-exists]: `CREATE SCHEMA` of `start` without `IF NOT EXISTS`
      ╰─▶ if the migration runs again, this fails with 42P06 (`duplicate_schema`)
       ╭─[migrations/codex/0001_start.sql:9:1]
     8 │ 
     9 │ CREATE SCHEMA start;
       · ^^^^^^^^^^^^^
       ╰────
      help: write `CREATE SCHEMA IF NOT EXISTS start`
            check --fix writes: CREATE SCHEMA IF NOT EXISTS start;
            see docs/rules/create-if-not-exists.md

    codex        1 migration, 1 new: 1 error; needs senior review
    1 migration, all treated as new: 1 error
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    ---- exit 1
    ");
    assert_said!(place.run("check codex --base main"), @"
    ---- stderr

      error: unknown revision `main`
      ╰─▶ not a git repository (or any of the parent directories): .git
      help: run it in a git repository, or omit the revision
    ---- exit 2
    ");

    let checkout = Checkout::new();
    assert_said!(checkout.run("check --base origin/trunk"), @"
    ---- stderr

      error: unknown revision `origin/trunk`
      ╰─▶ git has no commit of that name
      help: name a commit, a branch or a tag that git knows here, or fetch it: git fetch origin
    ---- exit 2
    ");
    for command in ["verify codex --base", "snapshot codex --since"] {
        let said = checkout.run(&format!("{command} origin/trunk"));
        assert_eq!(said.code, Some(2), "{}", said.all());
        let unknown = said
            .stderr
            .contains("error: unknown revision `origin/trunk`");
        assert!(unknown, "{}", said.all());
    }
    checkout.git("checkout --quiet --orphan other");
    checkout.commit("other");
    assert_said!(checkout.run("check codex"), @"
    ---- stderr

      error: this branch and `main` have no common commit
      ╰─▶ without one, it is unknown which migrations are released
      help: name the revision that this branch is based on: --base REV
    ---- exit 1
    ");
}

#[test]
fn a_shallow_clone_says_what_it_lacks() {
    let checkout = Checkout::new();
    checkout.write(
        "0003_add_song",
        "ALTER TABLE teams ADD COLUMN IF NOT EXISTS song text;",
    );
    checkout.commit("song");
    checkout.git("checkout --quiet main");
    let clone = checkout.folder().join("clone");
    let url = format!("file://{}", checkout.folder().display());
    checkout.git(&format!(
        "clone --quiet --depth 1 --no-single-branch --branch work {url} {}",
        clone.display()
    ));
    let mut command = checkout.place.command("check codex");
    let said = checkout
        .place
        .said(command.current_dir(&clone).output().unwrap());
    assert_said!(said, @"
    ---- stderr

      error: this branch and `origin/main` have no common commit
      ╰─▶ the clone is shallow: its history ends before a common commit
      help: git fetch --unshallow; in GitHub Actions: fetch-depth: 0
    ---- exit 1
    ");
}

#[test]
fn released_migrations_are_exempt_from_rules_unless_all_are_asked_for() {
    let checkout = Checkout::new();
    checkout.git("checkout --quiet main");
    checkout.write("0003_add_bands", "CREATE SCHEMA bands;");
    checkout.commit("bands");
    checkout.run("check codex --fix");
    checkout.commit("sums");
    assert_eq!(checkout.run("check codex").code, Some(0));
    assert_said!(checkout.run("check codex --all"), @"
      error[create-if-not-exists]: `CREATE SCHEMA` of `bands` without `IF NOT EXISTS`
      ╰─▶ if the migration runs again, this fails with 42P06 (`duplicate_schema`)
       ╭─[migrations/codex/0003_add_bands.sql:9:1]
     8 │ 
     9 │ CREATE SCHEMA bands;
       · ^^^^^^^^^^^^^
       ╰────
      help: write `CREATE SCHEMA IF NOT EXISTS bands`
            see docs/rules/create-if-not-exists.md

    locks on tables in use
      migrations/codex/0002_add_motto.sql:9  ACCESS EXCLUSIVE on teams  blocks reads and writes, briefly

    codex        3 migrations, 0 new: 1 error; needs senior review
    3 migrations, 0 new against main: 1 error
    ---- stderr
    ---- exit 1
    ");
    // What is released is not corrected.
    let before = fs::read_to_string(checkout.path("0003_add_bands")).unwrap();
    checkout.run("check codex --all --fix");
    let after = fs::read_to_string(checkout.path("0003_add_bands")).unwrap();
    assert_eq!(before, after);
}

#[test]
fn our_own_migrations_keep_every_rule() {
    let place = Place::unconfigured();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut command = place.command("check --all --format json");
    let said = place.said(command.current_dir(workspace).output().unwrap());
    assert_eq!(said.code, Some(0), "{}", said.all());
    let report: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let databases = report["databases"].as_array().unwrap();
    for database in databases {
        assert!(database["migrations"].as_u64() > Some(0), "{database}");
        // Functions that make partitions of names that they compute: released, and so left as they are.
        let findings = database["findings"].as_array().unwrap();
        for finding in findings {
            let calls = [
                "0004_create_activity_log.sql",
                "0013_add_audit_log_maintenance.sql",
            ];
            let file = finding["file"].as_str().unwrap();
            assert_eq!(finding["rule"], "computed-sql", "{finding}");
            assert!(calls.iter().any(|call| file.ends_with(call)), "{finding}");
        }
    }
}
