//! What the page of each rule advises is done to its bad example, in a schema that has what the example is
//! about: all rules together find nothing then.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::{examples, fixtures, form_of, of_repository};
use crate::support::{Form, NEXT, check, check_entries, entries, findings, shown};
use jubilee_core::{MigrationName, SourceFile, TransactionMode, parse};
use jubilee_lint::{Base, FileReport, Finding, Rule, Sums, check_append_only, rules};
use postgres::Client;

const SCHEMA: &str = include_str!("../advice/schema.sql");

/// An example behind a migration that makes what it is about.
fn in_context(form: Form, text: &str) -> String {
    let context = match form {
        Form::Sql => context_of(text),
        Form::File | Form::Names => String::new(),
    };
    match context.is_empty() {
        true => text.to_owned(),
        false => format!("{context}{NEXT}{text}"),
    }
}

/// The parts of the schema that a text names and does not make, and those that they need.
fn context_of(text: &str) -> String {
    let parts: Vec<(&str, &str)> = SCHEMA
        .split("-- part ")
        .skip(1)
        .map(|part| part.split_once('\n').unwrap())
        .collect();
    let mut wanted: BTreeSet<&str> = BTreeSet::new();
    let mut unread = vec![text];
    while let Some(text) = unread.pop() {
        for (name, sql) in &parts {
            if needs(text, name) && wanted.insert(name) {
                unread.push(sql);
            }
        }
    }
    let chosen = parts.iter().filter(|(name, _)| wanted.contains(name));
    chosen.map(|(_, sql)| *sql).collect()
}

/// Whether the first place at which the text has the name is not the one that makes it.
fn needs(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut places = text.match_indices(name).map(|(at, _)| at);
    let first = places.find(|at| {
        !text[..*at].ends_with(is_word) && !text[at + name.len()..].starts_with(is_word)
    });
    first.is_some_and(|at| {
        let before = text[..at].trim_end();
        let line = before.rsplit('\n').next().unwrap().trim_start();
        let words = line.trim_end_matches(" IF NOT EXISTS");
        let words = words.trim_end_matches(" CONCURRENTLY");
        let kind = words.rsplit(' ').next().unwrap();
        let is_made = line.starts_with("CREATE ")
            && ["TABLE", "INDEX", "SCHEMA", "TYPE", "VIEW", "FUNCTION"].contains(&kind);
        !is_made
    })
}

#[test]
fn the_advice_of_every_page_leaves_nothing_to_find() {
    let mut wrong = Vec::new();
    for rule in rules() {
        let (bad, good) = (examples(rule, "Bad"), examples(rule, "Good"));
        if bad.is_empty() || good.is_empty() {
            wrong.push(format!("{}: nothing to apply", rule.name));
        } else if of_repository(rule) {
            wrong.extend(in_repository(rule, &bad, &good));
        } else {
            wrong.extend(in_folder(rule, &bad, &good));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn in_folder(rule: &Rule, bad: &[(Form, String)], good: &[(Form, String)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (form, text) in bad {
        let before = check(*form, &in_context(*form, text));
        let names: Vec<_> = findings(&before).map(|(_, f)| f.rule.name).collect();
        if names != [rule.name] {
            let found: Vec<_> = findings(&before).map(|(r, f)| shown(r, f)).collect();
            wrong.push(format!("{}, as it is bad: {found:#?}", rule.name));
        }
        let after = corrected(&before);
        wrong.extend(left(&after, rule, "corrected").filter(|_| has_fix(&before)));
    }
    for (form, text) in good {
        let after = check(*form, &in_context(*form, text));
        wrong.extend(left(&after, rule, "as it is good"));
    }
    wrong
}

fn left<'r>(
    reports: &'r [FileReport<'static>],
    rule: &'r Rule,
    state: &'r str,
) -> impl Iterator<Item = String> + use<'r> {
    findings(reports).map(move |(r, f)| format!("{}, {state}: {}", rule.name, shown(r, f)))
}

fn has_fix(reports: &[FileReport<'static>]) -> bool {
    findings(reports).any(|(_, finding)| finding.fix.is_some())
}

/// What is found once all mechanical corrections are made, one after the other.
fn corrected(before: &[FileReport<'static>]) -> Vec<FileReport<'static>> {
    let mut reports = before.to_vec();
    for _ in 0..20 {
        let fix = findings(&reports).find_map(|(r, f)| Some((r.name.clone(), f.fix.clone()?)));
        let Some((name, fix)) = fix else {
            return reports;
        };
        let files = reports.iter().map(|report| {
            SourceFile::new(
                report.name.clone(),
                match report.name == name {
                    true => fix.apply(&report.text).into_bytes(),
                    false => report.text.clone().into_owned().into_bytes(),
                },
            )
        });
        reports = check_entries(files.collect());
    }
    panic!("corrections without an end: {reports:#?}")
}

#[test]
fn corrections_bring_nothing_new() {
    let mut wrong = Vec::new();
    for rule in rules().into_iter().filter(|rule| !of_repository(rule)) {
        for path in fixtures(rule, "bad") {
            let text = std::fs::read_to_string(&path).unwrap();
            let before = check(form_of(&path), &text);
            let after = corrected(&before);
            let known = counted(&before);
            let new = counted(&after);
            let new = new.iter().filter(|(name, n)| known.get(*name) < Some(n));
            wrong.extend(new.map(|(name, _)| format!("{}: {name}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How often each rule is broken.
fn counted(reports: &[FileReport<'static>]) -> BTreeMap<&'static str, usize> {
    let mut count = BTreeMap::new();
    for (_, finding) in findings(reports) {
        *count.entry(finding.rule.name).or_default() += 1;
    }
    count
}

/// A repository with eight released migrations of codex, and what the commands of an example do to it.
struct Repository {
    base: Base,
    files: Vec<SourceFile<'static>>,
    sums: Sums,
}

impl Repository {
    fn new() -> Self {
        let more = (3..=8).map(|n| format!("\n{n:04}_more.sql"));
        let names = format!(
            "0001_initial_schema.sql\n0002_add_teams.sql{}",
            more.collect::<String>()
        );
        let files = entries(Form::Names, &names);
        let sums = Sums::renewed(&Sums::default(), &files, &|_| true);
        let released = files
            .iter()
            .map(|file| (file.name.to_string(), file.bytes.to_vec()));
        Self {
            base: Base {
                revision: "origin/main".to_owned(),
                folder: "migrations/codex".to_owned(),
                files: released.collect(),
                sums: Some(sums.to_text()),
                ..Base::default()
            },
            files,
            sums,
        }
    }

    fn run(&mut self, command: &str) {
        let name = |path: &str| path.trim_start_matches("migrations/codex/").to_owned();
        let next = format!("{:04}", self.files.len() + 1);
        match command.split(' ').collect::<Vec<_>>()[..] {
            ["git", "mv", from, to] => {
                let moved = self.files.iter_mut().find(|file| file.name == name(from));
                moved.unwrap().name = name(to).into();
            }
            ["cargo", "xtask", "new", "codex", words] => {
                let made = format!("{next}_{words}.sql");
                self.files.extend(entries(Form::Names, &made));
            }
            // As the author left it: without a line.
            ["git", "add", ref paths @ ..] => {
                let added = paths.iter().filter(|path| path.ends_with(".sql"));
                for path in added {
                    let file = name(path);
                    if !self.files.iter().any(|known| known.name == file) {
                        self.files.extend(entries(Form::Names, &file));
                    }
                }
            }
            ["cargo", "xtask", "check", "--fix"] => {
                let released = Sums::read(self.base.sums.as_ref().unwrap());
                self.sums = Sums::renewed(&released, &self.files, &|_| true);
            }
            _ => panic!("an example with another command: {command}"),
        }
    }

    fn findings(&self) -> Vec<Finding> {
        let released = Sums::read(self.base.sums.as_ref().unwrap());
        let reports = check_entries(self.files.clone());
        let sums = self.sums.check(Some(&released), &self.files, &|_| true);
        let append = check_append_only(&self.base, &self.files);
        findings(&reports)
            .map(|(_, finding)| finding.clone())
            .chain(append.into_iter().chain(sums).map(|(_, finding)| finding))
            .collect()
    }
}

/// The same for a rule about what the repository held before: its examples are commands, and those of the
/// good one put right what those of the bad one did.
fn in_repository(rule: &Rule, bad: &[(Form, String)], good: &[(Form, String)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for ((_, bad), (_, good)) in bad.iter().zip(good) {
        let mut repository = Repository::new();
        bad.lines().for_each(|command| repository.run(command));
        let found = repository.findings();
        if !found.iter().any(|finding| finding.rule.name == rule.name) {
            wrong.push(format!("{}, as it is bad: {found:?}", rule.name));
        }
        good.lines().for_each(|command| repository.run(command));
        let found = repository.findings();
        if !found.is_empty() {
            wrong.push(format!("{}, put right: {found:?}", rule.name));
        }
    }
    wrong
}

/// Rules whose good examples are not run, or not twice, with the reason.
const NOT_RUN: [(&str, &str); 4] = [
    ("allow-comment", "fails the second time on purpose"),
    (
        "column-type",
        "its second one is about a table that no migration made",
    ),
    ("detach-concurrently", "says that it cannot be repeated"),
    ("table-rewrite", "needs a tablespace"),
];

#[test]
fn a_server_runs_the_good_examples_twice() {
    let mut admin = crate::again::client();
    let mut wrong = Vec::new();
    for role in [
        "codex_migrator",
        "codex_owner",
        "codex_reader",
        "codex_readwrite",
        "monitoring",
        "reporting",
    ] {
        admin.batch_execute(&format!("CREATE ROLE {role}")).unwrap();
    }
    let examples = rules().into_iter().flat_map(|rule| {
        let good = examples(rule, "Good").into_iter();
        good.map(|(form, text)| (rule.name, form, text))
    });
    for (at, (name, form, text)) in examples.enumerate() {
        if form != Form::Sql || NOT_RUN.iter().any(|(rule, _)| *rule == name) {
            continue;
        }
        let database = format!("good_{at}");
        admin
            .batch_execute(&format!("CREATE DATABASE {database}"))
            .unwrap();
        let mut client = crate::again::client_of(&database);
        client.batch_execute(HISTORY).unwrap();
        client.batch_execute(&context_of(&text)).unwrap();
        for migration in entries(form, &text) {
            for run in ["first", "second"] {
                if let Err(error) = run_alone(&mut client, &migration) {
                    wrong.push(format!("{name}, {}, {run} run: {error:?}", migration.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the runner makes, which an example grants on.
const HISTORY: &str = "CREATE TABLE schema_migrations (version integer)";

/// Runs a migration as the runner would.
fn run_alone(client: &mut Client, file: &SourceFile<'_>) -> Result<(), postgres::Error> {
    let name = MigrationName::from_file_name(&file.name).unwrap();
    let text = str::from_utf8(&file.bytes).unwrap();
    let parsed = parse("codex", &name, text);
    let script = parsed.script.unwrap();
    let mut statements = script.statements().iter().map(|s| &text[s.range.clone()]);
    if parsed.transaction == TransactionMode::None {
        return statements.try_for_each(|statement| client.batch_execute(statement));
    }
    let mut transaction = client.transaction()?;
    statements.try_for_each(|statement| transaction.batch_execute(statement))?;
    transaction.commit()
}
