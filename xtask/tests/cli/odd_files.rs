//! Migrations with what belongs elsewhere.

use crate::support::{Place, assert_said};

#[test]
fn a_command_of_psql_is_called_one() {
    let place = Place::new();
    place.migration(
        1,
        "users",
        "",
        "BEGIN;\nCREATE TABLE users (id int);\n\\d users\nCOMMIT;\n",
    );
    assert_said!(place.run("migrate codex --migrations m"), @r#"
    codex        not migrated in <time>
    ---- stderr

      error: m/codex/0001_users.sql: `\d` is a psql meta-command, not SQL
      ╰─▶ the server does not know it, and takes all up to the next semicolon for a part of it
        ╭─[m/codex/0001_users.sql:9:1]
      8 │ CREATE TABLE users (id int);
      9 │ \d users
        · ^^^^^^^^
        ·     ╰── syntax
     10 │ COMMIT;
        ╰────
      help: delete the line, or write it as SQL
    ---- exit 1
    "#);
}

#[test]
fn what_needs_no_transaction_in_one() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    place.migration(
        2,
        "index",
        "",
        "BEGIN;\nCREATE INDEX CONCURRENTLY users_id ON users (id);\nCOMMIT;\n",
    );
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        not finished, 1 migration applied in <time>
      0001_users <time>
    ---- stderr

      error: 0002_index failed on codex (postgres@/socket:5432/jubilee_codex)
      ╰─▶ PostgreSQL says: CREATE INDEX CONCURRENTLY cannot run inside a transaction block (SQLSTATE 25001)
       ╭─[m/codex/0002_index.sql:8:1]
     7 │ BEGIN;
     8 │ CREATE INDEX CONCURRENTLY users_id ON users (id);
       · ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     9 │ COMMIT;
       ╰────
      help: it was rolled back and nothing of it is left; its failure is recorded
            leave `BEGIN` and `COMMIT` out, and write `-- Transaction: none` into the header, then run this again:
            cargo xtask migrate codex --migrations m
    ---- exit 1
    ");
}

#[test]
fn what_cannot_be_read_hides_nothing_else() {
    let place = Place::new();
    place.migration(
        1,
        "start",
        "",
        "BEGIN;\nCREATE SCHEMA IF NOT EXISTS start;\nCOMMIT;\n",
    );
    let gone = place.folder.path().join("m/codex/0002_gone.sql");
    std::os::unix::fs::symlink("nowhere", gone).unwrap();
    place.migration(
        3,
        "end",
        "-- Transaction: some",
        "BEGIN;\nSELECT 1;\nCOMMIT;\n",
    );
    assert_said!(place.run("check codex --migrations m"), @"
      error[naming]: m/codex/0002_gone.sql: it cannot be read: a link that leads nowhere
      ╰─▶ what a migration does has to be known before anything is applied
      help: put a file that can be read in its place: restore it, mend the link, or chmod u+r
            see docs/rules/naming.md

      error[header]: `Transaction: some` is unknown
      ╰─▶ the only value is `none`; without the field, a migration runs in a transaction
       ╭─[m/codex/0003_end.sql:6:1]
     5 │ -- Description: test
     6 │ -- Transaction: some
       · ^^^^^^^^^^^^^^^^^^^^
     7 │ BEGIN;
       ╰────
      help: write `none`, or delete the line
            see docs/rules/header.md

    codex        2 migrations, 3 new: 2 errors; needs senior review
    2 migrations, all treated as new: 2 errors
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    ---- exit 1
    ");
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: m/codex/0002_gone.sql: it cannot be read: a link that leads nowhere
      ╰─▶ what a migration does has to be known before anything is applied
      help: put a file that can be read in its place: restore it, mend the link, or chmod u+r

      error: m/codex/0003_end.sql: `Transaction: some` is unknown
      ╰─▶ the only value is `none`; without the field, a migration runs in a transaction
       ╭─[m/codex/0003_end.sql:6:1]
     5 │ -- Description: test
     6 │ -- Transaction: some
       · ^^^^^^^^^^^^^^^^^^^^
       ·           ╰── header
     7 │ BEGIN;
       ╰────
      help: write `none`, or delete the line
    ---- exit 1
    ");
}
