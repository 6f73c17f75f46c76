//! How runs ended, for people and as JSON.

use jubilee_core::MigrationName;
use serde::Serialize;

use crate::exit::Exit;
use crate::output::{count, duration};
use crate::problem::Failure;
use crate::run::Ran;

/// Says that a database has newer migrations, where that is accepted.
pub(crate) fn ahead(newer: &[MigrationName]) -> String {
    match newer {
        [] => String::new(),
        [one] => format!("; the database is ahead of these files: {one}"),
        [first, .., last] => format!(
            "; the database is ahead of these files by {}: {first} to {last}",
            count(newer.len(), "migration")
        ),
    }
}

/// How many migrations of a database are listed: the last ones. A new database may have
/// hundreds, and `-v` says each as it is applied.
const LISTED: usize = 40;

/// What a run did, for people: a line for each database, below it what was applied.
pub(crate) fn summary(ran: &[Ran]) -> String {
    let mut text = String::new();
    for ran in ran {
        let took = duration(u64::try_from(ran.took.as_millis()).unwrap_or(u64::MAX));
        let outcome = match (ran.problems.is_empty(), ran.applied.len()) {
            (true, 0) => "nothing to do".to_owned(),
            (true, number) => format!("{} applied", count(number, "migration")),
            (false, 0) => "not migrated".to_owned(),
            (false, number) => format!("not finished, {} applied", count(number, "migration")),
        };
        let ahead = ahead(&ran.newer);
        text.push_str(&format!(
            "{:<12} {outcome} in {took}{ahead}\n",
            ran.database
        ));
        let width = ran
            .applied
            .iter()
            .map(|applied| applied.name.to_string().len())
            .max()
            .unwrap_or_default();
        let left_out = ran.applied.len().saturating_sub(LISTED);
        if left_out > 0 {
            text.push_str(&format!("  … {left_out} before these\n"));
        }
        for applied in &ran.applied[left_out..] {
            text.push_str(&format!(
                "  {:<width$}  {:>8}\n",
                applied.name.to_string(),
                duration(applied.execution_ms)
            ));
        }
    }
    text
}

#[derive(Serialize)]
pub(crate) struct Report<'r> {
    databases: Vec<RanJson<'r>>,
}

#[derive(Serialize)]
pub(crate) struct RanJson<'r> {
    name: &'r str,
    environment: &'static str,
    target: Option<&'r str>,
    outcome: &'static str,
    applied: Vec<AppliedJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    newer: Vec<String>,
    #[serde(flatten)]
    failure: Failure,
}

#[derive(Serialize)]
struct AppliedJson {
    version: u16,
    name: String,
    execution_ms: u64,
}

impl<'r> Report<'r> {
    pub(crate) fn of(ran: &'r [Ran]) -> Self {
        Self {
            databases: ran.iter().map(RanJson::of).collect(),
        }
    }
}

impl<'r> RanJson<'r> {
    pub(crate) fn of(ran: &'r Ran) -> Self {
        let applied = ran.applied.iter().map(|applied| AppliedJson {
            version: applied.name.version().get(),
            name: applied.name.to_string(),
            execution_ms: applied.execution_ms,
        });
        Self {
            name: ran.database,
            environment: ran.environment.name(),
            target: ran.target.as_deref(),
            outcome: match ran.exit() {
                Exit::Done if ran.applied.is_empty() => "nothing_to_do",
                Exit::Done => "applied",
                Exit::Refused => "refused",
                Exit::NoConnection => "unreachable",
                Exit::Stopped => "stopped",
                Exit::Failed | Exit::Usage => "failed",
            },
            applied: applied.collect(),
            newer: ran.newer.iter().map(ToString::to_string).collect(),
            failure: Failure::of(&ran.problems),
        }
    }
}
