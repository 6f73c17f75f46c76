//! Runs that meet each other, an administrator, or the end of their connection.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::{
    DRIVERS, Database, Driver, file, headed, migrate, resume, run, run_with, runner,
};
use jubilee_core::SourceFile;
use jubilee_runner::{Environment, Event, Migrator, Options, RunErrorKind, StopFlag};

/// Migrations that each count in table `marks` how often they ran.
fn counting(count: u16) -> Vec<SourceFile<'static>> {
    let mut files = vec![file(
        1,
        "marks",
        "BEGIN;\nCREATE TABLE marks (version int, pid int DEFAULT pg_backend_pid());\nCOMMIT;\n",
    )];
    for version in 2..=count {
        let body = match version % 3 {
            0 => format!(
                "BEGIN;\nINSERT INTO marks VALUES ({version});\nCREATE TABLE t{version} (id int);\nCOMMIT;\n"
            ),
            1 => format!("INSERT INTO marks VALUES ({version});"),
            _ => format!("CREATE TABLE t{version} (id int); INSERT INTO marks VALUES ({version});"),
        };
        files.push(file(version, "mark", &body));
    }
    files
}

/// Every effect is there exactly when its row says completed, and none is there twice.
fn assert_consistent(database: &Database) {
    let odd = database.text(
        "SELECT coalesce(m.version, h.version), m.times, h.status
         FROM (SELECT version, count(*) AS times FROM marks GROUP BY version) AS m
         FULL JOIN (SELECT * FROM public.schema_migrations WHERE version > 1) AS h USING (version)
         WHERE m.times IS DISTINCT FROM CASE WHEN h.status = 'completed' THEN 1 END",
    );
    assert_eq!(odd, "");
}

#[test]
fn eight_runs_at_once_all_succeed_and_apply_each_migration_once() {
    for driver in DRIVERS {
        let database = Database::new();
        let files = counting(60);
        let start = Barrier::new(8);
        let applied: usize = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        migrate(driver, &database, &files).unwrap().len()
                    })
                })
                .collect();
            runs.into_iter().map(|run| run.join().unwrap()).sum()
        });
        assert_eq!(applied, 60, "each migration is in one report");
        assert_consistent(&database);
        assert_eq!(
            database
                .text("SELECT count(*) FROM public.schema_migrations WHERE status = 'completed'"),
            "60"
        );
    }
}

/// Says that something is over when it is dropped.
struct Ends<'o>(&'o AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// An administrator (or Ctrl-C) may cancel at any moment, also between two messages and right
/// before a BEGIN. Whatever it hits, SQL and history stay together. The pauses let a run get
/// through at all; nothing depends on how long they are.
#[test]
fn a_storm_of_cancel_requests_never_separates_sql_and_history() {
    for driver in DRIVERS {
        let database = Database::new();
        let files = counting(100);
        let over = AtomicBool::new(false);
        // The storm spares who looks at what it has left.
        let mut observer = database.client();
        observer
            .batch_execute("SET application_name = 'observer'")
            .unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut other = database.client();
                while !over.load(Ordering::Relaxed) {
                    other
                        .batch_execute("SELECT pg_sleep(random() * 0.02); SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'observer'")
                        .unwrap();
                }
            });
            // Also when an assertion fails: the storm must end for the test to.
            let _end = Ends(&over);
            // A canceled run reports its failure; it is simply run again until all is applied.
            for _ in 0..10_000 {
                let Err(error) = migrate(driver, &database, &files) else {
                    break;
                };
                match error.kind() {
                    RunErrorKind::Failed(failed) => {
                        let version = i32::from(failed.name.version().get());
                        let row = "SELECT status FROM public.schema_migrations WHERE version = $1";
                        let row = observer.query_opt(row, &[&version]).unwrap();
                        // No row at all is possible: the cancel request can hit the note too.
                        let status: Option<String> = row.map(|row| row.get(0));
                        assert_ne!(
                            status.as_deref(),
                            Some("completed"),
                            "said to have failed: {}",
                            failed.name
                        );
                    }
                    RunErrorKind::Server { .. } | RunErrorKind::ConnectionLost { .. } => {}
                    _ => panic!("{error}"),
                }
            }
        });
        migrate(driver, &database, &files).unwrap();
        assert_consistent(&database);
        assert_eq!(database.text("SELECT count(*) FROM marks"), "99");
    }
}

#[test]
fn a_connection_that_ends_in_the_middle_is_said_and_run_again() {
    for driver in DRIVERS {
        let database = Database::new();
        let files = [
            file(1, "marks", "CREATE TABLE marks (version int)"),
            file(
                2,
                "suicide",
                "BEGIN;\nINSERT INTO marks VALUES (2);\nSELECT pg_terminate_backend(pg_backend_pid()) WHERE NOT EXISTS (SELECT FROM pg_class WHERE relname = 'mercy');\nCOMMIT;\n",
            ),
        ];
        let error = migrate(driver, &database, &files).unwrap_err();
        let RunErrorKind::ConnectionLost { during, .. } = error.kind() else {
            panic!("{error}")
        };
        let during = during.as_ref().map(ToString::to_string);
        assert_eq!(during.as_deref(), Some("0002_suicide"));
        assert_eq!(database.history(), "1 completed");
        database.sql("CREATE TABLE mercy ()");
        assert_eq!(
            migrate(driver, &database, &files).unwrap(),
            ["0002_suicide"]
        );
        assert_eq!(database.text("SELECT version FROM marks"), "2");
    }
}

#[test]
fn a_run_waits_for_a_claim_in_an_open_transaction_and_says_for_whom() {
    let database = Database::new();
    let files = [file(1, "a", "SELECT 1"), file(2, "b", "SELECT 1")];
    migrate(Driver::Pipelined, &database, &files[..1]).unwrap();
    let (waited, heard) = std::sync::mpsc::channel();
    let (claimed, ready) = std::sync::mpsc::channel();
    let mut said = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let heard = heard;
            let mut other = database.client();
            other
                .batch_execute(
                    "BEGIN; SET LOCAL application_name = 'jubilee-migrate other';
                     INSERT INTO public.schema_migrations
                     SELECT 2, name, checksum, 'running', database, environment, now(), NULL, NULL, applied_by, runner, 'other'
                     FROM public.schema_migrations",
                )
                .unwrap();
            claimed.send(()).unwrap();
            heard.recv().unwrap();
            other.batch_execute("ROLLBACK").unwrap();
        });
        ready.recv().unwrap();
        let applied = run_with(
            Driver::Pipelined,
            &database,
            &files,
            Options::default(),
            |event| {
                if let Event::Waiting { who } = event {
                    said.push(who.clone().unwrap_or_default().to_string());
                    let _ = waited.send(());
                }
            },
        );
        assert_eq!(applied.unwrap(), ["0002_b"]);
    });
    assert!(
        said[0].contains("of role postgres, at work since 2"),
        "{said:?}"
    );
}

#[test]
fn waiting_is_bounded() {
    let database = Database::new();
    let files = [
        file(1, "a", "SELECT 1"),
        headed(2, "b", "-- Transaction: none", "SELECT 1"),
    ];
    migrate(Driver::Pipelined, &database, &files[..1]).unwrap();
    database.sql(
        "INSERT INTO public.schema_migrations
         SELECT 2, 'b', checksum, 'running', database, environment, now(), NULL, NULL, applied_by, 'somebody', 'bounded'
         FROM public.schema_migrations",
    );
    let mut other = database.client();
    other
        .batch_execute("SET application_name = 'jubilee-migrate bounded'")
        .unwrap();
    let process: i32 = other
        .query_one("SELECT pg_backend_pid()", &[])
        .unwrap()
        .get(0);
    let options = Options::new().wait(std::time::Duration::ZERO);
    let error = run_with(Driver::Pipelined, &database, &files, options, |_| {}).unwrap_err();
    let RunErrorKind::WaitedTooLong { who, .. } = error.kind() else {
        panic!("{error}")
    };
    assert!(
        who.as_ref().is_some_and(|who| who.process == Some(process)
            && who
                .to_string()
                .starts_with("somebody, applying 0002_b: process ")),
        "{who:?}"
    );
}

#[test]
fn a_wish_to_stop_ends_the_run_between_migrations() {
    let database = Database::new();
    let files = counting(50);
    let stop = StopFlag::default();
    let options = Options::new().stop(stop.clone());
    let error = run_with(Driver::Blocking, &database, &files, options, |event| {
        if matches!(event, Event::Applied { .. }) {
            stop.set();
        }
    })
    .unwrap_err();
    assert!(matches!(error.kind(), RunErrorKind::Stopped(_)), "{error}");
    assert_consistent(&database);
    let mut client = database.client();
    let status = Migrator::new("codex", Environment::Development, runner(&files))
        .status(&mut client)
        .unwrap();
    assert_eq!(
        status
            .migrations
            .iter()
            .filter(|m| m.applied_at.is_some())
            .count(),
        1
    );
}

/// Two connections are lost during one run; the report of the third names all that the run did, and
/// nothing of another's.
#[test]
fn a_run_goes_on_over_another_connection_and_reports_all_it_did() {
    for driver in DRIVERS {
        let database = Database::new();
        // Ends its own session unless `mercy` has as many rows as it wants.
        let cut = |wants: u32| {
            format!(
                "SELECT pg_terminate_backend(pg_backend_pid()) WHERE (SELECT count(*) FROM mercy) < {wants};"
            )
        };
        let files = [
            file(1, "mercy", "CREATE TABLE mercy ()"),
            file(2, "others", "SELECT 1"),
            file(3, "first", "SELECT 1"),
            file(4, "cut", &cut(1)),
            file(5, "second", "SELECT 1"),
            file(6, "cut", &cut(2)),
        ];
        migrate(driver, &database, &files[..2]).unwrap();
        let mut lost = Vec::new();
        let mut migrator = Migrator::new("codex", Environment::Development, runner(&files))
            .on_event(|event| {
                if let Event::Lost { name } = event {
                    lost.push(name.to_string());
                }
            });
        let ended = run(driver, &database.url, &mut migrator).unwrap_err();
        assert!(
            matches!(ended.kind(), RunErrorKind::ConnectionLost { .. }),
            "{ended}"
        );
        database.sql("INSERT INTO mercy DEFAULT VALUES");
        resume(driver, &database.url, &mut migrator).unwrap_err();
        // As after a crash that lost an asynchronous commit; another run has it then.
        database.sql("INSERT INTO mercy DEFAULT VALUES; UPDATE public.schema_migrations SET run_id = 'other' WHERE version = 3");
        let report = resume(driver, &database.url, &mut migrator).unwrap();
        assert_eq!(
            report,
            ["0004_cut", "0005_second", "0006_cut"],
            "{driver:?}"
        );
        drop(migrator);
        assert_eq!(lost, ["0003_first"], "{driver:?}");
    }
}
