//! `db reset` and `db redo`: a migration that was edited before it is merged.

use std::fs;

use crate::check::Checkout;
use crate::local_server::Cleanup;
use crate::support::{Place, assert_said};

/// What a command says, without what the first start of the server says.
fn migrate(checkout: &Checkout) -> crate::support::Said {
    checkout.run("migrate codex --migrations migrations")
}

#[test]
fn a_migration_that_is_not_merged_is_edited_and_applied_again() {
    let checkout = Checkout::new();
    let cleanup = Cleanup(&checkout.place);
    checkout.write(
        "0003_add_color",
        "ALTER TABLE teams ADD COLUMN IF NOT EXISTS colour text;",
    );
    let said = migrate(&checkout);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    checkout.write(
        "0003_add_color",
        "ALTER TABLE teams ADD COLUMN IF NOT EXISTS color text;",
    );
    assert_said!(migrate(&checkout), @"
    codex        not migrated in <time>
    ---- stderr
    nothing is configured: using the local PostgreSQL of this checkout (cargo xtask db status)

      error: codex: 0003_add_color was changed after it was applied
      ╰─▶ files and the history of local server, database jubilee_codex must agree before anything is applied
      help: 0003_add_color is not merged yet: delete this database with its rows, and apply all files as they are now:
            cargo xtask db redo codex --migrations migrations
    ---- exit 1
    ");
    assert_said!(checkout.place.answers("db redo codex --migrations migrations", "codex"), @"
    codex        3 migrations applied in <time>
      0001_create_teams <time>
      0002_add_motto <time>
      0003_add_color <time>
    ---- stderr
    nothing is configured: using the local PostgreSQL of this checkout (cargo xtask db status)
    local server, database jubilee_codex
    would delete it with its rows, and apply all migrations as they are now

    Type `codex` to do it: nothing is configured: using the local PostgreSQL of this checkout (cargo xtask db status)
    ---- exit 0
    ");

    // Another branch has a migration of the same number.
    checkout.commit("color");
    checkout.git("checkout --quiet main");
    checkout.git("checkout --quiet -b other");
    assert_said!(migrate(&checkout), @"
    codex        not migrated in <time>
    ---- stderr
    nothing is configured: using the local PostgreSQL of this checkout (cargo xtask db status)

      error: codex: 0003_add_color is applied, and its file is not there
      ╰─▶ files and the history of local server, database jubilee_codex must agree before anything is applied
      help: 0003_add_color is not merged: if it is of another branch, or was given up, delete this database with its rows, and apply the files of this branch:
            cargo xtask db redo codex --migrations migrations
    ---- exit 1
    ");
    checkout.write(
        "0003_add_shape",
        "ALTER TABLE teams ADD COLUMN IF NOT EXISTS shape text;",
    );
    assert_said!(migrate(&checkout), @"
    codex        not migrated in <time>
    ---- stderr
    nothing is configured: using the local PostgreSQL of this checkout (cargo xtask db status)

      error: codex: 0003 is 0003_add_color in this database, and 0003_add_shape among the files
      ╰─▶ files and the history of local server, database jubilee_codex must agree before anything is applied
      help: 0003_add_color is not merged: if it is of another branch, or 0003_add_shape is its new name, delete this database with its rows, and apply the files of this branch:
            cargo xtask db redo codex --migrations migrations
    ---- exit 1
    ");
    assert_eq!(
        checkout
            .run("db redo codex --yes --migrations migrations")
            .code,
        Some(0)
    );

    // What is merged stays as it is.
    let text = fs::read_to_string(checkout.path("0002_add_motto")).unwrap();
    fs::write(
        checkout.path("0002_add_motto"),
        text.replace("motto", "slogan"),
    )
    .unwrap();
    assert_said!(migrate(&checkout), @"
    codex        not migrated in <time>
    ---- stderr
    nothing is configured: using the local PostgreSQL of this checkout (cargo xtask db status)

      error: codex: 0002_add_motto was changed after it was applied
      ╰─▶ files and the history of local server, database jubilee_codex must agree before anything is applied
      help: restore the file as it was applied (`git log -- '*/0002_add_motto.sql'` shows its changes) and put the change into a new migration
    ---- exit 1
    ");
    // And keeps its number.
    fs::write(checkout.path("0002_add_motto"), text).unwrap();
    let mut psql = checkout.place.command("db psql codex -- -qc");
    let delete = "DELETE FROM public.schema_migrations WHERE version IN (1, 3)";
    assert!(psql.arg(delete).status().unwrap().success());
    assert_said!(migrate(&checkout), @"
    codex        not migrated in <time>
    ---- stderr
    nothing is configured: using the local PostgreSQL of this checkout (cargo xtask db status)

      error: codex: 0001_create_teams is not applied, and 0002_add_motto after it is
      ╰─▶ files and the history of local server, database jubilee_codex must agree before anything is applied
      help: 0001_create_teams is merged, so it keeps its number; its row is gone from public.schema_migrations: look whether what it does is there, and put the row back from a backup, or make the database anew:
            cargo xtask db redo codex --migrations migrations
    ---- exit 1
    ");
    drop(cleanup);
}

/// The databases of a place, as `.env` names them.
fn named_by_file() -> Place {
    let place = Place::new();
    let lines: String = place
        .variables()
        .map(|(name, value)| format!("{name}='{value}'\n"))
        .collect();
    place.file(".env", lines.as_bytes());
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    place.without_variables()
}

#[test]
fn the_database_that_env_names_is_made_anew_for_its_owner() {
    let place = named_by_file();
    let database = place.text("codex", "SELECT current_database()");
    place.sql(
        "codex",
        &format!(
            "CREATE ROLE {database}_owner; ALTER DATABASE {database} OWNER TO {database}_owner"
        ),
    );
    assert_eq!(place.run("migrate codex --migrations m").code, Some(0));
    // Somebody who is connected does not keep it.
    let other = postgres::Client::connect(&place.url("codex"), postgres::NoTls).unwrap();
    assert_said!(place.run("db reset codex"), @"
    ---- stderr
    postgres@/socket:5432/jubilee_codex
    would delete it with its rows, and make it anew


      error: deleting a database needs a confirmation
      ╰─▶ standard input is not a terminal, so nobody can be asked
      help: add --yes
    ---- exit 3
    ");
    assert_said!(place.answers("db reset codex", "no"), @"
    ---- stderr
    postgres@/socket:5432/jubilee_codex
    would delete it with its rows, and make it anew

    Type `codex` to do it: 
      error: the answer did not match; nothing was changed
      help: run this again and type `codex`
    ---- exit 3
    ");
    assert_eq!(place.text("codex", "SELECT to_regclass('users')"), "users");
    assert_said!(place.answers("db reset codex --migrations m", "codex"), @"
    codex        recreated; it is empty now
    next:
    cargo xtask migrate codex --migrations m
    ---- stderr
    postgres@/socket:5432/jubilee_codex
    would delete it with its rows, and make it anew

    Type `codex` to do it: ---- exit 0
    ");
    drop(other);
    let owner = "SELECT to_regclass('users'), datdba::regrole = (current_database() || '_owner')::regrole FROM pg_database WHERE datname = current_database()";
    assert_eq!(place.text("codex", owner), "NULL t");
    assert_eq!(place.run("migrate codex --migrations m").code, Some(0));
}

#[test]
fn what_cannot_be_applied_again_is_not_deleted() {
    let place = named_by_file();
    place.migration(2, "teams", "", "CREATE TABLE teams (id int);");
    let said = place.run("db redo codex --yes --target 1 --progress none --migrations m");
    assert_said!(said, @"
    codex        1 migration applied in <time>
      0001_users <time>
    ---- stderr
    ---- exit 0
    ");
    let bad = place.file("m/codex/0003_bad.sql", b"\0");
    assert_said!(place.run("db redo codex --yes --migrations m"), @"
    ---- stderr

      error: m/codex/0003_bad.sql: NUL byte at byte 0 (line 1)
      ╰─▶ PostgreSQL does not accept a NUL byte in a query
      help: delete it; if the file is binary, it is not a migration
    ---- exit 1
    ");
    assert_eq!(place.text("codex", "SELECT to_regclass('users')"), "users");
    fs::remove_file(bad).unwrap();
    assert_eq!(
        place.run("db redo codex --yes --migrations m").code,
        Some(0)
    );
    assert_eq!(place.text("codex", "SELECT to_regclass('teams')"), "teams");
}

#[test]
fn no_other_database_is_deleted() {
    let place = named_by_file().set("JUBILEE_ENV", "staging");
    assert_said!(place.run("db reset codex --yes"), @"
    ---- stderr

      error: this is a staging run
      ╰─▶ only a database of development is deleted
      help: unset JUBILEE_ENV and NODE_ENV, or set JUBILEE_ENV=development
    ---- exit 3
    ");
    let url = place.url("codex");
    let place = place
        .set("JUBILEE_ENV", "development")
        .set("DB_CODEX_URL", &url);
    assert_said!(place.run("db redo codex --yes"), @"
    ---- stderr

      error: postgres@/socket:5432/jubilee_codex is named by the host of the environment variable DB_CODEX_URL
      ╰─▶ only a database of the local server, or one that .env names, is deleted
      help: unset the variable, or write it into .env if the database may go
    ---- exit 3
    ");
    let place = place.without_variables();
    place.sql("codex", "CREATE TABLE orders (id int)");
    assert_said!(place.run("db redo codex --yes"), @"
    ---- stderr

      error: postgres@/socket:5432/jubilee_codex is not known to be codex
      ╰─▶ it holds tables, and no history of this program says that they may go
      help: check .env; if that is the one, drop it with psql: DROP DATABASE
    ---- exit 3
    ");
    place.sql("codex", "DROP TABLE orders");
    assert_eq!(place.run("migrate codex --migrations m").code, Some(0));
    place.sql(
        "codex",
        "UPDATE schema_migrations SET environment = 'staging'",
    );
    assert_said!(place.run("db reset codex --yes"), @"
    ---- stderr

      error: refused to delete postgres@/socket:5432/jubilee_codex: the history there says staging, and this is a development run
      ╰─▶ only codex of development is deleted
      help: check .env; if that is the one, drop it with psql: DROP DATABASE
    ---- exit 3
    ");
    place.sql(
        "codex",
        "UPDATE schema_migrations SET environment = 'development', database = 'inspire'",
    );
    assert_said!(place.run("db reset codex --yes"), @"
    ---- stderr

      error: refused to delete postgres@/socket:5432/jubilee_codex: the history there says inspire
      ╰─▶ only codex of development is deleted
      help: check .env; if that is the one, drop it with psql: DROP DATABASE
    ---- exit 3
    ");
    assert_eq!(place.text("codex", "SELECT to_regclass('users')"), "users");
}
