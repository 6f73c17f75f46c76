//! The text of a migration that ends drift.

use std::fmt::Write;

use jubilee_catalog::{Change, Kind, Loss, Name, What};
use jubilee_core::{MigrationName, Placeholder};

use super::compare::Compared;
use super::direction::Direction;
use super::pieces::Piece;
use super::words::{missing_roles, one_line, perhaps, said};
use crate::header::{git_user, header};

/// `first` is the one that lists what differed.
pub(super) fn text(
    compared: &Compared,
    direction: Direction,
    name: &MigrationName,
    first: &MigrationName,
    piece: &Piece,
    open: &[(Name, String)],
) -> String {
    let doing = match direction {
        Direction::Adopt => "makes official",
        Direction::Restore { .. } => "undoes",
    };
    let what = match &piece.index {
        Some(index) => index.to_string(),
        None if name == first => objects(compared),
        None => "the rest, once rows were looked at".to_owned(),
    };
    let description = format!("{doing} what was changed by hand: {what}");
    let author = git_user().unwrap_or_else(|| Placeholder::AUTHOR.to_owned());
    let mut text = header(name, compared.database, &author, &one_line(&description));
    if piece.index.is_some() {
        text.push_str("-- Transaction: none\n");
    }
    if let Some(lost) = lost(&piece.lost) {
        let _ = writeln!(text, "-- Destructive: {}", one_line(&lost));
    }
    if name == first && direction == Direction::Adopt {
        let broken: Vec<String> = compared.changes.iter().filter_map(breaks).collect();
        if !broken.is_empty() {
            let _ = writeln!(
                text,
                "-- Contract: changed by hand already, so code that needs what was before fails: {}",
                one_line(&broken.join(", "))
            );
        }
    }
    let loosened = compared.changes.iter().filter(|_| piece.index.is_none());
    let loosened: Vec<String> = loosened.filter_map(|c| loosens(c, direction)).collect();
    if !loosened.is_empty() {
        let so = match direction {
            Direction::Adopt => "changed by hand already",
            Direction::Restore { .. } => "as the migrations made it",
        };
        let _ = writeln!(text, "-- Loosens: {so}: {}", one_line(&loosened.join(", ")));
    }
    if name == first {
        let after = compared
            .last
            .as_ref()
            .map_or_else(String::new, |last| format!(" after {last}"));
        let _ = writeln!(text, "\n-- What differed in the live database{after}:");
        for change in &compared.changes {
            let _ = writeln!(text, "--   {}", one_line(&said(compared, change)));
        }
        for rename in &compared.renames {
            let _ = writeln!(text, "--   {}", one_line(&perhaps(rename)));
        }
        text.push_str("-- Why, and since when: not known; write it here.\n\n");
        if let Some(note) = missing_roles(compared, direction) {
            let _ = writeln!(text, "-- Roles: {}.\n", one_line(&note));
        }
    } else {
        let _ = writeln!(
            text,
            "\n-- What differed in the live database stands in {first}.\n"
        );
    }
    let open = open.iter().fold(String::new(), |text, (name, why)| {
        format!(
            "{text}\n-- Left open: {}.\n",
            one_line(&format!("{name}: {why}"))
        )
    });
    text.push_str(&piece.text(&open));
    text
}

/// What goes, and what may be another value afterwards.
fn lost(losses: &[Loss]) -> Option<String> {
    let mut removed = Vec::new();
    let mut changed = Vec::new();
    for loss in losses {
        match loss {
            Loss::Removed(name) => removed.push(name.to_string()),
            Loss::Changed(name, types) => changed.push(format!("{name} ({types})")),
        }
    }
    let removed = (!removed.is_empty())
        .then(|| format!("removes {}, with the data in it", removed.join(", ")));
    let changed =
        (!changed.is_empty()).then(|| format!("may change the values of {}", changed.join(", ")));
    let both: Vec<String> = removed.into_iter().chain(changed).collect();
    (!both.is_empty()).then(|| both.join("; "))
}

/// What a change takes from code that was written for the schema before it: something that it names, or a
/// value that it may read or write.
fn breaks(change: &Change) -> Option<String> {
    let name = &change.name;
    let is_named = matches!(
        name.kind,
        Kind::Table
            | Kind::ForeignTable
            | Kind::View
            | Kind::MaterializedView
            | Kind::Column
            | Kind::Function
            | Kind::Procedure
            | Kind::Aggregate
            | Kind::Sequence
            | Kind::Enum
            | Kind::Domain
            | Kind::Type
    );
    match &change.what {
        What::Removed(_) => is_named.then(|| name.to_string()),
        What::Changed(differences) if name.kind == Kind::Column => differences
            .iter()
            .find(|d| d.attribute == "type" || d.attribute == "not null" && d.to.is_some())
            .map(|difference| format!("{name} ({})", difference.attribute)),
        _ => None,
    }
}

/// What may have refused something, and is gone or another after the correction.
fn loosens(change: &Change, direction: Direction) -> Option<String> {
    let name = &change.name;
    let refuses = matches!(
        name.kind,
        Kind::EventTrigger | Kind::Policy | Kind::Rule | Kind::Trigger
    );
    let loosens = match (&change.what, direction) {
        (What::Removed(_), Direction::Adopt) | (What::Added(_), Direction::Restore { .. }) => {
            refuses
        }
        (What::Changed(differences), _) => {
            refuses
                || differences.iter().any(|d| {
                    let is_of_definer = |text: &str| text.contains("SECURITY DEFINER");
                    d.attribute.contains("privileges of ")
                        || d.attribute.starts_with("row security")
                        || d.attribute == "owner"
                        || [&d.from, &d.to]
                            .into_iter()
                            .flatten()
                            .any(|t| is_of_definer(t))
                })
        }
        _ => false,
    };
    loosens.then(|| name.to_string())
}

fn objects(compared: &Compared) -> String {
    let objects: Vec<String> = compared
        .changes
        .iter()
        .take(3)
        .map(|change| change.name.to_string())
        .collect();
    let more = compared.changes.len().saturating_sub(objects.len());
    let mut what = objects.join(", ");
    if more > 0 {
        let _ = write!(what, " and {more} more");
    }
    what
}
