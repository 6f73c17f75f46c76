//! What the text of an expression tells: constants, regular expressions, lengths, and what a column
//! is compared with. It is read as tokens, not parsed: what is missed or misread costs a draw, since
//! the server judges every row.

use jubilee_core::{TokenKind, tokens};

/// What the expressions that a column stands in tell about its values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hints {
    /// String constants.
    pub(crate) strings: Vec<String>,
    /// Numeric constants.
    pub(crate) numbers: Vec<f64>,
    /// Regular expressions.
    pub(crate) patterns: Vec<String>,
    /// Whether a length is spoken of, so that a number may be one.
    pub(crate) lengths: bool,
}

impl Hints {
    pub(crate) fn extend(&mut self, other: &Self) {
        self.strings.extend(other.strings.iter().cloned());
        self.numbers.extend(&other.numbers);
        self.patterns.extend(other.patterns.iter().cloned());
        self.lengths |= other.lengths;
        self.strings.sort();
        self.strings.dedup();
        self.patterns.sort();
        self.patterns.dedup();
        self.numbers.sort_by(f64::total_cmp);
        self.numbers.dedup();
    }
}

/// What an expression holds.
pub(crate) fn hints(expression: &str) -> Hints {
    hints_about(expression, |_| None)
}

/// What an expression tells about one column. `is_it` says of a word whether it is that column, or
/// another one, or none: a string belongs to the column that stands before it.
pub(crate) fn hints_about(expression: &str, is_it: impl Fn(&str) -> Option<bool>) -> Hints {
    let mut hints = Hints::default();
    let mut about = true;
    let mut before: String = String::new();
    for token in tokens(expression) {
        let Ok(token) = token else { break };
        if token.kind.is_trivia() {
            continue;
        }
        let text = &expression[token.range.clone()];
        match token.kind {
            TokenKind::Word => {
                let word = text.to_ascii_lowercase();
                about = is_it(&word).unwrap_or(about);
                hints.lengths |= word.contains("length") || word == "cardinality";
                before = word;
            }
            TokenKind::Symbol(symbol) => {
                match (symbol, before.as_str()) {
                    ('~', "~") => before = "~~".to_owned(),
                    // What must not match says little.
                    ('~', "!") => before.clear(),
                    ('~', _) => before = "~".to_owned(),
                    ('!', _) => before = "!".to_owned(),
                    ('(', _) | ('*', "~" | "~~") => {}
                    _ => before.clear(),
                }
            }
            _ => {
                if let Some(string) = string_of(text) {
                    if !about {
                        // Of another column.
                    } else if ["~~", "like", "ilike"].contains(&before.as_str()) {
                        hints.patterns.push(like_to_regex(&string));
                    } else if before == "~" {
                        hints.patterns.push(string);
                    } else {
                        if let Some(list) =
                            string.strip_prefix('{').and_then(|s| s.strip_suffix('}'))
                        {
                            let elements = list.split(',').map(|e| e.trim_matches('"').to_owned());
                            hints.strings.extend(elements);
                        }
                        if let Ok(number) = string.parse::<f64>() {
                            hints.numbers.push(number);
                        }
                        hints.strings.push(string);
                    }
                } else if let Ok(number) = text.parse::<f64>() {
                    hints.numbers.push(number);
                }
                before.clear();
            }
        }
    }
    hints
}

/// The content of a string constant, whatever way it is quoted.
fn string_of(text: &str) -> Option<String> {
    if let Some(inner) = text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')) {
        return Some(inner.replace("''", "'"));
    }
    let escaped = text
        .strip_prefix("E'")
        .or_else(|| text.strip_prefix("e'"))?;
    let inner = escaped.strip_suffix('\'')?;
    Some(inner.replace("''", "'").replace("\\\\", "\\"))
}

/// A `LIKE` pattern as a regular expression.
fn like_to_regex(pattern: &str) -> String {
    let mut text = String::from("^");
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            '%' => text.push_str("[a-z]{0,8}"),
            '_' => text.push_str("[a-z]"),
            '\\' => text.extend(
                characters
                    .next()
                    .map(|c| regex_syntax::escape(&c.to_string())),
            ),
            c => text.push_str(&regex_syntax::escape(&c.to_string())),
        }
    }
    text.push('$');
    text
}

/// What would make a comparison true: a column, and the expression to set it to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suggestion {
    /// The column's name.
    pub(crate) column: String,
    /// What it is compared with.
    pub(crate) expression: String,
    /// -1 for less than that, 0 for equal to it, 1 for greater.
    pub(crate) side: i8,
}

/// The comparisons of an expression, as the server writes it (each within its own parentheses), that
/// have a column alone on one side.
pub(crate) fn suggestions(expression: &str) -> Vec<Suggestion> {
    let mut found = Vec::new();
    let whole = format!("({expression})");
    let mut open = Vec::new();
    for (at, group) in parentheses(&whole) {
        if group {
            open.push(at);
        } else if let Some(start) = open.pop() {
            compared(&whole[start + 1..at], &mut found);
        }
    }
    found
}

/// The places of parentheses outside of strings and quoted names, and whether they open.
fn parentheses(text: &str) -> Vec<(usize, bool)> {
    let mut places = Vec::new();
    for token in tokens(text).map_while(Result::ok) {
        match token.kind {
            TokenKind::Symbol('(') => places.push((token.range.start, true)),
            TokenKind::Symbol(')') => places.push((token.range.start, false)),
            _ => {}
        }
    }
    places
}

/// The comparison that a group consists of.
fn compared(group: &str, found: &mut Vec<Suggestion>) {
    let mut depth = 0usize;
    for (at, c) in group.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            // No comparison stands behind a string at this depth that is not one itself.
            '\'' => return,
            ' ' if depth == 0 => {
                let rest = &group[at + 1..];
                let Some((operator, right)) = rest.split_once(' ') else {
                    return;
                };
                let side = match operator {
                    "=" | ">=" | "<=" | "IS" => 0,
                    ">" => 1,
                    "<" => -1,
                    _ => return,
                };
                let right = match operator {
                    "IS" => match right.strip_prefix("NOT DISTINCT FROM ") {
                        Some(right) => right,
                        None => return,
                    },
                    _ => right,
                };
                let left = &group[..at];
                if let Some(column) = alone(left) {
                    found.push(Suggestion {
                        column,
                        expression: right.to_owned(),
                        side,
                    });
                }
                if let Some(column) = alone(right) {
                    found.push(Suggestion {
                        column,
                        expression: left.to_owned(),
                        side: -side,
                    });
                }
                return;
            }
            _ => {}
        }
    }
}

/// The column that an operand consists of, but for a cast.
fn alone(operand: &str) -> Option<String> {
    let mut operand = operand.trim();
    if let Some((before, _)) = operand.rsplit_once("::") {
        operand = before;
    }
    operand = operand.trim_start_matches('(').trim_end_matches(')');
    if let Some(quoted) = operand.strip_prefix('"').and_then(|o| o.strip_suffix('"')) {
        return Some(quoted.replace("\"\"", "\""));
    }
    let plain = operand.chars().all(|c| c.is_alphanumeric() || c == '_')
        && operand.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && !["true", "false", "NULL"].contains(&operand);
    plain.then(|| operand.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_and_patterns_are_told_apart() {
        let found = hints(
            "((code ~ '^[A-Z]{3}$'::text) AND (kind = ANY (ARRAY['a'::text, 'b''c'::text])) AND (char_length(code) <= 35))",
        );
        assert_eq!(found.patterns, ["^[A-Z]{3}$"]);
        assert_eq!(found.strings, ["a", "b'c"]);
        assert_eq!(found.numbers, [35.0]);
        assert!(found.lengths);
    }

    #[test]
    fn what_a_column_is_compared_with_is_seen() {
        let found = suggestions("((total = (subtotal + tax)) AND (ended_at > started_at))");
        let shown: Vec<String> = found
            .iter()
            .map(|s| format!("{} {} {}", s.column, s.side, s.expression))
            .collect();
        assert_eq!(
            shown,
            [
                "total 0 (subtotal + tax)",
                "ended_at 1 started_at",
                "started_at -1 ended_at"
            ]
        );
    }
}
