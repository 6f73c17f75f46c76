//! Names and constants as SQL writes them.

pub(crate) use jubilee_catalog::literal;

/// An identifier, quoted.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
