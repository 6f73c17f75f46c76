//! What is found in a file.

use std::ops::Range;

use crate::catalog::Guard;
use crate::fix::Fix;
use crate::object::{Expected, Object};
use crate::rule::{Declares, Rule};
use crate::syntax::ObjectName;

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
    /// What takes it back once the whole file is read.
    pub(crate) unless: Option<Unless>,
}

/// What takes a finding back once the whole file is read.
#[derive(Debug, Clone)]
pub(crate) enum Unless {
    /// A second run does not meet this at its place.
    SecondRunMeets(Expected),
    /// The file makes the object again behind it.
    MadeAgain(Object),
    /// The table has a policy.
    HasPolicy(ObjectName),
    /// The tables refuse what these guards refused.
    StillRefused(Vec<(ObjectName, Guard)>),
    /// The file makes a trigger of the table that sees new rows.
    Filled(ObjectName),
    /// The role has the privileges on the table.
    Granted(ObjectName, String, Vec<String>),
}

/// A finding that a comment suppresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// What would have been reported.
    pub finding: Finding,
    /// Where the comment stands.
    pub comment: Range<usize>,
    /// Why the rule does not apply there, as the comment says.
    pub reason: String,
}

/// What a file does on purpose: a field of its header says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The field.
    pub field: Declares,
    /// Why, as it says.
    pub reason: String,
    /// What that is, as far as the rules see it: findings, were it not for the header.
    pub findings: Vec<Finding>,
}

impl Finding {
    /// What is wrong at a place of a file, or with all of it; without a correction.
    pub(crate) fn new(
        rule: &'static Rule,
        range: Option<Range<usize>>,
        what: impl Into<String>,
        why: impl Into<String>,
        instead: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            range,
            what: what.into(),
            why: why.into(),
            instead: instead.into(),
            fix: None,
            unless: None,
        }
    }
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
        let finding = Finding::new(self.rule, Some(range), what, why, instead);
        self.list.push(Finding { fix, ..finding });
    }

    /// Says of the last finding that it holds only where a second run meets this.
    pub(crate) fn if_second_run_meets(&mut self, expected: Expected) {
        if let Some(finding) = self.list.last_mut() {
            finding.unless = Some(Unless::SecondRunMeets(expected));
        }
    }

    /// Says of the last finding that it does not hold where the table has a policy in the end.
    pub(crate) fn unless_it_has_a_policy(&mut self, table: ObjectName) {
        if let Some(finding) = self.list.last_mut() {
            finding.unless = Some(Unless::HasPolicy(table));
        }
    }

    /// Says of the last finding that it does not hold where the tables refuse in the end what these refused.
    pub(crate) fn unless_still_refused(&mut self, guards: Vec<(ObjectName, Guard)>) {
        if let Some(finding) = self.list.last_mut() {
            finding.unless = Some(Unless::StillRefused(guards));
        }
    }

    /// Says of the last finding that it does not hold where the file makes a trigger for new rows.
    pub(crate) fn unless_filled(&mut self, table: ObjectName) {
        if let Some(finding) = self.list.last_mut() {
            finding.unless = Some(Unless::Filled(table));
        }
    }

    /// Says of the last finding that it does not hold where the role has these privileges in the end.
    pub(crate) fn unless_granted(&mut self, table: ObjectName, role: String, all: Vec<String>) {
        if let Some(finding) = self.list.last_mut() {
            finding.unless = Some(Unless::Granted(table, role, all));
        }
    }

    /// Says of the last finding that it does not hold where the file makes this again behind it.
    pub(crate) fn unless_made_again(&mut self, object: Object) {
        if let Some(finding) = self.list.last_mut() {
            finding.unless = Some(Unless::MadeAgain(object));
        }
    }
}
