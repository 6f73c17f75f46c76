//! Rows at the boundaries: all that may be NULL is NULL, texts as long as they may be, and each value
//! of an enum and of a list in a CHECK once.

use rand::rngs::StdRng;
use serde_json::Value;

use super::candidate::Candidate;
use super::schema::Types;
use super::search::Search;

/// The most rows that one table gets for the values of its lists.
const MOST: usize = 24;

/// Draws them.
pub(crate) fn draw(
    search: &mut Search<'_>,
    types: &Types,
    drawn: &mut Vec<Candidate>,
    rng: &mut StdRng,
) {
    if let Some(mut nulls) = search.draw(drawn.len(), rng) {
        for (at, column) in search.table.columns.iter().enumerate() {
            if !column.not_null {
                nulls.cells[at] = None;
            }
        }
        drawn.push(nulls);
    }
    if let Some(mut longest) = search.draw(drawn.len(), rng) {
        for at in 0..search.table.columns.len() {
            let column = &search.table.columns[at];
            let is_text =
                column.written == "text" || column.written.starts_with("character varying");
            let keys = &mut search.table.foreign_keys.iter();
            if is_text
                && column.generated.is_none()
                && !keys.any(|k| k.columns.contains(&column.number))
            {
                longest.cells[at] = Some(search.values.draw(search.wanted(at, true), rng));
            }
        }
        drawn.push(longest);
    }
    let mut rest = MOST;
    for at in 0..search.table.columns.len() {
        let column = &search.table.columns[at];
        let keys = &mut search.table.foreign_keys.iter();
        if column.generated.is_some() || keys.any(|k| k.columns.contains(&column.number)) {
            continue;
        }
        let labels: Vec<String> = match types.get(&column.type_oid) {
            Some(ty) if ty.kind == "e" => ty.labels.clone(),
            Some(ty) if ty.name == "bool" => vec!["true".to_owned(), "false".to_owned()],
            Some(ty) if ["text", "varchar"].contains(&ty.name.as_str()) => {
                // Only what a check of this column alone lists.
                let own = search
                    .checks
                    .iter()
                    .filter(|c| c.columns.as_deref() == Some(&[column.number]));
                own.flat_map(|c| super::mine::hints(&c.expression).strings)
                    .collect()
            }
            _ => Vec::new(),
        };
        for label in labels {
            if rest == 0 {
                return;
            }
            if let Some(mut candidate) = search.draw(drawn.len(), rng) {
                candidate.cells[at] = Some(Value::String(label));
                candidate.fixed[at] = true;
                drawn.push(candidate);
                rest -= 1;
            }
        }
    }
}
