//! The names that PostgreSQL makes for indexes and constraints.

use super::{LONGEST_NAME, ObjectName};

/// The names that PostgreSQL would try, one after the other, for a constraint or index that has
/// none: `teams_owner_id_fkey`, `teams_owner_id_fkey1`, ….
pub(crate) fn generated_names(
    table: &ObjectName,
    columns: &[String],
    label: &'static str,
) -> impl Iterator<Item = String> + use<> {
    let table = table.name.clone();
    let columns = columns.join("_");
    std::iter::once(label.to_owned())
        .chain((1..).map(move |n: u32| format!("{label}{n}")))
        .map(move |label| assembled(&table, &columns, &label))
}

/// The first of the names that PostgreSQL would try.
pub(crate) fn generated_name(
    table: &ObjectName,
    columns: &[String],
    label: &'static str,
) -> String {
    generated_names(table, columns, label)
        .next()
        .unwrap_or_default()
}

/// Name, columns and label joined by underscores. Where that is too long, name and columns are
/// cut, the longer of both first (`makeObjectName` in PostgreSQL's `indexcmds.c`).
fn assembled(table: &str, columns: &str, label: &str) -> String {
    let joints = 1 + usize::from(!columns.is_empty());
    let room = LONGEST_NAME.saturating_sub(label.len() + joints);
    let (mut left, mut right) = (table.len(), columns.len());
    if left + right > room {
        // Cutting the longer one byte by byte until both fit, without the loop.
        let half = room / 2;
        if left <= half {
            right = room - left;
        } else if right <= half {
            left = room - right;
        } else {
            // The second is cut first where both are of one length.
            left = room - half;
            right = half;
        }
    }
    let table = &table[..table.floor_char_boundary(left)];
    let columns = &columns[..columns.floor_char_boundary(right)];
    if columns.is_empty() {
        format!("{table}_{label}")
    } else {
        format!("{table}_{columns}_{label}")
    }
}
