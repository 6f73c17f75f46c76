//! What is refused for safety, with exit status 3.

use crate::support::{Place, assert_said};

#[test]
fn production_without_the_flag() {
    let place = Place::unconfigured().set("NODE_ENV", "production");
    assert_said!(place.run("migrate codex"), @"
    ---- stderr

      error: NODE_ENV says production, and --production was not given
      ╰─▶ production is never touched by accident: it is asked for by a flag
      help: add --production if production is meant, or run `unset NODE_ENV`
    ---- exit 3
    ");
    assert_said!(Place::unconfigured().set("JUBILEE_ENV", "production").run("migrate:codex"), @"
    ---- stderr

      error: JUBILEE_ENV says production, and --production was not given
      ╰─▶ production is never touched by accident: it is asked for by a flag
      help: add --production if production is meant, or run `unset JUBILEE_ENV`
    ---- exit 3
    ");
}

#[test]
fn the_flag_against_the_environment() {
    assert_said!(Place::unconfigured().set("JUBILEE_ENV", "development").run("migrate codex --production"), @"
    ---- stderr

      error: --production was given, and JUBILEE_ENV says development
      ╰─▶ production is never touched by accident: variable and flag must agree
      help: leave --production out, or run `unset JUBILEE_ENV`
    ---- exit 3
    ");
    assert_said!(Place::unconfigured().set("JUBILEE_ENV", "prod").run("migrate codex"), @"
    ---- stderr

      error: JUBILEE_ENV is `prod`, which is not an environment (known: development, staging, production)
      ╰─▶ a misspelled environment must not become a default
      help: did you mean JUBILEE_ENV=production?
    ---- exit 4
    ");
}

#[test]
fn another_databases_target() {
    let place = Place::new();
    assert_eq!(place.run("migrate inspire").code, Some(0));
    let url = place.url("inspire");
    let place = place.set("DB_CODEX_URL", &url);
    assert_said!(place.run("migrate codex"), @"
    codex        not migrated in <time>
    ---- stderr

      error: refused to migrate codex: the history there says inspire
      ╰─▶ each database is isolated; these files would change the schema of inspire (postgres@/socket:5432/jubilee_inspire)
      help: point the configuration of codex at its own database, or, if inspire is meant:
            cargo xtask migrate inspire
    ---- exit 3
    ");
    assert_eq!(
        place.text(
            "inspire",
            "SELECT count(*) FROM schema_migrations WHERE database <> 'inspire'"
        ),
        "0"
    );
}

#[test]
fn a_development_run_at_a_production_database() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    let said = place.run("migrate codex --production --yes --migrations m");
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: refused to migrate codex: the history there says production, and this is a development run
      ╰─▶ every applied migration says where it ran, and all of them say production, whatever the connection is called (postgres@/socket:5432/jubilee_codex)
      help: if production is meant, add --production; if it is a copy that development uses, or was labelled production by mistake:
            cargo xtask migrate relabel codex --from production --to development --migrations m
    ---- exit 3
    ");
    assert_said!(place.run("migrate status codex --migrations m"), @"
    codex (development, postgres@/socket:5432/jubilee_codex)
      0001_users  completed  <when> <time>
    ---- stderr

      error: codex: the history there says production, and this is a development run
      ╰─▶ every applied migration says where it ran, and all of them say production, whatever the connection is called (postgres@/socket:5432/jubilee_codex)
      help: if production is meant, add --production; if it is a copy that development uses, or was labelled production by mistake:
            cargo xtask migrate relabel codex --from production --to development --migrations m
    ---- exit 3
    ");
}

#[test]
fn production_asks_and_a_pipeline_must_say_yes() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    assert_said!(place.run("migrate codex --production --migrations m"), @"
    ---- stderr
    PRODUCTION
    codex        would apply 1 migration to postgres@/socket:5432/jubilee_codex, from m/codex
      0001_users   1 statement


      error: changing production needs a confirmation
      ╰─▶ standard input is not a terminal, so nobody can be asked
      help: look at it with --dry-run, then add --yes
    ---- exit 3
    ");
    assert_eq!(place.text("codex", "SELECT to_regclass('users')"), "NULL");
    assert_eq!(
        place
            .run("migrate codex --production --yes --migrations m")
            .code,
        Some(0)
    );
    // Nothing to apply: nothing to ask.
    assert_eq!(
        place.run("migrate codex --production --migrations m").code,
        Some(0)
    );
}

#[test]
fn tables_that_nobody_recorded() {
    let place = Place::new();
    place.sql("codex", "CREATE TABLE orders (id int)");
    assert_said!(place.run("migrate codex"), @"
    codex        not migrated in <time>
    ---- stderr

      error: refused to migrate codex: this database has not been adopted
      ╰─▶ schema public already holds tables (orders), and no history says where they come from (postgres@/socket:5432/jubilee_codex)
      help: if this really is codex, take it over:
            cargo xtask migrate adopt codex --up-to NNNN   (if the migrations up to NNNN were applied by other means)
            cargo xtask migrate adopt codex   (if the tables are others', and none was)
    ---- exit 3
    ");
    assert_eq!(place.run("migrate adopt codex").code, Some(0));
    assert_eq!(place.run("migrate codex").code, Some(0));
}

#[test]
fn resolving_and_adopting_in_production_asks_too_and_hints_go_to_production() {
    let place = Place::new();
    place.migration(1, "index", "-- Transaction: none", "SELECT 1;");
    assert_eq!(
        place
            .run("migrate codex --production --yes --migrations m")
            .code,
        Some(0)
    );
    place.sql("codex", "UPDATE schema_migrations SET status = 'running', run_id = 'gone', started_at = '2026-11-22 10:00Z', runner = 'xtask 0.1.0 on host'");
    assert_said!(place.run("migrate codex --production --yes --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: codex: 0001_index was interrupted: its run began <when> and is gone
      ╰─▶ it runs without a transaction, so how far xtask 0.1.0 on host came with it is not known
      help: look at what it left behind, then record the outcome:
            cargo xtask migrate resolve codex 0001 --rerun --production --migrations m   (run it again: being idempotent, it finds what is there)
            cargo xtask migrate resolve codex 0001 --completed --production --migrations m   (it did everything it should)
    ---- exit 1
    ");
    assert_said!(place.run("migrate resolve codex 1 --rerun --production --migrations m"), @"
    ---- stderr
    PRODUCTION postgres@/socket:5432/jubilee_codex
    would record 0001 as to be run again


      error: changing production needs a confirmation
      ╰─▶ standard input is not a terminal, so nobody can be asked
      help: add --yes
    ---- exit 3
    ");
    assert_eq!(
        place.text("codex", "SELECT status FROM schema_migrations"),
        "running"
    );
    assert_said!(place.run("migrate resolve codex 1 --rerun --production --yes --migrations m"), @"
    codex        0001_index will be applied again by:
    cargo xtask migrate codex --production --migrations m
    ---- stderr
    ---- exit 0
    ");
}

#[test]
fn nonstandard_strings_and_a_missing_schema() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    let database = place.text("codex", "SELECT current_database()");
    if place.sql_may_fail(
        "codex",
        &format!("ALTER DATABASE {database} SET standard_conforming_strings = off"),
    ) {
        assert_said!(place.run("migrate codex --migrations m"), @"
        codex        not migrated in <time>
        ---- stderr

          error: refused to migrate codex: standard_conforming_strings is off
          ╰─▶ with it a backslash hides the quote behind it, so the server would see statements where this program sees text (postgres@/socket:5432/jubilee_codex)
          help: as the database's owner: ALTER DATABASE … SET standard_conforming_strings = on (see also ALTER ROLE … and the server's configuration)
        ---- exit 3
        ");
        place.sql(
            "codex",
            &format!("ALTER DATABASE {database} RESET standard_conforming_strings"),
        );
    }
    place.sql("codex", "DROP SCHEMA public");
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: refused to migrate codex: there is no schema public
      ╰─▶ the history is kept in public.schema_migrations (postgres@/socket:5432/jubilee_codex)
      help: as the database's owner: CREATE SCHEMA public
    ---- exit 3
    ");
}
