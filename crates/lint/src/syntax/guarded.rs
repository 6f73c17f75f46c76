//! What the guards around a statement make sure of.

use std::ops::Range;

use super::guard::{Fact, Guard, GuardKind};
use super::{Lookup, Statement};

impl Statement<'_> {
    /// The innermost guard that lets the statement run only where what it asks for is there
    /// (`exists`) or is not, or that catches the failure where that is otherwise.
    pub(crate) fn guard(&self, exists: bool, lookup: &Lookup<'_>) -> Option<usize> {
        self.guards.iter().rposition(|guard| match &guard.kind {
            GuardKind::Condition(facts) => {
                let mut facts = facts.iter();
                guard.once || facts.any(|fact| fact.exists == exists && fact.is_about(lookup))
            }
            GuardKind::Handler(_) => guard.catches(lookup.caught),
        })
    }

    /// Whether it runs once only, since what stands with it takes away what their guard asks for.
    pub(crate) fn runs_once(&self) -> bool {
        self.guards.iter().any(|guard| guard.once)
    }

    /// The variables of loops around it over rows of that table.
    pub(crate) fn rows_of(&self, table: &str) -> impl Iterator<Item = &str> {
        self.guards.iter().filter_map(move |guard| {
            let (variable, query) = guard.over.as_ref()?;
            let mut sources = query.sources.iter();
            sources.any(|of| of == table).then_some(variable.as_str())
        })
    }

    /// The names that the queries of loops around it hold as constants: `relname IN ('users', 'teams')`.
    pub(crate) fn named_in_loops(&self) -> impl Iterator<Item = &str> {
        let queries = self.guards.iter().filter_map(|guard| guard.over.as_ref());
        queries.flat_map(|(_, query)| query.strings.iter().map(|constant| constant.text.as_str()))
    }

    /// Whether a failure with one of these conditions is caught.
    pub(crate) fn catches(&self, conditions: &[&str]) -> bool {
        self.guards.iter().any(|guard| guard.catches(conditions))
    }

    /// Everything that is so wherever the statement runs.
    pub(crate) fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.guards.iter().flat_map(|guard| match &guard.kind {
            GuardKind::Condition(facts) => facts.as_slice(),
            GuardKind::Handler(_) => &[],
        })
    }

    /// The part of the file whose later statements run only after this one did: the whole file,
    /// or a branch of a `DO` block. Only the outermost `kept` guards count, where the others let
    /// it be skipped only when it has nothing to do.
    pub(crate) fn reach(&self, kept: usize) -> Range<usize> {
        match self.guards.get(..kept).and_then(<[Guard]>::last) {
            Some(guard) => guard.body.clone(),
            None => 0..usize::MAX,
        }
    }
}
