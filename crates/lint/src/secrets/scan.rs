use std::ops::Range;

use jubilee_core::TokenKind;

use super::literal::Literals;
use super::{connection, form, password, private_key};
use crate::syntax::code_tokens;

/// Something that must stay secret and stands in a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Secret {
    /// How it was recognised.
    pub(crate) kind: Kind,
    /// Where the secret itself stands.
    pub(crate) range: Range<usize>,
    /// What it is: "a GitHub token"; for a literal, whose value it is.
    pub(crate) subject: String,
}

/// How a secret was recognised; where two see the same, the first one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A private key in PEM form.
    PrivateKey,
    /// A token of a well-known form.
    AccessToken,
    /// The password in a connection string.
    ConnectionString,
    /// A string constant behind `PASSWORD`.
    Password,
    /// A string constant given to a name that says secret.
    Literal,
}

/// All secrets in a text, by place: in its statements, its strings and its comments.
pub(crate) fn scan(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    private_key::find(text, &mut found);
    form::find(text, &mut found);
    connection::find_urls(text, &mut found);
    password::find(text, &mut found);
    let mut literals = Literals::default();
    code_tokens(text, &mut |token| {
        if matches!(token.kind, TokenKind::String | TokenKind::Comment) {
            connection::find_parameters(text, &token.range, &mut found);
        }
        literals.token(text, token, &mut found);
    });
    found.sort_by_key(|secret| (secret.range.start, secret.kind));
    let mut distinct: Vec<Secret> = Vec::new();
    for secret in found {
        match distinct.last_mut() {
            Some(last) if secret.range.start < last.range.end => {
                if secret.kind < last.kind {
                    *last = secret;
                }
            }
            _ => distinct.push(secret),
        }
    }
    distinct
}
