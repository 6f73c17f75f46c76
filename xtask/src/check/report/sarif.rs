//! The report as SARIF, for code scanning.

use jubilee_lint::{Finding, Rule, Severity, rules};
use serde_json::{Value, json};

use super::{page, positions};
use crate::check::{Checked, CheckedFile};
use crate::output::uri;

/// The report for code scanning. OASIS, "Static Analysis Results Interchange Format (SARIF)
/// Version 2.1.0".
pub(super) fn write(checked: &[Checked]) -> String {
    let results: Vec<Value> = checked
        .iter()
        .flat_map(Checked::findings)
        .map(|(file, finding)| result(file, finding))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cargo xtask check",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules().iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
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

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.name,
        "shortDescription": { "text": rule.summary() },
        "help": { "text": rule.markdown(), "markdown": rule.markdown() },
        "defaultConfiguration": { "level": level(rule) },
        "properties": { "category": rule.category.to_string() },
    })
}

fn level(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn result(file: &CheckedFile, finding: &Finding) -> Value {
    let mut location = json!({ "artifactLocation": { "uri": uri(&file.path) } });
    if let Some((start, end)) = positions(file, finding) {
        location["region"] = json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        });
    }
    let message = format!(
        "{}: {}\n{}\nsee {}",
        finding.what,
        finding.why,
        finding.instead,
        page(finding)
    );
    let index = rules().iter().position(|r| r.name == finding.rule.name);
    json!({
        "ruleId": finding.rule.name,
        "ruleIndex": index,
        "level": level(finding.rule),
        "message": { "text": message },
        "locations": [{ "physicalLocation": location }],
    })
}
