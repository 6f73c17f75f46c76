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

/// Where psql's commands stand: from each backslash outside of quotes to the end of its line.
/// Backslashes mean nothing in SQL.
pub(crate) fn meta_commands(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    if !text.contains('\\') {
        return found;
    }
    for token in tokens(text) {
        let Ok(token) = token else { break };
        let start = token.range.start;
        if token.kind == TokenKind::Symbol('\\')
            && found.last().is_none_or(|before| before.end <= start)
        {
            let line = text[start..].lines().next().unwrap_or_default();
            found.push(start..start + line.trim_end().len());
        }
    }
    found
}

/// The SQL with white space in the place of psql's commands, so that places stay the same.
pub(crate) fn without_meta_commands(sql: &str) -> Cow<'_, str> {
    let commands = meta_commands(sql);
    if commands.is_empty() {
        return Cow::Borrowed(sql);
    }
    let mut cleared = String::with_capacity(sql.len());
    let mut end = 0;
    for command in commands {
        cleared.push_str(&sql[end..command.start]);
        cleared.extend(std::iter::repeat_n(' ', command.len()));
        end = command.end;
    }
    cleared.push_str(&sql[end..]);
    Cow::Owned(cleared)
}

/// Whether the text holds the word in any case of its letters, also as a part of another word.
pub(crate) fn mentions(text: &str, word: &str) -> bool {
    let (Some(first), length) = (word.bytes().next(), word.len()) else {
        return true;
    };
    let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    let bytes = text.as_bytes();
    bytes.iter().enumerate().any(|(at, byte)| {
        (*byte == lower || *byte == upper)
            && bytes
                .get(at..at + length)
                .is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    })
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

    #[test]
    fn commands_of_psql_become_white_space() {
        let text = "\\d users\nSELECT E'\\d';\n\\q";
        assert_eq!(without_meta_commands(text), "        \nSELECT E'\\d';\n  ");
    }
}
