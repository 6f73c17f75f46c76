//! Secrets behind words that announce them, wherever they stand in a string: `Bearer …`,
//! `AccountKey=…`, the address of a webhook.

use super::secret::{Secret, SecretKind};
use super::value::{is_placeholder, is_random};
use crate::syntax::position;

/// The words, and what stands behind them.
const MARKS: [(&str, &str); 9] = [
    ("bearer ", "a bearer token"),
    ("authorization: basic ", "a name and a password"),
    ("accountkey=", "a storage account's key"),
    ("sharedaccesskey=", "a shared access key"),
    ("hooks.slack.com/services/", "the address of a webhook"),
    ("discord.com/api/webhooks/", "the address of a webhook"),
    ("webhook.office.com/webhookb2/", "the address of a webhook"),
    ("x-api-key: ", "an API key"),
    ("&sig=", "a signature that gives access"),
];

/// Finds them anywhere in a text.
pub(super) fn find(text: &str, found: &mut Vec<Secret>) {
    for (mark, what) in MARKS {
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| position(rest, mark)) {
            let start = from + at + mark.len();
            let rest = &text[start..];
            let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
            let value = &rest[..end];
            if is_random(value) && !is_placeholder(value) {
                found.push(Secret::new(SecretKind::Literal, start..start + end, what));
            }
            from = start;
        }
    }
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '_' | '-' | '.' | '~' | '%')
}
