//! Where in a migration's text something happened that the server tells of.

use std::ops::Range;

use jubilee_core::{TokenKind, tokens};
use postgres::error::{DbError, ErrorPosition};

/// The place that an error or a notice of a statement is about: the line of a `DO` block, the place
/// that the server points at, or the whole statement.
pub(crate) fn of(text: &str, statement: &Range<usize>, said: &DbError) -> Range<usize> {
    if let Some(line) = said.where_().and_then(line_of_block)
        && let Some(range) = line_in_body(text, statement, line)
    {
        return range;
    }
    if let Some(ErrorPosition::Original(position)) = said.position() {
        let within = &text[statement.clone()];
        let characters = usize::try_from(*position).unwrap_or(1).saturating_sub(1);
        if let Some((offset, c)) = within.char_indices().nth(characters) {
            let start = statement.start + offset;
            return start..start + c.len_utf8();
        }
    }
    statement.clone()
}

/// The line of a `DO` block, from what the server says of where it was.
pub(crate) fn line_of_block(context: &str) -> Option<usize> {
    // The outermost call stands last.
    let (_, rest) = context.rsplit_once("inline_code_block line ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// A line of the body of a `DO` block, counted from its opening quote.
pub(crate) fn line_in_body(
    text: &str,
    statement: &Range<usize>,
    line: usize,
) -> Option<Range<usize>> {
    let within = &text[statement.clone()];
    let mut strings = tokens(within)
        .map_while(Result::ok)
        .filter(|token| token.kind == TokenKind::String);
    line_from(text, statement, strings.next()?.range.start, line)
}

/// A line of the body of a function: the longest string of the statement that makes it.
pub(crate) fn line_in_function(
    text: &str,
    statement: &Range<usize>,
    line: usize,
) -> Option<Range<usize>> {
    let within = &text[statement.clone()];
    let strings = tokens(within)
        .map_while(Result::ok)
        .filter(|token| token.kind == TokenKind::String);
    let body = strings.max_by_key(|token| token.range.len())?;
    line_from(text, statement, body.range.start, line)
}

/// The line that is so many lines, from 1, below the one that holds an offset of a statement.
fn line_from(
    text: &str,
    statement: &Range<usize>,
    offset: usize,
    line: usize,
) -> Option<Range<usize>> {
    let mut start = statement.start + offset;
    for _ in 1..line {
        start += text.get(start..statement.end)?.find('\n')? + 1;
    }
    let end = text[start..statement.end]
        .find('\n')
        .map_or(statement.end, |at| start + at);
    let shown = text[start..end].trim_end();
    let indent = shown.len() - shown.trim_start().len();
    (indent < shown.len()).then(|| start + indent..start + shown.len())
}

/// The line of a `DO` block that alone names something, where a whole block is to blame: `what` says in
/// backticks what it is about, a column or else its table.
#[must_use]
pub fn narrowed(text: &str, block: &Range<usize>, what: &str) -> Option<Range<usize>> {
    let within = text.get(block.clone())?;
    let is_block = within
        .get(..2)
        .is_some_and(|word| word.eq_ignore_ascii_case("do"));
    if !is_block {
        return None;
    }
    let names = what.split('`').skip(1).step_by(2);
    let names = names.flat_map(|name| name.rsplit('.').map(|part| part.trim_matches('"')));
    for name in names.filter(|name| !name.is_empty()) {
        let mut start = block.start;
        let mut found = Vec::new();
        for line in within.split_inclusive('\n') {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            let shown = line.trim();
            if words.any(|word| word == name) && !shown.to_ascii_lowercase().starts_with("if ") {
                let from = start + line.len() - line.trim_start().len();
                found.push(from..from + shown.len());
            }
            start += line.len();
        }
        if let [only] = found.as_slice() {
            return Some(only.clone());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_names_it_alone_is_to_blame() {
        let text = "DO $$\nBEGIN\n    ALTER TABLE a DROP COLUMN b;\n    ALTER TABLE a ADD COLUMN c int;\nEND $$";
        let found = narrowed(text, &(0..text.len()), "the column `a.b` and its values");
        assert_eq!(&text[found.unwrap()], "ALTER TABLE a DROP COLUMN b;");
        assert_eq!(narrowed(text, &(0..text.len()), "the table `a`"), None);
    }

    #[test]
    fn a_line_of_a_block_is_found_in_the_file() {
        let text = "SELECT 1;\nDO $$\nBEGIN\n    DROP TABLE a;\nEND $$;";
        let statement = 10..text.len() - 1;
        let context = "SQL statement \"DROP TABLE a\"\nPL/pgSQL function inline_code_block line 3 at SQL statement";
        let line = line_of_block(context).unwrap();
        assert_eq!(
            &text[line_in_body(text, &statement, line).unwrap()],
            "DROP TABLE a;"
        );
    }
}
