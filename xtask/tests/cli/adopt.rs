//! `migrate adopt --up-to`: a database with tables that nobody recorded.

use crate::support::{Place, assert_said};

/// Migrations, and a database that got the first three of them by hand.
fn by_hand() -> Place {
    let place = Place::new();
    place.migration(
        1,
        "users",
        "",
        "CREATE TABLE users (id int, name text); CREATE TABLE old (id int);",
    );
    place.migration(
        2,
        "partitions",
        "",
        "DO $$ BEGIN EXECUTE 'CREATE SCHEMA logs; CREATE TABLE logs.visits (at date) PARTITION BY RANGE (at)'; END $$;\n\
         CREATE TABLE logs.visits_2026 PARTITION OF logs.visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
    );
    place.migration(3, "rows", "", "INSERT INTO users VALUES (1, 'Ada');");
    place.migration(4, "motto", "", "ALTER TABLE users ADD COLUMN motto text;");
    place.migration(
        5,
        "teams",
        "",
        "CREATE TABLE teams (id int); DROP TABLE IF EXISTS old;",
    );
    place.sql(
        "codex",
        "CREATE TABLE users (id int, name text); CREATE TABLE old (id int);
         CREATE SCHEMA logs; CREATE TABLE logs.visits (at date) PARTITION BY RANGE (at);
         CREATE TABLE logs.visits_2031 PARTITION OF logs.visits FOR VALUES FROM ('2031-01-01') TO ('2032-01-01');
         CREATE TABLE users_backup (id int)",
    );
    place
}

#[test]
fn tables_that_fit_are_recorded_as_applied() {
    let place = by_hand();
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: refused to migrate codex: this database has not been adopted
      ╰─▶ schema public already holds tables (old, users, users_backup), and no history says where they come from (postgres@/socket:5432/jubilee_codex)
      help: if this really is codex, take it over:
            cargo xtask migrate adopt codex --up-to NNNN --migrations m   (if the migrations up to NNNN were applied by other means)
            cargo xtask migrate adopt codex --migrations m   (if the tables are others', and none was)
    ---- exit 3
    ");
    assert_said!(place.run("migrate adopt codex --up-to 3 --migrations m"), @"
    codex        adopted, with 3 migrations recorded as applied
      0001_users
      0002_partitions
      0003_rows
      not checked, since they make no table, column, index, view or function: 0003_rows
      made by no migration: users_backup
    names were compared; to compare types, keys and all else:
    cargo xtask drift codex --migrations m
    next:
    cargo xtask migrate codex --migrations m
    ---- stderr
    ---- exit 0
    ");
    assert_eq!(
        place.text("codex", "SELECT version, status, regexp_replace(runner, '^.*, ', '') FROM schema_migrations ORDER BY 1"),
        "1 completed adopted from tables without a history\n2 completed adopted from tables without a history\n3 completed adopted from tables without a history"
    );
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        2 migrations applied in <time>
      0004_motto <time>
      0005_teams <time>
    ---- stderr
    ---- exit 0
    ");
}

#[test]
fn tables_that_do_not_fit_are_refused_and_what_fits_is_named() {
    let place = by_hand();
    assert_said!(place.run("migrate adopt codex --up-to 0005 --migrations m"), @"
    ---- stderr

      error: codex is not what the migrations up to 0005 leave (postgres@/socket:5432/jubilee_codex)
      ╰─▶ old is there, which 0005_teams drops
          teams is missing, which 0005_teams makes
          users.motto is missing, which 0004_motto makes
      help: what is there is what 0002_partitions to 0003_rows leave: name the last that was applied:
            cargo xtask migrate adopt codex --up-to 0003 --migrations m
    ---- exit 3
    ");
    assert_said!(place.run("migrate adopt codex --up-to 0001 --migrations m"), @"
    ---- stderr

      error: codex is not what the migrations up to 0001 leave (postgres@/socket:5432/jubilee_codex)
      ╰─▶ logs.visits is there, which only 0002_partitions makes
      help: what is there is what 0002_partitions to 0003_rows leave: name the last that was applied:
            cargo xtask migrate adopt codex --up-to 0003 --migrations m
    ---- exit 3
    ");
    assert_said!(place.run("migrate adopt codex --up-to 0009 --migrations m"), @"
    ---- stderr

      error: there is no migration 0009 of codex
      ╰─▶ the last one is 0005
      help: name the last migration that was applied; if that is it:
            cargo xtask migrate adopt codex --up-to 0005 --migrations m
    ---- exit 1
    ");
    place.sql(
        "codex",
        "ALTER TABLE users ADD motto text; CREATE TABLE teams (id int)",
    );
    assert_said!(place.run("migrate adopt codex --up-to 0005 --migrations m"), @"
    ---- stderr

      error: codex is not what the migrations up to 0005 leave (postgres@/socket:5432/jubilee_codex)
      ╰─▶ old is there, which 0005_teams drops
      help: no migration leaves what is there, and this one comes closest: correct in the database what is named here, then:
            cargo xtask migrate adopt codex --up-to 0005 --migrations m
    ---- exit 3
    ");
    place.sql("codex", "DROP TABLE users");
    assert_said!(place.run("migrate adopt codex --up-to 0003 --migrations m"), @"
    ---- stderr

      error: codex is not what the migrations up to 0003 leave (postgres@/socket:5432/jubilee_codex)
      ╰─▶ teams is there, which only 0005_teams makes
          users is missing, which 0001_users makes
      help: no migration leaves what is there; 0005_teams comes closest, with 2 differences, which this names:
            cargo xtask migrate adopt codex --up-to 0005 --migrations m
    ---- exit 3
    ");
    assert_eq!(
        place.text("codex", "SELECT to_regclass('schema_migrations')"),
        "NULL"
    );
}

/// The database's own migrations, which make partitions and tables in functions.
#[test]
fn our_own_databases_fit_themselves() {
    let place = Place::new();
    assert_eq!(place.run("migrate codex --target 12").code, Some(0));
    place.sql("codex", "DROP TABLE schema_migrations");
    let said = place.run("migrate adopt codex --up-to 11");
    assert_eq!(said.code, Some(3), "{}", said.all());
    let said = place.run("migrate adopt codex --up-to 12");
    assert_eq!(said.code, Some(0), "{}", said.all());
    assert_eq!(place.run("migrate codex").code, Some(0));
}

#[test]
fn where_a_history_says_it_nobody_else_does() {
    let place = by_hand();
    place.sql(
        "codex",
        "CREATE TABLE refinery_schema_history (version int, name varchar(255), applied_on varchar(255), checksum varchar(255))",
    );
    assert_said!(place.run("migrate adopt codex --up-to 0003 --migrations m"), @"
    ---- stderr

      error: codex: another runner's history says what was applied
      help: leave --up-to out
    ---- exit 3
    ");
}

#[test]
fn what_was_adopted_with_nothing_applied_can_still_be_recorded() {
    let place = by_hand();
    assert_said!(place.run("migrate adopt codex --migrations m"), @"
    codex        adopted, with nothing recorded as applied
      what is there is what the migrations up to 0003 leave
    to record them as applied:
    cargo xtask migrate adopt codex --up-to 0003 --migrations m
    to apply all of them to what is there:
    cargo xtask migrate codex --migrations m
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("drift codex --migrations m"), @"
    ---- stderr

      error: codex: no migration is recorded
      ╰─▶ nothing says what the schema should be
      help: cargo xtask migrate codex --migrations m
    ---- exit 1
    ");
    assert_said!(place.run("migrate adopt codex --up-to 3 --migrations m"), @"
    codex        adopted, with 3 migrations recorded as applied
      0001_users
      0002_partitions
      0003_rows
      not checked, since they make no table, column, index, view or function: 0003_rows
      made by no migration: users_backup
    names were compared; to compare types, keys and all else:
    cargo xtask drift codex --migrations m
    next:
    cargo xtask migrate codex --migrations m
    ---- stderr
    ---- exit 0
    ");
    assert_eq!(
        place.text(
            "codex",
            "SELECT count(*) FROM schema_migrations WHERE status = 'completed'"
        ),
        "3"
    );
}

/// Tables that are mostly those of the migrations: one that is missing, one that is too much.
#[test]
fn tables_that_are_mostly_ours_are_named_where_nothing_is_recorded() {
    let place = by_hand();
    place.sql("codex", "ALTER TABLE users DROP name");
    assert_said!(place.run("migrate adopt codex --migrations m"), @"
    codex        adopted, with nothing recorded as applied
      migrations make what is there too: logs.visits, old, users
      it is closest to what the migrations up to 0003 leave; what differs is said by:
    cargo xtask migrate adopt codex --up-to 0003 --migrations m
    to apply all of them to what is there:
    cargo xtask migrate codex --migrations m
    ---- stderr
    ---- exit 0
    ");
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    place.sql("codex", "CREATE TABLE accounts (id int)");
    assert_said!(place.run("migrate adopt codex --up-to 0001 --migrations m"), @"
    ---- stderr

      error: codex is not what the migrations up to 0001 leave (postgres@/socket:5432/jubilee_codex)
      ╰─▶ users is missing, which 0001_users makes
      help: nothing that a migration makes is there: check that this is the right database; to take over the tables of others, with nothing recorded as applied:
            cargo xtask migrate adopt codex --migrations m
    ---- exit 3
    ");
    assert_said!(place.run("migrate adopt codex --migrations m"), @"
    codex        adopted, with nothing recorded as applied
    next:
    cargo xtask migrate codex --migrations m
    ---- stderr
    ---- exit 0
    ");
}
