//! Migrations that each leave a mark, and what must be true of marks, history and reports after a
//! fault.

use std::collections::BTreeSet;

use postgres::{Client, NoTls, SimpleQueryMessage};

use crate::run::{Ended, Run};
use crate::support::Place;

/// Has a row where a migration sleeps.
pub(crate) const SLEEPS: &str =
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";

/// How a migration's file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// With BEGIN and COMMIT.
    Pair,
    /// Without them.
    Plain,
    /// With `Transaction: none`.
    NoTransaction,
}

/// A database, and migrations to apply to it.
pub(crate) struct Work {
    pub(crate) place: Place,
    /// How runners reach the database.
    pub(crate) url: String,
    /// How the tests reach the database, around everything that is tried.
    observer: String,
    migrations: u16,
    form: Form,
}

impl Work {
    /// Migrations in a folder of their own, and the table for their marks in a database.
    pub(crate) fn new(observer: &str, runner: &str, migrations: u16, form: Form) -> Self {
        let work = Self {
            place: Place::unconfigured().set("DB_CODEX_URL", runner),
            url: runner.to_owned(),
            observer: observer.to_owned(),
            migrations,
            form,
        };
        work.sql("CREATE SCHEMA counted; CREATE TABLE counted.marks (version int)");
        for version in 1..=migrations {
            let insert = format!("INSERT INTO counted.marks VALUES ({version});");
            let (header, body) = match form {
                Form::Pair => (
                    "",
                    format!("BEGIN;\n{insert}\nCREATE TABLE t{version} ();\nCOMMIT;\n"),
                ),
                Form::Plain => ("", format!("{insert}\nCREATE TABLE t{version} ();\n")),
                Form::NoTransaction => ("-- Transaction: none", format!("{insert}\n")),
            };
            work.place.migration(version, "mark", header, &body);
        }
        work
    }

    /// Replaces a migration by one that does this too.
    pub(crate) fn also(&self, version: u16, sql: &str) {
        let insert = format!("INSERT INTO counted.marks VALUES ({version});");
        self.place
            .migration(version, "mark", "", &format!("{insert}\n{sql}\n"));
    }

    /// From here on, the tests reach the database there.
    pub(crate) fn observe(&mut self, url: &str) {
        url.clone_into(&mut self.observer);
    }

    /// Sets a variable of the runs that begin from here on.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.place = self.place.set(name, value);
        self
    }

    pub(crate) fn client(&self) -> Client {
        let mut config: postgres::Config = self.observer.parse().unwrap();
        config.application_name("observer").connect(NoTls).unwrap()
    }

    pub(crate) fn sql(&self, sql: &str) {
        self.client().batch_execute(sql).unwrap();
    }

    /// The rows of a query, one a line.
    pub(crate) fn text(&self, query: &str) -> String {
        let rows = self.client().simple_query(query).unwrap();
        let lines = rows.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(
                (0..row.len())
                    .map(|i| row.get(i).unwrap_or("NULL"))
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
            _ => None,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn start(&self) -> Run {
        Run::start(&self.place)
    }

    pub(crate) fn has_history(&self) -> bool {
        self.text("SELECT to_regclass('public.schema_migrations')") != "NULL"
    }

    /// What does not fit between marks and history.
    pub(crate) fn odd(&self) -> Vec<String> {
        if !self.has_history() {
            let marks = self.text("SELECT version FROM counted.marks");
            return marks
                .lines()
                .map(|v| format!("{v} without a history"))
                .collect();
        }
        let fits = if self.form == Form::NoTransaction {
            // Without a transaction a rerun may repeat an effect; it is never completed without it.
            "(m.times >= 1 OR h.status IS DISTINCT FROM 'completed') AND (h.status IS NOT NULL OR m.times IS NULL)"
        } else {
            "m.times IS NOT DISTINCT FROM CASE WHEN h.status = 'completed' THEN 1 END"
        };
        let odd = self.text(&format!(
            "SELECT coalesce(m.version, h.version), m.times, h.status
             FROM (SELECT version, count(*) AS times FROM counted.marks GROUP BY version) AS m
             FULL JOIN public.schema_migrations AS h USING (version) WHERE NOT ({fits})"
        ));
        odd.lines()
            .map(|row| format!("version, marks and status do not fit: {row}"))
            .collect()
    }

    /// The migrations that each run has committed, as the history has it.
    fn committed(&self) -> Vec<BTreeSet<u16>> {
        if !self.has_history() {
            return Vec::new();
        }
        let groups = self.text(
            "SELECT string_agg(version::text, ' ') FROM public.schema_migrations
             WHERE status = 'completed' GROUP BY run_id",
        );
        let versions = |line: &str| line.split(' ').map(|v| v.parse().unwrap()).collect();
        groups.lines().map(versions).collect()
    }

    /// What the reports of runs say otherwise than the history: each run that ended by itself must
    /// have named all that it committed, and nothing else; of one that was killed, all that it had
    /// said to be applied is in one run's part of the history.
    pub(crate) fn misreported(&self, runs: &[Ended]) -> Vec<String> {
        let mut committed = self.committed();
        let mut wrong = Vec::new();
        for run in runs {
            let Some(report) = run.report.as_ref().filter(|report| !report.is_empty()) else {
                continue;
            };
            match committed.iter().position(|group| group == report) {
                Some(at) => drop(committed.swap_remove(at)),
                None => wrong.push(format!(
                    "a run reported {report:?}; not yet accounted for is {committed:?}; it said:\n{}",
                    run.stderr
                )),
            }
        }
        let mut killed = 0;
        for run in runs.iter().filter(|run| run.report.is_none()) {
            killed += 1;
            if !committed.iter().any(|group| run.said.is_subset(group)) && !run.said.is_empty() {
                wrong.push(format!(
                    "a killed run had said {:?}; not accounted for is {committed:?}",
                    run.said
                ));
            }
        }
        if committed.len() > killed {
            wrong.push(format!("nobody reported {committed:?}"));
        }
        wrong
    }

    /// What is wrong after a fault, and after one more run, which must complete everything.
    pub(crate) fn finish(&self, mut runs: Vec<Ended>) -> Vec<String> {
        let mut wrong = self.odd();
        let last = self.start().end();
        if last.code != Some(0) {
            wrong.push(format!(
                "the last run ended with {:?}:\n{}",
                last.code, last.stderr
            ));
        }
        runs.push(last);
        wrong.extend(self.odd());
        wrong.extend(self.misreported(&runs));
        let completed =
            self.text("SELECT count(*) FROM public.schema_migrations WHERE status = 'completed'");
        if completed != self.migrations.to_string() {
            wrong.push(format!("{completed} of {} are completed", self.migrations));
        }
        wrong
    }
}
