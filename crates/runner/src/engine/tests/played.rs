//! A link that plays the server, and a run over it.

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
pub(super) struct Played {
    pub(super) citus: bool,
    pub(super) has_history: bool,
    /// Whether commits may be made on other servers too.
    pub(super) elsewhere: bool,
    /// What `synchronous_commit` is.
    pub(super) synchronous_commit: &'static str,
    /// The process that the client was told of; 7 answers.
    pub(super) process: Option<i32>,
    /// What Citus says of the node.
    pub(super) node: [Option<&'static str>; 2],
    pub(super) version: &'static str,
    pub(super) history: Vec<Row>,
    /// The message that fails, by a part of its text, and how.
    pub(super) fails: Option<(&'static str, &'static str)>,
    pub(super) sent: Vec<String>,
    /// All that was sent, in full.
    pub(super) text: String,
}

impl Played {
    pub(super) fn new() -> Self {
        Self {
            citus: false,
            has_history: true,
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
                self.has_history.then(|| columns.to_owned()),
                text("t"),
                text("t"),
                text(if self.citus { "t" } else { "f" }),
                text("none"),
                text("on"),
                text("t"),
                text("7"),
                text(if self.elsewhere { "t" } else { "f" }),
                text(self.synchronous_commit),
            ];
            let results = if sql.contains("refinery_schema_history") {
                let others = vec![text("f"), None];
                vec![vec![others], vec![target], vec![caller()]]
            } else {
                vec![vec![target], self.history.clone()]
            };
            return Reply { results };
        }
        if sql.contains("pg_settings") {
            return Reply {
                results: vec![vec![caller()]],
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

/// What the caller has left in the session: a setting, and no prepared statement.
fn caller() -> Row {
    let setting = "pg_catalog.set_config('application_name', 'app', false)";
    vec![Some(setting.to_owned()), Some("f".to_owned())]
}

/// A message as a line of its statements' kinds; `SET` and its like are left out.
pub(super) fn outline(sql: &str) -> String {
    let kind = |statement: &str| match statement {
        _ if statement.contains("server_version_num") => "read",
        _ if statement.contains("refinery_schema_history") => "others",
        _ if statement.contains("pg_settings") => "settings",
        _ if statement.contains("pg_dist_partition") => "citus",
        _ if statement.starts_with("BEGIN ISOLATION") => "begin",
        _ if statement.contains("CREATE TABLE") && statement.contains("schema_migrations") => {
            "create"
        }
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

pub(super) fn file(version: u16, more: &str, body: &str) -> SourceFile<'static> {
    let text = format!(
        "-- Migration: {version:04}_step\n-- Database: codex\n-- Author: Ada\n-- Date: 2026-11-22\n-- Description: x\n{more}\n{body}"
    );
    SourceFile::new(format!("{version:04}_step.sql"), text.into_bytes())
}

pub(super) fn run(
    link: &mut Played,
    files: &[SourceFile<'_>],
) -> (String, Result<(), RunErrorKind>) {
    let options = Options::new().retries(1).direct_connection();
    run_with(link, files, &options)
}

pub(super) fn run_with(
    link: &mut Played,
    files: &[SourceFile<'_>],
    options: &Options,
) -> (String, Result<(), RunErrorKind>) {
    let texts = crate::MigrationTexts::load(files.iter().cloned()).unwrap();
    let runner = crate::runner(texts).unwrap();
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

pub(super) const TWO: &str = "SELECT 'one'; SELECT 'two';";
