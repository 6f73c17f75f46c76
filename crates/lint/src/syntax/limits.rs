//! What the parser can read without running out of stack or memory.

use jubilee_core::{TokenKind, tokens};

use super::makes::Makes;
use super::tokens::{blanked, string_content};

/// Brackets may nest this deep: the parser recurses for each.
const BRACKETS: usize = 200;
/// Operators, and words that work like them, may stand in one list element this often.
const CHAIN: usize = 500;
/// Blocks of PL/pgSQL, and `CASE`, may nest this deep.
const BLOCKS: usize = 100;
/// Code may stand in strings within strings this deep: each of them is read by itself.
pub(super) const STRINGS: usize = 20;
/// A longer statement, in bytes, is not parsed: a tree takes some forty times its text.
const LENGTH: usize = 2 << 20;

/// Why a statement is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It nests too deep.
    Depth,
    /// It is too long.
    Length,
    /// The parser cannot read it, for this reason.
    Syntax(String),
    /// It is put together when it runs, and may make this.
    Dynamic(Makes),
    /// It stands in the body of a function, which no migration shows.
    Routine(String),
}

/// Whether the parser can read this SQL without running out of stack or memory. It recurses for
/// every bracket, operator and block, so their number is bounded first, from the tokens alone.
pub(crate) fn admit(sql: &str) -> Result<(), Refused> {
    admit_within(sql, 0)
}

fn admit_within(sql: &str, strings: usize) -> Result<(), Refused> {
    if strings > STRINGS {
        return Err(Refused::Depth);
    }
    if sql.len() > LENGTH {
        return Err(Refused::Length);
    }
    let mut levels = vec![0_usize];
    let mut total = 0_usize;
    let mut blocks = 0_usize;
    // An `IF` there opens a block; elsewhere it is part of `IF EXISTS`.
    let mut statement_begins = true;
    let mut first = true;
    let mut defines = false;
    for token in tokens(sql) {
        let token = token.map_err(|error| Refused::Syntax(error.to_string()))?;
        let text = &sql[token.range.clone()];
        let mut weight = 0;
        let mut begins = false;
        match token.kind {
            TokenKind::Symbol('(' | '[') => levels.push(0),
            TokenKind::Symbol(')' | ']') => {
                if levels.len() > 1
                    && let Some(closed) = levels.pop()
                {
                    total -= closed;
                }
                // What follows may be applied to what was closed: a[1][1][1] is a chain.
                weight = 1;
            }
            TokenKind::Symbol(',' | ';') => {
                begins = token.kind == TokenKind::Symbol(';');
                if let Some(level) = levels.last_mut() {
                    total -= std::mem::take(level);
                }
            }
            TokenKind::Symbol(_) => weight = 1,
            TokenKind::Word => {
                defines |= first && text.eq_ignore_ascii_case("create");
                if is_one_of(text, &["begin", "loop", "case"])
                    || (statement_begins && text.eq_ignore_ascii_case("if"))
                {
                    blocks += 1;
                } else if text.eq_ignore_ascii_case("end") {
                    blocks = blocks.saturating_sub(1);
                }
                begins = is_one_of(text, &["begin", "loop", "then", "else"]);
                weight = usize::from(is_one_of(text, &CHAINING));
            }
            // The parser reads the body of a function in SQL too.
            TokenKind::String if defines => {
                match admit_within(&sql[string_content(sql, &token.range)], strings + 1) {
                    // Most strings are no SQL.
                    Ok(()) | Err(Refused::Syntax(_)) => {}
                    refused => return refused,
                }
            }
            kind if kind.is_trivia() => continue,
            _ => {}
        }
        first = false;
        statement_begins = begins;
        if let Some(level) = levels.last_mut() {
            *level += weight;
            total += weight;
        }
        if levels.len() > BRACKETS || total > CHAIN || blocks > BLOCKS {
            return Err(Refused::Depth);
        }
    }
    Ok(())
}

/// Words after which the parser goes one level deeper.
const CHAINING: [&str; 22] = [
    "and",
    "at",
    "between",
    "case",
    "collate",
    "create",
    "declare",
    "elseif",
    "elsif",
    "except",
    "explain",
    "ilike",
    "in",
    "intersect",
    "is",
    "join",
    "like",
    "not",
    "or",
    "prepare",
    "similar",
    "union",
];

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|w| word.eq_ignore_ascii_case(w))
}

/// A statement of the same length whose list of rows is cut to its first ones: what a rule wants
/// to know of an `INSERT` of megabytes stands before and behind its rows.
pub(crate) fn without_rows(sql: &str) -> Option<String> {
    const KEPT: usize = 20;
    let mut depth = 0_usize;
    let mut values = false;
    let mut rows = 0_usize;
    let mut cut_from = None;
    let mut cut_to = 0;
    let mut first = true;
    for token in tokens(sql) {
        let token = token.ok()?;
        let text = &sql[token.range.clone()];
        match token.kind {
            kind if kind.is_trivia() => continue,
            TokenKind::Word if first && !is_one_of(text, &["insert", "with"]) => return None,
            TokenKind::Word if depth == 0 && text.eq_ignore_ascii_case("values") => values = true,
            TokenKind::Symbol('(') => depth += 1,
            TokenKind::Symbol(')') => {
                depth = depth.saturating_sub(1);
                if values && depth == 0 {
                    rows += 1;
                    if rows == KEPT {
                        cut_from = Some(token.range.end);
                    }
                    cut_to = token.range.end;
                }
            }
            TokenKind::Symbol(',') if depth == 0 => {}
            // The list of rows is over.
            _ if values && depth == 0 && rows > 0 => break,
            _ => {}
        }
        first = false;
    }
    let cut_from = cut_from.filter(|from| *from < cut_to)?;
    Some(blanked(sql, Some(cut_from..cut_to)))
}
