//! Migrations whose number another branch took first.

use std::fs;

use super::{Checkout, whole};
use crate::support::assert_said;

/// Two migrations on `work`, the first of which has a number that `main` has taken meanwhile.
fn with_taken_number() -> Checkout {
    let checkout = Checkout::new();
    checkout.write("0003_add_choirs", "CREATE SCHEMA IF NOT EXISTS choirs;");
    checkout.write("0004_add_songs", "CREATE SCHEMA IF NOT EXISTS songs;");
    checkout.run("check codex --fix");
    checkout.commit("choirs");
    checkout.git("checkout --quiet main");
    checkout.write("0003_add_bands", "CREATE SCHEMA IF NOT EXISTS bands;");
    checkout.run("check codex --fix");
    checkout.commit("bands");
    checkout.git("checkout --quiet work");
    checkout
}

fn migrations(checkout: &Checkout) -> Vec<String> {
    let folder = checkout.folder().join("migrations/codex");
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn in_the_middle_of_a_merge() {
    let checkout = with_taken_number();
    let merge = checkout.try_git("merge main");
    assert!(!merge.status.success());
    assert_said!(checkout.run("renumber codex 0003"), @"
    renamed migrations/codex/0003_add_choirs.sql to 0004_add_choirs.sql
    renamed migrations/codex/0004_add_songs.sql to 0005_add_songs.sql
    wrote crates/codex/migrations.sum
    ---- stderr
    0003_add_bands keeps its number: main has it
    to go on with the merge: git add --all migrations/codex crates/codex/migrations.sum
    a development database that has applied the old number: cargo xtask db redo codex
    ---- exit 0
    ");
    assert_eq!(
        migrations(&checkout),
        [
            "0001_create_teams.sql",
            "0002_add_motto.sql",
            "0003_add_bands.sql",
            "0004_add_choirs.sql",
            "0005_add_songs.sql"
        ]
    );
    let said = checkout.run("check codex");
    assert_eq!(said.code, Some(0), "{}", said.all());
    checkout.git("add --all migrations/codex crates/codex/migrations.sum");
    checkout.git("commit --quiet --no-edit");
    let said = checkout.run("check codex");
    assert_eq!(said.code, Some(0), "{}", said.all());
    assert_eq!(checkout.git("status --porcelain"), "");
}

#[test]
fn what_undoes_a_renumbered_migration_names_its_new_number() {
    let checkout = Checkout::new();
    checkout.write("0003_add_choirs", "CREATE SCHEMA IF NOT EXISTS choirs;");
    let undo = whole("codex", "0004_undo_choirs", "DROP SCHEMA IF EXISTS choirs;");
    let undo = undo.replace(
        "\n\nBEGIN",
        "\n-- Reverts: 0003\n-- Incident: nobody sang\n\nBEGIN",
    );
    fs::write(checkout.path("0004_undo_choirs"), undo).unwrap();
    checkout.run("check codex --fix");
    checkout.commit("choirs");
    checkout.git("checkout --quiet main");
    checkout.write("0003_add_bands", "CREATE SCHEMA IF NOT EXISTS bands;");
    checkout.run("check codex --fix");
    checkout.commit("bands");
    checkout.git("checkout --quiet work");
    let merge = checkout.try_git("merge main");
    assert!(!merge.status.success());
    let said = checkout.run("renumber codex 3");
    assert_eq!(said.code, Some(0), "{}", said.all());
    let undo = fs::read_to_string(checkout.path("0005_undo_choirs")).unwrap();
    assert!(undo.contains("\n-- Reverts: 0004\n"), "{undo}");
    let said = checkout.run("check codex");
    assert_eq!(said.code, Some(0), "{}", said.all());
}

#[test]
fn before_a_merge_and_in_a_rebase() {
    let checkout = with_taken_number();
    assert_said!(checkout.run("check codex"), @"
      error[append-only]: migrations/codex/0003_add_choirs.sql: number 0003 is taken on main by `0003_add_bands.sql`
      ╰─▶ the one that is merged second would be applied too late, or not at all
      help: rebase on main, or merge it; then cargo xtask renumber codex 0003
            see docs/rules/append-only.md

    codex        4 migrations, 2 new: 1 error; needs senior review
    4 migrations, 2 new against main: 1 error
    ---- stderr
    ---- exit 1
    ");
    let rebase = checkout.try_git("rebase main");
    assert!(!rebase.status.success());
    let said = checkout.run("renumber codex 3 --format json");
    assert_said!(said, @r#"
    {
      "name": "codex",
      "renamed": [
        {
          "from": "0003_add_choirs",
          "to": "0004_add_choirs"
        },
        {
          "from": "0004_add_songs",
          "to": "0005_add_songs"
        }
      ],
      "sum_file": "crates/codex/migrations.sum"
    }
    ---- stderr
    ---- exit 0
    "#);
    let said = checkout.run("check codex");
    assert_eq!(said.code, Some(0), "{}", said.all());

    let checkout = with_taken_number();
    let said = checkout.run("renumber codex 3");
    assert_eq!(said.code, Some(0), "{}", said.all());
    assert_eq!(
        migrations(&checkout)[2..],
        ["0004_add_choirs.sql", "0005_add_songs.sql"]
    );
}

#[test]
fn two_files_of_one_number_on_one_branch_are_not_told_apart() {
    let checkout = Checkout::new();
    for name in ["0003_add_choirs", "0003_add_bands", "0004_add_songs"] {
        checkout.write(name, "SELECT 1;");
    }
    assert_said!(checkout.run("renumber codex 0003"), @"
    ---- stderr

      error: several files in migrations/codex have the number 0003: 0003_add_bands.sql, 0003_add_choirs.sql
      ╰─▶ main has none of them, so nothing says which one keeps the number
      help: name the one that gets another number, say:
            cargo xtask renumber codex 0003_add_choirs
    ---- exit 1
    ");
    assert_said!(checkout.run("renumber codex 0003_add_bands.sql"), @"
    renamed migrations/codex/0003_add_bands.sql to 0004_add_bands.sql
    renamed migrations/codex/0004_add_songs.sql to 0005_add_songs.sql
    ---- stderr
    a development database that has applied the old number: cargo xtask db redo codex
    ---- exit 0
    ");
    assert_eq!(
        migrations(&checkout)[2..],
        [
            "0003_add_choirs.sql",
            "0004_add_bands.sql",
            "0005_add_songs.sql"
        ]
    );
    assert_said!(checkout.run("renumber codex 0003_add_bands"), @"
    ---- stderr

      error: migrations/codex has no migration 0003_add_bands of this branch
      ╰─▶ only a file that the base does not have can be renumbered
      help: what is new is said by:
            cargo xtask check codex
    ---- exit 1
    ");
}

#[test]
fn what_cannot_be_renumbered() {
    let checkout = with_taken_number();
    assert_said!(checkout.run("renumber codex 0001"), @"
    ---- stderr

      error: 0001_create_teams is released
      ╰─▶ main has it, and databases that have applied it expect it under its number
      help: a new migration can be renumbered: give its number
    ---- exit 1
    ");
    assert_said!(checkout.run("renumber codex 0042"), @"
    ---- stderr

      error: migrations/codex has no migration 0042 of this branch
      ╰─▶ only a file that the base does not have can be renumbered
      help: what is new is said by:
            cargo xtask check codex
    ---- exit 1
    ");
    checkout.git("checkout --quiet main");
    // What the base has got since is released too.
    assert_said!(checkout.run("renumber codex 0003"), @"
    ---- stderr

      error: 0003_add_bands is released
      ╰─▶ main has it, and databases that have applied it expect it under its number
      help: a new migration can be renumbered: give its number
    ---- exit 1
    ");
    checkout.write("0004_add_songs", "CREATE SCHEMA IF NOT EXISTS songs;");
    assert_said!(checkout.run("renumber codex 0004"), @"
    0004 is the next free number
    ---- stderr
    ---- exit 0
    ");
    fs::remove_dir_all(checkout.folder().join(".git")).unwrap();
    assert_said!(checkout.run("renumber codex 0004"), @"
    ---- stderr

      error: it is not known which migrations are released
      ╰─▶ not a git repository (or any of the parent directories): .git
      help: a released migration keeps its number; run it in a clone of the repository, or name the revision that has them: --base REV
    ---- exit 1
    ");
}
