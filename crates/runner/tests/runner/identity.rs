//! Targets that a run will not touch.

use crate::support::{DRIVERS, Database, Driver, block_on, connect, file, migrate, run, runner};
use jubilee_core::SourceFile;
use jubilee_pg_local::{Options as ServerOptions, TempServer};
use jubilee_runner::{Environment, HistoryKind, Migrator, RunErrorKind};
use postgres::{Client, NoTls};

fn one() -> Vec<SourceFile<'static>> {
    vec![file(1, "users", "CREATE TABLE users (id int)")]
}

/// What a run in that environment says, with what and why of each refusal.
fn refusal(database: &Database, name: &str, environment: Environment) -> String {
    refusal_at(&database.url, name, environment, &one())
}

fn refusal_at(url: &str, name: &str, environment: Environment, files: &[SourceFile<'_>]) -> String {
    let mut said = Vec::new();
    for driver in DRIVERS {
        let mut migrator = Migrator::new(name, environment, runner(files));
        let error = run(driver, url, &mut migrator).unwrap_err();
        let RunErrorKind::Refused(refusals) = error.kind() else {
            panic!("{error}")
        };
        said.push(
            refusals
                .iter()
                .map(|r| format!("{r}\n{}", r.why()))
                .collect::<Vec<_>>()
                .join("\n"),
        );
    }
    assert_eq!(said[0], said[1], "both drivers say the same");
    said.remove(0)
}

#[test]
fn another_databases_history() {
    let database = Database::new();
    migrate(Driver::Pipelined, &database, &one()).unwrap();
    insta::assert_snapshot!(refusal(&database, "inspire", Environment::Development), @"
    the history there says codex
    each database is isolated; these files would change the schema of codex
    ");
}

#[test]
fn another_environments_history() {
    let database = Database::new();
    let mut production = Migrator::new("codex", Environment::Production, runner(&one()));
    run(Driver::Pipelined, &database.url, &mut production).unwrap();
    insta::assert_snapshot!(refusal(&database, "codex", Environment::Development), @"
    the history there says production, and this is a development run
    every applied migration says where it ran, and all of them say production, whatever the connection is called
    ");
    let database = Database::new();
    migrate(Driver::Pipelined, &database, &one()).unwrap();
    insta::assert_snapshot!(refusal(&database, "codex", Environment::Production), @"
    the history there says development, and this is a production run
    every applied migration says where it ran, and all of them say development, whatever the connection is called
    ");
}

#[test]
fn tables_that_nobody_recorded() {
    let database = Database::new();
    database.sql("CREATE TABLE orders (id int); CREATE TABLE customers (id int)");
    insta::assert_snapshot!(refusal(&database, "codex", Environment::Development), @"
    this database has not been adopted
    schema public already holds tables (customers, orders), and no history says where they come from
    ");
    assert_eq!(
        database.text("SELECT to_regclass('public.schema_migrations')"),
        "NULL"
    );
}

#[test]
fn an_extensions_tables_are_nobodys() {
    let database = Database::new();
    database
        .sql("CREATE TABLE of_extension (id int); ALTER EXTENSION plpgsql ADD TABLE of_extension");
    migrate(Driver::Blocking, &database, &one()).unwrap();
}

#[test]
fn a_table_of_unknown_shape() {
    let database = Database::new();
    database.sql("CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean)");
    insta::assert_snapshot!(refusal(&database, "codex", Environment::Development), @"
    public.schema_migrations there has an unknown shape
    its columns are version bigint, dirty boolean
    ");
}

#[test]
fn roles_without_privileges() {
    let database = Database::new();
    let role = format!("reader_{}", database.name);
    database.sql(&format!("CREATE ROLE {role} LOGIN; REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO {role}"));
    let url = database.url.replace("postgres@", &format!("{role}@"));
    let said = |url: &str, files: &[SourceFile<'_>]| {
        refusal_at(url, "codex", Environment::Development, files).replace(&role, "reader")
    };
    insta::assert_snapshot!(said(&url, &one()), @"
    the history cannot be written
    role reader lacks the privilege, and there are migrations to apply
    ");
    migrate(Driver::Pipelined, &database, &one()).unwrap();
    insta::assert_snapshot!(said(&url, &one()), @"
    the history cannot be read
    role reader lacks SELECT on public.schema_migrations, or USAGE on schema public
    ");
    database.sql(&format!("GRANT SELECT ON schema_migrations TO {role}"));
    // Nothing pending: SELECT is enough.
    let applied = run(
        Driver::Pipelined,
        &url,
        &mut Migrator::new("codex", Environment::Development, runner(&one())),
    )
    .unwrap();
    assert!(applied.is_empty());
    let two = [
        file(1, "users", "CREATE TABLE users (id int)"),
        file(2, "b", "SELECT 1"),
    ];
    insta::assert_snapshot!(said(&url, &two), @"
    the history cannot be written
    role reader lacks the privilege, and there are migrations to apply
    ");
    database.sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn a_read_only_session() {
    let database = Database::new();
    database.sql(&format!(
        "ALTER DATABASE {} SET default_transaction_read_only = on",
        database.name
    ));
    insta::assert_snapshot!(refusal(&database, "codex", Environment::Development), @"
    the session is read-only
    transaction_read_only is on for this role, database or server
    ");
}

#[test]
fn a_standby_is_refused_when_there_is_something_to_apply() {
    let mut server = TempServer::start(&ServerOptions::default()).unwrap();
    server.create_database("primary").unwrap();
    let url = server.url("primary");
    run(
        Driver::Pipelined,
        &url,
        &mut Migrator::new("codex", Environment::Development, runner(&one())),
    )
    .unwrap();
    server.restart_as_standby().unwrap();
    let applied = run(
        Driver::Pipelined,
        &url,
        &mut Migrator::new("codex", Environment::Development, runner(&one())),
    )
    .unwrap();
    assert!(applied.is_empty(), "nothing to do works on a standby");
    let two = [
        file(1, "users", "CREATE TABLE users (id int)"),
        file(2, "b", "SELECT 1"),
    ];
    insta::assert_snapshot!(refusal_at(&url, "codex", Environment::Development, &two), @"
    the server is a standby
    a standby takes no writes; it receives them from its primary
    ");
}

#[test]
fn odd_rows_are_named_and_nothing_is_touched() {
    let database = Database::new();
    migrate(Driver::Pipelined, &database, &one()).unwrap();
    database.sql(
        "ALTER TABLE schema_migrations DROP CONSTRAINT schema_migrations_pkey, ALTER version DROP NOT NULL,
            ALTER name DROP NOT NULL, DROP CONSTRAINT schema_migrations_status_check;
         INSERT INTO schema_migrations SELECT 0, name, checksum, status, database, environment, started_at, NULL, NULL, applied_by, runner, run_id FROM schema_migrations WHERE version = 1;
         INSERT INTO schema_migrations SELECT 2, NULL, checksum, status, database, environment, started_at, NULL, NULL, applied_by, runner, run_id FROM schema_migrations WHERE version = 1;
         INSERT INTO schema_migrations SELECT 3, name, checksum, 'done', database, environment, started_at, NULL, NULL, applied_by, runner, run_id FROM schema_migrations WHERE version = 1;
         INSERT INTO schema_migrations SELECT NULL, name, checksum, status, database, environment, started_at, NULL, NULL, applied_by, runner, run_id FROM schema_migrations WHERE version = 1;",
    );
    for driver in DRIVERS {
        let error = migrate(driver, &database, &one()).unwrap_err();
        insta::allow_duplicates! {
            insta::assert_snapshot!(error.kind().to_string(), @"public.schema_migrations holds rows that no runner wrote: row 1: version 0 is not between 1 and 9999; row 3: name is NULL; row 4: status `done` of version 0003 is unknown (known: running, completed, failed); row 5: version is NULL");
        }
    }
}

#[test]
fn two_databases_files_in_one_target_at_once_end_with_one_owner() {
    let database = Database::new();
    let inspire = vec![SourceFile::new(
        "0001_users.sql",
        String::from_utf8_lossy(&one()[0].bytes)
            .replace("codex", "inspire")
            .into_bytes(),
    )];
    let results: Vec<_> = std::thread::scope(|scope| {
        let codex = scope.spawn(|| {
            run(
                Driver::Pipelined,
                &database.url,
                &mut Migrator::new("codex", Environment::Development, runner(&one())),
            )
        });
        let inspire = scope.spawn(|| {
            run(
                Driver::Pipelined,
                &database.url,
                &mut Migrator::new("inspire", Environment::Development, runner(&inspire)),
            )
        });
        [codex, inspire].map(|thread| thread.join().unwrap()).into()
    });
    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1);
    assert!(
        results
            .iter()
            .any(|r| matches!(r, Err(error) if matches!(error.kind(), RunErrorKind::Refused(_))))
    );
    assert_eq!(database.history(), "1 completed");
}

#[test]
fn status_says_what_stands_against_a_target() {
    let database = Database::new();
    database.sql("CREATE TABLE orders (id int)");
    let mut client = Client::connect(&database.url, NoTls).unwrap();
    let status = Migrator::new("codex", Environment::Development, runner(&one()))
        .status(&mut client)
        .unwrap();
    assert_eq!(
        (status.history, status.identity.len()),
        (HistoryKind::Untracked, 1)
    );
}

/// Over both drivers; and a run that has the old label goes no further.
#[test]
fn a_history_gets_another_label_and_a_run_of_the_old_one_is_refused() {
    for driver in DRIVERS {
        let database = Database::new();
        let mut production = Migrator::new("codex", Environment::Production, runner(&one()));
        run(driver, &database.url, &mut production).unwrap();
        let mut staging = Migrator::new("codex", Environment::Staging, runner(&one()));
        let changed = match driver {
            Driver::Blocking => staging.relabel(&mut database.client(), Environment::Production),
            Driver::Pipelined => block_on(async {
                let client = connect(&database.url).await;
                staging
                    .relabel_async(&client, Environment::Production)
                    .await
            }),
        };
        assert_eq!(changed.unwrap(), 1);
        assert!(run(driver, &database.url, &mut staging).unwrap().is_empty());
        let refused = run(driver, &database.url, &mut production).unwrap_err();
        assert_eq!(
            refused.kind().to_string(),
            "refused: the history there says staging, and this is a production run"
        );
        let third = staging.relabel(&mut database.client(), Environment::Staging);
        assert_eq!(third.unwrap(), 0, "it says so already");
        let mut development = Migrator::new("codex", Environment::Development, runner(&one()));
        let other = development.relabel(&mut database.client(), Environment::Production);
        assert_eq!(
            other.unwrap_err().kind().to_string(),
            "the history there says staging, not production"
        );
    }
}
