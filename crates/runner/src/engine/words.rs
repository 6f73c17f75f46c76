//! The words of a statement, as far as the runner reads any.

use std::iter::Peekable;

use jubilee_core::{Token, TokenKind, tokens};

/// The most bytes of a name that PostgreSQL keeps (manual, "Identifiers and Key Words").
const NAME_BYTES: usize = 63;

/// The words of a statement, to be taken from the front.
pub(crate) struct Words<'s> {
    sql: &'s str,
    /// Read as they are asked for: a statement may be large, and its first words tell.
    rest: Peekable<Box<dyn Iterator<Item = Token> + Send + 's>>,
}

impl<'s> Words<'s> {
    pub(crate) fn of(sql: &'s str) -> Self {
        let significant = tokens(sql)
            .map_while(Result::ok)
            .filter(|token| !token.kind.is_trivia());
        let rest: Box<dyn Iterator<Item = Token> + Send> = Box::new(significant);
        Self {
            sql,
            rest: rest.peekable(),
        }
    }

    pub(crate) fn expect(&mut self, word: &str) -> Option<()> {
        self.skip(word).then_some(())
    }

    /// Passes over these words, if they are the next ones.
    pub(crate) fn expect_all(&mut self, words: &str) -> Option<()> {
        words.split(' ').try_for_each(|word| self.expect(word))
    }

    /// Passes over these words if the first of them is the next one.
    pub(crate) fn skip_all(&mut self, words: &str) {
        words.split(' ').all(|word| self.skip(word));
    }

    /// Passes over the word if it is the next one.
    pub(crate) fn skip(&mut self, word: &str) -> bool {
        let sql = self.sql;
        self.rest
            .next_if(|token| sql[token.range.clone()].eq_ignore_ascii_case(word))
            .is_some()
    }

    /// A name as the catalog has it.
    pub(crate) fn name(&mut self) -> Option<String> {
        let token = self.rest.next()?;
        name_of(self.sql, &token)
    }

    /// A name with its schema, if it has one, as it stands in the statement.
    pub(crate) fn qualified_name(&mut self) -> Option<&'s str> {
        let first = self.rest.next()?.range;
        let mut end = first.end;
        let is_dot = |token: &Token| token.kind == TokenKind::Symbol('.');
        while self.rest.next_if(is_dot).is_some() {
            end = self.rest.next()?.range.end;
        }
        Some(&self.sql[first.start..end])
    }

    /// Whether nothing is left.
    pub(crate) fn end(&mut self) -> Option<()> {
        self.rest.peek().is_none().then_some(())
    }

    /// Every name that may be meant in what is left.
    pub(crate) fn names(self) -> impl Iterator<Item = String> {
        let sql = self.sql;
        self.rest.filter_map(|token| name_of(sql, &token))
    }
}

fn name_of(sql: &str, token: &Token) -> Option<String> {
    let text = &sql[token.range.clone()];
    let mut name = match token.kind {
        TokenKind::Word => text.to_ascii_lowercase(),
        TokenKind::QuotedIdentifier => text
            .strip_prefix('"')?
            .strip_suffix('"')?
            .replace("\"\"", "\""),
        _ => return None,
    };
    while name.len() > NAME_BYTES {
        name.pop();
    }
    Some(name)
}
