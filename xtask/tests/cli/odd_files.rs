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
