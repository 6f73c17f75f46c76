use std::fmt;
use std::ops::Range;

use squawk_lexer::{LiteralKind, TokenKind as Lexed, tokenize};

/// A piece of SQL text, as PostgreSQL's own lexer would cut it (white space and comments
/// included, so that tokens tile the text).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands, in bytes.
    pub range: Range<usize>,
}

/// What a [`Token`] is. See the PostgreSQL manual, "Lexical Structure".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A key word or an unquoted identifier.
    Word,
    /// `"quoted identifier"`.
    QuotedIdentifier,
    /// A string constant, quoted in any way.
    String,
    /// A number.
    Number,
    /// `$1`.
    Parameter,
    /// White space.
    Whitespace,
    /// `-- …` or `/* … */`.
    Comment,
    /// Any other single character: operators, brackets, separators.
    Symbol(char),
}

impl TokenKind {
    /// Whether the token means nothing to the server.
    #[must_use]
    pub fn is_trivia(self) -> bool {
        matches!(self, Self::Whitespace | Self::Comment)
    }
}

/// A quote or comment that does not close before the end of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LexError {
    /// What was opened: "a quoted string", "a comment", …
    pub what: &'static str,
    /// Offset in bytes of where it was opened.
    pub offset: usize,
}

impl fmt::Display for LexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is opened and never closed", self.what)
    }
}

impl std::error::Error for LexError {}

/// Cuts SQL into tokens, lazily: memory does not grow with the text. An unclosed quote or
/// comment is the last item.
pub fn tokens(sql: &str) -> impl Iterator<Item = Result<Token, LexError>> + '_ {
    let mut start = 0;
    tokenize(sql).map_while(move |token| {
        if token.kind == Lexed::Eof {
            return None;
        }
        let range = start..start + token.len as usize;
        start = range.end;
        Some(classify(token.kind, &sql[range.clone()]).map_or_else(
            |what| {
                Err(LexError {
                    what,
                    offset: range.start,
                })
            },
            |kind| {
                Ok(Token {
                    kind,
                    range: range.clone(),
                })
            },
        ))
    })
}

fn classify(kind: Lexed, text: &str) -> Result<TokenKind, &'static str> {
    let string = |terminated, what| {
        if terminated {
            Ok(TokenKind::String)
        } else {
            Err(what)
        }
    };
    match kind {
        Lexed::Whitespace => Ok(TokenKind::Whitespace),
        Lexed::LineComment | Lexed::BlockComment { terminated: true } => Ok(TokenKind::Comment),
        Lexed::BlockComment { terminated: false } => Err("a comment (`/*`)"),
        Lexed::Ident => Ok(TokenKind::Word),
        Lexed::QuotedIdent {
            terminated: true, ..
        } => Ok(TokenKind::QuotedIdentifier),
        Lexed::QuotedIdent { .. } => Err("a quoted identifier (`\"`)"),
        Lexed::PositionalParam { .. } => Ok(TokenKind::Parameter),
        Lexed::Literal { kind } => match kind {
            LiteralKind::Int { .. } | LiteralKind::Numeric { .. } => Ok(TokenKind::Number),
            LiteralKind::DollarQuotedString { terminated } => {
                string(terminated, "a dollar-quoted string (`$$` or `$tag$`)")
            }
            LiteralKind::Str { terminated }
            | LiteralKind::NationalStr { terminated }
            | LiteralKind::ByteStr { terminated }
            | LiteralKind::BitStr { terminated }
            | LiteralKind::UnicodeEscStr { terminated }
            | LiteralKind::EscStr { terminated } => string(terminated, "a quoted string (`'`)"),
        },
        _ => Ok(TokenKind::Symbol(text.chars().next().unwrap_or(' '))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unclosed(sql: &str) -> LexError {
        tokens(sql).find_map(Result::err).unwrap()
    }

    #[test]
    fn what_does_not_close_is_named_where_it_opens() {
        for (sql, what, offset) in [
            ("SELECT 'it''s", "a quoted string (`'`)", 7),
            ("SELECT E'\\'", "a quoted string (`'`)", 7),
            ("x /* /* */", "a comment (`/*`)", 2),
            (
                "DO $a$ $$ $b$",
                "a dollar-quoted string (`$$` or `$tag$`)",
                3,
            ),
            ("SELECT \"a", "a quoted identifier (`\"`)", 7),
        ] {
            assert_eq!(unclosed(sql), LexError { what, offset }, "{sql}");
        }
    }

    proptest! {
        #[test]
        fn tokens_tile_any_text(sql in ".*") {
            let mut end = 0;
            for token in tokens(&sql) {
                let Ok(token) = token else { return Ok(()) };
                prop_assert_eq!(token.range.start, end);
                end = token.range.end;
            }
            prop_assert_eq!(end, sql.len());
        }
    }
}
