//! New migrations: their sums, and what `--fix` corrects.

use std::fs;

use super::{CREATE_TEAMS, Checkout, whole};
use crate::support::{assert_said, databases};

#[test]
fn a_clean_addition_passes_once_its_sum_is_written() {
    let checkout = Checkout::new();
    checkout.write(
        "0003_add_song",
        "ALTER TABLE teams ADD COLUMN IF NOT EXISTS song text;",
    );
    assert_said!(checkout.run("check codex"), @"
    locks on tables in use
      migrations/codex/0003_add_song.sql:9  ACCESS EXCLUSIVE on teams  blocks reads and writes, briefly

    codex        3 migrations, 1 new: nothing found; needs senior review
    3 migrations, 1 new against main: nothing found
    ---- stderr
    crates/codex/migrations.sum is not of 0003_add_song.sql yet: cargo xtask check --fix
    ---- exit 0
    ");
    checkout.git("add --all");
    assert_said!(checkout.run("check codex --staged"), @"
      error[sum-file]: migrations/codex/0003_add_song.sql: it has no line in migrations.sum
      ╰─▶ its line makes two branches with the same number conflict before the merge, and shows every later edit
      help: cargo xtask check --fix
            see docs/rules/sum-file.md

    locks on tables in use
      migrations/codex/0003_add_song.sql:9  ACCESS EXCLUSIVE on teams  blocks reads and writes, briefly

    codex        3 migrations, 1 new: 1 error; needs senior review
    3 migrations, 1 new against main: 1 error
    ---- stderr
    ---- exit 1
    ");
    checkout.commit("song");
    assert_said!(checkout.run("check codex"), @"
      error[sum-file]: migrations/codex/0003_add_song.sql: it has no line in migrations.sum
      ╰─▶ its line makes two branches with the same number conflict before the merge, and shows every later edit
      help: cargo xtask check --fix
            see docs/rules/sum-file.md

    locks on tables in use
      migrations/codex/0003_add_song.sql:9  ACCESS EXCLUSIVE on teams  blocks reads and writes, briefly

    codex        3 migrations, 1 new: 1 error; needs senior review
    3 migrations, 1 new against main: 1 error
    ---- stderr
    ---- exit 1
    ");
    assert_said!(checkout.run("check --fix").of_shown_databases(), @"
    locks on tables in use
      migrations/codex/0003_add_song.sql:9  ACCESS EXCLUSIVE on teams  blocks reads and writes, briefly

    codex        3 migrations, 1 new: nothing found; needs senior review
    inspire      1 migration, 0 new: nothing found
    continuum    1 migration, 0 new: nothing found
    5 migrations, 1 new against main: nothing found
    ---- stderr
    wrote crates/codex/migrations.sum
    ---- exit 0
    ");
    let sums = fs::read_to_string(checkout.folder().join("crates/codex/migrations.sum")).unwrap();
    assert_eq!(sums.lines().count(), 5, "{sums}");
    assert_said!(checkout.run("check --deny warnings").of_shown_databases(), @"
    locks on tables in use
      migrations/codex/0003_add_song.sql:9  ACCESS EXCLUSIVE on teams  blocks reads and writes, briefly

    codex        3 migrations, 1 new: nothing found; needs senior review
    inspire      1 migration, 0 new: nothing found
    continuum    1 migration, 0 new: nothing found
    5 migrations, 1 new against main: nothing found
    ---- stderr
    ---- exit 0
    ");
    // Nothing more to write.
    assert_eq!(checkout.run("check --fix").stderr, "");
}

#[test]
fn the_sum_file_is_read_with_care() {
    let checkout = Checkout::new();
    let path = checkout.folder().join("crates/codex/migrations.sum");
    let sums = fs::read_to_string(&path).unwrap();
    let first = sums.lines().find(|line| line.starts_with("0001")).unwrap();
    fs::write(
        &path,
        sums.replace(first, "0001_create_teams oops\n0009_gone 0"),
    )
    .unwrap();
    assert_said!(checkout.run("check codex"), @"
      error[sum-file]: migrations/codex/0001_create_teams.sql: it has no line in migrations.sum
      ╰─▶ its line makes two branches with the same number conflict before the merge, and shows every later edit
      help: cargo xtask check --fix
            see docs/rules/sum-file.md

      error[sum-file]: crates/codex/migrations.sum: `0001_create_teams oops` is not `NNNN_name SUM`
      ╰─▶ a line that cannot be read protects nothing
      help: restore the file with git checkout, then run cargo xtask check --fix
            see docs/rules/sum-file.md

      error[sum-file]: crates/codex/migrations.sum: `0009_gone 0` is not `NNNN_name SUM`
      ╰─▶ a line that cannot be read protects nothing
      help: restore the file with git checkout, then run cargo xtask check --fix
            see docs/rules/sum-file.md

      error[sum-file]: crates/codex/migrations.sum: the line of `0001_create_teams` was changed or deleted
      ╰─▶ it protects a migration that has been released
      help: restore the line: cargo xtask check --fix
            see docs/rules/sum-file.md

    codex        2 migrations, 0 new: 4 errors; needs senior review
    2 migrations, 0 new against main: 4 errors
    ---- stderr
    ---- exit 1
    ");
    assert_said!(checkout.run("check codex --fix"), @"
    codex        2 migrations, 0 new: nothing found
    2 migrations, 0 new against main: nothing found
    ---- stderr
    wrote crates/codex/migrations.sum
    ---- exit 0
    ");
    assert_eq!(fs::read_to_string(&path).unwrap(), sums);
}

#[test]
fn fix_corrects_what_is_mechanical_and_keeps_line_ends() {
    let checkout = Checkout::new();
    let body = "CREATE SCHEMA bands;\nCREATE SCHEMA choirs;";
    let text = whole("codex", "0003_add_bands", body).replace('\n', "\r\n");
    fs::write(checkout.path("0003_add_bands"), &text).unwrap();
    assert_said!(checkout.run("check codex --fix"), @"
    codex        3 migrations, 1 new: nothing found; needs senior review
    3 migrations, 1 new against main: nothing found
    ---- stderr
    wrote migrations/codex/0003_add_bands.sql: 2 corrections
    wrote crates/codex/migrations.sum
    ---- exit 0
    ");
    let after = fs::read_to_string(checkout.path("0003_add_bands")).unwrap();
    assert_eq!(after, text.replace("SCHEMA", "SCHEMA IF NOT EXISTS"));
    // Nothing but migrations is left in their folder, and nothing beside it.
    let left: Vec<_> = fs::read_dir(checkout.folder().join("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), databases().count(), "{left:?}");
}

#[test]
fn what_new_makes_lacks_only_what_its_author_must_write() {
    let checkout = Checkout::new();
    let place = &checkout.place;
    let mut command = place.command("new codex add_songs");
    command.env("GIT_CONFIG_COUNT", "1");
    command.env("GIT_CONFIG_KEY_0", "user.name");
    command.env("GIT_CONFIG_VALUE_0", "Ada Lovelace");
    assert!(command.output().unwrap().status.success());
    assert_said!(checkout.run("check codex"), @"
      error[syntax]: migrations/codex/0003_add_songs.sql: the migration holds no statement
      ╰─▶ an empty migration would use up its number
      help: write the migration, or delete the file
            see docs/rules/syntax.md

      error[header]: `Description` still has the text of the template
      ╰─▶ reviewers and later readers rely on it
       ╭─[migrations/codex/0003_add_songs.sql:5:1]
     4 │ -- Date: <day>
     5 │ -- Description: what it does and why
       · ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       ╰────
      help: say what it does, and why
            see docs/rules/header.md

    codex        3 migrations, 1 new: 2 errors; needs senior review
    3 migrations, 1 new against main: 2 errors
    ---- stderr
    ---- exit 1
    ");
}

#[test]
fn a_constraint_that_no_migration_validates_is_no_fault_and_named() {
    let checkout = Checkout::new();
    checkout.write(
        "0003_check_motto",
        "ALTER TABLE teams DROP CONSTRAINT IF EXISTS teams_motto_check;\n\
         ALTER TABLE teams ADD CONSTRAINT teams_motto_check CHECK (motto <> '') NOT VALID;",
    );
    checkout.run("check codex --fix");
    let said = checkout.run("check codex");
    assert_eq!(said.code, Some(0), "{}", said.all());
    assert_eq!(
        said.stderr,
        "no migration validates `teams_motto_check` of `teams` yet, which migrations/codex/0003_check_motto.sql adds NOT VALID\n"
    );
    checkout.write(
        "0004_validate_motto_check",
        "ALTER TABLE teams VALIDATE CONSTRAINT teams_motto_check;",
    );
    checkout.run("check codex --fix");
    assert_eq!(checkout.run("check codex").stderr, "");
}

#[test]
fn warnings_fail_only_where_they_are_denied() {
    let checkout = Checkout::new();
    checkout.write(
        "0003_odd",
        "CREATE TABLE IF NOT EXISTS bands (band_id uuid CONSTRAINT bands_pkey PRIMARY KEY, motto varchar(9));",
    );
    checkout.run("check codex --fix");
    assert_eq!(checkout.run("check codex").code, Some(0));
    assert_eq!(checkout.run("check codex --deny warnings").code, Some(1));
}

#[test]
fn what_a_merge_brings_is_released_and_not_mended() {
    let checkout = Checkout::new();
    checkout.write(
        "0003_mine",
        "ALTER TABLE teams ADD COLUMN IF NOT EXISTS mine text;",
    );
    checkout.run("check --fix");
    checkout.commit("mine");
    checkout.git("checkout --quiet main");
    // With something that could be mended, and was not when it was merged.
    checkout.write("0003_theirs", "CREATE SCHEMA theirs;");
    checkout.commit("theirs");
    checkout.git("checkout --quiet work");
    checkout.git("merge --no-commit main");
    let theirs = fs::read_to_string(checkout.path("0003_theirs")).unwrap();

    // The way out: mine takes the next number.
    let mine = fs::read_to_string(checkout.path("0003_mine")).unwrap();
    fs::remove_file(checkout.path("0003_mine")).unwrap();
    let mine = mine.replace("0003_mine", "0004_mine");
    fs::write(checkout.path("0004_mine"), mine).unwrap();
    assert_said!(checkout.run("check codex --fix"), @"
    locks on tables in use
      migrations/codex/0004_mine.sql:9  ACCESS EXCLUSIVE on teams  blocks reads and writes, briefly

    codex        4 migrations, 1 new: nothing found; needs senior review
    4 migrations, 1 new against main: nothing found
    ---- stderr
    wrote crates/codex/migrations.sum
    ---- exit 0
    ");
    let after = fs::read_to_string(checkout.path("0003_theirs")).unwrap();
    assert_eq!(theirs, after);
}

#[test]
fn without_a_base_nothing_that_is_sealed_is_mended() {
    let checkout = Checkout::new();
    let sums = checkout.folder().join("crates/codex/migrations.sum");
    let sealed = fs::read_to_string(&sums).unwrap();
    let edited = CREATE_TEAMS.replace("TABLE IF NOT EXISTS", "TABLE");
    checkout.write("0001_create_teams", &edited);
    fs::remove_dir_all(checkout.folder().join(".git")).unwrap();
    assert_said!(checkout.run("check codex --fix"), @"
      error[create-if-not-exists]: `CREATE TABLE` of `teams` without `IF NOT EXISTS`
      ╰─▶ if the migration runs again, this fails with 42P07 (`duplicate_table`)
        ╭─[migrations/codex/0001_create_teams.sql:9:1]
      8 │ 
      9 │ CREATE TABLE teams (
        · ^^^^^^^^^^^^
     10 │     team_id uuid CONSTRAINT teams_pkey PRIMARY KEY DEFAULT gen_random_uuid()
        ╰────
      help: write `CREATE TABLE IF NOT EXISTS teams`
            check --fix writes: CREATE TABLE IF NOT EXISTS teams (
            see docs/rules/create-if-not-exists.md

    locks on tables in use
      migrations/codex/0002_add_motto.sql:9  ACCESS EXCLUSIVE on teams  blocks reads and writes, briefly

    codex        2 migrations, 2 new: 1 error; needs senior review
    2 migrations, all treated as new: 1 error
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    ---- exit 1
    ");
    let text = fs::read_to_string(checkout.path("0001_create_teams")).unwrap();
    assert!(text.contains("CREATE TABLE teams"));
    assert_eq!(fs::read_to_string(&sums).unwrap(), sealed);
}

#[test]
fn the_line_of_a_migration_that_is_gone_stays() {
    let checkout = Checkout::new();
    let sums = checkout.folder().join("crates/codex/migrations.sum");
    let sealed = fs::read_to_string(&sums).unwrap();
    fs::remove_file(checkout.path("0002_add_motto")).unwrap();
    checkout.write(
        "0003_add_song",
        "ALTER TABLE teams ADD COLUMN IF NOT EXISTS song text;",
    );
    let said = checkout.run("check codex --fix");
    assert_eq!(said.code, Some(1));
    let after = fs::read_to_string(&sums).unwrap();
    assert!(after.starts_with(&sealed), "{after}");
}

#[cfg(unix)]
#[test]
fn corrections_keep_permissions_and_refuse_what_is_read_only() {
    use std::os::unix::fs::PermissionsExt;

    let checkout = Checkout::new();
    checkout.write("0003_add_bands", "CREATE SCHEMA bands;");
    let path = checkout.path("0003_add_bands");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    assert_said!(checkout.run("check codex --fix"), @"
    ---- stderr

      error: cannot write /folder/migrations/codex/0003_add_bands.sql
      ╰─▶ permission denied
      help: check the permissions of the file and its folder, and the free space
    ---- exit 1
    ");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    checkout.run("check codex --fix");
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o755);
}
