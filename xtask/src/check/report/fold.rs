//! Findings put together, so that what matters is not lost among repeats.

use std::collections::HashSet;

use jubilee_lint::{Finding, Severity};

use crate::check::{Checked, CheckedFile};

/// From so many on, findings of one rule in one file are one.
const REPEATS: usize = 4;
/// With more than that, only the first few are shown.
const MANY: usize = 25;
/// Of how many rules an example is shown then.
const EXAMPLES: usize = 5;

/// A finding, and where else in its file its rule finds something.
pub(super) struct Folded<'a> {
    pub(super) file: &'a CheckedFile,
    pub(super) finding: &'a Finding,
    /// The others of its rule in the file.
    pub(super) more: Vec<&'a Finding>,
}

/// The findings to show: errors first, repeats as one; and how many are left out.
pub(super) fn fold(checked: &[Checked], all: bool) -> (Vec<Folded<'_>>, usize) {
    let most = if all { usize::MAX } else { REPEATS };
    let mut folded = Vec::new();
    for (file, finding) in checked.iter().flat_map(Checked::findings) {
        let same = |other: &&Folded<'_>| {
            std::ptr::eq(other.file, file) && other.finding.rule.name == finding.rule.name
        };
        let repeats = file
            .findings
            .iter()
            .filter(|f| f.rule.name == finding.rule.name);
        let repeats: Vec<&Finding> = repeats.collect();
        if repeats.len() < most {
            folded.push(Folded {
                file,
                finding,
                more: Vec::new(),
            });
        } else if !folded.iter().any(|other: &Folded<'_>| same(&other)) {
            let more = repeats.into_iter().skip(1).collect();
            folded.push(Folded {
                file,
                finding,
                more,
            });
        }
    }
    folded.sort_by_key(|folded| folded.finding.rule.severity != Severity::Error);
    if all || folded.len() <= MANY {
        return (folded, 0);
    }
    let count = |list: &[Folded<'_>]| list.iter().map(|f| 1 + f.more.len()).sum::<usize>();
    let found = count(&folded);
    let mut rules = HashSet::new();
    folded.retain(|folded| rules.len() < EXAMPLES && rules.insert(folded.finding.rule.name));
    let left = found - count(&folded);
    (folded, left)
}
