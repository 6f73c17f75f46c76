//! Texts in which secrets cannot be read.

use std::borrow::Cow;
use std::ops::Range;

/// The text with `*` for every byte of these ranges, line ends excepted, so that all places stay
/// the same.
pub(crate) fn masked<'a>(
    text: &'a str,
    ranges: impl Iterator<Item = Range<usize>>,
) -> Cow<'a, str> {
    let mut covered: Option<String> = None;
    for range in ranges {
        let Some(secret) = text.get(range.clone()) else {
            continue;
        };
        let stars: String = secret
            .chars()
            .flat_map(|c| {
                let (mark, count) = if c == '\n' {
                    ('\n', 1)
                } else {
                    ('*', c.len_utf8())
                };
                std::iter::repeat_n(mark, count)
            })
            .collect();
        covered
            .get_or_insert_with(|| text.to_owned())
            .replace_range(range, &stars);
    }
    covered.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The same for a text that repeats some of the SQL, as a proposal does.
pub(crate) fn mask_in(text: &mut String, secrets: &[&str]) {
    for secret in secrets {
        // A short one may be part of any word; as a constant it stands in quotes.
        let short = secret.chars().count() < 4;
        let quoted = |word: &str| {
            if short {
                format!("'{word}'")
            } else {
                word.to_owned()
            }
        };
        let shown = quoted(secret);
        if !secret.is_empty() && text.contains(&shown) {
            *text = text.replace(&shown, &quoted(&"*".repeat(secret.chars().count())));
        }
    }
}
