//! The comments that suppress a finding.

use std::ops::Range;

use crate::checked::{Check, Checked};
use crate::finding::{Finding, Suppressed};
use crate::rules;
use crate::suggest::nearest;

/// A comment `-- check:allow RULE: reason`, which suppresses one finding of the line below it.
struct Allow {
    /// Where the comment stands.
    range: Range<usize>,
    /// Where the line begins that it is for.
    line: Option<usize>,
    /// Where the line below begins: a comment may hold what is found too.
    below: usize,
    rule: Result<&'static Checked, String>,
    reason: String,
}

const MARK: &str = "check:allow";

/// Takes out the findings that comments suppress, and adds what is wrong with such comments.
pub(crate) fn apply(
    text: &str,
    findings: Vec<(Finding, Range<usize>)>,
) -> (Vec<Finding>, Vec<Suppressed>) {
    let mut taken = Vec::new();
    let mut left: Vec<Option<(Finding, Range<usize>)>> = findings.into_iter().map(Some).collect();
    let mut complaints = Vec::new();
    for allow in allows(text) {
        let rule = match allow.rule {
            Ok(Checked {
                rule,
                check: Check::Elsewhere,
            }) => {
                complaints.push(complaint(
                    allow.range,
                    format!("`{}` cannot be suppressed", rule.name),
                    "it applies to every migration without exception",
                    "correct the migration, and delete the comment",
                ));
                continue;
            }
            Ok(Checked { rule, .. }) => rule,
            Err(name) => {
                let names = rules::ALL.iter().map(|checked| checked.rule.name);
                let instead = match nearest(&name, names) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => {
                        "write `-- check:allow RULE: reason` with the rule that the report names"
                            .to_owned()
                    }
                };
                complaints.push(complaint(
                    allow.range,
                    format!("unknown rule `{name}`"),
                    "the comment suppresses nothing",
                    &instead,
                ));
                continue;
            }
        };
        if allow.reason.is_empty() {
            complaints.push(complaint(
                allow.range,
                format!("`{}` is allowed without a reason", rule.name),
                "later readers need to know why the rule does not apply here",
                &format!("write `-- check:allow {}: reason`", rule.name),
            ));
            continue;
        }
        let suppressed = left.iter_mut().find(|slot| {
            slot.as_ref().is_some_and(|(finding, statement)| {
                (finding.rule.name == rule.name || was_part_of(finding.rule.name) == rule.name)
                    && allow.line.is_some()
                    && (allow.line == Some(line_start(text, statement.start))
                        || finding.range.as_ref().is_some_and(|range| {
                            let line = line_start(text, range.start);
                            allow.line == Some(line) || allow.below == line
                        }))
            })
        });
        match suppressed {
            Some(slot) => taken.extend(slot.take().map(|(finding, _)| Suppressed {
                finding,
                comment: allow.range,
                reason: allow.reason,
            })),
            // What could not be read when the comment was written may be read now.
            None if rule.name == "unparsed" && is_execute(text, allow.line) => {}
            None => complaints.push(complaint(
                allow.range,
                format!("this allows `{}`, which reports nothing there", rule.name),
                "it would suppress the next finding in the same place",
                "delete the comment; or put it on the line above the statement, one comment for each finding",
            )),
        }
    }
    let mut findings: Vec<Finding> = left.into_iter().flatten().map(|(f, _)| f).collect();
    findings.extend(complaints);
    (findings, taken)
}

/// Whether the line runs what it puts together.
fn is_execute(text: &str, line: Option<usize>) -> bool {
    let line = line.and_then(|start| text.get(start..)?.lines().next());
    line.is_some_and(|line| line.trim_start().to_lowercase().starts_with("execute"))
}

/// The rule that this one was a part of: comments in migrations that are merged name it.
fn was_part_of(rule: &str) -> &str {
    match rule {
        "computed-sql" => "unparsed",
        rule => rule,
    }
}

fn complaint(range: Range<usize>, what: String, why: &str, instead: &str) -> Finding {
    let rule = &rules::allow_comment::RULE.rule;
    Finding::new(rule, Some(range), what, why, instead)
}

fn allows(text: &str) -> Vec<Allow> {
    let mut found: Vec<Allow> = Vec::new();
    let mut waiting = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        let at = start + (line.len() - line.trim_start().len());
        let comment = content.strip_prefix("--").map(str::trim_start);
        if let Some(rest) = comment.and_then(|comment| comment.strip_prefix(MARK)) {
            let (name, reason) = rest.split_once(':').unwrap_or((rest, ""));
            let name = name.trim();
            found.push(Allow {
                range: at..at + content.len(),
                line: None,
                below: start + line.len(),
                rule: rules::find(name).ok_or_else(|| name.to_owned()),
                reason: reason.trim().to_owned(),
            });
        } else if comment.is_none() && !content.is_empty() {
            for allow in &mut found[waiting..] {
                allow.line = Some(start);
            }
            waiting = found.len();
        }
        start += line.len();
    }
    found
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |end| end + 1)
}
