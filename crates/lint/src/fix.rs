//! A mechanical correction of a text.

use std::ops::Range;

/// A correction of the text that silences its finding and changes nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Replacements, in order, not overlapping.
    pub edits: Vec<Edit>,
}

/// One replacement; an insertion where the range is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced, in bytes of the normalised text.
    pub range: Range<usize>,
    /// What comes in its place.
    pub text: String,
}

impl Fix {
    /// One replacement.
    pub(crate) fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            edits: vec![Edit {
                range,
                text: text.into(),
            }],
        }
    }

    /// The lines that the correction changes, with the one behind them: as they are, and as they
    /// will be. `None` where it does not fit the text.
    #[must_use]
    pub fn lines<'t>(&self, text: &'t str) -> Option<(&'t str, String)> {
        let first = self.edits.iter().map(|edit| edit.range.start).min()?;
        let last = self.edits.iter().map(|edit| edit.range.end).max()?;
        let start = text.get(..first)?.rfind('\n').map_or(0, |at| at + 1);
        let behind = text.get(last..)?.match_indices('\n').nth(1);
        let lines = text.get(start..behind.map_or(text.len(), |(at, _)| last + at + 1))?;
        let moved = |edit: &Edit| Edit {
            range: edit.range.start - start..edit.range.end - start,
            text: edit.text.clone(),
        };
        let fix = Self {
            edits: self.edits.iter().map(moved).collect(),
        };
        Some((lines, fix.apply(lines)))
    }

    /// The text with the correction made. Edits that do not fit the text are left out.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for edit in self.edits.iter().rev() {
            if text.get(edit.range.clone()).is_some() {
                text.replace_range(edit.range.clone(), &edit.text);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_correction_are_those_it_touches_and_the_one_behind() {
        let text = "one\ntwo\nthree\nfour\nfive";
        let lines = |range, words: &str| Fix::replace(range, words).lines(text);
        assert_eq!(
            lines(4..7, "2"),
            Some(("two\nthree\n", "2\nthree\n".into()))
        );
        assert_eq!(
            lines(4..8, ""),
            Some(("two\nthree\nfour\n", "three\nfour\n".into()))
        );
        assert_eq!(lines(19..23, "5"), Some(("five", "5".into())));
        assert_eq!(lines(90..91, ""), None);
    }
}
