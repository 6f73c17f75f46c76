//! One statement of a text.

use std::ops::Range;

/// One statement: where it stands in the migration's text, in bytes, from its first token to
/// its last, without the semicolon and the comments around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Where it stands.
    pub range: Range<usize>,
}
