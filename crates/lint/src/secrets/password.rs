//! Passwords of roles.

use std::ops::Range;

use super::secret::{Secret, SecretKind};
use super::value::is_placeholder;
use crate::syntax::mentions;

const WORD: &[u8] = b"password";
/// How far around the word its statement and its value are looked for, in bytes.
const REACH: usize = 1000;

/// Finds the string constant behind `PASSWORD` in `CREATE ROLE`, `ALTER ROLE`, `CREATE USER MAPPING`
/// and similar statements, wherever they stand: also in a comment, or in a string that is executed.
pub(super) fn find(text: &str, found: &mut Vec<Secret>) {
    let bytes = text.as_bytes();
    for at in 0..bytes.len() {
        let end = at + WORD.len();
        let here = (bytes[at] | 0x20) == b'p'
            && bytes
                .get(at..end)
                .is_some_and(|word| word.eq_ignore_ascii_case(WORD));
        if !here || (at > 0 && is_word(bytes[at - 1])) {
            continue;
        }
        let Some(value) = quoted(text, end) else {
            continue;
        };
        if of_role(text, at) && !is_placeholder(&text[value.clone()]) {
            found.push(Secret::new(SecretKind::Password, value, "a password"));
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether the statement around is about a role or options, as far as it stands before.
fn of_role(text: &str, at: usize) -> bool {
    let before = &text[text.floor_char_boundary(at.saturating_sub(REACH))..at];
    let statement = before.rfind(';').map_or(before, |end| &before[end..]);
    ["role", "user", "group", "options"]
        .iter()
        .any(|word| mentions(statement, word))
}

/// The content of the string constant that follows, whose quotes may be doubled since it stands
/// in another one.
fn quoted(text: &str, from: usize) -> Option<Range<usize>> {
    // A password is short; an end far away belongs to something else.
    let rest = text.get(from..text.floor_char_boundary(from + REACH))?;
    let trimmed = rest.trim_start();
    let spaces = rest.len() - trimmed.len();
    let prefix = ["U&", "u&", "E", "e", "N", "n", ""]
        .into_iter()
        .find(|prefix| {
            let string = trimmed.strip_prefix(prefix);
            string.is_some_and(|string| string.starts_with(['\'', '$']))
        })?;
    let string = &trimmed[prefix.len()..];
    let start = from + spaces + prefix.len();
    if let Some(tagged) = string.strip_prefix('$') {
        let tag = tagged.find('$')? + 2;
        let close = string[tag..].find(&string[..tag])?;
        return Some(start + tag..start + tag + close);
    }
    let quotes = string.bytes().take_while(|b| *b == b'\'').count();
    // `''` is an empty string, or begins one in a string, where it ends as it begins.
    let quotes = if quotes.is_multiple_of(2) { quotes } else { 1 };
    let content = &string[quotes..];
    let line = content.lines().next().unwrap_or_default();
    let length = line.find(&"'".repeat(quotes))?;
    let value = &line[..length];
    let whole = !value.is_empty() && !value.starts_with(' ') && !value.contains([';', '\'']);
    (whole || quotes == 1).then(|| start + quotes..start + quotes + length)
}
