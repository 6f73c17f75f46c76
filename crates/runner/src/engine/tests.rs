//! The engine without a server: what it sends, and what it waits for.

use std::time::Duration;

use jubilee_core::{Environment, SourceFile};

use crate::engine::{Context, Engine};
use crate::error::RunError;
use crate::link::Link;
use crate::message::{Failure, LinkError, Message, Reply, Row, ServerError};
use crate::options::Options;
use crate::state::Known;

/// A link that plays the server and writes down what it is sent, with a line between what is
/// sent in a row and what is sent after an answer.
struct Played {
    citus: bool,
    version: &'static str,
    history: Vec<Row>,
    /// The message that fails, by a part of its text, and how.
    fails: Option<(&'static str, &'static str)>,
    sent: Vec<String>,
}

impl Played {
    fn new() -> Self {
        Self {
            citus: false,
            version: "150000",
            history: Vec::new(),
            fails: None,
            sent: Vec::new(),
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
            ];
            return Reply {
                results: vec![vec![target], self.history.clone()],
            };
        }
        Reply {
            results: vec![vec![vec![text("7")]]],
        }
    }
}

impl Link for Played {
    async fn send_all(
        &mut self,
        messages: &mut (dyn Iterator<Item = Message> + Send),
        answered: &mut (dyn FnMut(Reply) + Send),
    ) -> Result<(), Failure> {
        self.sent.push("(waits)".to_owned());
        for message in messages {
            self.sent.push(outline(message.sql()));
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

fn run(link: &mut Played, files: &[SourceFile<'_>]) -> (String, Result<(), RunError>) {
    let runner = crate::embedded_runner(files).unwrap();
    let options = Options {
        retries: 1,
        ..Options::default()
    };
    let known = Known::all(runner.get_migrations()).unwrap();
    let context = Context::new("codex", Environment::Development, known, None, &options);
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
    assert!(matches!(result, Err(RunError::Failed(_))));
    insta::assert_snapshot!(sent, @"
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
fn when_the_failing_statement_is_not_known_they_are_sent_one_by_one() {
    let mut link = Played {
        fails: Some(("SELECT 'two'", "22012")),
        ..Played::new()
    };
    let (sent, result) = run(&mut link, &[file(1, "", TWO)]);
    assert!(matches!(result, Err(RunError::Failed(_))));
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
    let Err(RunError::Failed(failed)) = result else {
        unreachable!("it fails each time")
    };
    assert_eq!(failed.attempts, 2);
    insta::assert_snapshot!(sent, @"
    (waits)
    read
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
    let Err(RunError::Refused(refusals)) = result else {
        unreachable!("it is refused")
    };
    assert_eq!(refusals[0].to_string(), "the server is too old");
    insta::assert_snapshot!(sent, @r"
    (waits)
    read
    ");
}
