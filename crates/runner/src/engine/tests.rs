//! The engine without a server: what it sends, and what it waits for.

use std::time::Duration;

use jubilee_core::{Environment, SourceFile};

use crate::engine::{Context, Engine, Program};
use crate::error::RunErrorKind;
use crate::link::{Link, UnderWay};
use crate::message::{Failure, LinkError, Message, Reply, Row, ServerError};
use crate::options::Options;
use crate::state::Known;

/// A link that plays the server and writes down what it is sent, with a line between what is
/// sent in a row and what is sent after an answer.
struct Played {
    citus: bool,
    /// Whether commits may be made on other servers too.
    elsewhere: bool,
    /// What `synchronous_commit` is.
    synchronous_commit: &'static str,
    /// The process that the client was told of; 7 answers.
    process: Option<i32>,
    /// What Citus says of the node.
    node: [Option<&'static str>; 2],
    version: &'static str,
    history: Vec<Row>,
    /// The message that fails, by a part of its text, and how.
    fails: Option<(&'static str, &'static str)>,
    sent: Vec<String>,
    /// All that was sent, in full.
    text: String,
}

impl Played {
    fn new() -> Self {
        Self {
            citus: false,
            elsewhere: false,
            synchronous_commit: "on",
            process: Some(7),
            node: [Some("f"), None],
            version: "150000",
            history: Vec::new(),
            fails: None,
            sent: Vec::new(),
            text: String::new(),
        }
    }

    fn answer(&self, sql: &str) -> Reply {
        let text = |value: &str| Some(value.to_owned());
        if sql.contains("server_version_num") {
            let columns = "version integer, name text, checksum text, status text, database text, \
                environment text, started_at timestamp with time zone, finished_at timestamp with time zone, \
                execution_ms bigint, applied_by text, runner text, run_id text, error text";
            let target = vec![
                text(self.version),
                text("15.0"),
                text("db"),
                text("owner"),
                text("f"),
                text("off"),
                text("t"),
                text(columns),
                text("t"),
                text("t"),
                text("f"),
                None,
                text(if self.citus { "t" } else { "f" }),
                text("app"),
                None,
                text("none"),
                text("on"),
                text("t"),
                text("7"),
                text(if self.elsewhere { "t" } else { "f" }),
                text(self.synchronous_commit),
            ];
            return Reply {
                results: vec![vec![target], self.history.clone()],
            };
        }
        if sql.contains("pg_dist_partition") {
            let node = self.node.map(|value| value.map(str::to_owned)).to_vec();
            return Reply {
                results: vec![vec![node]],
            };
        }
        Reply {
            results: vec![vec![vec![text("7")]]],
        }
    }
}

impl Link for Played {
    async fn process(&mut self) -> Option<i32> {
        self.process
    }

    async fn send_all(
        &mut self,
        messages: &mut (dyn Iterator<Item = Message> + Send),
        under_way: UnderWay,
        answered: &mut (dyn FnMut(Reply) + Send),
    ) -> Result<(), Failure> {
        for (index, message) in messages.enumerate() {
            if index == 0 || under_way == UnderWay::One {
                self.sent.push("(waits)".to_owned());
            }
            self.sent.push(outline(message.sql()));
            self.text.push_str(message.sql());
            if let Some((part, code)) = self.fails.filter(|(part, _)| message.sql().contains(part))
            {
                let _ = part;
                let error = ServerError {
                    code: code.to_owned(),
                    message: "played".to_owned(),
                    ..ServerError::default()
                };
                return Err(Failure {
                    message,
                    completed: None,
                    error: LinkError::Server(Box::new(error)),
                });
            }
            answered(self.answer(message.sql()));
        }
        Ok(())
    }

    async fn pause(&mut self, _time: Duration) {}
}

/// A message as a line of its statements' kinds; `SET` and its like are left out.
fn outline(sql: &str) -> String {
    let kind = |statement: &str| match statement {
        _ if statement.contains("server_version_num") => "read",
        _ if statement.contains("pg_dist_partition") => "citus",
        _ if statement.starts_with("BEGIN ISOLATION") => "begin",
        _ if statement.contains("'failed'") => "record",
        _ if statement.starts_with("INSERT INTO public.schema_migrations") => "claim",
        "SELECT 'one'" => "one",
        "SELECT 'two'" => "two",
        _ if statement.starts_with("SELECT 'x") => "many",
        _ if statement.starts_with("WITH completed") => "complete",
        "COMMIT" => "commit",
        "ROLLBACK" => "rollback",
        "RESET ALL" => "reset",
        _ if statement.starts_with("SET lock_timeout") => "timeout",
        _ => "",
    };
    let kinds: Vec<&str> = sql
        .split(";\n")
        .map(|statement| kind(statement.trim()))
        .filter(|kind| !kind.is_empty())
        .collect();
    kinds.join(" ")
}

fn file(version: u16, more: &str, body: &str) -> SourceFile<'static> {
    let text = format!(
        "-- Migration: {version:04}_step\n-- Database: codex\n-- Author: Ada\n-- Date: 2026-11-22\n-- Description: x\n{more}\n{body}"
    );
    SourceFile {
        name: format!("{version:04}_step.sql").into(),
        bytes: text.into_bytes().into(),
    }
}

fn run(link: &mut Played, files: &[SourceFile<'_>]) -> (String, Result<(), RunErrorKind>) {
    let options = Options::new().retries(1).direct_connection();
    run_with(link, files, &options)
}

fn run_with(
    link: &mut Played,
    files: &[SourceFile<'_>],
    options: &Options,
) -> (String, Result<(), RunErrorKind>) {
    let runner = crate::embedded_runner(files).unwrap();
    let program = Program::default();
    let known = Known::all(runner.get_migrations()).unwrap();
    let context = Context {
        database: "codex",
        environment: Environment::Development,
        known,
        target: None,
        options,
        program: &program,
        run_id: "run",
    };
    let mut ignore = |_: &crate::Event| {};
    let result = {
        let mut engine = Engine::new(link, &context, &mut ignore);
        let mut future = std::pin::pin!(engine.run());
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        match future.as_mut().poll(&mut cx) {
            std::task::Poll::Ready(result) => result,
            std::task::Poll::Pending => unreachable!("nothing is ever pending"),
        }
    };
    (link.sent.join("\n"), result)
}

const TWO: &str = "SELECT 'one'; SELECT 'two';";

#[test]
fn small_migrations_go_in_a_row_each_as_one_message() {
    let (sent, result) = run(&mut Played::new(), &[file(1, "", TWO), file(2, "", TWO)]);
    result.unwrap();
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    begin claim one two complete commit reset
    begin claim one two complete commit reset
    ");
}

#[test]
fn where_single_statements_are_wanted_the_claim_is_awaited_first() {
    let mut link = Played {
        citus: true,
        ..Played::new()
    };
    let (sent, result) = run(&mut link, &[file(1, "", TWO)]);
    result.unwrap();
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    citus
    (waits)
    begin claim
    (waits)
    one
    two
    complete commit reset
    ");
}

#[test]
fn a_large_migration_waits_for_its_claim() {
    let body = format!(
        "SELECT 'one'; SELECT '{}'; SELECT 'two';",
        "x".repeat(300_000)
    );
    let (sent, result) = run(&mut Played::new(), &[file(1, "", &body)]);
    result.unwrap();
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    begin claim
    (waits)
    one
    many
    two
    complete commit reset
    ");
}

#[test]
fn without_a_transaction_the_claim_is_committed_first() {
    let (sent, result) = run(&mut Played::new(), &[file(1, "-- Transaction: none", TWO)]);
    result.unwrap();
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    begin claim commit
    (waits)
    timeout
    (waits)
    one
    (waits)
    timeout
    (waits)
    two
    (waits)
    complete reset
    ");
}

#[test]
fn after_a_failure_nothing_more_of_the_row_is_sent_and_it_is_recorded() {
    let mut link = Played {
        citus: true,
        fails: Some(("SELECT 'two'", "22012")),
        ..Played::new()
    };
    let (sent, result) = run(&mut link, &[file(1, "", TWO), file(2, "", TWO)]);
    assert!(matches!(result, Err(RunErrorKind::Failed(_))));
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    citus
    (waits)
    begin claim
    (waits)
    one
    two
    (waits)
    rollback reset
    (waits)
    record
    ");
}

#[test]
fn when_the_failing_statement_is_not_known_they_are_sent_one_by_one() {
    let mut link = Played {
        fails: Some(("SELECT 'two'", "22012")),
        ..Played::new()
    };
    let (sent, result) = run(&mut link, &[file(1, "", TWO)]);
    assert!(matches!(result, Err(RunErrorKind::Failed(_))));
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    begin claim one two complete commit reset
    (waits)
    rollback reset
    (waits)
    read
    (waits)
    begin claim
    (waits)
    one
    two
    (waits)
    rollback reset
    (waits)
    record
    ");
}

#[test]
fn a_passing_failure_is_tried_again_a_bounded_number_of_times() {
    let mut link = Played {
        citus: true,
        fails: Some(("SELECT 'one'", "40P01")),
        ..Played::new()
    };
    let (sent, result) = run(&mut link, &[file(1, "", TWO)]);
    let Err(RunErrorKind::Failed(failed)) = result else {
        unreachable!("it fails each time")
    };
    assert_eq!(failed.attempts, 2);
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    citus
    (waits)
    begin claim
    (waits)
    one
    (waits)
    rollback reset
    (waits)
    read
    (waits)
    begin claim
    (waits)
    one
    (waits)
    rollback reset
    (waits)
    record
    ");
}

#[test]
fn a_server_older_than_13_is_refused_before_anything_is_sent() {
    let mut link = Played {
        version: "120022",
        ..Played::new()
    };
    let (sent, result) = run(&mut link, &[file(1, "", TWO)]);
    let Err(RunErrorKind::Refused(refusals)) = result else {
        unreachable!("it is refused")
    };
    assert_eq!(refusals[0].to_string(), "the server is too old");
    insta::assert_snapshot!(sent, @r"
    (waits)
    read
    ");
}

#[test]
fn one_message_is_under_way_where_something_may_sit_in_between() {
    let small = [file(1, "", TWO), file(2, "", TWO)];
    let expected = "(waits)\nread\n\
        (waits)\nbegin claim one two complete commit reset\n\
        (waits)\nbegin claim one two complete commit reset";
    let unknown = Options::new();
    let (sent, result) = run_with(&mut Played::new(), &small, &unknown);
    result.unwrap();
    assert_eq!(sent, expected);
    // Vouched for, and another process answers than the client was told of.
    let mut pooled = Played {
        process: Some(8),
        ..Played::new()
    };
    let (sent, result) = run(&mut pooled, &small);
    result.unwrap();
    assert_eq!(sent, expected);
    let large = format!("SELECT 'one'; SELECT '{}';", "x".repeat(300_000));
    let (sent, result) = run_with(&mut Played::new(), &[file(1, "", &large)], &unknown);
    result.unwrap();
    insta::assert_snapshot!(sent, @"
    (waits)
    read
    (waits)
    begin claim
    (waits)
    one
    (waits)
    many
    (waits)
    complete commit reset
    ");
}

#[test]
fn nothing_of_the_target_is_set_again_on_a_pooled_connection() {
    let restored = "set_config('application_name', 'app', false)";
    let mut link = Played::new();
    run(&mut link, &[file(1, "", TWO)]).1.unwrap();
    assert!(link.text.contains(restored), "{}", link.text);
    let mut link = Played {
        process: Some(8),
        ..Played::new()
    };
    run(&mut link, &[file(1, "", TWO)]).1.unwrap();
    assert!(!link.text.contains("'app'"), "{}", link.text);
    assert!(link.text.contains("RESET ALL"), "{}", link.text);
}

#[test]
fn without_a_transaction_a_pooled_connection_is_refused_before_anything_is_applied() {
    let mut link = Played {
        process: Some(8),
        ..Played::new()
    };
    let files = [
        file(1, "", TWO),
        file(2, "-- Transaction: none", TWO),
        file(3, "-- Transaction: none", TWO),
    ];
    let (sent, result) = run(&mut link, &files);
    assert_eq!(sent, "(waits)\nread");
    assert_eq!(
        result.unwrap_err().to_string(),
        "refused: 0002_step, 0003_step run without a transaction, and the connection leads through a pooler"
    );
}

/// How often a commit of a run of three migrations need not wait for the disk.
fn asynchronous(mut link: Played) -> usize {
    let files = [file(1, "", TWO), file(2, "", TWO), file(3, "", TWO)];
    run(&mut link, &files).1.unwrap();
    link.text.matches("synchronous_commit = off").count()
}

#[test]
fn commits_are_asynchronous_only_where_a_commit_is_one_commit() {
    assert_eq!(asynchronous(Played::new()), 2);
    let citus = Played {
        citus: true,
        ..Played::new()
    };
    assert_eq!(asynchronous(citus), 0);
    let elsewhere = Played {
        elsewhere: true,
        ..Played::new()
    };
    assert_eq!(asynchronous(elsewhere), 0);
}

#[test]
fn the_last_commit_waits_for_the_disk_whatever_the_role_has_set() {
    let mut link = Played {
        synchronous_commit: "off",
        ..Played::new()
    };
    let files = [file(1, "", TWO), file(2, "", TWO)];
    run(&mut link, &files).1.unwrap();
    let settings: Vec<_> = link
        .text
        .lines()
        .filter(|line| line.contains("synchronous_commit ="))
        .collect();
    assert_eq!(
        settings,
        [
            "SET LOCAL synchronous_commit = off;",
            "SET LOCAL synchronous_commit = local;"
        ]
    );
}

#[test]
fn the_lock_time_out_reaches_the_workers_of_citus() {
    let mut link = Played {
        citus: true,
        ..Played::new()
    };
    run(&mut link, &[file(1, "", TWO)]).1.unwrap();
    let propagated =
        "SET LOCAL citus.propagate_set_commands = 'local';\nSET LOCAL lock_timeout = 5000;";
    assert!(link.text.contains(propagated), "{}", link.text);
}

#[test]
fn a_worker_of_citus_and_a_history_that_citus_keeps_are_refused() {
    let refused = |node| {
        let mut link = Played {
            citus: true,
            node,
            ..Played::new()
        };
        let (sent, result) = run(&mut link, &[file(1, "", TWO)]);
        assert_eq!(sent, "(waits)\nread\n(waits)\ncitus");
        result.unwrap_err().to_string()
    };
    assert_eq!(
        refused([Some("t"), None]),
        "refused: the server is a worker of Citus"
    );
    assert_eq!(
        refused([Some("f"), Some("reference")]),
        "refused: public.schema_migrations is a reference table of Citus"
    );
}

#[test]
fn a_server_behind_the_server_that_cannot_be_reached_is_tried_again() {
    let mut link = Played {
        fails: Some(("SELECT 'one'", "08006")),
        ..Played::new()
    };
    let (_, result) = run(&mut link, &[file(1, "", TWO)]);
    let Err(RunErrorKind::Failed(failed)) = result else {
        unreachable!("it fails each time")
    };
    assert_eq!(failed.attempts, 2);
}
