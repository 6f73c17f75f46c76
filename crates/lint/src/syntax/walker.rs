//! What walks over the statements of a migration.

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast;

use super::Statement;
use super::condition::Variables;
use super::guard::Guard;
use super::limits::{Refused, STRINGS, admit};
use super::routine::Routines;
use super::statement::{Place, Places};

/// What the walk over a statement of a file comes by.
pub(crate) enum Reading<'s, 'a> {
    /// A statement that runs.
    Statement(&'s Statement<'a>),
    /// A statement that runs with names that are not known before: [`UNKNOWN`](super::UNKNOWN) stands for them.
    Computed(&'s Statement<'a>),
    /// SQL that cannot be read, or not wholly: rules may overlook something in it.
    Unread {
        /// Where.
        range: Range<usize>,
        /// Why.
        reason: Refused,
    },
}

/// Where code stands that is read, and what is known there.
#[derive(Clone, Copy)]
pub(super) struct At<'s> {
    pub(super) places: &'s Places,
    /// What decides whether it runs, the outermost first.
    pub(super) guards: &'s [Guard],
    /// The variables whose values are known.
    pub(super) known: &'s Variables,
}

pub(super) struct Walker<'a, 'v> {
    pub(super) text: &'a str,
    /// In how many strings within strings the code stands that is read now.
    pub(super) strings: usize,
    /// The functions whose bodies are known.
    pub(super) routines: &'v Routines,
    /// The functions whose bodies are read now, the innermost last.
    pub(super) running: Vec<super::ObjectName>,
    pub(super) visit: &'v mut dyn FnMut(Reading<'_, 'a>),
}

impl<'a> Walker<'a, '_> {
    pub(super) fn admit(&self, code: &str) -> Result<(), Refused> {
        if self.strings > STRINGS {
            return Err(Refused::Depth);
        }
        admit(code)
    }

    /// Reads code that stands in a string of what is read now.
    pub(super) fn in_string(&mut self, read: impl FnOnce(&mut Self)) {
        self.strings += 1;
        read(self);
        self.strings -= 1;
    }

    pub(super) fn unread(&mut self, range: Range<usize>, reason: Refused) {
        (self.visit)(Reading::Unread { range, reason });
    }

    pub(super) fn emit(
        &mut self,
        node: SyntaxNode,
        sql: Option<ast::Stmt>,
        place: Place,
        at: At<'_>,
    ) {
        let statement = self.statement(node, sql, place, at);
        (self.visit)(Reading::Statement(&statement));
    }

    pub(super) fn statement(
        &self,
        node: SyntaxNode,
        sql: Option<ast::Stmt>,
        place: Place,
        at: At<'_>,
    ) -> Statement<'a> {
        let mut statement = Statement {
            range: 0..0,
            sql,
            node,
            guards: at.guards.to_vec(),
            place,
            text: self.text,
            places: Rc::clone(at.places),
            columns: OnceCell::new(),
            constraints: OnceCell::new(),
            names: OnceCell::new(),
        };
        let mut range = statement.range_of_node(&statement.node);
        if self
            .text
            .get(range.clone())
            .is_some_and(|t| t.ends_with(';'))
        {
            range.end -= 1;
        }
        statement.range = range;
        statement
    }
}
