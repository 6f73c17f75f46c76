//! What a value looks like.

/// Whether a value stands for a secret that is put in later, or refers to one kept elsewhere:
/// `<password>`, `${DB_PASSWORD}`, `%L`, `YOUR_PASSWORD`, `****`, `vault:…`.
pub(super) fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let Some(first) = value.chars().next() else {
        return true;
    };
    let lower = value.to_ascii_lowercase();
    value.chars().all(|c| c == first)
        || matches!(first, '<' | '[' | '{' | '%' | ':' | '*')
        || value
            .trim_start_matches('$')
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b == b'_')
        || [
            "${",
            "$(",
            "{{",
            "||",
            "...",
            "…",
            "***",
            "redacted",
            "placeholder",
            "your_",
            "your-",
        ]
        .iter()
        .any(|mark| lower.contains(mark))
        || ["vault:", "env:", "arn:", "projects/", "op://"]
            .iter()
            .any(|store| lower.starts_with(store))
}

/// Shannon's entropy in bits for each character: how little a value repeats itself. English words
/// have some 2.5 in twenty characters, random hexadecimal digits 3.5.
pub(super) fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX));
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| f64::from(*count) / length)
        .map(|share| -share * share.log2())
        .sum()
}

/// Whether a value looks as if a machine had drawn it: long, mixed, without repetition.
pub(super) fn is_random(value: &str) -> bool {
    value.len() >= 16
        && value.bytes().any(|b| b.is_ascii_digit())
        && value.bytes().any(|b| b.is_ascii_alphabetic())
        && !value.contains(char::is_whitespace)
        && !value.contains("://")
        && entropy(value) >= 3.0
}

/// Whether a value looks like a password that somebody chose, and not like a word: `label`, `Password`,
/// `magic_link` are words.
pub(super) fn is_chosen(value: &str) -> bool {
    let is_word = value
        .bytes()
        .skip(1)
        .all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'-' | b'.'));
    let is_upper = value.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    value.len() >= 6
        && value.is_ascii()
        && !value.contains(char::is_whitespace)
        && !is_word
        && !is_upper
}

/// Whether a value is a password that was hashed for keeping. Such a hash can be tried against
/// dictionaries by anyone who has it.
pub(super) fn is_password_hash(value: &str) -> bool {
    let crypt = [
        "$2a$", "$2b$", "$2y$", "$1$", "$5$", "$6$", "$y$", "$argon2", "$scrypt$", "$pbkdf2",
    ]
    .iter()
    .any(|form| value.starts_with(form));
    let django = value.starts_with("pbkdf2_sha");
    let scram = value.starts_with("SCRAM-SHA-256$");
    (crypt || django || scram) && value.len() >= 34 && !value.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_secrets() {
        for value in [
            "",
            "<password>",
            "${PW}",
            "%L",
            "DB_PASSWORD",
            "xxxxxxxx",
            "vault:kv/app",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["hunter2", "correct horse", "Tr0ub4dor&3"] {
            assert!(!is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn random_values_are_told_from_names() {
        for value in ["9f86d081884c7d659a2feaa0c55ad015", "q7Zp2LwX0vRt8KdM"] {
            assert!(is_random(value), "{value}");
        }
        for value in [
            "refresh_token_expired",
            "access",
            "https://example.com/token1",
            "a1a1a1a1a1a1a1a1",
        ] {
            assert!(!is_random(value), "{value}");
        }
    }
}
