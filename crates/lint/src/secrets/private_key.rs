//! Private keys.

use super::secret::{Secret, SecretKind};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// Finds private keys in PEM form (RFC 7468): the line that begins one, with key material behind.
pub(super) fn find(text: &str, found: &mut Vec<Secret>) {
    for (start, _) in text.match_indices(BEGIN) {
        let label = &text[start + BEGIN.len()..];
        let Some(end) = label.find(DASHES) else {
            return;
        };
        if end > 40 || !label[..end].contains("PRIVATE KEY") {
            continue;
        }
        let body = &label[end + DASHES.len()..];
        let stop = body.find(DASHES).unwrap_or(body.len());
        let material = body[..stop]
            .bytes()
            .filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'));
        // A pattern or a text that only mentions keys has none.
        if material.take(64).count() < 64 {
            continue;
        }
        let mut length = BEGIN.len() + end + DASHES.len() + stop;
        if body[stop..].starts_with(END)
            && let Some(close) = body[stop + END.len()..].find(DASHES)
        {
            length += END.len() + close + DASHES.len();
        }
        found.push(Secret::new(
            SecretKind::PrivateKey,
            start..start + length,
            "a private key",
        ));
    }
}
