//! The rule `unparsed`.

use std::ops::Range;

use crate::finding::Finding;
use crate::syntax::Refused;

rule! {
    /// Text that cannot be read as PostgreSQL's SQL or PL/pgSQL.
    ///
    /// ## Why it hurts
    ///
    /// The server rejects it when the migration runs, or, in the body of a function, when the
    /// migration creates the function. SQL of another database is found here too. What the parser
    /// cannot read is not checked: other rules may miss something in it.
    ///
    /// ## Instead
    ///
    /// Correct the statement: the message says what the parser expected. If the server accepts
    /// it, allow this finding with the reason, and have the statement reviewed carefully.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABEL IF NOT EXISTS teams (team_id uuid);
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE SCHEMA IF NOT EXISTS teams;
    /// ```
    ///
    /// ## See also
    ///
    /// [computed-sql](computed-sql.md) is about SQL that is put together when it runs.
    "unparsed", Files, Error, Check::Reading
}

/// The finding for SQL that was not read.
pub(super) fn finding(range: Range<usize>, reason: Refused) -> Finding {
    let unread = "what cannot be parsed cannot be checked: other rules may have missed something";
    let (what, why, instead) = match reason {
        Refused::Depth => (
            "this is nested too deeply to be parsed".to_owned(),
            unread,
            "nest it less deeply, or write several statements",
        ),
        Refused::Length => (
            "this is too long to be parsed".to_owned(),
            unread,
            "split it into several statements",
        ),
        Refused::Syntax(reason) => (
            format!("this cannot be parsed as SQL: {}", message(&reason)),
            "the server rejects it when the migration runs, and other rules may have missed something",
            "correct it; if the server accepts it, allow this finding with the reason",
        ),
        // Theirs is another rule.
        Refused::Dynamic(_) | Refused::Routine(_) => (
            "this is not known before it runs".to_owned(),
            unread,
            "write out the statements",
        ),
    };
    Finding::new(&RULE.rule, Some(range), what, why, instead)
}

/// What the parser says, as a part of a sentence: its names for words and signs as they are written.
fn message(reason: &str) -> String {
    let reason = reason.trim().trim_end_matches('.');
    let words: Vec<String> = reason
        .split(' ')
        .enumerate()
        .map(|(at, word)| match word {
            "COMMA" => "`,`".to_owned(),
            "SEMICOLON" => "`;`".to_owned(),
            "L_PAREN" => "`(`".to_owned(),
            "R_PAREN" => "`)`".to_owned(),
            "POUND" => "`#`".to_owned(),
            "SLASH" => "`/`".to_owned(),
            "IDENT" => "a name".to_owned(),
            "path" if reason.ends_with("path name") => "a".to_owned(),
            "command," => "a statement,".to_owned(),
            word => match word.strip_suffix("_KW") {
                Some(keyword) => format!("`{keyword}`"),
                None if at == 0 => lower_first(word),
                None => word.to_owned(),
            },
        })
        .collect();
    let text = words.join(" ");
    // CREATE TABEL: what stands behind the first word is wrong.
    let first = text.strip_prefix("expected a statement, found ");
    match first.filter(|word| ["`CREATE`", "`ALTER`", "`DROP`"].contains(word)) {
        Some(word) => format!("no statement begins with {word} and the words behind it"),
        None => text,
    }
}

/// `Expected` as `expected`; `FETCH` stays.
fn lower_first(word: &str) -> String {
    let mut chars = word.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().to_string() + chars.as_str()
        }
        _ => word.to_owned(),
    }
}
