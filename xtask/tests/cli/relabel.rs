//! `migrate relabel`: a copy of production, and a first run with the wrong label.

use crate::support::{Place, assert_said};

/// A database that says production, as a copy of it does, and a staging run.
fn copy_of_production() -> Place {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    let said = place.run("migrate codex --production --yes --migrations m");
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    place.set("JUBILEE_ENV", "staging")
}

fn labels(place: &Place) -> String {
    place.text(
        "codex",
        "SELECT environment, regexp_replace(runner, '(xtask \\S+ on) \\S+(;| at.*)', '\\1 host\\2', 'g') FROM schema_migrations ORDER BY version",
    )
}

#[test]
fn production_restored_into_staging_is_used_there() {
    let place = copy_of_production();
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: refused to migrate codex: the history there says production, and this is a staging run
      ╰─▶ every applied migration says where it ran, and all of them say production, whatever the connection is called (postgres@/socket:5432/jubilee_codex)
      help: if production is meant, add --production; if it is a copy that staging uses, or was labelled production by mistake:
            cargo xtask migrate relabel codex --from production --to staging --migrations m
    ---- exit 3
    ");
    assert_said!(place.run("migrate relabel codex --from production --to staging"), @"
    ---- stderr
    postgres@/socket:5432/jubilee_codex
    would change its label from production to staging; production itself must keep it


      error: changing the label needs a confirmation
      ╰─▶ standard input is not a terminal, so nobody can be asked
      help: add --yes
    ---- exit 3
    ");
    assert_eq!(
        place.text("codex", "SELECT environment FROM schema_migrations"),
        "production"
    );
    assert_said!(place.answers("migrate relabel codex --from production --to staging", "inspire"), @"
    ---- stderr
    postgres@/socket:5432/jubilee_codex
    would change its label from production to staging; production itself must keep it

    Type `codex` to do it: 
      error: the answer did not match; nothing was changed
      help: run this again and type `codex`
    ---- exit 3
    ");
    assert_eq!(
        place.text("codex", "SELECT environment FROM schema_migrations"),
        "production"
    );
    assert_said!(place.answers("migrate relabel codex --from production --to staging", "codex"), @"
    codex        1 migration relabelled from production to staging
    ---- stderr
    postgres@/socket:5432/jubilee_codex
    would change its label from production to staging; production itself must keep it

    Type `codex` to do it: ---- exit 0
    ");
    insta::with_settings!({ filters => crate::support::filters() }, {
        insta::assert_snapshot!(labels(&place), @"staging xtask 0.1.0 on host; relabelled from production by postgres with xtask 0.1.0 on host at <when>")
    });
    place.migration(2, "teams", "", "CREATE TABLE teams (id int);");
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        1 migration applied in <time>
      0002_teams <time>
    ---- stderr
    ---- exit 0
    ");
    // A second time, as the nightly restore does it: there is nothing left to change.
    assert_said!(place.run("migrate relabel codex --from production --to staging --yes"), @"
    codex        has no row that says production
    ---- stderr
    ---- exit 0
    ");
}

#[test]
fn a_first_run_by_mistake_gets_its_right_label() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    assert_eq!(place.run("migrate codex --migrations m").code, Some(0));
    assert_said!(place.run("migrate codex --production --yes --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: refused to migrate codex: the history there says development, and this is a production run
      ╰─▶ every applied migration says where it ran, and all of them say development, whatever the connection is called (postgres@/socket:5432/jubilee_codex)
      help: if development is meant, leave --production out; if it is a copy that production uses, or was labelled development by mistake:
            cargo xtask migrate relabel codex --from development --to production --production --migrations m
    ---- exit 3
    ");
    assert_said!(place.run("migrate relabel codex --from development --to production --yes"), @"
    ---- stderr

      error: this is a development run, and --to says production
      ╰─▶ the database is reached as the configuration of production says, which it belongs to from then on
      help: cargo xtask migrate relabel codex --from development --to production --yes --production
    ---- exit 3
    ");
    assert_said!(place.run("migrate relabel codex --from development --to production --production"), @"
    ---- stderr
    PRODUCTION postgres@/socket:5432/jubilee_codex
    would change its label from development to production


      error: changing production needs a confirmation
      ╰─▶ standard input is not a terminal, so nobody can be asked
      help: add --yes
    ---- exit 3
    ");
    assert_said!(place.run("migrate relabel codex --from development --to production --production --yes --format json"), @r#"
    {
      "from": "development",
      "name": "codex",
      "relabelled": 1,
      "to": "production"
    }
    ---- stderr
    ---- exit 0
    "#);
    assert_eq!(
        place.run("migrate codex --production --migrations m").code,
        Some(0)
    );
}

#[test]
fn only_what_was_named_is_relabelled() {
    let place = copy_of_production();
    assert_said!(place.run("migrate relabel codex --from development --to staging --yes"), @"
    ---- stderr

      error: codex: the history there says production, not development
      help: check that this is the right database; if it is, name production with --from
    ---- exit 3
    ");
    assert_said!(place.run("migrate relabel codex --from production --to development --yes"), @"
    ---- stderr

      error: this is a staging run, and --to says development
      ╰─▶ the database is reached as the configuration of development says, which it belongs to from then on
      help: JUBILEE_ENV=development cargo xtask migrate relabel codex --from production --to development --yes
    ---- exit 3
    ");
    let url = place.url("codex");
    let place = place.set("DB_INSPIRE_URL", &url);
    assert_said!(place.run("migrate relabel inspire --from production --to staging --yes"), @"
    ---- stderr

      error: refused to migrate inspire: the history there says codex
      ╰─▶ each database is isolated; these files would change the schema of codex (postgres@/socket:5432/jubilee_codex)
      help: point the configuration of inspire at its own database, or, if codex is meant:
            cargo xtask migrate codex
    ---- exit 3
    ");
    assert_eq!(
        place.text("codex", "SELECT environment FROM schema_migrations"),
        "production"
    );
    // A row with the old label could be committed behind the change.
    let mut other = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    let mut under_way = other.transaction().unwrap();
    under_way
        .batch_execute("UPDATE schema_migrations SET name = name")
        .unwrap();
    let place = place.set("DB_CODEX_OPTIONS", "-c statement_timeout=1s");
    let said = place.run("migrate relabel codex --from production --to staging --yes");
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    assert!(
        said.stderr
            .contains("cannot change the label of the history"),
        "{}",
        said.stderr
    );
}
