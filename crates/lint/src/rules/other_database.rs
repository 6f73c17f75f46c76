//! The rule `other-database`.

use std::ops::Range;

use jubilee_core::{Token, TokenKind};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{code_tokens, identifier, mentions};

rule! {
    /// Another database's name in code: `jubilee_inspire` in a migration of codex.
    ///
    /// ## Why it hurts
    ///
    /// A migration reads and changes only its own database. If it contains the name of another one,
    /// in an identifier, a string or a function body, it either accesses that database or was
    /// copied from its migrations.
    ///
    /// ## Instead
    ///
    /// Put the statement into the other database's own migrations. Refer to rows of another
    /// database by their UUID. Comments may name other databases, including `COMMENT ON`.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE OR REPLACE FUNCTION conversation_count() RETURNS bigint LANGUAGE plpgsql AS $$
    /// BEGIN
    ///     RETURN (SELECT count(*) FROM inspire.conversations);
    /// END;
    /// $$;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// COMMENT ON TABLE users IS 'Their conversations are kept in jubilee_inspire, by user id.';
    /// ```
    "other-database", Isolation, Error, Check::File(check)
}

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    for other in context.scope.other_databases {
        if mentions(context.text, other) {
            let full = format!("jubilee_{other}");
            let mut reader = Reader::default();
            let mut places = Vec::new();
            code_tokens(context.text, &mut |token| {
                if token.kind != TokenKind::Whitespace && token.kind != TokenKind::Comment {
                    reader.token(context.text, token, other, &full, &mut places);
                }
            });
            if let Some((range, 2)) = reader.schema
                && reader.names_object
            {
                places.push(range);
            }
            for place in places {
                found.add(
                    place.clone(),
                    format!("`{}` belongs to the database {other}", &context.text[place]),
                    format!("a migration of {} must not read or change another database", context.scope.database),
                    format!("put it into the migrations of {other}, and refer to rows there by their UUID"),
                );
            }
        }
    }
}

/// What was read before, so far as it decides what a word means.
#[derive(Default)]
struct Reader {
    /// Whether a statement begins here.
    begun: bool,
    /// Whether the statement is `COMMENT ON …`, whose text is no code.
    comments: bool,
    /// Whether the name of a table or function comes next, since `FROM` or a similar word went before.
    names_object: bool,
    /// A short name that stands where a schema would, and what came behind it.
    schema: Option<(Range<usize>, usize)>,
}

/// Words before the name of a table or function.
const BEFORE_NAMES: [&str; 15] = [
    "from",
    "join",
    "into",
    "update",
    "table",
    "only",
    "references",
    "exists",
    "on",
    "using",
    "function",
    "procedure",
    "call",
    "truncate",
    "view",
];

impl Reader {
    fn token(
        &mut self,
        text: &str,
        token: &Token,
        short: &str,
        full: &str,
        places: &mut Vec<Range<usize>>,
    ) {
        let here = &text[token.range.clone()];
        let is_name = matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier);
        // inspire . conversations: no further dot makes it a schema with its table.
        if let Some((range, seen)) = self.schema.take() {
            match seen {
                0 if token.kind == TokenKind::Symbol('.') => self.schema = Some((range, 1)),
                1 if is_name => {
                    self.schema = Some((range.start..token.range.end, 2));
                    return;
                }
                2 if token.kind != TokenKind::Symbol('.') => {
                    let called = token.kind == TokenKind::Symbol('(');
                    if self.names_object || called {
                        places.push(range);
                    }
                }
                _ => {}
            }
            if self.schema.is_some() {
                return;
            }
        }
        match token.kind {
            TokenKind::String if !self.comments => full_names(text, &token.range, full, places),
            TokenKind::Word | TokenKind::QuotedIdentifier => {
                let name = identifier(here);
                if name == full {
                    places.push(token.range.clone());
                } else if name == short {
                    self.schema = Some((token.range.clone(), 0));
                    self.begun = true;
                    return;
                }
                if !self.begun {
                    self.comments = name == "comment";
                }
                self.names_object = BEFORE_NAMES.contains(&&*name);
            }
            _ => self.names_object = false,
        }
        self.begun = token.kind != TokenKind::Symbol(';');
        self.comments &= self.begun;
    }
}

/// The full name inside of a string, where it is no part of a longer word.
fn full_names(text: &str, string: &Range<usize>, full: &str, places: &mut Vec<Range<usize>>) {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let content = text[string.clone()].as_bytes();
    if content.len() < full.len() {
        return;
    }
    for at in 0..=content.len() - full.len() {
        let end = at + full.len();
        if content[at..end].eq_ignore_ascii_case(full.as_bytes())
            && !is_word(at.checked_sub(1).and_then(|before| content.get(before)))
            && !is_word(content.get(end))
        {
            places.push(string.start + at..string.start + end);
        }
    }
}
