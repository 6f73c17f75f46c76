//! The migrations of other projects: what the check says of them, held against a server.
//!
//! `tests/corpus/fetch.sh DIR` gets them. Then, with the server of `PGBIN`:
//!
//! ```console
//! $ CORPUS=DIR cargo test -p jubilee-lint --test lint corpus -- --ignored --nocapture
//! ```
//!
//! With `SAMPLE=130` it also prints so many findings, drawn by the hash of their places, to be judged
//! by a person.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write as _;
use std::ops::Range;
use std::path::Path;

use crate::again::code;
use crate::folders::{BEFORE, TAKEN, files, said};
use crate::locks::{mode, strongest};
use crate::support::shown;
use jubilee_core::{Position, SourceFile, split};
use jubilee_lint::{Category, FileReport, Held, Scope, Severity, check_folder};
use jubilee_pg_local::{Options, TempServer};
use postgres::{Client, NoTls, SimpleQueryMessage};

const FILL: &str = include_str!("../corpus/fill.sql");

/// Makes a query for what is in all tables.
const ROWS: &str = include_str!("../corpus/rows.sql");

const FILES: &str = "DROP TABLE IF EXISTS pg_temp.stored; CREATE TEMPORARY TABLE stored AS
    SELECT c.oid, relname, relfilenode FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = relnamespace
    WHERE relkind = 'r' AND nspname !~ '^(pg_|information_schema)'";

const REWRITTEN: &str = "SELECT s.relname::text FROM pg_temp.stored AS s
    JOIN pg_catalog.pg_class AS c USING (oid) WHERE s.relfilenode <> c.relfilenode";

/// What was counted, and a line for each thing that is wrong.
#[derive(Default)]
struct Measured {
    files: usize,
    others: usize,
    run: usize,
    findings: usize,
    locks: usize,
    rewrites: usize,
    second_runs: usize,
    wrong: BTreeMap<&'static str, Vec<String>>,
    /// By the hash of its place.
    drawn: BTreeMap<u64, String>,
    rules: BTreeMap<&'static str, usize>,
}

impl Measured {
    fn wrong(&mut self, class: &'static str, report: &FileReport<'_>, what: &str) {
        let list = self.wrong.entry(class).or_default();
        list.push(format!("{}: {what}", report.name));
    }
}

/// A file of another project as one of ours. What cannot run in a transaction gets none.
fn house(stem: &str, source: &str) -> String {
    let source = source.replace("\r\n", "\n");
    let statements = split(&source).unwrap_or_default();
    let words = |range: &Range<usize>| source[range.clone()].to_lowercase();
    let alone = statements.iter().any(|statement| {
        let words = words(&statement.range);
        let first = words.split_whitespace().next();
        let concurrently = match first {
            Some("create" | "drop") => words.contains("index concurrently"),
            Some("reindex") => words.contains("concurrently"),
            _ => false,
        };
        let is_routine = words.contains("function") || words.contains("procedure");
        first == Some("vacuum") || !is_routine && concurrently
    });
    let mut body = source.as_str();
    if let [first, .., last] = statements.as_slice()
        && ["begin", "begin transaction", "start transaction"]
            .contains(&words(&first.range).as_str())
        && ["commit", "end"].contains(&words(&last.range).as_str())
    {
        body = &source[first.range.end + 1..last.range.start];
    }
    let end = match split(body).unwrap_or_default().last() {
        Some(last) if !body[last.range.end..].contains(';') => "\n;",
        _ => "",
    };
    let (mode, begin, commit) = match alone {
        true => ("-- Transaction: none\n", "", ""),
        false => ("", "BEGIN;\n", "COMMIT;\n"),
    };
    format!(
        "-- Migration: {stem}\n-- Database: corpus\n-- Author: Ada Lovelace\n-- Date: 2026-11-22\n-- Description: an example\n{mode}\n{begin}{body}{end}\n{commit}"
    )
}

fn reports(folder: &Path) -> Vec<FileReport<'static>> {
    let entries = files(folder).into_iter().map(|path| {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let source = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        SourceFile::new(format!("{stem}.sql"), house(&stem, &source).into_bytes())
    });
    let scope = Scope {
        database: "corpus",
        other_databases: &[],
        today: None,
    };
    check_folder(&scope, entries, &|_| false)
}

/// The statements as they are sent: without `BEGIN` and `COMMIT`.
fn statements(text: &str) -> Vec<Range<usize>> {
    let all = split(text).unwrap_or_default();
    let ranges = all.into_iter().map(|statement| statement.range);
    ranges
        .filter(|range| !["BEGIN", "COMMIT"].contains(&&text[range.clone()]))
        .collect()
}

/// Two databases with the same schema, one of them with rows.
struct Pair<'a> {
    server: &'a TempServer,
    name: String,
    plain: Client,
    full: Client,
}

impl<'a> Pair<'a> {
    fn new(server: &'a TempServer, name: &str) -> Self {
        let full = format!("{name}_full");
        server.create_database(name).unwrap();
        server.create_database(&full).unwrap();
        let open = |name: &str| Client::connect(&server.url(name), NoTls).unwrap();
        Self {
            server,
            plain: open(name),
            full: open(&full),
            name: name.to_owned(),
        }
    }

    /// Makes the one with rows anew.
    fn copy(&mut self) {
        let full = format!("{}_full", self.name);
        let open = |name: &str| Client::connect(&self.server.url(name), NoTls).unwrap();
        self.full = open("postgres");
        self.plain = open("postgres");
        self.full
            .batch_execute(&format!("DROP DATABASE \"{full}\" WITH (FORCE)"))
            .unwrap();
        self.server.clone_database(&full, &self.name).unwrap();
        self.plain = open(&self.name);
        self.full = open(&full);
    }
}

fn state(error: &postgres::Error) -> (String, String) {
    let code = error.code().map_or("?????", |code| code.code()).to_owned();
    (
        code,
        error
            .as_db_error()
            .map_or_else(|| error.to_string(), |e| e.message().to_owned()),
    )
}

fn rows(client: &mut Client) -> BTreeSet<String> {
    let query = client.query_one(ROWS, &[]).unwrap();
    let Some(query) = query.get::<_, Option<String>>(0) else {
        return BTreeSet::new();
    };
    let messages = client.simple_query(&query).unwrap();
    messages
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(format!(
                "{:?} {:?} {:?}",
                row.get(0),
                row.get(1),
                row.get(2)
            )),
            _ => None,
        })
        .collect()
}

/// Whether a statement may change rows of tables that stay.
fn may_change_rows(text: &str) -> bool {
    let first = text
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_lowercase();
    [
        "insert", "update", "delete", "do", "with", "select", "merge", "call",
    ]
    .contains(&first.as_str())
}

fn measure(server: &TempServer, folder: &Path, measured: &mut Measured) {
    let project = folder.file_name().unwrap().to_string_lossy().into_owned();
    let mut pair = Pair::new(server, &project);
    for report in &mut reports(folder) {
        report.name = format!("{project}/{}", report.name);
        if project.ends_with("-others-part") {
            for_others(&mut pair.plain, report, measured);
            continue;
        }
        measured.files += 1;
        measured.findings += report.findings.len();
        for finding in &report.findings {
            *measured.rules.entry(finding.rule.name).or_default() += 1;
            let mut hasher = DefaultHasher::new();
            (&report.name, &finding.range, finding.rule.name, 9).hash(&mut hasher);
            let text = format!("{}\n{}", report.name, shown(report, finding));
            measured.drawn.insert(hasher.finish(), text);
        }
        for client in [&mut pair.plain, &mut pair.full] {
            let _ = client.batch_execute("ROLLBACK; RESET ALL; SET client_min_messages = error");
        }
        first_run(&mut pair, report, measured);
    }
}

/// A file for another server: what is no SQL of PostgreSQL must be refused.
fn for_others(client: &mut Client, report: &FileReport<'_>, measured: &mut Measured) {
    measured.others += 1;
    let refused = |f: &jubilee_lint::Finding| f.rule.severity == Severity::Error;
    if let Err(error) = client.batch_execute(&report.text) {
        let (code, message) = state(&error);
        if code == "42601" && !report.findings.iter().any(refused) {
            measured.wrong("invalid SQL that passes", report, &message);
        }
    }
    let _ = client.batch_execute("ROLLBACK");
}

fn first_run(pair: &mut Pair<'_>, report: &FileReport<'_>, measured: &mut Measured) {
    let statements = statements(&report.text);
    let alone = report.text.contains("\n-- Transaction: none\n");
    let bounds = statements.first().zip(statements.last());
    let body = bounds.map_or("", |(first, last)| &report.text[first.start..last.end]);
    let _ = pair.full.batch_execute(FILL);
    pair.plain.batch_execute(BEFORE).unwrap();
    pair.full.batch_execute(FILES).unwrap();
    let result = if alone {
        statements
            .iter()
            .try_for_each(|range| pair.plain.batch_execute(&report.text[range.clone()]))
    } else {
        pair.plain.batch_execute("BEGIN").unwrap();
        pair.plain.batch_execute(body)
    };
    if let Err(error) = result {
        let (code, message) = state(&error);
        let refused = report
            .findings
            .iter()
            .any(|f| f.rule.severity == Severity::Error);
        if code == "42601" && !refused {
            measured.wrong("invalid SQL that passes", report, &message);
        }
        measured.wrong("(not run)", report, &format!("{code} {message}"));
        let _ = pair.plain.batch_execute("ROLLBACK");
        return;
    }
    measured.run += 1;
    for finding in &report.findings {
        if [
            "syntax",
            "unparsed",
            "unknown-name",
            "unknown-type",
            "unknown-setting",
        ]
        .contains(&finding.rule.name)
            && finding.rule.severity == Severity::Error
        {
            let line = Position::of(
                &report.text,
                finding.range.clone().unwrap_or_default().start,
            );
            measured.wrong(
                "wrongly refused",
                report,
                &format!("{line}: {}: {}", finding.rule.name, finding.what),
            );
        }
    }
    if alone {
        pair.copy();
        return;
    }
    compare_locks(&mut pair.plain, report, measured);
    pair.plain.batch_execute("COMMIT").unwrap();
    let full = pair
        .full
        .batch_execute("BEGIN")
        .and_then(|()| pair.full.batch_execute(body));
    let copied = full.is_err();
    if copied {
        pair.copy();
        let _ = pair
            .full
            .batch_execute("RESET ALL; SET client_min_messages = error");
        let _ = pair.full.batch_execute(FILL);
    } else {
        compare_rewrites(&mut pair.full, report, measured);
        pair.full.batch_execute("COMMIT").unwrap();
    }
    second_run(&mut pair.full, report, &statements, copied, measured);
}

fn compare_locks(client: &mut Client, report: &FileReport<'_>, measured: &mut Measured) {
    let Ok(found) = client.query(TAKEN, &[]) else {
        measured.wrong("(not observed)", report, "");
        return;
    };
    let taken = strongest(found.iter().map(|row| (row.get(0), mode(row.get(1)))));
    let said = said(report);
    measured.locks += taken.len();
    for (table, mode) in &taken {
        match said.get(table) {
            None => measured.wrong("locks missed", report, &format!("{mode} on {table}")),
            Some(other) if other != mode => {
                measured.wrong(
                    "locks misnamed",
                    report,
                    &format!("{table}: {mode}, said {other}"),
                );
            }
            _ => {}
        }
    }
    for (table, mode) in said.iter().filter(|(table, _)| !taken.contains_key(*table)) {
        measured.wrong(
            "locks said and not taken",
            report,
            &format!("{mode} on {table}"),
        );
    }
}

fn compare_rewrites(client: &mut Client, report: &FileReport<'_>, measured: &mut Measured) {
    let Ok(found) = client.query(REWRITTEN, &[]) else {
        return;
    };
    let rewritten: BTreeSet<String> = found.iter().map(|row| row.get(0)).collect();
    measured.rewrites += rewritten.len();
    let table = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let said = |any: &[Held]| -> BTreeSet<String> {
        let locks = report.locks.iter().filter(|lock| any.contains(&lock.held));
        locks.map(|lock| table(&lock.table)).collect()
    };
    let surely = said(&[Held::Rewriting]);
    let perhaps = said(&[Held::Rewriting, Held::RewritingPerhaps, Held::Refreshing]);
    let truncates = report.text.to_lowercase().contains("truncate");
    for table in rewritten
        .iter()
        .filter(|table| !perhaps.contains(*table) && !truncates)
    {
        measured.wrong("rewrites missed", report, table);
    }
    for table in surely.iter().filter(|table| !rewritten.contains(*table)) {
        measured.wrong("rewrites said and not made", report, table);
    }
}

/// Runs each statement again, whether those before it failed or not.
fn second_run(
    client: &mut Client,
    report: &FileReport<'_>,
    statements: &[Range<usize>],
    copied: bool,
    measured: &mut Measured,
) {
    let at_first = rows(client);
    let mut has_failed = false;
    let mut silent = Vec::new();
    client.batch_execute("BEGIN").unwrap();
    for range in statements {
        let text = &report.text[range.clone()];
        client.batch_execute("SAVEPOINT again").unwrap();
        let before = may_change_rows(text).then(|| rows(client));
        let failed = client.batch_execute(text).err().map(|error| state(&error));
        if failed.is_some() {
            client.batch_execute("ROLLBACK TO again").unwrap();
        } else if client.batch_execute("RELEASE again").is_err() {
            break;
        }
        let changes = failed.is_none() && before.is_some_and(|before| before != rows(client));
        measured.second_runs += 1;
        let said: Vec<_> = findings_in(report, range).collect();
        let codes: BTreeSet<&str> = said.iter().filter_map(|f| code(&f.why)).collect();
        let line = Position::of(&report.text, range.start);
        let words: Vec<&str> = text.split_whitespace().collect();
        let words: String = words.join(" ").chars().take(200).collect();
        let fails = failed.is_some();
        match failed {
            Some((code, message)) if said.is_empty() => measured.wrong(
                match has_failed {
                    true => "(second runs that fail behind what fails with a finding)",
                    false => "second runs that fail without a finding",
                },
                report,
                &format!("{line}: {code} {message}: {words}"),
            ),
            Some((code, _)) if !codes.is_empty() && !codes.contains(code.as_str()) => measured
                .wrong(
                    "second runs that fail with another SQLSTATE",
                    report,
                    &format!("{line}: {code}, said {codes:?}: {words}"),
                ),
            // A row that is inserted again is the other half of that finding.
            None if !(codes.is_empty() || changes && codes.contains("23505")) => measured.wrong(
                "second runs that pass with a finding that they fail",
                report,
                &format!("{line}: {codes:?}: {words}"),
            ),
            None if changes && said.is_empty() => silent.push(format!("{line}: {words}")),
            _ => {}
        }
        has_failed |= fails;
    }
    // What a later statement puts back is not changed; rows that were made after the first run are
    // changed for the first time.
    if !copied && !silent.is_empty() && at_first != rows(client) {
        for statement in silent {
            measured.wrong(
                "second runs that change rows in silence",
                report,
                &statement,
            );
        }
    }
    let _ = client.batch_execute("ROLLBACK");
}

/// What is said of a second run of the statement.
fn findings_in<'r>(
    report: &'r FileReport<'_>,
    range: &'r Range<usize>,
) -> impl Iterator<Item = &'r jubilee_lint::Finding> {
    report.findings.iter().filter(|finding| {
        let at = finding.range.clone().unwrap_or_default().start;
        range.start <= at && at < range.end && finding.rule.category == Category::Idempotency
    })
}

#[test]
#[ignore = "needs the migrations of other projects"]
fn other_projects_migrations() {
    let folder = std::env::var_os("CORPUS").unwrap();
    let server = TempServer::start(&Options::default()).unwrap();
    let mut measured = Measured::default();
    let mut projects: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    projects.sort();
    for project in &projects {
        measure(&server, project, &mut measured);
    }
    let mut text = String::new();
    let Measured {
        files,
        others,
        run,
        findings,
        locks,
        rewrites,
        second_runs,
        ..
    } = measured;
    writeln!(text, "{} projects, {files} files, {run} of them run, {others} for other servers; {findings} findings; {locks} locks, {rewrites} rewrites, {second_runs} statements a second time", projects.len()).unwrap();
    writeln!(text, "{:?}", measured.rules).unwrap();
    for (class, lines) in &measured.wrong {
        writeln!(text, "\n{class}: {}", lines.len()).unwrap();
        for line in lines {
            writeln!(text, "  {line}").unwrap();
        }
    }
    let sample = std::env::var("SAMPLE")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(0);
    for finding in measured.drawn.values().take(sample) {
        writeln!(text, "\n{finding}").unwrap();
    }
    std::io::stdout().write_all(text.as_bytes()).unwrap();
}
