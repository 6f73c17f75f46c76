//! How drift is shown.

use std::fmt::Write;

use jubilee_catalog::{Change, What, ddl};
use serde_json::{Value, json};

use super::compare::Compared;
use crate::invocation::further;
use crate::output::count;

fn after(compared: &Compared) -> String {
    compared.last.as_ref().map_or_else(
        || "no migration".to_owned(),
        |last| format!("migrations up to {last}"),
    )
}

/// The statements of both sides: as it should be, as it is.
fn sides(compared: &Compared, change: &Change) -> (Vec<String>, Vec<String>) {
    (
        ddl(&compared.expected, &change.name),
        ddl(&compared.live, &change.name),
    )
}

/// A line for each object, and the statements of both sides of it.
pub(crate) fn human(compared: &Compared) -> String {
    let mut text = String::new();
    let (database, place) = (compared.database, &compared.place);
    if compared.changes.is_empty() {
        let _ = writeln!(
            text,
            "{database} ({place}): no drift from {}",
            after(compared)
        );
    } else {
        let _ = writeln!(
            text,
            "{database} ({place}): {} from {}",
            differences(compared.changes.len()),
            after(compared)
        );
    }
    for change in &compared.changes {
        let _ = writeln!(text, "\n  {change}");
        let (expected, live) = sides(compared, change);
        let differs = expected.iter().filter(|line| !live.contains(line));
        for statement in differs {
            lines(&mut text, "    - ", statement);
        }
        for statement in live.iter().filter(|line| !expected.contains(line)) {
            lines(&mut text, "    + ", statement);
        }
    }
    for note in &compared.notes {
        let _ = writeln!(text, "\n  {note}");
    }
    if !compared.changes.is_empty() {
        let command = |option: &str| further(&format!("drift {database} --{option} NAME"));
        let _ = writeln!(
            text,
            "\n  to write the migration that takes it back:  {}\n  or the one that makes it official:  {}",
            command("restore"),
            command("adopt")
        );
    }
    text
}

fn differences(number: usize) -> String {
    match number {
        1 => "1 object differs".to_owned(),
        _ => format!("{} differ", count(number, "object")),
    }
}

fn lines(text: &mut String, sign: &str, statement: &str) {
    for line in statement.lines() {
        let _ = writeln!(text, "{sign}{line}");
    }
}

/// For programs.
pub(crate) fn json(compared: &Compared) -> Value {
    let changes: Vec<Value> = compared
        .changes
        .iter()
        .map(|change| {
            let (expected, live) = sides(compared, change);
            let attributes: Vec<Value> = match &change.what {
                What::Changed(differences) => differences
                    .iter()
                    .map(|one| json!({ "name": one.attribute, "expected": one.from, "live": one.to }))
                    .collect(),
                _ => Vec::new(),
            };
            json!({
                "kind": change.name.kind.name(),
                "identity": change.name.identity,
                "change": match change.what {
                    What::Added(_) => "added",
                    What::Removed(_) => "removed",
                    What::Changed(_) => "changed",
                },
                "summary": change.to_string(),
                "attributes": attributes,
                "expected": expected,
                "live": live,
            })
        })
        .collect();
    json!({
        "name": compared.database,
        "place": compared.place,
        "after": compared.last.as_ref().map(ToString::to_string),
        "drift": changes,
        "notes": compared.notes,
    })
}

/// For a comment or an issue.
pub(crate) fn markdown(compared: &Compared) -> String {
    let mut text = format!("### Drift of {}\n\n", compared.database);
    if compared.changes.is_empty() {
        let _ = writeln!(text, "None from {}.", after(compared));
    } else {
        let _ = writeln!(
            text,
            "{} from {}.\n",
            differences(compared.changes.len()),
            after(compared)
        );
    }
    for change in &compared.changes {
        let _ = writeln!(text, "- {change}\n\n  ```diff");
        let (expected, live) = sides(compared, change);
        let mut block = String::new();
        for statement in expected.iter().filter(|line| !live.contains(line)) {
            lines(&mut block, "  -", statement);
        }
        for statement in live.iter().filter(|line| !expected.contains(line)) {
            lines(&mut block, "  +", statement);
        }
        let _ = writeln!(text, "{block}  ```");
    }
    for note in &compared.notes {
        let _ = writeln!(text, "\n{note}");
    }
    text
}
