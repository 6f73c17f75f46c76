//! Finds all secrets in a text.

use jubilee_core::TokenKind;

use super::literal::Literals;
use super::secret::Secret;
use super::{connection, form, marked, password, private_key};
use crate::syntax::code_tokens;

/// All secrets in a text, by place: in its statements, its strings and its comments.
pub(crate) fn scan(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    private_key::find(text, &mut found);
    form::find(text, &mut found);
    marked::find(text, &mut found);
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
