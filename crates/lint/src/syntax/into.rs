//! `INTO variable`, which PL/pgSQL adds to statements of SQL, and which the parser does not know.

use std::ops::Range;

use jubilee_core::{TokenKind, tokens};

use super::tokens::blanked;

/// A statement without its `INTO` clause.
pub(super) struct WithoutInto {
    /// The statement, of the same length: spaces stand where the clause stood.
    pub(super) sql: String,
    /// The variables that it sets, in lower case.
    pub(super) variables: Vec<String>,
    /// Where the clause stood.
    pub(super) clause: Range<usize>,
}

/// Takes the clause `INTO [STRICT] a, b.c` out of a statement; `None` where there is none.
pub(super) fn without_into(sql: &str) -> Option<WithoutInto> {
    let mut depth = 0_usize;
    let mut first = true;
    // INSERT INTO, MERGE INTO: this one is about a table.
    let mut is_of_table = false;
    let mut clause: Option<Clause> = None;
    for token in tokens(sql) {
        let token = token.ok()?;
        if token.kind.is_trivia() {
            continue;
        }
        let text = &sql[token.range.clone()];
        if let Some(open) = &mut clause {
            if !open.takes(token.kind, text, &token.range) {
                break;
            }
            continue;
        }
        match token.kind {
            TokenKind::Symbol('(' | '[') => depth += 1,
            TokenKind::Symbol(')' | ']') => depth = depth.saturating_sub(1),
            TokenKind::Word if first && !begins(text) => return None,
            TokenKind::Word if depth == 0 && text.eq_ignore_ascii_case("into") => {
                if !is_of_table {
                    clause = Some(Clause::at(token.range));
                }
                is_of_table = false;
                continue;
            }
            _ => {}
        }
        is_of_table = ["insert", "merge"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word));
        first = false;
    }
    let clause = clause.filter(|clause| !clause.variables.is_empty())?;
    Some(WithoutInto {
        sql: blanked(sql, Some(clause.range.clone())),
        variables: clause.variables,
        clause: clause.range,
    })
}

fn begins(word: &str) -> bool {
    ["select", "with", "insert", "update", "delete", "merge"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

/// The clause, as far as it has been read.
struct Clause {
    range: Range<usize>,
    variables: Vec<String>,
    /// Whether a name must come next.
    wants_name: bool,
    /// Whether that name is a field of the last one.
    is_field: bool,
}

impl Clause {
    fn at(range: Range<usize>) -> Self {
        Self {
            range,
            variables: Vec::new(),
            wants_name: true,
            is_field: false,
        }
    }

    /// Whether the token belongs to the clause.
    fn takes(&mut self, kind: TokenKind, text: &str, range: &Range<usize>) -> bool {
        let belongs = match kind {
            TokenKind::Word if self.wants_name && text.eq_ignore_ascii_case("strict") => true,
            TokenKind::Word | TokenKind::QuotedIdentifier if self.wants_name => {
                if !self.is_field {
                    self.variables.push(text.trim_matches('"').to_lowercase());
                }
                self.wants_name = false;
                self.is_field = false;
                true
            }
            TokenKind::Symbol(',') if !self.wants_name => {
                self.wants_name = true;
                true
            }
            TokenKind::Symbol('.') if !self.wants_name => {
                self.wants_name = true;
                self.is_field = true;
                true
            }
            _ => false,
        };
        if belongs {
            self.range.end = range.end;
        }
        belongs
    }
}

#[cfg(test)]
mod tests {
    use super::without_into;

    fn cut(sql: &str) -> Option<(String, Vec<String>)> {
        let without = without_into(sql)?;
        assert_eq!(without.sql.len(), sql.len());
        let words: Vec<&str> = without.sql.split_whitespace().collect();
        Some((words.join(" "), without.variables))
    }

    #[test]
    fn the_clause_goes_and_the_statement_stays() {
        let expect = |sql: &str, rest: &str, variables: &[&str]| {
            let variables = variables.iter().map(|v| (*v).to_owned()).collect();
            assert_eq!(cut(sql), Some((rest.to_owned(), variables)), "{sql}");
        };
        expect("SELECT 1 INTO n FROM t", "SELECT 1 FROM t", &["n"]);
        expect("SELECT INTO STRICT n 1", "SELECT 1", &["n"]);
        expect(
            "SELECT a, b INTO x, \"y\".z FROM t",
            "SELECT a, b FROM t",
            &["x", "y"],
        );
        expect(
            "INSERT INTO t (a) VALUES (1) RETURNING id INTO n;",
            "INSERT INTO t (a) VALUES (1) RETURNING id ;",
            &["n"],
        );
        expect("SELECT (SELECT 1) INTO n", "SELECT (SELECT 1)", &["n"]);
    }

    #[test]
    fn a_table_is_not_a_variable() {
        assert_eq!(cut("INSERT INTO t (a) VALUES (1)"), None);
        assert_eq!(
            cut("MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE"),
            None
        );
        assert_eq!(cut("CREATE TABLE t (a integer)"), None);
    }
}
