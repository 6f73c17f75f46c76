//! The report as SARIF, for code scanning.

use jubilee_core::Position;
use jubilee_verify::{Proof, Verdict};
use serde_json::{Value, json};

use super::Verified;
use crate::output::uri;

/// The report for code scanning. OASIS, "Static Analysis Results Interchange Format (SARIF)
/// Version 2.1.0".
pub(super) fn write(verified: &Verified) -> String {
    let rules: Vec<Value> = Proof::ALL
        .iter()
        .map(|proof| {
            json!({
                "id": proof.name(),
                "shortDescription": { "text": proof.question() },
                "defaultConfiguration": { "level": "error" },
            })
        })
        .collect();
    let mut results = Vec::new();
    for (proved, file, path) in verified.databases.iter().flat_map(|d| d.each()) {
        for outcome in &proved.outcomes {
            let suppressions = match &outcome.verdict {
                Verdict::Declared(why, _) => {
                    json!([{ "kind": "inSource", "status": "accepted", "justification": why }])
                }
                _ => json!([]),
            };
            for finding in outcome.verdict.findings() {
                let mut location = json!({ "artifactLocation": { "uri": uri(&path) } });
                if let Some(range) = &finding.range {
                    let start = Position::of(file.text(), range.start);
                    let end = Position::of(file.text(), range.end);
                    location["region"] = json!({
                        "startLine": start.line,
                        "startColumn": start.column,
                        "endLine": end.line,
                        "endColumn": end.column,
                    });
                }
                // A query of a service stands in a file of its own.
                let queries = proved.queries.iter().map(|one| &one.query);
                let related: Vec<Value> = queries
                    .filter(|query| finding.what.starts_with(&query.shown()))
                    .map(|query| {
                        json!({ "physicalLocation": {
                            "artifactLocation": { "uri": uri(&query.file) },
                            "region": { "startLine": query.line },
                        } })
                    })
                    .collect();
                results.push(json!({
                    "ruleId": outcome.proof.name(),
                    "ruleIndex": Proof::ALL.iter().position(|proof| *proof == outcome.proof),
                    "level": "error",
                    "message": { "text": format!("{}: {}\n{}", finding.what, finding.why, finding.instead) },
                    "locations": [{ "physicalLocation": location }],
                    "relatedLocations": related,
                    "suppressions": suppressions,
                }));
            }
        }
    }
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cargo xtask verify",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
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
