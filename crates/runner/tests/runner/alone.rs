//! `Transaction: none`: the claim is committed first, and a kill leaves a trace.

use crate::support::{
    DRIVERS, Database, Driver, block_on, connect, file, headed, migrate, run_with, runner,
};
use jubilee_core::SourceFile;
use jubilee_runner::{
    Environment, Event, MigrationStatus, Migrator, Options, Resolution, RunErrorKind, Version,
};

const NONE: &str = "-- Transaction: none";

fn index() -> Vec<SourceFile<'static>> {
    vec![
        file(
            1,
            "users",
            "CREATE TABLE users (id int); INSERT INTO users VALUES (1), (1)",
        ),
        headed(
            2,
            "index",
            NONE,
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_id ON users (id);\n",
        ),
        file(3, "after", "CREATE TABLE after ()"),
    ]
}

/// A `running` row as a run that was killed leaves it.
fn interrupt(database: &Database, version: u16) {
    database.sql(&format!(
        "INSERT INTO public.schema_migrations
         SELECT {version}, 'index', 'x', 'running', database, environment, '2026-11-22 10:00Z', NULL, NULL, applied_by, 'xtask 0.1.0 on host', 'gone'
         FROM public.schema_migrations WHERE version = 1
         ON CONFLICT (version) DO UPDATE SET status = 'running', run_id = 'gone'"
    ));
}

#[test]
fn an_invalid_index_is_dropped_and_built_again() {
    for driver in DRIVERS {
        let database = Database::new();
        let error = migrate(driver, &database, &index()).unwrap_err();
        let RunErrorKind::Failed(failed) = error.kind() else {
            panic!("{error}")
        };
        assert!(!failed.rolled_back && failed.recorded);
        assert_eq!(
            failed.to_string(),
            "0002_index failed at 0002_index.sql:7:1: could not create unique index \"users_id\" (SQLSTATE 23505)"
        );
        assert_eq!(database.history(), "1 completed\n2 failed");
        assert_eq!(
            database
                .text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_id'::regclass"),
            "f"
        );

        database.sql("DELETE FROM users");
        let mut dropped = Vec::new();
        let applied = run_with(driver, &database, &index(), Options::default(), |event| {
            if let Event::DroppingInvalidIndex { index } = event {
                dropped.push(index.clone());
            }
        });
        assert_eq!(applied.unwrap(), ["0002_index", "0003_after"]);
        assert_eq!(dropped, ["public.users_id"]);
        assert_eq!(
            database
                .text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_id'::regclass"),
            "t"
        );
        assert_eq!(database.history(), "1 completed\n2 completed\n3 completed");
    }
}

#[test]
fn several_statements_run_one_by_one_and_the_first_error_is_placed() {
    for driver in DRIVERS {
        let database = Database::new();
        let files = [headed(
            1,
            "several",
            NONE,
            "CREATE TABLE IF NOT EXISTS a (id int);\nVACUUM a;\nSELECT nope;\nCREATE TABLE b ();\n",
        )];
        let error = migrate(driver, &database, &files).unwrap_err();
        assert_eq!(
            error.kind().to_string(),
            "0001_several failed at 0001_several.sql:9:8: column \"nope\" does not exist (SQLSTATE 42703)"
        );
        assert_eq!(
            database.text("SELECT to_regclass('a'), to_regclass('b')"),
            "a NULL"
        );
        let mended = [headed(
            1,
            "several",
            NONE,
            "CREATE TABLE IF NOT EXISTS a (id int);\nVACUUM a;\nCREATE TABLE b ();\n",
        )];
        assert_eq!(
            migrate(driver, &database, &mended).unwrap(),
            ["0001_several"]
        );
    }
}

#[test]
fn an_interrupted_migration_stops_the_run_until_somebody_resolves_it() {
    for resolution in [Resolution::Rerun, Resolution::Completed] {
        let database = Database::new();
        let mut files = index();
        files[0] = file(1, "users", "CREATE TABLE users (id int)");
        migrate(Driver::Pipelined, &database, &files[..1]).unwrap();
        interrupt(&database, 2);
        for driver in DRIVERS {
            let error = migrate(driver, &database, &files).unwrap_err();
            insta::allow_duplicates! {
                insta::assert_snapshot!(error.kind(), @"0002_index was interrupted: its run began 2026-11-22T10:00:00.000Z and is gone");
            }
        }
        if resolution == Resolution::Completed {
            database.sql("CREATE UNIQUE INDEX users_id ON users (id)");
        }
        block_on(async {
            let client = connect(&database.url).await;
            let mut migrator = Migrator::new("codex", Environment::Development, runner(&files));
            let status = migrator.status_async(&client).await.unwrap();
            assert_eq!(status.migrations[1].status, MigrationStatus::Interrupted);
            migrator
                .resolve_async(&client, Version::new(2).unwrap(), resolution)
                .await
                .unwrap();
            // A second time there is nothing left to resolve.
            migrator
                .resolve_async(&client, Version::new(2).unwrap(), resolution)
                .await
                .unwrap_err();
        });
        migrate(Driver::Pipelined, &database, &files).unwrap();
        assert_eq!(database.history(), "1 completed\n2 completed\n3 completed");
        let exists = database.text("SELECT to_regclass('users_id') IS NOT NULL");
        assert_eq!(exists, "t");
    }
}

#[test]
fn only_what_is_interrupted_can_be_resolved() {
    let database = Database::new();
    let mut files = index();
    files[0] = file(1, "users", "CREATE TABLE users (id int)");
    migrate(Driver::Pipelined, &database, &files[..1]).unwrap();
    let resolve = |version: i64, name: &str, environment| {
        block_on(async {
            let client = connect(&database.url).await;
            let mut migrator = Migrator::new(name, environment, runner(&files));
            migrator
                .resolve_async(
                    &client,
                    Version::new(version).unwrap(),
                    Resolution::Completed,
                )
                .await
                .unwrap_err()
                .kind()
                .to_string()
        })
    };
    assert_eq!(
        resolve(1, "codex", Environment::Development),
        "0001_users is completed, not interrupted"
    );
    assert_eq!(
        resolve(2, "codex", Environment::Development),
        "0002_index is pending, not interrupted"
    );
    assert_eq!(
        resolve(9, "codex", Environment::Development),
        "there is no migration 0009"
    );
    interrupt(&database, 2);
    assert_eq!(
        resolve(2, "inspire", Environment::Development),
        "refused: the history there says codex"
    );
    assert_eq!(
        resolve(2, "codex", Environment::Production),
        "refused: the history there says development, and this is a production run"
    );
    let mut other = database.client();
    other
        .batch_execute("SET application_name = 'jubilee-migrate gone'")
        .unwrap();
    assert_eq!(
        resolve(2, "codex", Environment::Development),
        "0002_index is running, not interrupted"
    );
}
