//! Applies corrections to a file.

use jubilee_core::{SourceFile, normalise};
use jubilee_lint::{Edit, Finding};

/// The byte order mark in UTF-8.
const MARK: &[u8] = "\u{FEFF}".as_bytes();

/// Applies the mechanical corrections of a file until none is left, and says how many there were.
/// `None` where there is nothing to correct.
///
/// `check` says what is wrong with the file in its place.
pub(crate) fn file(
    before: &SourceFile<'static>,
    check: &dyn Fn(SourceFile<'static>) -> Vec<Finding>,
) -> Option<(Vec<u8>, usize)> {
    let mut text = normalise(before.bytes.as_ref().into()).ok()?.into_owned();
    let mut corrections = 0;
    // One correction can make another possible; that ends, since each silences a finding.
    for _ in 0..10 {
        let findings = check(SourceFile::new(
            before.name.clone(),
            text.clone().into_bytes(),
        ));
        let edits = disjoint(&findings);
        if edits.is_empty() {
            break;
        }
        corrections += edits.len();
        for edit in edits.concat().iter().rev() {
            text.replace_range(edit.range.clone(), &edit.text);
        }
    }
    if corrections == 0 {
        return None;
    }
    // A Windows checkout keeps its line ends, and a byte order mark stays where it was.
    let ends = before.bytes.iter().filter(|byte| **byte == b'\n').count();
    let windows = before.bytes.windows(2).filter(|pair| pair == b"\r\n");
    if ends > 0 && windows.count() == ends {
        text = text.replace('\n', "\r\n");
    }
    if before.bytes.starts_with(MARK) {
        text.insert(0, '\u{FEFF}');
    }
    Some((text.into_bytes(), corrections))
}

/// The corrections that can be made at once, in the order of the text: of two that touch, the
/// first.
fn disjoint(findings: &[Finding]) -> Vec<Vec<Edit>> {
    let mut fixes: Vec<&Vec<Edit>> = findings
        .iter()
        .filter_map(|finding| finding.fix.as_ref())
        .map(|fix| &fix.edits)
        .filter(|edits| !edits.is_empty())
        .collect();
    fixes.sort_by_key(|edits| edits.first().map(|edit| edit.range.start));
    let mut end = None;
    let mut taken = Vec::new();
    for edits in fixes {
        let (Some(first), Some(last)) = (edits.first(), edits.last()) else {
            continue;
        };
        if end.is_none_or(|end| first.range.start > end) {
            end = Some(last.range.end);
            taken.push(edits.clone());
        }
    }
    taken
}
