//! Sentences that stand in the report and in the files.

use jubilee_catalog::{Change, Object, Rename, What};

use super::compare::Compared;
use super::direction::Direction;

/// A difference in one line.
pub(super) fn said(compared: &Compared, change: &Change) -> String {
    let live = compared.live.get(&change.name);
    match change.what {
        What::Added(_) if live.is_some_and(Object::is_invalid) => format!("{change}, INVALID"),
        _ => change.to_string(),
    }
}

pub(super) fn perhaps(rename: &Rename) -> String {
    format!("perhaps renamed: {} to {}", rename.from, rename.to.identity)
}

/// What people are told besides the differences.
pub(super) fn notes(compared: &Compared) -> impl Iterator<Item = String> {
    let renames = compared.renames.iter().map(perhaps);
    renames.chain(compared.notes.iter().cloned())
}

/// What whoever makes changes official must know of roles that were made by hand.
pub(super) fn missing_roles(compared: &Compared, direction: Direction) -> Option<String> {
    let roles = compared.foreign_roles();
    let (are, without) = match roles.as_slice() {
        [] => return None,
        [_] => ("is", "it"),
        _ => ("are", "one"),
    };
    (direction == Direction::Adopt).then(|| {
        format!(
            "{} {are} made by no migration: on a server without {without}, what names {without} is left out, with a warning",
            roles.join(", ")
        )
    })
}

/// A name may have line ends, and a comment may not.
pub(super) fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
