//! The index that a `CREATE INDEX CONCURRENTLY IF NOT EXISTS` is to build.

use std::iter::Peekable;

use jubilee_core::{Token, TokenKind, tokens};

/// The most bytes of a name that PostgreSQL keeps (manual, "Identifiers and Key Words").
const NAME_BYTES: usize = 63;

/// What `CREATE [UNIQUE] INDEX CONCURRENTLY IF NOT EXISTS name ON [ONLY] table` names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ConcurrentIndex {
    /// As the catalog has it.
    pub(crate) name: String,
    /// As it stands in the statement, with its schema if it has one.
    pub(crate) table: String,
}

impl ConcurrentIndex {
    /// The index that a statement creates, if it is of that form.
    pub(crate) fn created_by(sql: &str) -> Option<Self> {
        let significant = tokens(sql)
            .map_while(Result::ok)
            .filter(|token| !token.kind.is_trivia());
        let mut words = Words {
            sql,
            rest: significant.peekable(),
        };
        words.expect("CREATE")?;
        words.skip("UNIQUE");
        for word in ["INDEX", "CONCURRENTLY", "IF", "NOT", "EXISTS"] {
            words.expect(word)?;
        }
        let name = words.name()?;
        words.expect("ON")?;
        words.skip("ONLY");
        let table = words.qualified_name()?.to_owned();
        Some(Self { name, table })
    }
}

struct Words<'s, I: Iterator<Item = Token>> {
    sql: &'s str,
    rest: Peekable<I>,
}

impl<'s, I: Iterator<Item = Token>> Words<'s, I> {
    fn expect(&mut self, word: &str) -> Option<()> {
        self.skip(word).then_some(())
    }

    /// Passes over the word if it is the next one.
    fn skip(&mut self, word: &str) -> bool {
        let sql = self.sql;
        self.rest
            .next_if(|token| sql[token.range.clone()].eq_ignore_ascii_case(word))
            .is_some()
    }

    fn name(&mut self) -> Option<String> {
        let token = self.rest.next()?;
        let text = &self.sql[token.range];
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

    fn qualified_name(&mut self) -> Option<&'s str> {
        let first = self.rest.next()?.range;
        let mut end = first.end;
        while self
            .rest
            .next_if(|token| token.kind == TokenKind::Symbol('.'))
            .is_some()
        {
            end = self.rest.next()?.range.end;
        }
        Some(&self.sql[first.start..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_and_table_are_read_from_the_statement() {
        let found = |sql: &str| {
            ConcurrentIndex::created_by(sql).map(|i| format!("{} on {}", i.name, i.table))
        };
        assert_eq!(
            found("create unique index concurrently if not exists Users_Email /* x */ on only app.users (email)").as_deref(),
            Some("users_email on app.users")
        );
        assert_eq!(
            found(
                "CREATE INDEX CONCURRENTLY IF NOT EXISTS \"A\"\"b\" ON \"T\".\"u\" USING gin (x)"
            )
            .as_deref(),
            Some("A\"b on \"T\".\"u\"")
        );
        let long = format!(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS {} ON t (x)",
            "é".repeat(40)
        );
        assert_eq!(found(&long), Some(format!("{} on t", "é".repeat(31))));
        assert_eq!(found("CREATE INDEX IF NOT EXISTS a ON t (x)"), None);
        assert_eq!(found("CREATE INDEX CONCURRENTLY a ON t (x)"), None);
        assert_eq!(found("CREATE INDEX CONCURRENTLY IF NOT EXISTS a"), None);
    }
}
