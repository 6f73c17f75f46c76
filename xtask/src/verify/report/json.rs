//! The report as JSON.

use jubilee_core::Position;
use serde_json::{Value, json};

use super::{Verified, answer, declared, forecast, notes, position};
use jubilee_verify::{Proof, QueryAnswer, QueryOutcome};

/// The report for programs.
pub(super) fn write(verified: &Verified) -> String {
    let databases: Vec<Value> = verified
        .databases
        .iter()
        .map(|database| {
            let migrations: Vec<Value> = database
                .each()
                .map(|(proved, file, path)| {
                    let line = |start: usize| Position::of(file.text(), start).line;
                    let proofs: Vec<Value> = proved
                        .outcomes
                        .iter()
                        .map(|outcome| {
                            let findings = outcome.verdict.findings().iter();
                            let findings: Vec<Value> = findings
                                .map(|finding| {
                                    let at = position(file, finding);
                                    json!({
                                        "line": at.map(|p| p.line),
                                        "column": at.map(|p| p.column),
                                        "what": finding.what,
                                        "why": finding.why,
                                        "instead": finding.instead,
                                    })
                                })
                                .collect();
                            let (result, detail) = answer(outcome);
                            json!({
                                "proof": outcome.proof.name(),
                                "result": result,
                                "detail": detail,
                                "findings": findings,
                                "took_ms": outcome.took_ms,
                            })
                        })
                        .collect();
                    let statements: Vec<Value> = proved
                        .observed
                        .iter()
                        .filter(|observed| !observed.is_quiet())
                        .map(|observed| {
                            let locks: Vec<Value> = observed
                                .locks
                                .iter()
                                .map(|lock| {
                                    json!({
                                        "relation": lock.relation,
                                        "index": lock.index,
                                        "mode": lock.mode.to_string(),
                                        "blocks": lock.mode.blocks(),
                                        "felt": lock.is_felt(),
                                    })
                                })
                                .collect();
                            json!({
                                "line": line(observed.range.start),
                                "locks": locks,
                                "rewritten": observed.rewritten,
                                "reasons": observed.reasons,
                                "took_ms": observed.took_ms,
                                "seen_while_it_waited": observed.held,
                            })
                        })
                        .collect();
                    json!({
                        "name": proved.name.to_string(),
                        "path": path,
                        "holds": proved.holds(),
                        "rows": proved.rows,
                        "proofs": proofs,
                        "statements": statements,
                        "schema_changes": proved.changes.iter().map(ToString::to_string).collect::<Vec<_>>(),
                        "notes": notes(database, proved, file).into_iter().map(|(line, what)| json!({
                            "line": line,
                            "what": what,
                        })).collect::<Vec<_>>(),
                        "forecast": proved.forecast.as_ref().map(|f| forecast::json(f, file)),
                        "queries": proved.queries.iter().map(query).collect::<Vec<_>>(),
                        "tables_without_rows": proved.unfilled.iter().map(|table| json!({
                            "table": table.table,
                            "reason": table.obstacle,
                        })).collect::<Vec<_>>(),
                    })
                })
                .collect();
            json!({
                "name": database.migrations.database,
                "new": database.migrations.count(),
                "migrations": migrations,
                "not_proved": database.not_proved(),
            })
        })
        .collect();
    let report = json!({
        "postgresql": verified.postgresql,
        "rows": verified.rows,
        "seed": verified.seed,
        "holds": !verified.fails(),
        "declared_breaks": declared(&verified.outcomes(), Proof::OldRelease),
        "declared_losses": declared(&verified.outcomes(), Proof::KeepsData),
        "declared_loosened": declared(&verified.outcomes(), Proof::KeepsGuards),
        "took_ms": verified.took_ms,
        "databases": databases,
    });
    match serde_json::to_string_pretty(&report) {
        Ok(text) => format!("{text}\n"),
        Err(error) => format!("{{\"error\": \"{error}\"}}\n"),
    }
}

fn query(outcome: &QueryOutcome) -> Value {
    let (result, reason) = match &outcome.answer {
        QueryAnswer::Works => ("works", None),
        QueryAnswer::Breaks(why) => ("breaks", Some(why)),
        QueryAnswer::FailsBefore(why) => ("fails without the migration too", Some(why)),
    };
    json!({
        "file": outcome.query.file,
        "line": outcome.query.line,
        "name": outcome.query.name,
        "result": result,
        "reason": reason,
    })
}
