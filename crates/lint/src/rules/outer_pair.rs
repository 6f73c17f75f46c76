//! The rule `outer-pair`.

use std::ops::Range;

use jubilee_core::{TokenKind, TransactionMode, tokens};

use crate::context::Context;
use crate::finding::Found;
use crate::fix::{Edit, Fix};

rule! {
    /// A migration without `BEGIN;` at its top and `COMMIT;` at its end.
    ///
    /// ## Why it hurts
    ///
    /// The runner uses a transaction in any case. But in psql, each statement would be committed on
    /// its own, and a failure would leave half of the migration.
    ///
    /// ## Instead
    ///
    /// Write `BEGIN;` before the first statement and `COMMIT;` after the last one, as `cargo xtask
    /// new` does; or `-- Transaction: none` in the header, where PostgreSQL refuses a transaction.
    ///
    /// ## Bad
    ///
    /// ```sql file
    /// CREATE SCHEMA IF NOT EXISTS teams;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql file
    /// BEGIN;
    ///
    /// CREATE SCHEMA IF NOT EXISTS teams;
    ///
    /// COMMIT;
    /// ```
    "outer-pair", Transaction, Warning, Check::File(check)
}

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    let statements = context.script.statements();
    let (Some(first), Some(last)) = (statements.first(), statements.last()) else {
        return;
    };
    let text = context.text;
    if context.mode == TransactionMode::None
        || context.script.has_outer_pair()
        // One of the two without the other is `transaction-control`.
        || has_word(text, 0..first.range.start)
        || has_word(text, last.range.end..text.len())
        || is_control(text, &first.range)
        || is_control(text, &last.range)
    {
        return;
    }
    let start = first.range.start;
    let word = text[start..]
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len() - start);
    found.add_with_fix(
        start..start + word.max(1),
        "the statements are not between `BEGIN;` and `COMMIT;`",
        "in psql, each is committed on its own, and a failure leaves a part of them applied",
        "write `BEGIN;` before the first statement and `COMMIT;` after the last one",
        Some(fix(text, start, last.range.end)),
    );
}

fn has_word(text: &str, range: Range<usize>) -> bool {
    let part = text.get(range).unwrap_or_default();
    tokens(part).any(|token| token.is_ok_and(|token| token.kind == TokenKind::Word))
}

fn is_control(text: &str, statement: &Range<usize>) -> bool {
    let word = text[statement.clone()].split_whitespace().next();
    let word = word.unwrap_or_default().to_ascii_lowercase();
    ["begin", "start", "commit", "end", "rollback", "abort"].contains(&word.as_str())
}

/// `BEGIN;` goes above the comment that stands on the first statement, but below the header.
fn fix(text: &str, first: usize, last: usize) -> Fix {
    let line = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
    let own_line = line(first);
    let mut top = own_line;
    while top > 0 {
        let above = line(top - 1);
        if !text[above..top].trim_start().starts_with("--") {
            break;
        }
        top = above;
    }
    let (begin, words) = if top == 0 {
        (own_line, "\nBEGIN;\n\n")
    } else {
        (top, "BEGIN;\n\n")
    };
    let end = text.trim_end().len();
    let closed = has_semicolon(text, last);
    let mut edits = vec![Edit {
        range: begin..begin,
        text: words.to_owned(),
    }];
    if !closed {
        edits.push(Edit {
            range: last..last,
            text: ";".to_owned(),
        });
    }
    edits.push(Edit {
        range: end..end,
        text: "\n\nCOMMIT;".to_owned(),
    });
    Fix { edits }
}

fn has_semicolon(text: &str, from: usize) -> bool {
    tokens(&text[from..]).any(|token| token.is_ok_and(|t| t.kind == TokenKind::Symbol(';')))
}
