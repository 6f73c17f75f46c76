//! What is found in a file.

use std::ops::Range;

use crate::fix::Fix;
use crate::rule::Rule;

/// One thing that breaks a rule: what, why that is a problem, and what to write instead.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: &'static Rule,
    /// The place in the file's normalised text, in bytes; `None` when it is the whole file.
    pub range: Option<Range<usize>>,
    /// What is wrong, with the names of the objects that it is about.
    pub what: String,
    /// Why that is a problem.
    pub why: String,
    /// What to do instead.
    pub instead: String,
    /// The mechanical correction, where there is one.
    pub fix: Option<Fix>,
}

impl PartialEq for Finding {
    fn eq(&self, other: &Self) -> bool {
        self.rule.name == other.rule.name
            && (&self.range, &self.what, &self.why, &self.instead)
                == (&other.range, &other.what, &other.why, &other.instead)
            && self.fix == other.fix
    }
}

impl Eq for Finding {}

/// Takes what one rule finds.
pub(crate) struct Found<'a> {
    rule: &'static Rule,
    list: &'a mut Vec<Finding>,
}

impl<'a> Found<'a> {
    pub(crate) fn of(rule: &'static Rule, list: &'a mut Vec<Finding>) -> Self {
        Self { rule, list }
    }

    /// Adds a finding: what is wrong at that place of the file, why that is a problem, what to do instead.
    pub(crate) fn add(
        &mut self,
        range: Range<usize>,
        what: impl Into<String>,
        why: impl Into<String>,
        instead: impl Into<String>,
    ) {
        self.add_with_fix(range, what, why, instead, None);
    }

    /// The same with a mechanical correction.
    pub(crate) fn add_with_fix(
        &mut self,
        range: Range<usize>,
        what: impl Into<String>,
        why: impl Into<String>,
        instead: impl Into<String>,
        fix: Option<Fix>,
    ) {
        self.list.push(Finding {
            rule: self.rule,
            range: Some(range),
            what: what.into(),
            why: why.into(),
            instead: instead.into(),
            fix,
        });
    }
}
