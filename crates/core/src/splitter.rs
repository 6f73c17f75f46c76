//! Cuts SQL into statements.

use std::ops::Range;

use crate::{LexError, Statement, Token, TokenKind, tokens};

/// Cuts SQL into its statements where the server does: at every semicolon outside of parentheses
/// (`CREATE RULE … DO (…; …)`) and outside of the `BEGIN ATOMIC … END` body of an SQL-standard
/// function. Whether the statements mean anything is not looked at.
///
/// The text must be read with `standard_conforming_strings = on`, and holds nothing that only
/// psql understands.
///
/// # Errors
///
/// When a quote or a comment does not close.
pub fn split(text: &str) -> Result<Vec<Statement>, LexError> {
    let all = read(text)?;
    Ok(all
        .into_iter()
        .map(|raw| Statement { range: raw.range })
        .collect())
}

/// The statements with what is known about them from their tokens.
pub(crate) fn read(text: &str) -> Result<Vec<Raw>, LexError> {
    let mut splitter = Splitter::default();
    for token in tokens(text) {
        splitter.token(text, &token?);
    }
    splitter.end_statement();
    Ok(splitter.done)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Control {
    /// Exactly `BEGIN [WORK | TRANSACTION]`.
    Begin,
    /// Exactly `COMMIT | END [WORK | TRANSACTION]`.
    Commit,
    /// Any other statement that begins, ends or divides a transaction.
    Other,
}

#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) range: Range<usize>,
    pub(crate) control: Option<Control>,
    pub(crate) copies_to_client: bool,
    pub(crate) sets_strings: bool,
}

/// Where the splitter stands with regard to the body of an SQL-standard function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Body {
    #[default]
    Outside,
    /// Within a statement of the body. `END` is not the body's here: it closes a `CASE`, or is a
    /// column's label.
    InStatement,
    /// Behind `BEGIN ATOMIC` or a statement's semicolon, where alone the body can end.
    BetweenStatements,
}

#[derive(Default)]
struct Splitter {
    done: Vec<Raw>,
    range: Option<Range<usize>>,
    /// The first words, upper-cased, to know the statement's kind.
    head: Vec<String>,
    tokens: usize,
    parentheses: usize,
    body: Body,
    previous_word: String,
    copies_to_client: bool,
    sets_strings: bool,
}

impl Splitter {
    fn token(&mut self, text: &str, token: &Token) {
        if token.kind.is_trivia() {
            return;
        }
        let body = self.body;
        if body == Body::BetweenStatements {
            self.body = Body::InStatement;
        }
        match token.kind {
            TokenKind::Symbol(';') if self.parentheses == 0 => match body {
                Body::Outside => {
                    self.end_statement();
                    return;
                }
                _ => self.body = Body::BetweenStatements,
            },
            TokenKind::Symbol('(') => self.parentheses += 1,
            TokenKind::Symbol(')') => self.parentheses = self.parentheses.saturating_sub(1),
            TokenKind::Word => self.word(&text[token.range.clone()], body),
            TokenKind::QuotedIdentifier => {
                let name = text[token.range.clone()].trim_matches('"');
                self.sets_strings |= self.sets(name);
            }
            _ => {}
        }
        if token.kind != TokenKind::Word {
            self.previous_word.clear();
        }
        self.tokens += 1;
        let start = self.range.as_ref().map_or(token.range.start, |r| r.start);
        self.range = Some(start..token.range.end);
    }

    fn word(&mut self, word: &str, body: Body) {
        let word = if word.len() <= 32 {
            word.to_ascii_uppercase()
        } else {
            String::new()
        };
        match word.as_str() {
            "ATOMIC"
                if body == Body::Outside
                    && self.parentheses == 0
                    && self.previous_word == "BEGIN"
                    && self.creates_routine() =>
            {
                self.body = Body::BetweenStatements;
            }
            "END" if body == Body::BetweenStatements => self.body = Body::Outside,
            "STDIN" if self.previous_word == "FROM" => self.copies_to_client = self.is_copy(),
            "STDOUT" if self.previous_word == "TO" => self.copies_to_client = self.is_copy(),
            _ => self.sets_strings |= self.sets(&word),
        }
        if self.tokens < 4 {
            self.head.push(word.clone());
        }
        self.previous_word = word;
    }

    fn head(&self) -> Vec<&str> {
        self.head.iter().map(String::as_str).collect()
    }

    fn creates_routine(&self) -> bool {
        matches!(
            self.head().as_slice(),
            ["CREATE", "FUNCTION" | "PROCEDURE", ..]
                | ["CREATE", "OR", "REPLACE", "FUNCTION" | "PROCEDURE"]
        )
    }

    fn is_copy(&self) -> bool {
        self.copies_to_client || self.head.first().is_some_and(|first| first == "COPY")
    }

    fn sets(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case("standard_conforming_strings")
            && self.head.first().is_some_and(|first| first == "SET")
    }

    fn end_statement(&mut self) {
        if let Some(range) = self.range.take() {
            let control = self.control();
            self.done.push(Raw {
                range,
                control,
                copies_to_client: self.copies_to_client,
                sets_strings: self.sets_strings,
            });
        }
        *self = Self {
            done: std::mem::take(&mut self.done),
            ..Self::default()
        };
    }

    fn control(&self) -> Option<Control> {
        let head = self.head();
        let plain = self.tokens == 1
            || (self.tokens == 2 && matches!(head.get(1), Some(&("WORK" | "TRANSACTION"))));
        match head.as_slice() {
            ["BEGIN", ..] if plain => Some(Control::Begin),
            ["COMMIT" | "END", ..] if plain => Some(Control::Commit),
            [
                "BEGIN" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "SAVEPOINT" | "RELEASE",
                ..,
            ]
            | ["START" | "PREPARE" | "SET", "TRANSACTION", ..] => Some(Control::Other),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pieces(sql: &str) -> Vec<&str> {
        let all = split(sql).unwrap();
        all.into_iter().map(|s| &sql[s.range]).collect()
    }

    fn assert_one_each(statements: &[&str]) {
        assert_eq!(pieces(&statements.join(";\n")), statements);
    }

    #[test]
    fn semicolons_inside_of_things_do_not_end_a_statement() {
        assert_one_each(&[
            "SELECT ';', \";\", E'\\';', $$;$$, $a$;$$;$a$ -- ;\n /* ; /* ; */ */ , 1",
            "CREATE RULE r AS ON INSERT TO t DO (INSERT INTO a VALUES (1); INSERT INTO b VALUES (2))",
            "DO $$ BEGIN PERFORM 1; END $$",
        ]);
        assert_eq!(pieces(";; SELECT 1 ;;; -- end\n"), ["SELECT 1"]);
    }

    #[test]
    fn the_body_of_an_sql_standard_function_is_one_statement() {
        assert_one_each(&[
            "CREATE FUNCTION f(x int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN x > 0 THEN 1 ELSE 2 END; SELECT 2; END",
            "create or replace procedure p() begin /* ; */ atomic ; ; end",
            "CREATE PROCEDURE p() BEGIN ATOMIC END",
        ]);
    }

    /// Where `END` is a label or a column, psql ends the body, and the server does not.
    #[test]
    fn only_behind_a_semicolon_does_end_close_the_body() {
        assert_one_each(&[
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end, t.case, 2 case, 3 end FROM t; SELECT 2; END",
            "SELECT 1",
        ]);
    }

    /// Both are words that tables and columns may have for a name.
    #[test]
    fn begin_atomic_elsewhere_opens_no_body() {
        assert_one_each(&[
            "CREATE VIEW v AS SELECT * FROM begin atomic",
            "CREATE TABLE begin (atomic int)",
            "CREATE FUNCTION f(begin atomic) RETURNS int RETURN 1",
            "COMMIT",
        ]);
    }

    proptest! {
        #[test]
        fn no_text_is_lost_but_separators_and_comments(sql in "[a-z;'\"$() \\n-]{0,60}") {
            if let Ok(statements) = split(&sql) {
                let mut rest = sql.clone();
                for s in statements.iter().rev() {
                    rest.replace_range(s.range.clone(), "");
                }
                let left: Vec<_> = tokens(&rest).filter_map(Result::ok).filter(|t| !t.kind.is_trivia() && t.kind != TokenKind::Symbol(';')).collect();
                prop_assert!(left.is_empty(), "{:?}", left);
            }
        }
    }
}
