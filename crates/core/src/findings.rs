//! The list of what is wrong with one file, while it is read.

use std::ops::Range;

use crate::{Lines, Rule, Violation};

/// Collects what is wrong with one file.
pub(crate) struct Findings<'a> {
    file: &'a str,
    text: &'a str,
    list: Vec<Violation>,
}

impl<'a> Findings<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Self {
        Self {
            file,
            text,
            list: Vec::new(),
        }
    }

    pub(crate) fn add(
        &mut self,
        rule: Rule,
        range: Option<Range<usize>>,
        what: String,
        why: &str,
        hint: String,
    ) {
        self.list.push(Violation {
            range,
            ..Violation::new(rule, self.file, what, why, hint)
        });
    }

    pub(crate) fn into_list(mut self) -> Vec<Violation> {
        if !self.list.is_empty() {
            let lines = Lines::of(self.text);
            for violation in &mut self.list {
                let start = violation.range.as_ref().map(|range| range.start);
                violation.position = start.map(|start| lines.position(self.text, start));
            }
        }
        self.list
            .sort_by_key(|v| v.range.as_ref().map_or(0, |r| r.start));
        self.list
    }
}
