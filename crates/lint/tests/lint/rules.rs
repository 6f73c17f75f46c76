//! Every rule's examples and fixtures.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Form, check, check_entries, findings, shown};
use jubilee_core::SourceFile;
use jubilee_lint::{FileReport, Finding, Rule, rules};

/// The examples below a heading of a rule's documentation.
pub(crate) fn examples(rule: &Rule, heading: &str) -> Vec<(Form, String)> {
    let mut found = Vec::new();
    let mut under = false;
    let mut open: Option<(Form, String)> = None;
    for line in rule.docs.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => found.extend(open.take().filter(|_| under)),
            (Some((_, text)), None) => text.push_str(&format!("{line}\n")),
            (None, Some(kind)) => {
                let form = match kind {
                    "sql" => Form::Sql,
                    "sql file" => Form::File,
                    "text" => Form::Names,
                    other => panic!("{}: an example of the form `{other}`", rule.name),
                };
                open = Some((form, String::new()));
            }
            (None, None) => {
                if let Some(title) = line.strip_prefix("## ") {
                    under = title == heading;
                }
            }
        }
    }
    found
}

pub(crate) fn fixtures(rule: &Rule, prefix: &str) -> Vec<PathBuf> {
    let folder = folder(rule);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    paths.retain(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with(prefix) && (name.ends_with(".sql") || name.ends_with(".txt"))
    });
    paths.sort();
    paths
}

fn folder(rule: &Rule) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/rules")
        .join(rule.name)
}

pub(crate) fn form_of(path: &Path) -> Form {
    let name = path.file_name().unwrap().to_string_lossy();
    if name.ends_with(".txt") {
        Form::Names
    } else if name.ends_with(".file.sql") {
        Form::File
    } else {
        Form::Sql
    }
}

#[test]
fn every_rule_says_what_why_instead_and_shows_it() {
    let mut names = BTreeSet::new();
    for rule in rules() {
        assert!(
            names.insert(rule.name),
            "two rules are called {}",
            rule.name
        );
        for heading in ["Why it hurts", "Instead", "Bad", "Good"] {
            assert!(
                rule.docs.contains(&format!(" ## {heading}\n")),
                "{} has no `## {heading}`",
                rule.name
            );
        }
    }
    let mut sorted = rules();
    sorted.sort_by_key(|rule| rule.category);
    let order = |list: &[&Rule]| list.iter().map(|r| r.name).collect::<Vec<_>>();
    assert_eq!(order(&rules()), order(&sorted), "rules stand by category");
}

#[test]
fn the_bad_example_breaks_its_rule_and_the_good_one_none() {
    let mut wrong = Vec::new();
    for rule in rules().into_iter().filter(|rule| !of_repository(rule)) {
        for (form, text) in examples(rule, "Bad") {
            let reports = check(form, &text);
            let found: Vec<_> = findings(&reports).map(|(_, f)| f.rule.name).collect();
            if found != [rule.name] {
                wrong.push(format!("the bad example of {}: {found:?}", rule.name));
            }
        }
        for (form, text) in examples(rule, "Good") {
            let reports = check(form, &text);
            let found = findings(&reports).map(|(r, f)| shown(r, f));
            wrong.extend(found.map(|f| format!("the good example of {}: {f}", rule.name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_fixtures_that_break_it_and_such_that_do_not() {
    for rule in rules().into_iter().filter(|rule| !of_repository(rule)) {
        let (bad, good) = (fixtures(rule, "bad"), fixtures(rule, "good"));
        assert!(!bad.is_empty(), "{} has no bad fixture", rule.name);
        assert!(!good.is_empty(), "{} has no good fixture", rule.name);
        for path in bad {
            let reports = check(form_of(&path), &fs::read_to_string(&path).unwrap());
            let mut text = String::new();
            for (report, finding) in of_rule(&reports, rule) {
                text.push_str(&shown(report, finding));
            }
            assert!(!text.is_empty(), "{} breaks nothing", path.display());
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            insta::with_settings!({
                snapshot_path => folder(rule),
                prepend_module_to_snapshot => false,
                omit_expression => true,
            }, { insta::assert_snapshot!(stem, text) });
        }
        for path in good {
            let reports = check(form_of(&path), &fs::read_to_string(&path).unwrap());
            let found: Vec<_> = of_rule(&reports, rule).map(|(r, f)| shown(r, f)).collect();
            assert_eq!(found, [""; 0], "{}", path.display());
        }
    }
}

/// What a fixture shows: it may break other rules besides, where that keeps it short.
fn of_rule<'r>(
    reports: &'r [FileReport<'static>],
    rule: &'static Rule,
) -> impl Iterator<Item = (&'r FileReport<'static>, &'r Finding)> {
    findings(reports).filter(|(_, finding)| finding.rule.name == rule.name)
}

/// Whether the rule is about what a repository held before, which its own tests set up.
pub(crate) fn of_repository(rule: &Rule) -> bool {
    ["append-only", "sum-file"].contains(&rule.name)
}

#[test]
fn every_fix_can_be_read_and_silences_its_finding() {
    for rule in rules() {
        for path in fixtures(rule, "bad") {
            let text = fs::read_to_string(&path).unwrap();
            let reports = check(form_of(&path), &text);
            for (report, finding) in findings(&reports) {
                let Some(fix) = &finding.fix else { continue };
                let fixed = reports
                    .iter()
                    .map(|r| {
                        SourceFile::new(
                            r.name.clone(),
                            if r.name == report.name {
                                fix.apply(&r.text).into_bytes().into()
                            } else {
                                r.text.clone().into_owned().into_bytes().into()
                            },
                        )
                    })
                    .collect();
                let after = check_entries(fixed);
                let before = findings(&reports).count();
                let left: Vec<_> = findings(&after).map(|(r, f)| shown(r, f)).collect();
                assert!(
                    left.len() < before && !left.iter().any(|f| f.contains("unparsed")),
                    "{}: {}after the fix: {left:#?}",
                    path.display(),
                    shown(report, finding)
                );
            }
        }
    }
}
