//! Edits a text at a place that must be there once.

use std::fmt;

/// Why a file has no place for a further database.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoPlace(String);

impl NoPlace {
    pub(super) fn new(place: impl Into<String>) -> Self {
        Self(place.into())
    }
}

impl fmt::Display for NoPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text with one part of it replaced. The part must stand there once: with two, the wrong one
/// might be meant.
pub(super) fn replace(text: &str, part: &str, with: &str) -> Result<String, NoPlace> {
    match text.matches(part).count() {
        1 => Ok(text.replacen(part, with, 1)),
        0 => Err(NoPlace::new(format!("`{}` is not there", part.trim()))),
        number => Err(NoPlace::new(format!(
            "`{}` is there {number} times",
            part.trim()
        ))),
    }
}

/// The text with more put before a part of it, which must stand there once.
pub(super) fn before(text: &str, part: &str, more: &str) -> Result<String, NoPlace> {
    replace(text, part, &format!("{more}{part}"))
}

/// The text with more put behind a part of it, which must stand there once.
pub(super) fn behind(text: &str, part: &str, more: &str) -> Result<String, NoPlace> {
    replace(text, part, &format!("{part}{more}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_is_not_there_once_is_not_guessed() {
        assert_eq!(behind("a b\n", "a", "!"), Ok("a! b\n".to_owned()));
        assert_eq!(before("a b\n", "b", "!"), Ok("a !b\n".to_owned()));
        insta::assert_snapshot!(replace("a b", "c", "").unwrap_err(), @"`c` is not there");
        insta::assert_snapshot!(replace("a a", "a", "").unwrap_err(), @"`a` is there 2 times");
    }
}
