//! New migrations: their sums, and what `--fix` corrects.

use std::fs;

use super::{Checkout, whole};
use crate::support::{assert_said, databases};

#[test]
fn a_clean_addition_passes_once_its_sum_is_written() {
    let checkout = Checkout::new();
    checkout.write(
        "0003_add_song",
        "ALTER TABLE teams ADD COLUMN IF NOT EXISTS song text;",
    );
    assert_said!(checkout.run("check codex"), @"
      error[sum-file]: migrations/codex/0003_add_song.sql: it has no line in migrations.sum
      ╰─▶ its line makes two branches that add the same number conflict before the merge, and shows every later edit
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
      ╰─▶ its line makes two branches that add the same number conflict before the merge, and shows every later edit
      help: cargo xtask check --fix
            see docs/rules/sum-file.md

      error[sum-file]: crates/codex/migrations.sum: `0001_create_teams oops` is not `NNNN_name SUM`
      ╰─▶ what cannot be read protects nothing
      help: mend the file: git checkout it, then cargo xtask check --fix
            see docs/rules/sum-file.md

      error[sum-file]: crates/codex/migrations.sum: `0009_gone 0` is not `NNNN_name SUM`
      ╰─▶ what cannot be read protects nothing
      help: mend the file: git checkout it, then cargo xtask check --fix
            see docs/rules/sum-file.md

      error[sum-file]: crates/codex/migrations.sum: the line of `0001_create_teams` was changed or deleted
      ╰─▶ it seals a migration that others have already
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
      error[syntax]: migrations/codex/0003_add_songs.sql: the migration is still to be written: it holds no statement
      ╰─▶ its number would be used up for nothing
      help: write the migration, or delete the file
            see docs/rules/syntax.md

      error[header]: `Description` is still the template's
      ╰─▶ reviewers and whoever reads this in a year rely on it
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
fn warnings_fail_only_where_they_are_denied() {
    let checkout = Checkout::new();
    checkout.write("0003_odd", "CREATE TABEL bands;");
    checkout.run("check codex --fix");
    assert_eq!(checkout.run("check codex").code, Some(0));
    assert_eq!(checkout.run("check codex --deny warnings").code, Some(1));
}
