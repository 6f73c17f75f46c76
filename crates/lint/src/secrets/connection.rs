//! Passwords in connection strings.

use std::ops::Range;

use super::secret::{Secret, SecretKind};
use super::value::is_placeholder;
use crate::syntax::{mentions, position, string_content};

/// Finds `scheme://user:password@host` anywhere in a text; the secret is the password.
pub(super) fn find_urls(text: &str, found: &mut Vec<Secret>) {
    for (at, _) in text.match_indices("://") {
        let scheme = text.as_bytes()[..at].last();
        if !scheme.is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        let start = at + 3;
        let rest = &text[start..];
        let authority = rest
            .find(|c: char| c.is_whitespace() || "/?#'\"`<>()".contains(c))
            .map_or(rest, |end| &rest[..end]);
        let Some(user_end) = authority.rfind('@') else {
            continue;
        };
        let Some(colon) = authority[..user_end].find(':') else {
            continue;
        };
        add(text, start + colon + 1..start + user_end, found);
    }
}

/// Finds `host=… password=…` in a string constant or a comment. PostgreSQL manual, "Keyword/Value
/// Connection Strings".
pub(super) fn find_parameters(text: &str, token: &Range<usize>, found: &mut Vec<Secret>) {
    const KEY: &str = "password";
    let part = &text[token.clone()];
    if !mentions(part, KEY)
        || !["host", "dbname", "user", "server", "data source"]
            .iter()
            .any(|key| mentions(part, &format!("{key}=")) || mentions(part, &format!("{key} =")))
    {
        return;
    }
    let content = if part.starts_with('-') || part.starts_with('/') {
        token.clone()
    } else {
        string_content(text, token)
    };
    let mut from = content.start;
    while let Some(at) = position(&text[from..content.end], KEY) {
        from += at + KEY.len();
        let rest = &text[from..content.end];
        let Some(value) = rest.trim_start().strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start();
        let quotes = value.len() - value.trim_start_matches(['\'', '"']).len();
        let value = &value[quotes..];
        let start = content.end - value.len();
        // A quoted value may hold spaces.
        let length = value
            .find(|c: char| "'\"".contains(c) || (quotes == 0 && (c.is_whitespace() || c == ';')))
            .unwrap_or(value.len());
        add(text, start..start + length, found);
        from = start + length;
    }
}

fn add(text: &str, range: Range<usize>, found: &mut Vec<Secret>) {
    if !is_placeholder(&text[range.clone()]) {
        found.push(Secret::new(
            SecretKind::ConnectionString,
            range,
            "a password in a connection string",
        ));
    }
}
