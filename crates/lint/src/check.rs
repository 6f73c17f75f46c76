//! Checks the folder of a database.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use jubilee_core::{
    Parsed, Rule as FormRule, SourceFile, TransactionMode, Violation, normalise, numbering, parse,
};

use crate::allow;
use crate::catalog::Catalog;
use crate::checked::Check;
use crate::context::{Context, Scope, WithoutTransaction};
use crate::facts::Facts;
use crate::finding::{Declared, Finding, Found, Suppressed, Unless};
use crate::locks::{FileLocks, TakenLock};
use crate::rule::{Category, Declares, Rule, Severity};
use crate::rules;
use crate::secrets::{mask_in, masked, scan};
use crate::syntax::{ObjectName, Reading, Routine, Routines, Statement, UNKNOWN, walk};

/// What was found in one file; or, with an empty name, in the folder itself.
#[derive(Debug, Clone, Default)]
pub struct FileReport<'a> {
    /// The file's name, without folder.
    pub name: String,
    /// Its normalised text; empty when it is not text.
    pub text: Cow<'a, str>,
    /// What is wrong with it, by place.
    pub findings: Vec<Finding>,
    /// What comments suppress in it.
    pub suppressed: Vec<Suppressed>,
    /// What it does with a reason in its header; like the locks, also of a file that is not checked.
    pub declared: Vec<Declared>,
    /// The locks stronger than ROW EXCLUSIVE that it takes on tables that were there before it, in
    /// the order of its statements. They are facts, not faults.
    pub locks: Vec<TakenLock>,
    /// The constraints that it adds `NOT VALID` and that neither it nor a later file validates or drops,
    /// each with its table.
    pub not_validated: Vec<(String, String)>,
}

impl FileReport<'_> {
    /// The text with `*` for each secret in it, every other place unchanged: what
    /// may be shown to people and kept in logs.
    #[must_use]
    pub fn masked_text(&self) -> Cow<'_, str> {
        // Also those that a comment allows, and those of files that are not checked.
        masked(
            &self.text,
            scan(&self.text).into_iter().map(|secret| secret.range),
        )
    }
}

/// Checks the folder of one database. The SQL of files for which `exempt` is true is read, since
/// later files build on it, but not checked.
///
/// Every entry of the folder has its report, in the order of names, also where nothing was found.
#[must_use]
pub fn check_folder<'a>(
    scope: &Scope<'_>,
    entries: impl IntoIterator<Item = SourceFile<'a>>,
    exempt: &dyn Fn(&str) -> bool,
) -> Vec<FileReport<'a>> {
    let mut entries: Vec<SourceFile<'a>> = entries.into_iter().collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    let layout = numbering(&entries);
    let mut schema = Facts::default();
    let mut before = Before::default();
    let mut reports: Vec<FileReport<'a>> = entries
        .into_iter()
        .map(|entry| {
            let exempt = exempt(&entry.name);
            let mut report = check_file(scope, entry, &mut schema, &mut before, exempt);
            report.findings.sort_by_key(place);
            hide_secrets(&mut report);
            report
        })
        .collect();
    for (report, added) in reports.iter_mut().zip(before.not_valid) {
        let left = added.into_iter().filter(|(table, name)| {
            let table = schema.relations.get(table);
            table.is_some_and(|table| table.is_not_valid(name))
        });
        report.not_validated = left
            .map(|(table, name)| (table.to_string(), name))
            .collect();
    }
    for violation in layout {
        // A report without a name is the folder's.
        let name = violation.file.clone().unwrap_or_default();
        match reports.iter_mut().find(|report| report.name == name) {
            Some(report) => report.findings.insert(0, of_violation(violation)),
            None => reports.push(FileReport {
                name,
                findings: vec![of_violation(violation)],
                ..FileReport::default()
            }),
        }
    }
    reports
}

/// Messages go to logs and to pull requests, and some of them repeat SQL with its constants.
fn hide_secrets(report: &mut FileReport) {
    let FileReport {
        text,
        findings,
        suppressed,
        declared,
        ..
    } = report;
    if findings.is_empty() && suppressed.is_empty() && declared.is_empty() {
        return;
    }
    let secrets: Vec<&str> = scan(text)
        .into_iter()
        .filter_map(|secret| text.get(secret.range))
        .collect();
    let meant = declared.iter_mut().flat_map(|d| d.findings.iter_mut());
    let said = suppressed.iter_mut().map(|s| &mut s.finding);
    for finding in findings.iter_mut().chain(meant).chain(said) {
        for message in [&mut finding.what, &mut finding.why, &mut finding.instead] {
            mask_in(message, &secrets);
        }
    }
    let reasons = suppressed.iter_mut().map(|s| &mut s.reason);
    for reason in reasons.chain(declared.iter_mut().map(|d| &mut d.reason)) {
        mask_in(reason, &secrets);
    }
}

fn place(finding: &Finding) -> (usize, usize, &'static str) {
    let range = finding.range.clone().unwrap_or_default();
    (range.start, range.end, finding.rule.name)
}

fn check_file<'a>(
    scope: &Scope<'_>,
    entry: SourceFile<'a>,
    schema: &mut Facts,
    before: &mut Before,
    exempt: bool,
) -> FileReport<'a> {
    let mut report = FileReport {
        name: entry.name.clone().into_owned(),
        ..FileReport::default()
    };
    before.not_valid.push(Vec::new());
    let name = match entry.named() {
        Ok(name) => name,
        Err(violation) => {
            report.findings.push(of_violation(*violation));
            return report;
        }
    };
    match normalise(entry.bytes) {
        Ok(text) => report.text = text,
        Err(error) => {
            let violation = Violation::not_text(&entry.name, &error);
            report.findings.push(of_violation(violation));
            return report;
        }
    }
    let parsed = parse(scope.database, &name, &report.text);
    // A rule of its own says more of psql's commands.
    let is_meta_command = |violation: &&Violation| {
        let words = violation
            .range
            .clone()
            .and_then(|range| report.text.get(range));
        words.is_some_and(|words| words.starts_with('\\'))
    };
    let violations = parsed.violations.iter();
    let violations = violations.filter(|violation| !is_meta_command(violation));
    let violations: Vec<Finding> = violations.cloned().map(of_violation).collect();
    report.findings.extend(violations);
    report
        .findings
        .extend(rules::header::misspelled(&parsed.unknown_fields));
    let read = check_sql(scope, &report.text, &parsed, schema, before);
    if let Some(last) = before.not_valid.last_mut() {
        *last = read.facts.unvalidated.named().collect();
    }
    schema.extend(read.facts);
    report.locks = read.locks;
    report.declared = read.declared;
    if !exempt {
        report.findings.extend(read.findings);
        report.suppressed = read.suppressed;
    }
    report
}

/// What the files before it leave to a file, besides the facts.
#[derive(Default)]
struct Before {
    catalog: Catalog,
    /// Functions whose bodies are known.
    routines: Routines,
    /// For each file, the constraints that it added `NOT VALID`.
    not_valid: Vec<Vec<(ObjectName, String)>>,
}

/// What the statements of a file came to.
#[derive(Default)]
struct Read {
    findings: Vec<Finding>,
    suppressed: Vec<Suppressed>,
    declared: Vec<Declared>,
    facts: Facts,
    locks: Vec<TakenLock>,
}

/// Checks the statements of a file by every rule of SQL.
fn check_sql(
    scope: &Scope<'_>,
    text: &str,
    parsed: &Parsed,
    schema: &Facts,
    before: &mut Before,
) -> Read {
    let Some(script) = &parsed.script else {
        return Read::default();
    };
    let mut context = Context {
        text,
        scope,
        mode: parsed.transaction,
        date: parsed.header.as_ref().map(|header| header.date),
        script,
        file: Facts::default(),
        locks: FileLocks::default(),
        renamed: Vec::new(),
        in_utc: false,
        without_transaction: WithoutTransaction::default(),
        schema,
        catalog: std::mem::take(&mut before.catalog),
        secrets: OnceCell::new(),
    };
    let mut findings: Vec<(Finding, Range<usize>)> = Vec::new();
    let mut made = Vec::new();
    for statement in script.statements() {
        if parsed.transaction == TransactionMode::None {
            context.locks.next_transaction();
        }
        let mut unread = Vec::new();
        walk(
            text,
            &statement.range,
            &before.routines,
            &mut |reading| match reading {
                Reading::Statement(statement) => {
                    let list = found_in(statement, &context, |_| true);
                    findings.extend(list.into_iter().map(|f| (f, statement.range.clone())));
                    made.extend(statement.sql.as_ref().and_then(Routine::of));
                    context.note(statement);
                }
                Reading::Computed(statement) => {
                    // What it loses, whatever the names.
                    let mut list = found_in(statement, &context, |rule| {
                        (rule.category, rule.severity) == (Category::Destructive, Severity::Error)
                    });
                    for finding in &mut list {
                        let Finding {
                            what, why, instead, ..
                        } = finding;
                        for text in [what, why, instead] {
                            *text = text.replace(UNKNOWN, "…");
                        }
                    }
                    findings.extend(list.into_iter().map(|f| (f, statement.range.clone())));
                    context.catalog.apply_computed(statement);
                }
                Reading::Unread { range, reason } => unread.push((range, reason)),
            },
        );
        if let Some(made) = rules::made_unread(&unread) {
            context.catalog.leave_gap(made);
        }
        for finding in rules::unread(unread) {
            let range = finding.range.clone().unwrap_or_default();
            findings.push((finding, range));
        }
        before.routines.extend(
            made.drain(..)
                .map(|(name, routine)| (name, Rc::new(routine))),
        );
    }
    let mut list = Vec::new();
    for checked in rules::ALL {
        if let Check::File(check) = checked.check {
            check(&context, &mut Found::of(&checked.rule, &mut list));
        }
    }
    findings.extend(list.into_iter().map(|finding| {
        let range = finding.range.clone().unwrap_or_default();
        let statements = script.statements();
        let behind = statements.partition_point(|s| s.range.start <= range.start);
        let around = statements[..behind]
            .last()
            .map(|statement| statement.range.clone())
            .filter(|statement| range.start < statement.end);
        (finding, around.unwrap_or(range))
    }));
    findings.retain(|(finding, statement)| match &finding.unless {
        Some(Unless::SecondRunMeets(expected)) => {
            context.file.second_run.fails(expected, statement)
        }
        Some(Unless::MadeAgain(object)) => !context
            .file
            .second_run
            .is_made_again(object, statement.start),
        Some(Unless::HasPolicy(table)) => {
            let table = context.catalog.relation(table);
            !context.catalog.has_gaps && table.is_some_and(|table| table.policies.is_empty())
        }
        Some(Unless::StillRefused(guards)) => {
            let catalog = &context.catalog;
            let mut guards = guards.iter();
            !guards.all(|(table, guard)| catalog.still_refuses(table, guard))
        }
        Some(Unless::Filled(table)) => !context.catalog.fills(table),
        Some(Unless::Granted(table, role, all)) => {
            let table = context.catalog.relation(table);
            table.is_some_and(|table| context.catalog.may_hold(table, role, all).len() < all.len())
        }
        None => true,
    });
    context.catalog.next_file();
    before.catalog = std::mem::take(&mut context.catalog);
    // What cannot run in a transaction is not to be put into one.
    let is_of = |rule: &Rule, (finding, _): &(Finding, _)| finding.rule.name == rule.name;
    let [alone, pair] = [
        &rules::needs_no_transaction::RULE.rule,
        &rules::outer_pair::RULE.rule,
    ];
    if findings.iter().any(|finding| is_of(alone, finding)) {
        findings.retain(|finding| !is_of(pair, finding));
    }
    findings.sort_by_key(|(finding, _)| place(finding));
    // The body of a loop is read for each of its elements.
    findings.dedup_by(|(a, _), (b, _)| a == b);
    let mut declared: Vec<Declared> = [
        (Declares::Destructive, &parsed.destructive),
        (Declares::Loosens, &parsed.loosens),
    ]
    .into_iter()
    .filter_map(|(field, reason)| {
        Some(Declared {
            field,
            reason: reason.clone()?,
            findings: Vec::new(),
        })
    })
    .collect();
    for Declared {
        field,
        findings: meant,
        ..
    } in &mut declared
    {
        let of_field =
            findings.extract_if(.., |(f, _)| f.rule.category.declared_by() == Some(*field));
        meant.extend(of_field.map(|(finding, _)| finding));
    }
    let (mut findings, suppressed) = allow::apply(text, findings);
    rules::computed_sql::fold(&mut findings, |at| {
        script.statements().partition_point(|s| s.range.start <= at)
    });
    Read {
        findings,
        suppressed,
        declared,
        facts: context.file,
        locks: context.locks.into_taken(),
    }
}

/// What rules find in a statement.
fn found_in(
    statement: &Statement<'_>,
    context: &Context<'_>,
    asked: impl Fn(&Rule) -> bool,
) -> Vec<Finding> {
    let mut list = Vec::new();
    for checked in rules::ALL.iter().filter(|checked| asked(&checked.rule)) {
        if let Check::Statement(check) = checked.check {
            check(statement, context, &mut Found::of(&checked.rule, &mut list));
        }
    }
    list
}

/// What core says of names, headers and form, as a finding.
fn of_violation(violation: Violation) -> Finding {
    let rule: &'static Rule = match violation.rule {
        FormRule::Naming => &rules::naming::RULE.rule,
        FormRule::Layout => &rules::layout::RULE.rule,
        FormRule::Encoding => &rules::encoding::RULE.rule,
        FormRule::Header => &rules::header::RULE.rule,
        FormRule::Syntax => &rules::syntax::RULE.rule,
        FormRule::Transaction => &rules::transaction_control::RULE.rule,
    };
    Finding::new(
        rule,
        violation.range,
        violation.what,
        violation.why,
        violation.hint,
    )
}
