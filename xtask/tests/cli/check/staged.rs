//! What is staged for the next commit, which may differ from the files.

use std::fs;

use super::Checkout;
use crate::support::assert_said;

#[test]
fn what_is_staged_is_checked_and_not_the_files() {
    let checkout = Checkout::new();
    checkout.write("0003_add_bands", "CREATE SCHEMA bands;");
    let said = checkout.run("check codex --staged");
    assert_eq!(said.code, Some(0), "{}", said.all());
    checkout.git("add migrations");
    checkout.write("0003_add_bands", "CREATE SCHEMA IF NOT EXISTS bands;");
    assert_said!(checkout.run("check codex --staged"), @"
      error[create-if-not-exists]: `CREATE SCHEMA` of `bands` without `IF NOT EXISTS`
      ╰─▶ if the migration runs again, this fails with 42P06 (`duplicate_schema`)
       ╭─[migrations/codex/0003_add_bands.sql:9:1]
     8 │ 
     9 │ CREATE SCHEMA bands;
       · ^^^^^^^^^^^^^
       ╰────
      help: write `CREATE SCHEMA IF NOT EXISTS bands`
            check --fix writes: CREATE SCHEMA IF NOT EXISTS bands;
            see docs/rules/create-if-not-exists.md

    codex        3 migrations, 1 new: 1 error; needs senior review
    3 migrations, 1 new against main: 1 error
    ---- stderr
    ---- exit 1
    ");
    checkout.run("check codex --fix");
    let said = checkout.run("check codex --staged");
    assert_eq!(said.code, Some(1), "{}", said.all());
    checkout.git("add --all");
    let said = checkout.run("check codex --staged");
    assert_eq!(said.code, Some(0), "{}", said.all());
    // A deletion is staged too.
    checkout.git("rm --quiet --cached migrations/codex/0001_create_teams.sql");
    let said = checkout.run("check codex --staged");
    assert_eq!(said.code, Some(1), "{}", said.all());
    assert!(said.stdout.contains("it was deleted"), "{}", said.all());
}

/// As git runs a hook for `git commit --all`, with an index of its own.
#[test]
fn the_index_of_the_commit_is_read() {
    let checkout = Checkout::new();
    checkout.write("0003_add_bands", "CREATE SCHEMA bands;");
    checkout.git("add --intent-to-add migrations");
    let hook = format!(
        "#!/bin/sh\nexec {} check codex --staged\n",
        env!("CARGO_BIN_EXE_xtask")
    );
    let path = checkout.folder().join(".git/hooks/pre-commit");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, hook).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&path, mode).unwrap();
    let refused = checkout.try_git("commit --all --quiet -m bands");
    assert!(!refused.status.success(), "{refused:?}");
    let said =
        String::from_utf8(refused.stdout).unwrap() + &String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("create-if-not-exists"), "{said}");
}
