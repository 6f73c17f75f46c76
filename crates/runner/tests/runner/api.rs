//! What a service asks besides to migrate, and what it is told.

use jubilee_runner::{Environment, Migrator, SourceFile};

use crate::support::{DRIVERS, Database, Driver, block_on, connect, file, migrate, runner};

fn three() -> Vec<SourceFile<'static>> {
    (1..=3).map(|n| file(n, "step", "SELECT 1")).collect()
}

#[test]
fn a_build_is_current_when_all_of_it_is_applied_as_it_is() {
    for driver in DRIVERS {
        let database = Database::new();
        let current = |files: &[SourceFile<'_>]| {
            // The environment is another on purpose: a probe need not know it.
            let mut migrator = Migrator::new("codex", Environment::Staging, runner(files));
            let status = match driver {
                Driver::Blocking => migrator.status(&mut database.client()),
                Driver::Pipelined => {
                    block_on(async { migrator.status_async(&connect(&database.url).await).await })
                }
            };
            status.unwrap().is_current()
        };
        assert!(!current(&three()), "nothing is applied");
        migrate(driver, &database, &three()[..2]).unwrap();
        assert!(!current(&three()), "one is pending");
        migrate(driver, &database, &three()).unwrap();
        assert!(current(&three()));
        assert!(current(&three()[..2]), "the database is further");
        let mut changed = three();
        changed[1] = file(2, "step", "SELECT 2");
        assert!(!current(&changed), "one is modified");
        let mut other = Migrator::new("inspire", Environment::Development, runner(&three()));
        let status = other.status(&mut database.client()).unwrap();
        assert!(!status.is_current(), "another's history");
    }
}

/// A service may move a run to another thread.
#[test]
fn a_run_can_be_spawned() {
    fn sendable<T: Send>(_: &T) {}
    let _ = |mut client: tokio_postgres::Client| {
        let mut migrator = Migrator::new("codex", Environment::Development, runner(&[]));
        sendable(&migrator.run_async(&mut client));
        sendable(&migrator.status_async(&client));
    };
}

#[test]
fn an_error_says_what_why_and_where() {
    let database = Database::new();
    let files = [file(1, "typo", "CREATE TABEL t ()")];
    let error = migrate(Driver::Blocking, &database, &files).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "0001_typo failed at 0001_typo.sql:7:8: syntax error at or near \"TABEL\" (SQLSTATE 42601) \
             (database {} as postgres over a unix socket)",
            database.name
        )
    );
    assert_eq!(error.server().unwrap().database, database.name);
}

/// A release whose migration failed is taken back: what failed left nothing, and stops nobody.
#[test]
fn a_failed_migration_whose_file_is_gone_stops_nobody() {
    for driver in DRIVERS {
        let database = Database::new();
        migrate(driver, &database, &three()).unwrap();
        let mut failing = three();
        failing.push(file(4, "failing", "SELECT 1/0"));
        migrate(driver, &database, &failing).unwrap_err();
        assert!(migrate(driver, &database, &three()).unwrap().is_empty());
        let mut migrator = Migrator::new("codex", Environment::Development, runner(&three()));
        let status = migrator.status(&mut database.client()).unwrap();
        assert!(status.is_current());
        let last = status.migrations.last().unwrap();
        assert_eq!(
            (last.name.to_string().as_str(), last.status.name()),
            ("0004_failing", "abandoned")
        );
        let mut other = three();
        other.push(file(4, "other", "SELECT 1"));
        assert_eq!(migrate(driver, &database, &other).unwrap(), ["0004_other"]);
    }
}

#[test]
fn a_number_that_is_another_migrations_here_is_said_with_both_names() {
    let database = Database::new();
    let mut theirs = three();
    theirs.push(file(4, "theirs", "SELECT 1"));
    migrate(Driver::Blocking, &database, &theirs).unwrap();
    let mut ours = three();
    ours.push(file(4, "ours", "SELECT 1"));
    let error = migrate(Driver::Blocking, &database, &ours).unwrap_err();
    assert_eq!(
        error.kind().to_string(),
        "files and history do not agree: 0004 is 0004_theirs in this database, and 0004_ours among the files"
    );
}
