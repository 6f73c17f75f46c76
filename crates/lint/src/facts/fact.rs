//! What all kinds of facts have in common.

use crate::syntax::Statement;

/// A kind of fact, read statement by statement and file by file.
pub(crate) trait Fact: Sized {
    /// Takes note of what a statement does; `before` is what earlier files did.
    fn note(&mut self, statement: &Statement<'_>, before: &Self);

    /// Adds what a later file did. What is known within one file only is left out.
    fn extend(&mut self, _later: Self) {}
}
