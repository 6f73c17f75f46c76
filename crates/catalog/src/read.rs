//! Rows become a catalog.

use crate::kind::Kind;
use crate::model::{Catalog, Name};

/// Why rows are not those of this crate's query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the catalog's query gave a row that this program does not understand: {row}")]
pub struct ReadError {
    row: String,
}

impl Catalog {
    /// Makes a catalog of the rows of [`crate::QUERY`]: kind, identity, attribute, value, in any order.
    pub fn from_rows(rows: impl IntoIterator<Item = [String; 4]>) -> Result<Self, ReadError> {
        let mut catalog = Self::default();
        for [kind, identity, attribute, value] in rows {
            let unknown = || ReadError {
                row: format!("{kind} {identity}, {attribute}: {value}"),
            };
            let kind = Kind::from_name(&kind).ok_or_else(unknown)?;
            let referred = || name(&value).ok_or_else(unknown);
            let new = Name::new(kind, identity.clone());
            let object = catalog.objects.entry(new).or_default();
            match attribute.as_str() {
                "needs" => {
                    object.needs.insert(referred()?);
                }
                "part of" => object.part_of = Some(referred()?),
                // So that an object without any other row is seen too.
                "is" => {}
                _ => {
                    object.attributes.insert(attribute, value);
                }
            }
        }
        Ok(catalog)
    }
}

/// Reads "materialized view public.totals". No kind is followed by a space and the rest of another's name,
/// since an identity that began with that would be quoted.
fn name(text: &str) -> Option<Name> {
    Kind::ALL
        .iter()
        .filter_map(|kind| Some((kind, text.strip_prefix(kind.name())?.strip_prefix(' ')?)))
        .max_by_key(|(kind, _)| kind.name().len())
        .map(|(kind, identity)| Name::new(*kind, identity))
}
