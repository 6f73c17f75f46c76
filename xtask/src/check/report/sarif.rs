//! The report as SARIF, for code scanning.

use jubilee_core::Position;
use jubilee_lint::{Declares, Finding, LockMode, Rule, Severity, TakenLock, rules};
use serde_json::{Value, json};

use super::{heading, line_of, lock_message, meant, message, positions, written_by};
use crate::check::{Checked, CheckedFile, Links, Suppression};
use crate::output::uri;

/// The report for code scanning. OASIS, "Static Analysis Results Interchange Format (SARIF)
/// Version 2.1.0".
pub(super) fn write(checked: &[Checked], links: &Links) -> String {
    let found = checked.iter().flat_map(Checked::findings);
    let found = found.map(|(file, finding)| result(file, finding, links));
    let suppressed = checked.iter().flat_map(Checked::suppressed);
    let suppressed = suppressed.map(|(file, suppression)| {
        let mut result = result(file, &suppression.said.finding, links);
        result["suppressions"] = json!([suppression_of(file, suppression)]);
        result
    });
    let declared = checked.iter().flat_map(Checked::declared);
    let declared = declared.flat_map(|(file, declared)| {
        meant(file, declared).into_iter().map(|(what, place)| {
            let heading = heading(declared.field);
            let message = format!("{heading}: {what}; reason given: {}", declared.reason);
            let id = match declared.field {
                Declares::Destructive => DESTRUCTIVE,
                Declares::Loosens => LOOSENS,
            };
            for_review(id, location(file, place), &message)
        })
    });
    let locks = checked.iter().flat_map(Checked::locks);
    let locks = locks
        .filter(|(_, lock)| lock.mode >= LockMode::Share)
        .map(|(file, lock)| locked(file, lock));
    let results: Vec<Value> = found
        .chain(suppressed)
        .chain(declared)
        .chain(locks)
        .collect();
    let mut descriptors: Vec<Value> = rules().iter().map(|rule| descriptor(rule, links)).collect();
    descriptors.extend(FOR_REVIEW.map(|(id, what)| {
        json!({
            "id": id,
            "shortDescription": { "text": what },
            "defaultConfiguration": { "level": "none" },
        })
    }));
    let mut driver = json!({
        "name": "cargo xtask check",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": descriptors,
    });
    if let Some(link) = links.to("docs/rules/README.md", None) {
        driver["informationUri"] = json!(link);
    }
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            // Columns count characters, not UTF-16 units.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    match serde_json::to_string_pretty(&log) {
        Ok(text) => format!("{text}\n"),
        Err(error) => format!("{{\"error\": \"{error}\"}}\n"),
    }
}

/// What is no fault, but something for a reviewer to know.
const FOR_REVIEW: [(&str, &str); 3] = [
    (
        DESTRUCTIVE,
        "The migration destroys something, and its header says why.",
    ),
    (
        LOOSENS,
        "The migration allows something that was refused, and its header says why.",
    ),
    (
        LOCK,
        "A lock that blocks writes, or reads too, on a table in use.",
    ),
];
const DESTRUCTIVE: &str = "destructive";
const LOOSENS: &str = "loosens";
const LOCK: &str = "strong-lock";

/// What suppresses a result. SARIF 2.1.0, section 3.35.
fn suppression_of(file: &CheckedFile, suppression: &Suppression) -> Value {
    let line = line_of(file, &suppression.said.comment);
    json!({
        "kind": "inSource",
        "status": "accepted",
        "justification": format!("{} ({})", suppression.said.reason, written_by(suppression)),
        "location": { "physicalLocation": {
            "artifactLocation": { "uri": uri(&file.path) },
            "region": { "startLine": line },
        }},
    })
}

/// A result that somebody has to look at, and that is no fault. SARIF 2.1.0, section 3.27.9.
fn for_review(id: &str, location: Value, message: &str) -> Value {
    let index = FOR_REVIEW.iter().position(|(other, _)| *other == id);
    json!({
        "ruleId": id,
        "ruleIndex": index.map(|index| rules().len() + index),
        "kind": "review",
        "level": "none",
        "message": { "text": message },
        "locations": [{ "physicalLocation": location }],
    })
}

fn locked(file: &CheckedFile, lock: &TakenLock) -> Value {
    let message = lock_message(lock);
    let mut location = location(file, None);
    location["region"] = json!({ "startLine": line_of(file, &lock.range) });
    for_review(LOCK, location, &message)
}

fn descriptor(rule: &Rule, links: &Links) -> Value {
    let mut descriptor = json!({
        "id": rule.name,
        "shortDescription": { "text": rule.summary() },
        "help": { "text": rule.markdown(), "markdown": rule.markdown() },
        "defaultConfiguration": { "level": level(rule) },
        "properties": { "category": rule.category.to_string() },
    });
    if let Some(link) = links.to(&format!("docs/rules/{}.md", rule.name), None) {
        descriptor["helpUri"] = json!(link);
    }
    descriptor
}

fn level(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn result(file: &CheckedFile, finding: &Finding, links: &Links) -> Value {
    let message = message(finding, links);
    let index = rules().iter().position(|r| r.name == finding.rule.name);
    json!({
        "ruleId": finding.rule.name,
        "ruleIndex": index,
        "level": level(finding.rule),
        "message": { "text": message },
        "locations": [{ "physicalLocation": location(file, positions(file, finding)) }],
    })
}

fn location(file: &CheckedFile, place: Option<(Position, Position)>) -> Value {
    let mut location = json!({ "artifactLocation": { "uri": uri(&file.path) } });
    if let Some((start, end)) = place {
        location["region"] = json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        });
    }
    location
}
