//! Databases that another runner migrated so far.

use crate::support::{Database, Driver, block_on, connect, file, migrate, runner};
use jubilee_core::SourceFile;
use jubilee_runner::{
    AdoptOptions, Adoption, Environment, HistoryKind, MigrationName, Migrator, RunError,
};

fn files() -> Vec<SourceFile<'static>> {
    vec![
        file(1, "initial_schema", "CREATE TABLE users (id int)"),
        file(2, "add_teams", "CREATE TABLE teams (id int)"),
        file(3, "add_roles", "CREATE TABLE roles (id int)"),
    ]
}

fn adopt(
    database: &Database,
    files: &[SourceFile<'_>],
    options: AdoptOptions,
) -> Result<Adoption, RunError> {
    block_on(async {
        let client = connect(&database.url).await;
        Migrator::new("codex", Environment::Development, runner(files))
            .adopt_async(&client, options)
            .await
    })
}

/// What refinery itself leaves: it is run here, with its own driver.
fn by_refinery(database: &Database, files: &[SourceFile<'_>]) {
    let mut refinerys = runner(files);
    refinerys.set_migration_table_name("refinery_schema_history");
    refinerys.run(&mut database.client()).unwrap();
}

/// The earlier Node runner's table.
fn by_node(database: &Database, rows: &str) {
    database.sql(&format!(
        "CREATE TABLE users (id int); CREATE TABLE teams (id int);
         CREATE TABLE schema_migrations (
            version varchar(20) PRIMARY KEY, name varchar(255) NOT NULL, applied_at timestamptz DEFAULT now(),
            execution_time_ms integer, checksum varchar(64), status varchar(20) DEFAULT 'success', error_message text);
         INSERT INTO schema_migrations VALUES {rows}"
    ));
}

fn names(names: &[MigrationName]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

#[test]
fn refinerys_history_is_taken_over_and_only_what_is_new_is_applied() {
    let database = Database::new();
    by_refinery(&database, &files()[..2]);
    let error = migrate(Driver::Pipelined, &database, &files()).unwrap_err();
    assert_eq!(
        error.kind().to_string(),
        "refused: this database has not been adopted"
    );
    let adoption = adopt(&database, &files(), AdoptOptions::default()).unwrap();
    assert_eq!(
        (adoption.from, names(&adoption.adopted).join(" ")),
        (
            HistoryKind::Refinery,
            "0001_initial_schema 0002_add_teams".to_owned()
        )
    );
    assert_eq!(
        migrate(Driver::Pipelined, &database, &files()).unwrap(),
        ["0003_add_roles"]
    );
    assert_eq!(
        database.text("SELECT (SELECT min(started_at) FROM schema_migrations WHERE version = 1) = (SELECT applied_on::timestamptz FROM refinery_schema_history WHERE version = 1)"),
        "t",
        "when it was applied is kept"
    );
    let again = adopt(&database, &files(), AdoptOptions::default()).unwrap();
    assert_eq!((again.from, again.adopted.len()), (HistoryKind::Ours, 0));
}

#[test]
fn the_node_runners_history_is_taken_over_and_its_table_kept() {
    let database = Database::new();
    by_node(
        &database,
        "('0001', 'initial_schema', '2026-01-02 03:04:05Z', 12, 'abc', 'success', NULL),
         ('0002', '0002_add_teams.sql', '2026-01-03 03:04:05Z', 34, NULL, 'success', NULL),
         ('0003', 'add_roles', now(), NULL, NULL, 'failed', 'syntax error')",
    );
    let adoption = adopt(&database, &files(), AdoptOptions::default()).unwrap();
    assert_eq!(
        names(&adoption.adopted),
        ["0001_initial_schema", "0002_add_teams"]
    );
    assert_eq!(names(&adoption.left), ["0003_add_roles"]);
    assert_eq!(adoption.kept_as, Some("schema_migrations_node"));
    assert_eq!(
        migrate(Driver::Pipelined, &database, &files()).unwrap(),
        ["0003_add_roles"]
    );
    assert_eq!(
        database.text("SELECT version, execution_ms, started_at AT TIME ZONE 'UTC' FROM schema_migrations WHERE version < 3 ORDER BY version"),
        "1 12 2026-01-02 03:04:05\n2 34 2026-01-03 03:04:05"
    );
    assert_eq!(
        database.text("SELECT count(*) FROM schema_migrations_node"),
        "3"
    );
}

#[test]
fn what_does_not_fit_is_all_named_and_nothing_is_changed() {
    let database = Database::new();
    by_node(
        &database,
        "('0001', 'first', now(), 12, NULL, 'success', NULL), ('0003', 'add_roles', now(), 1, NULL, 'success', NULL),
         ('0007', 'lost', now(), 1, NULL, 'success', NULL), ('x', 'odd', now(), 1, NULL, 'success', NULL)",
    );
    let error = adopt(&database, &files(), AdoptOptions::default()).unwrap_err();
    insta::assert_snapshot!(error.kind().to_string().replace("; ", "\n"), @r"
    the other runner's history does not fit the files: version `x` is not a number from 1 to 9999
    0003 is applied there, and one before it is not
    0001 is called `first` there, and `initial_schema` here
    0007 (lost) is applied there, and has no file
    ");
    assert_eq!(database.text("SELECT count(*) FROM schema_migrations"), "4");
}

#[test]
fn a_text_that_differs_from_refinerys_needs_a_word() {
    let database = Database::new();
    by_refinery(&database, &files()[..1]);
    let mut changed = files();
    changed[0] = file(
        1,
        "initial_schema",
        "-- a comment\nCREATE TABLE users (id int)",
    );
    let error = adopt(&database, &changed, AdoptOptions::default()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("0001_initial_schema was applied there with another text"),
        "{error}"
    );
    adopt(
        &database,
        &changed,
        AdoptOptions::new().ignore_checksums(true),
    )
    .unwrap();
    assert_eq!(
        migrate(Driver::Pipelined, &database, &changed).unwrap(),
        ["0002_add_teams", "0003_add_roles"]
    );
}

#[test]
fn tables_without_a_history_are_taken_over_with_an_empty_one() {
    let database = Database::new();
    database.sql("CREATE TABLE orders (id int)");
    let adoption = adopt(&database, &files(), AdoptOptions::default()).unwrap();
    assert_eq!(
        (adoption.from, adoption.adopted.len()),
        (HistoryKind::Untracked, 0)
    );
    assert_eq!(
        migrate(Driver::Pipelined, &database, &files())
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn an_empty_database_has_nothing_to_adopt() {
    let database = Database::new();
    let error = adopt(&database, &files(), AdoptOptions::default()).unwrap_err();
    assert_eq!(
        error.kind().to_string(),
        "the database is empty: there is nothing to adopt"
    );
    assert_eq!(
        database.text("SELECT to_regclass('public.schema_migrations')"),
        "NULL"
    );
}
