//! What a run applies and records.

use crate::support::{DRIVERS, Database, Driver, file, headed, migrate, run, run_with, runner};
use jubilee_runner::{
    Environment, Event, MigrationStatus, Migrator, Options, RunErrorKind, Version,
};

fn three() -> Vec<jubilee_core::SourceFile<'static>> {
    vec![
        file(
            1,
            "users",
            "BEGIN;\nCREATE TABLE users (id int);\nINSERT INTO users VALUES (1);\nCOMMIT;\n",
        ),
        file(
            2,
            "teams",
            "CREATE TABLE teams (id int); INSERT INTO teams VALUES (1)",
        ),
        headed(
            3,
            "index",
            "-- Transaction: none",
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_id ON users (id);\n",
        ),
    ]
}

#[test]
fn every_form_of_file_is_applied_once_and_recorded() {
    for driver in DRIVERS {
        let database = Database::new();
        assert_eq!(
            migrate(driver, &database, &three()).unwrap(),
            ["0001_users", "0002_teams", "0003_index"]
        );
        assert_eq!(database.history(), "1 completed\n2 completed\n3 completed");
        assert_eq!(
            database.text("SELECT DISTINCT database, environment, applied_by, finished_at >= started_at, execution_ms >= 0, error FROM public.schema_migrations"),
            "codex development postgres t t NULL"
        );
        assert_eq!(
            migrate(driver, &database, &three()).unwrap(),
            Vec::<String>::new()
        );
        assert_eq!(database.text("SELECT count(*) FROM users"), "1");
        assert_eq!(
            database
                .text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_id'::regclass"),
            "t"
        );
    }
}

#[test]
fn checksums_are_refinerys() {
    let database = Database::new();
    let files = three();
    migrate(Driver::Pipelined, &database, &files).unwrap();
    let sums: Vec<String> = runner(&files)
        .get_migrations()
        .iter()
        .map(|m| m.checksum().to_string())
        .collect();
    assert_eq!(
        database.text("SELECT checksum FROM public.schema_migrations ORDER BY version"),
        sums.join("\n")
    );
}

#[test]
fn a_target_stops_the_run_there() {
    for driver in DRIVERS {
        let database = Database::new();
        let mut to_one = Migrator::new("codex", Environment::Development, runner(&three()))
            .target(Version::FIRST);
        assert_eq!(
            run(driver, &database.url, &mut to_one).unwrap(),
            ["0001_users"]
        );
        assert_eq!(
            migrate(driver, &database, &three()).unwrap(),
            ["0002_teams", "0003_index"]
        );
    }
}

#[test]
fn a_failure_leaves_nothing_but_its_row_and_a_corrected_file_is_tried_again() {
    for driver in DRIVERS {
        let database = Database::new();
        let mut files = three();
        files[1] = file(
            2,
            "teams",
            "BEGIN;\nCREATE TABLE teams (id int);\nINSERT INTO teams\n  VALUES (1 / 0);\nCOMMIT;\n",
        );
        let error = migrate(driver, &database, &files).unwrap_err();
        let RunErrorKind::Failed(failed) = error.kind() else {
            panic!("{error}")
        };
        assert_eq!(
            failed.to_string(),
            "0002_teams failed at 0002_teams.sql:9:1: division by zero (SQLSTATE 22012)",
            "{driver:?}"
        );
        assert!(failed.rolled_back && failed.recorded);
        assert_eq!(database.history(), "1 completed\n2 failed", "{driver:?}");
        assert_eq!(database.text("SELECT to_regclass('teams')"), "NULL");
        assert_eq!(
            database.text("SELECT error FROM public.schema_migrations WHERE version = 2"),
            "22012: division by zero (0002_teams.sql:9:1)"
        );
        assert_eq!(
            migrate(driver, &database, &three()).unwrap(),
            ["0002_teams", "0003_index"]
        );
        assert_eq!(database.history(), "1 completed\n2 completed\n3 completed");
    }
}

#[test]
fn the_servers_position_is_found_in_the_file() {
    for driver in DRIVERS {
        let database = Database::new();
        let mut body = "BEGIN;\n".to_owned();
        for line in 8..137 {
            body.push_str(&format!("SELECT 'é', {line};\n"));
        }
        body.push_str("SELECT 1, nope;\nCOMMIT;\n");
        let error = migrate(driver, &database, &[file(1, "long", &body)]).unwrap_err();
        assert_eq!(
            error.kind().to_string(),
            "0001_long failed at 0001_long.sql:137:11: column \"nope\" does not exist (SQLSTATE 42703)"
        );
    }
}

#[test]
fn an_error_in_a_do_block_is_found_by_its_line() {
    for driver in DRIVERS {
        let database = Database::new();
        let body = "BEGIN;\nDO $$\nBEGIN\n    PERFORM 1;\n    RAISE EXCEPTION 'no such luck';\nEND $$;\nCOMMIT;\n";
        let error = migrate(driver, &database, &[file(1, "block", body)]).unwrap_err();
        assert_eq!(
            error.kind().to_string(),
            "0001_block failed at 0001_block.sql:11:5: no such luck (SQLSTATE P0001)",
            "{driver:?}"
        );
    }
}

#[test]
fn a_large_migration_is_sent_in_pieces_and_is_still_one_transaction() {
    for driver in DRIVERS {
        let database = Database::new();
        let filler = "x".repeat(1000);
        let mut body = "BEGIN;\nCREATE TABLE big (t text);\n".to_owned();
        for _ in 0..1000 {
            body.push_str(&format!("INSERT INTO big VALUES ('{filler}');\n"));
        }
        let broken = format!("{body}INSERT INTO bug VALUES (1);\nCOMMIT;\n");
        let good = [
            file(1, "big", &format!("{body}COMMIT;\n")),
            file(2, "after", "SELECT 1"),
        ];
        let error = migrate(driver, &database, &[file(1, "big", &broken)]).unwrap_err();
        assert_eq!(
            error.kind().to_string(),
            "0001_big failed at 0001_big.sql:1009:13: relation \"bug\" does not exist (SQLSTATE 42P01)"
        );
        assert_eq!(database.text("SELECT to_regclass('big')"), "NULL");
        assert_eq!(
            migrate(driver, &database, &good).unwrap(),
            ["0001_big", "0002_after"]
        );
        assert_eq!(
            database.text("SELECT count(*), sum(length(t)) FROM big"),
            "1000 1000000"
        );
    }
}

#[test]
fn what_a_migration_does_to_the_session_ends_with_it() {
    for driver in DRIVERS {
        let database = Database::new();
        let leaky = "CREATE SCHEMA other; SET search_path = other; SET statement_timeout = 12345;
            CREATE ROLE leaky_@; SET ROLE leaky_@; CREATE TEMP TABLE temporary (x int);
            PREPARE q AS SELECT 1; LISTEN channel; DECLARE c CURSOR WITH HOLD FOR SELECT 1;"
            .replace('@', &database.name);
        let look = "CREATE TABLE seen AS SELECT current_setting('search_path') AS path, current_setting('statement_timeout') AS timeout,
            current_user AS role, to_regclass('pg_temp.temporary')::text AS temporary,
            (SELECT count(*) FROM pg_prepared_statements WHERE name = 'q') AS prepared,
            (SELECT count(*) FROM pg_cursors WHERE name = 'c') AS cursors, (SELECT count(*) FROM pg_listening_channels()) AS channels";
        migrate(
            driver,
            &database,
            &[file(1, "leaky", &leaky), file(2, "look", look)],
        )
        .unwrap();
        assert_eq!(
            database.text("SELECT * FROM public.seen"),
            "\"$user\", public 0 postgres NULL 0 0 0",
            "{driver:?}"
        );
        database.sql(&format!("DROP ROLE leaky_{}", database.name));
    }
}

#[test]
fn the_callers_settings_role_and_statements_survive() {
    let database = Database::new();
    let role = format!("owner_{}", database.name);
    database.sql(&format!(
        "CREATE ROLE {role}; GRANT ALL ON SCHEMA public TO {role}"
    ));
    let mut client = database.client();
    client
        .batch_execute(&format!(
            "SET search_path = public, pg_temp; SET application_name = 'caller'; SET ROLE {role}"
        ))
        .unwrap();
    let prepared = client.prepare("SELECT 42").unwrap();
    Migrator::new("codex", Environment::Development, runner(&three()))
        .run(&mut client)
        .unwrap();
    let row = client.query_one("SELECT current_setting('search_path'), current_setting('application_name'), current_user::text", &[]).unwrap();
    let seen: Vec<String> = (0..3).map(|i| row.get(i)).collect();
    assert_eq!(seen, ["public, pg_temp", "caller", role.as_str()]);
    let answer: i32 = client.query_one(&prepared, &[]).unwrap().get(0);
    assert_eq!(answer, 42);
    assert_eq!(
        database.text("SELECT DISTINCT applied_by FROM public.schema_migrations"),
        role
    );
    database.sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn a_lock_timeout_is_tried_again_and_said() {
    for driver in DRIVERS {
        let database = Database::new();
        database_with_locked_table(driver, &database);
    }
}

fn database_with_locked_table(driver: Driver, database: &Database) {
    let files = [
        file(1, "users", "CREATE TABLE users (id int)"),
        file(
            2,
            "alter",
            "ALTER TABLE users ADD COLUMN IF NOT EXISTS a int",
        ),
    ];
    migrate(driver, database, &files[..1]).unwrap();
    let options = Options::new().lock_timeout(std::time::Duration::from_millis(20));
    let (retried, heard) = std::sync::mpsc::channel();
    let (locked, ready) = std::sync::mpsc::channel();
    let mut said = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let heard = heard;
            let mut holder = database.client();
            holder.batch_execute("BEGIN; LOCK TABLE users").unwrap();
            locked.send(()).unwrap();
            // The lock is held until the first retry is said.
            heard.recv().unwrap();
        });
        ready.recv().unwrap();
        let applied = run_with(driver, database, &files, options, |event| {
            if let Event::Retrying {
                reason, attempt, ..
            } = event
            {
                said.push(format!("{attempt}: {reason}"));
                let _ = retried.send(());
            }
        });
        assert_eq!(applied.unwrap(), ["0002_alter"], "{driver:?}");
    });
    assert_eq!(said[0], "1: canceling statement due to lock timeout");
}

#[test]
fn retries_are_bounded() {
    let database = Database::new();
    let files = [
        file(1, "users", "CREATE TABLE users (id int)"),
        file(
            2,
            "alter",
            "ALTER TABLE users ADD COLUMN IF NOT EXISTS a int",
        ),
    ];
    migrate(Driver::Pipelined, &database, &files[..1]).unwrap();
    let mut holder = database.client();
    holder.batch_execute("BEGIN; LOCK TABLE users").unwrap();
    let options = Options::new()
        .lock_timeout(std::time::Duration::from_millis(10))
        .retries(2);
    let error = run_with(Driver::Pipelined, &database, &files, options, |_| {}).unwrap_err();
    let RunErrorKind::Failed(failed) = error.kind() else {
        panic!("{error}")
    };
    assert_eq!((failed.error.code.as_str(), failed.attempts), ("55P03", 3));
    assert_eq!(database.history(), "1 completed\n2 failed");
}

#[test]
fn files_that_break_the_rules_are_refused_before_anything_is_sent() {
    for driver in DRIVERS {
        let database = Database::new();
        let files = [
            file(1, "good", "CREATE TABLE t (x int)"),
            file(2, "bad", "SELECT 'unclosed"),
        ];
        let error = migrate(driver, &database, &files).unwrap_err();
        assert!(matches!(error.kind(), RunErrorKind::Invalid(_)), "{error}");
        assert_eq!(
            database
                .text("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
            "0"
        );
    }
}

#[test]
fn status_writes_nothing_and_sees_everything() {
    let database = Database::new();
    let mut client = database.client();
    let status = Migrator::new("codex", Environment::Development, runner(&three()))
        .status(&mut client)
        .unwrap();
    assert!(
        status
            .migrations
            .iter()
            .all(|m| m.status == MigrationStatus::Pending)
    );
    assert_eq!(
        database.text("SELECT to_regclass('public.schema_migrations')"),
        "NULL"
    );

    let mut files = three();
    migrate(Driver::Blocking, &database, &files).unwrap();
    files[0] = file(1, "users", "SELECT 'changed'");
    files.remove(2);
    let status = Migrator::new("codex", Environment::Development, runner(&files))
        .status(&mut client)
        .unwrap();
    let seen: Vec<String> = status
        .migrations
        .iter()
        .map(|m| format!("{} {}", m.name, m.status))
        .collect();
    assert_eq!(
        seen,
        [
            "0001_users modified",
            "0002_teams completed",
            "0003_index missing"
        ]
    );
    let error = migrate(Driver::Blocking, &database, &files).unwrap_err();
    assert_eq!(
        error.kind().to_string(),
        "files and history do not agree: 0001_users was changed after it was applied; 0003_index is applied, and its file is not there"
    );
}

#[test]
fn a_migration_before_an_applied_one_is_out_of_order() {
    let database = Database::new();
    migrate(Driver::Pipelined, &database, &three()).unwrap();
    database.sql("DELETE FROM public.schema_migrations WHERE version = 2");
    let error = migrate(Driver::Pipelined, &database, &three()).unwrap_err();
    assert_eq!(
        error.kind().to_string(),
        "files and history do not agree: 0002_teams is not applied, and 0003_index after it is"
    );
}

#[test]
fn what_fails_only_at_the_commit_leaves_nothing_and_stops_what_follows() {
    for driver in DRIVERS {
        let database = Database::new();
        let deferred = "CREATE TABLE a (id int CONSTRAINT a_pkey PRIMARY KEY);
            CREATE TABLE b (id int CONSTRAINT b_a_fkey REFERENCES a DEFERRABLE INITIALLY DEFERRED);
            INSERT INTO b VALUES (1);";
        let files = [
            file(1, "deferred", deferred),
            file(2, "after", "CREATE TABLE after ()"),
        ];
        let error = migrate(driver, &database, &files).unwrap_err();
        assert!(
            error.kind().to_string().starts_with("0001_deferred failed"),
            "{error}"
        );
        assert!(error.kind().to_string().contains("b_a_fkey"), "{error}");
        assert_eq!(database.history(), "1 failed");
        assert_eq!(
            database.text("SELECT to_regclass('a'), to_regclass('after')"),
            "NULL NULL"
        );
    }
}

#[test]
fn a_migration_that_removes_its_own_row_is_rolled_back() {
    for driver in DRIVERS {
        let database = Database::new();
        let files = [file(
            1,
            "thief",
            "CREATE TABLE loot (); DELETE FROM public.schema_migrations;",
        )];
        let error = migrate(driver, &database, &files).unwrap_err();
        assert_eq!(
            error.kind().to_string(),
            "0001_thief failed: the migration changed its own row in public.schema_migrations, or ended its transaction (SQLSTATE 22P02)",
            "{driver:?}"
        );
        assert_eq!(database.text("SELECT to_regclass('loot')"), "NULL");
    }
}

#[test]
fn a_history_that_is_gone_in_the_middle_of_a_run_is_no_fault_of_a_migration() {
    for driver in DRIVERS {
        let database = Database::new();
        let files = [
            file(1, "first", "SELECT 1;"),
            file(2, "second", "SELECT 2;"),
        ];
        let mut lost = Vec::new();
        let mut dropped = false;
        let applied = run_with(
            driver,
            &database,
            &files,
            Options::new(),
            |event| match event {
                Event::Applied { .. } if !std::mem::replace(&mut dropped, true) => {
                    let drop = || database.sql("DROP TABLE public.schema_migrations");
                    std::thread::scope(|scope| scope.spawn(drop).join()).unwrap();
                }
                Event::Lost { name } => lost.push(name.to_string()),
                _ => {}
            },
        );
        match driver {
            // Behind a pooler another server may have taken over that had never heard of it.
            Driver::Blocking => {
                assert_eq!(applied.unwrap(), ["0001_first", "0002_second"]);
                assert_eq!(lost, ["0001_first"]);
            }
            // Over a connection of its own, somebody has dropped it.
            Driver::Pipelined => {
                let error = applied.unwrap_err();
                assert!(matches!(error.kind(), RunErrorKind::RowGone(_)), "{error}");
            }
        }
    }
}

#[test]
fn a_database_that_is_ahead_is_an_error_unless_that_is_accepted() {
    for driver in DRIVERS {
        let database = Database::new();
        migrate(driver, &database, &three()).unwrap();
        let old = &three()[..2];
        let error = migrate(driver, &database, old).unwrap_err();
        assert!(matches!(error.kind(), RunErrorKind::Diverged(_)), "{error}");
        let mut migrator = Migrator::new("codex", Environment::Development, runner(old))
            .options(Options::new().accept_newer(true));
        assert!(
            run(driver, &database.url, &mut migrator)
                .unwrap()
                .is_empty()
        );
        let newer: Vec<String> = migrator.newer().iter().map(ToString::to_string).collect();
        assert_eq!(newer.len(), 1, "{newer:?}");
        assert!(newer[0].starts_with("0003_"), "{newer:?}");
    }
}
