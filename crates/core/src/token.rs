//! Cuts SQL into tokens.

use std::ops::Range;

use squawk_lexer::{LiteralKind, TokenKind as Lexed, tokenize};
use thiserror::Error;

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
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what} is not closed")]
pub struct LexError {
    /// What was opened: "a quoted string", "a comment", …
    pub what: &'static str,
    /// Offset in bytes of where it was opened.
    pub offset: usize,
}

/// Cuts SQL into tokens, lazily: memory does not grow with the text. An unclosed quote or
/// comment is the last item.
pub fn tokens(sql: &str) -> impl Iterator<Item = Result<Token, LexError>> + '_ {
    let mut lexer = tokenize(sql);
    let mut start = 0;
    let mut before = Before::Other;
    std::iter::from_fn(move || {
        let token = lexer.next().filter(|token| token.kind != Lexed::Eof)?;
        let mut kind = token.kind;
        let mut range = start..start + token.len as usize;
        if let Some((longer, end)) = before.prolongs(sql, kind, &range) {
            (kind, range.end) = (longer, end);
            lexer = tokenize(&sql[end..]);
        }
        before = before.next(kind, &sql[range.clone()]);
        start = range.end;
        Some(match classify(kind, &sql[range.clone()]) {
            Ok(kind) => Ok(Token { kind, range }),
            Err(what) => Err(LexError {
                what,
                offset: range.start,
            }),
        })
    })
}

/// What a token may be the continuation of. The server reads two things further than the lexer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Other,
    /// `E'…'`, with nothing but blanks behind it.
    EscapeString,
    /// `E'…'`, with blanks and a line's end behind it: a string there is a part of it, and a
    /// backslash in it escapes (manual, "String Constants").
    EscapeStringAndLineEnd,
}

impl Before {
    fn next(self, kind: Lexed, text: &str) -> Self {
        match kind {
            Lexed::Literal {
                kind: LiteralKind::EscStr { .. },
            } => Self::EscapeString,
            Lexed::LineComment => self,
            Lexed::Whitespace if self == Self::EscapeString && text.contains(['\n', '\r']) => {
                Self::EscapeStringAndLineEnd
            }
            Lexed::Whitespace => self,
            _ => Self::Other,
        }
    }

    /// The kind and the end of a token that the server reads further than the lexer does.
    fn prolongs(self, sql: &str, kind: Lexed, range: &Range<usize>) -> Option<(Lexed, usize)> {
        let Lexed::Literal { kind: literal } = kind else {
            return None;
        };
        match literal {
            LiteralKind::Str { .. } if self == Self::EscapeStringAndLineEnd => {
                let end = escape_string_end(sql, range.start + 1);
                let terminated = end.is_some();
                let kind = LiteralKind::EscStr { terminated };
                Some((Lexed::Literal { kind }, end.unwrap_or(sql.len())))
            }
            // Up to version 14, `1e$$` is the number 1 and the name `e$$`; later ones refuse it.
            LiteralKind::Int { .. } | LiteralKind::Numeric { .. }
                if sql[range.end..].starts_with('$')
                    && sql[range.clone()].contains(|c: char| c == '_' || c.is_alphabetic()) =>
            {
                let rest = &sql[range.end..];
                let length = rest.find(|c: char| c.is_ascii() && !is_identifier_part(c));
                Some((kind, range.end + length.unwrap_or(rest.len())))
            }
            _ => None,
        }
    }
}

fn is_identifier_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

/// Where the string ends whose content begins at `start`, its closing quote included.
fn escape_string_end(sql: &str, start: usize) -> Option<usize> {
    let mut bytes = sql.bytes().enumerate().skip(start).peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'\'' if bytes.next_if(|(_, next)| *next == b'\'').is_none() => return Some(at + 1),
            _ => {}
        }
    }
    None
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

    fn strings(sql: &str) -> Vec<&str> {
        let all = tokens(sql).map(Result::unwrap);
        all.filter(|t| t.kind == TokenKind::String)
            .map(|t| &sql[t.range])
            .collect()
    }

    #[test]
    fn a_backslash_escapes_in_the_continuation_of_an_escape_string() {
        for (sql, expected) in [
            ("E'a'\n'b\\';' 'c'", vec!["E'a'", "'b\\';'", "'c'"]),
            (
                "E'a' -- b\n\t-- c\r 'é\\é''d\\'e'\n'f\\''",
                vec!["E'a'", "'é\\é''d\\'e'", "'f\\''"],
            ),
            ("E'a' 'b\\'", vec!["E'a'", "'b\\'"]),
            ("E'a' /* \n */ 'b\\'", vec!["E'a'", "'b\\'"]),
            ("E'a'\n, 'b\\'", vec!["E'a'", "'b\\'"]),
            ("'a'\n'b\\'", vec!["'a'", "'b\\'"]),
            ("U&'a'\n'b\\'", vec!["U&'a'", "'b\\'"]),
        ] {
            assert_eq!(strings(sql), expected, "{sql}");
        }
        assert_eq!(unclosed("E'a'\n'b\\'").offset, 5);
    }

    #[test]
    fn a_dollar_behind_a_name_that_sticks_to_a_number_opens_no_string() {
        for sql in ["1e$$;$$", "0x$a$;$a$", "1_0$é$;$é$", ".5e$1;"] {
            let second = tokens(sql).nth(1).unwrap().unwrap();
            assert_eq!(second.kind, TokenKind::Symbol(';'), "{sql}");
        }
        assert_eq!(strings("1$$;$$"), ["$$;$$"]);
    }

    proptest! {
        #[test]
        fn tokens_tile_any_text(sql in "(?s).*|[1e_$é'\\\\\\n -]*") {
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
