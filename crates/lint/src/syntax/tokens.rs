//! What a text says by its tokens alone, whether it can be parsed or not.

use std::borrow::Cow;
use std::ops::Range;

use jubilee_core::{Token, TokenKind, tokens};

/// Dollar-quoted strings nest this deep at most; what is deeper is taken for mere text.
const DEPTH: usize = 4;

/// Visits the tokens of a text, those inside of dollar-quoted strings included: such a string is
/// the body of a function or of a `DO` block. One that cannot be cut into tokens comes as it is.
pub(crate) fn code_tokens(text: &str, visit: &mut dyn FnMut(&Token)) {
    visit_tokens(text, 0..text.len(), 0, visit);
}

fn visit_tokens(text: &str, range: Range<usize>, depth: usize, visit: &mut dyn FnMut(&Token)) {
    let Some(part) = text.get(range.clone()) else {
        return;
    };
    for token in tokens(part) {
        let Ok(mut token) = token else { return };
        token.range = range.start + token.range.start..range.start + token.range.end;
        let body = (token.kind == TokenKind::String && depth < DEPTH)
            .then(|| dollar_quoted(text, &token.range))
            .flatten()
            .filter(|body| tokens(&text[body.clone()]).all(|token| token.is_ok()));
        match body {
            Some(body) => visit_tokens(text, body, depth + 1, visit),
            None => visit(&token),
        }
    }
}

fn dollar_quoted(text: &str, string: &Range<usize>) -> Option<Range<usize>> {
    let content = string_content(text, string);
    text[string.clone()].starts_with('$').then_some(content)
}

/// Where the content of a string constant stands: without its quotes and prefix.
pub(crate) fn string_content(text: &str, string: &Range<usize>) -> Range<usize> {
    let token = &text[string.clone()];
    let (open, close) = if let Some(tagged) = token.strip_prefix('$') {
        let tag = tagged.find('$').map_or(1, |at| at + 2);
        (tag, tag)
    } else {
        (token.find('\'').map_or(0, |at| at + 1), 1)
    };
    let end = string.end.saturating_sub(close);
    (string.start + open).min(end)..end
}

/// An identifier as PostgreSQL understands it: in lower case unless it is quoted.
pub(crate) fn identifier(text: &str) -> Cow<'_, str> {
    match text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        Some(quoted) => Cow::Borrowed(quoted),
        None if text.bytes().any(|b| b.is_ascii_uppercase()) => {
            Cow::Owned(text.to_ascii_lowercase())
        }
        None => Cow::Borrowed(text),
    }
}

/// Whether the text holds the word in any case of its letters, also as a part of another word.
pub(crate) fn mentions(text: &str, word: &str) -> bool {
    position(text, word).is_some()
}

/// Where the text holds the word, in any case of its letters.
pub(crate) fn position(text: &str, word: &str) -> Option<usize> {
    let (Some(first), length) = (word.bytes().next(), word.len()) else {
        return Some(0);
    };
    let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    let bytes = text.as_bytes();
    let begins = |at: &usize| {
        (bytes[*at] == lower || bytes[*at] == upper)
            && bytes
                .get(*at..at + length)
                .is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    (0..bytes.len()).find(begins)
}

/// The text with spaces in the place of some parts, so that all other places stay the same.
pub(super) fn blanked(text: &str, parts: impl IntoIterator<Item = Range<usize>>) -> String {
    let mut blanked = String::with_capacity(text.len());
    let mut end = 0;
    for part in parts {
        blanked.push_str(&text[end..part.start]);
        blanked.extend(std::iter::repeat_n(' ', part.len()));
        end = part.end;
    }
    blanked.push_str(&text[end..]);
    blanked
}

/// The word at a place, or else behind it: the parser stops between words.
pub(super) fn word_at(sql: &str, at: usize) -> Range<usize> {
    let rest = sql.get(at..).unwrap_or_default();
    let start = at + (rest.len() - rest.trim_start().len());
    let word = sql.get(start..).unwrap_or_default();
    let end = word
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(word.len());
    if word.is_empty() {
        let last = sql.trim_end().char_indices().next_back();
        return last.map_or(0..0, |(at, c)| at..at + c.len_utf8());
    }
    start..start + end.max(word.chars().next().map_or(0, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let mut ranges = Vec::new();
        code_tokens(text, &mut |token| {
            if !token.kind.is_trivia() {
                ranges.push(token.range.clone());
            }
        });
        ranges.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn dollar_quoted_bodies_are_code_and_other_strings_are_not() {
        assert_eq!(
            words("DO $a$ SELECT $$x 'y'$$ $a$; SELECT 'a b';"),
            ["DO", "SELECT", "x", "'y'", ";", "SELECT", "'a b'", ";"]
        );
        assert_eq!(words("SELECT $$it's$$"), ["SELECT", "$$it's$$"]);
    }

    #[test]
    fn the_content_of_a_string_is_what_stands_between_its_quotes() {
        for (string, content) in [
            ("'it''s'", "it''s"),
            ("E'a'", "a"),
            ("''", ""),
            ("$$x$$", "x"),
            ("$t$x$t$", "x"),
        ] {
            let range = string_content(string, &(0..string.len()));
            assert_eq!(&string[range], content, "{string}");
        }
    }
}
