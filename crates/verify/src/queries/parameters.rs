//! What the parameters of a statement stand for: the columns that they are compared with or written to.

use std::collections::BTreeMap;

use jubilee_core::{Token, TokenKind, tokens};

/// By number, the name of what a parameter stands for, where the statement shows it.
pub(super) fn names(sql: &str) -> BTreeMap<usize, String> {
    let all: Vec<Token> = tokens(sql)
        .map_while(Result::ok)
        .filter(|token| !token.kind.is_trivia())
        .collect();
    let text = |at: usize| all.get(at).map_or("", |token| &sql[token.range.clone()]);
    let mut names = BTreeMap::new();
    for (at, token) in all.iter().enumerate() {
        let Some(number) = number(sql, token) else {
            continue;
        };
        // Back over what may stand between: `name = $1`, `name = ANY ($1)`, `lower(name) = lower($1)`.
        let mut back = at;
        while back > 0
            && (matches!(all[back - 1].kind, TokenKind::Symbol(_)) || is_between(text(back - 1)))
            && text(back - 1) != ","
        {
            back -= 1;
        }
        if back < at && back > 0 && is_name(&all[back - 1]) {
            let name = text(back - 1).trim_matches('"').to_ascii_lowercase();
            names.entry(number).or_insert(name);
        }
    }
    names.extend(of_insert(sql, &all));
    names
}

/// The number of a parameter.
pub(super) fn number(sql: &str, token: &Token) -> Option<usize> {
    let text = &sql[token.range.clone()];
    (token.kind == TokenKind::Parameter)
        .then(|| text.strip_prefix('$')?.parse().ok())
        .flatten()
}

fn is_name(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier)
}

fn is_between(word: &str) -> bool {
    [
        "any", "all", "in", "like", "ilike", "lower", "upper", "is", "not", "between", "coalesce",
    ]
    .iter()
    .any(|known| word.eq_ignore_ascii_case(known))
}

/// Of `INSERT INTO t (a, b) VALUES ($1, $2)`, by place.
fn of_insert(sql: &str, all: &[Token]) -> BTreeMap<usize, String> {
    let text = |at: usize| all.get(at).map_or("", |token| &sql[token.range.clone()]);
    let mut names = BTreeMap::new();
    let Some(into) = (1..all.len()).find(|at| {
        text(*at).eq_ignore_ascii_case("into") && text(at - 1).eq_ignore_ascii_case("insert")
    }) else {
        return names;
    };
    let Some(open) = (into..all.len()).find(|at| text(*at) == "(") else {
        return names;
    };
    let mut columns = Vec::new();
    let mut at = open + 1;
    while at < all.len() && text(at) != ")" {
        if is_name(&all[at]) {
            columns.push(text(at).trim_matches('"').to_ascii_lowercase());
        }
        at += 1;
    }
    if !text(at + 1).eq_ignore_ascii_case("values") {
        return names;
    }
    let (mut depth, mut place) = (0, 0);
    for (at, token) in all.iter().enumerate().skip(at + 2) {
        match text(at) {
            "(" => {
                depth += 1;
                if depth == 1 {
                    place = 0;
                }
            }
            ")" => depth -= 1,
            "," if depth == 1 => place += 1,
            _ => {}
        }
        if depth == 0 && text(at) != ")" && text(at) != "," {
            break;
        }
        if let (Some(number), Some(column)) = (number(sql, token), columns.get(place)) {
            names.entry(number).or_insert_with(|| column.clone());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sql: &str) -> String {
        let names = names(sql);
        let all: Vec<String> = names
            .iter()
            .map(|(n, name)| format!("{n} {name}"))
            .collect();
        all.join(", ")
    }

    #[test]
    fn a_parameter_stands_for_the_column_beside_it() {
        for (sql, expected) in [
            (
                "SELECT 1 FROM users WHERE email = $1 AND u.age >= $2",
                "1 email, 2 age",
            ),
            ("SELECT 1 FROM users WHERE id = ANY ($1) LIMIT $2", "1 id"),
            (
                "SELECT 1 FROM users WHERE lower(email) = lower($1)",
                "1 email",
            ),
            (
                "INSERT INTO users (id, \"Name\") VALUES ($1, lower($2)) RETURNING id",
                "1 id, 2 name",
            ),
            (
                "INSERT INTO a (x, y) VALUES ($1, 2), ($3, $2)",
                "1 x, 2 y, 3 x",
            ),
            ("UPDATE users SET name = $2 WHERE id = $1", "1 id, 2 name"),
            ("SELECT '$1', $2", ""),
        ] {
            assert_eq!(shown(sql), expected, "{sql}");
        }
    }
}
