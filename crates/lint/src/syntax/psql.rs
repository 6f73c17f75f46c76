//! psql's own commands.

use std::borrow::Cow;
use std::ops::Range;

use jubilee_core::{TokenKind, tokens};

use super::tokens::blanked;

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
pub(super) fn without_meta_commands(sql: &str) -> Cow<'_, str> {
    match meta_commands(sql) {
        commands if commands.is_empty() => Cow::Borrowed(sql),
        commands => Cow::Owned(blanked(sql, commands)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_psql_become_white_space() {
        let text = "\\d users\nSELECT E'\\d';\n\\q";
        assert_eq!(without_meta_commands(text), "        \nSELECT E'\\d';\n  ");
    }
}
