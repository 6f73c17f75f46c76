//! psql's own commands.

use std::borrow::Cow;
use std::ops::Range;

use jubilee_core::{TokenKind, tokens};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_psql_become_white_space() {
        let text = "\\d users\nSELECT E'\\d';\n\\q";
        assert_eq!(without_meta_commands(text), "        \nSELECT E'\\d';\n  ");
    }
}
