//! How drift is shown.

use std::fmt::Write;

use jubilee_catalog::{Change, Kind, What, ddl};
use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

use super::compare::Compared;
use super::correct::Correction;
use super::direction::Direction;
use super::words::{missing_roles, notes, said};
use crate::invocation::{further, further_of_files};
use crate::output::count;

fn after(compared: &Compared) -> String {
    compared.last.as_ref().map_or_else(
        || "no migration".to_owned(),
        |last| format!("migrations up to {last}"),
    )
}

/// The statements of both sides: as it should be, as it is. Of an object that is another, only what makes the
/// difference: what belongs to it has its own.
fn sides(compared: &Compared, change: &Change) -> (Vec<String>, Vec<String>) {
    let expected = ddl(&compared.expected, &change.name);
    let live = match change.what {
        What::Changed(_) => {
            let mut catalog = compared.expected.clone();
            catalog.take(&change.name, &compared.live);
            ddl(&catalog, &change.name)
        }
        _ => ddl(&compared.live, &change.name),
    };
    (expected, live)
}

/// The lines that differ, `-` before those that should be there, `+` before those that are.
fn differing(expected: &[String], live: &[String]) -> Vec<String> {
    let text = |statements: &[String]| statements.join("\n") + "\n";
    let (expected, live) = (text(expected), text(live));
    let mut lines = Vec::new();
    for change in TextDiff::from_lines(&expected, &live).iter_all_changes() {
        let line = change.value().trim_end_matches('\n');
        match change.tag() {
            ChangeTag::Delete if !line.is_empty() => lines.push(format!("- {line}")),
            ChangeTag::Insert if !line.is_empty() => lines.push(format!("+ {line}")),
            _ => {}
        }
    }
    lines
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
        let _ = writeln!(text, "\n  {}", said(compared, change));
        let (expected, live) = sides(compared, change);
        for line in differing(&expected, &live) {
            let _ = writeln!(text, "    {line}");
        }
    }
    for note in notes(compared) {
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

/// What was written, and what was not.
pub(crate) fn written(
    compared: &Compared,
    direction: Direction,
    paths: &[String],
    correction: &Correction,
) -> String {
    let Compared {
        database, place, ..
    } = compared;
    let (does, do_it) = match direction {
        Direction::Adopt => ("makes this official", "make this official"),
        Direction::Restore { .. } => ("takes this back", "take this back"),
    };
    let mut text = format!(
        "{database} ({place}): {} from {}\n",
        differences(compared.changes.len()),
        after(compared)
    );
    let what = match paths.len() {
        1 => format!("wrote the migration that {does}:"),
        number => format!("wrote {number} migrations that together {do_it}:"),
    };
    let _ = writeln!(text, "{what}");
    for path in paths {
        let _ = writeln!(text, "  {path}");
    }
    let without_roles = match compared.foreign_roles().is_empty() {
        true => "",
        false => "; also without the roles that no migration makes",
    };
    let _ = writeln!(
        text,
        "proved on a scratch server: on a database as the live one, on one as the migrations make it, and twice{without_roles}"
    );
    for rename in &correction.renames {
        let _ = writeln!(
            text,
            "taken for a rename, so that nothing in it is lost: {} to {}",
            rename.from, rename.to.identity
        );
    }
    for (name, why) in &correction.open {
        let _ = writeln!(text, "left open, as a comment in the file: {name}: {why}");
    }
    if let Some(note) = missing_roles(compared, direction) {
        let _ = writeln!(text, "roles: {note}");
    }
    if direction == Direction::Adopt {
        for (index, object) in compared.live.of_kind(Kind::Index) {
            if object.is_invalid() {
                let _ = writeln!(
                    text,
                    "{index} is INVALID in the live database: the migration builds it again. To be rid of it, drop it instead"
                );
            }
        }
    }
    let _ = writeln!(
        text,
        "what the files do to traffic: {}",
        further_of_files(&format!("check {database}"))
    );
    text
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
                "summary": said(compared, change),
                "attributes": attributes,
                "expected": expected,
                "live": live,
            })
        })
        .collect();
    let renames: Vec<Value> = compared
        .renames
        .iter()
        .map(|one| json!({ "kind": one.to.kind.name(), "from": one.from.identity, "to": one.to.identity }))
        .collect();
    json!({
        "name": compared.database,
        "place": compared.place,
        "after": compared.last.as_ref().map(ToString::to_string),
        "drift": changes,
        "renames": renames,
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
        let _ = writeln!(text, "- {}\n\n  ```diff", said(compared, change));
        let (expected, live) = sides(compared, change);
        let block: String = differing(&expected, &live)
            .into_iter()
            .map(|line| format!("  {line}\n"))
            .collect();
        let _ = writeln!(text, "{block}  ```");
    }
    for note in notes(compared) {
        let _ = writeln!(text, "\n{note}");
    }
    text
}
