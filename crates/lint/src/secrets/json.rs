//! Pairs of name and string in JSON.

use std::ops::Range;

/// The pairs of name and string in JSON (`"api_key": "…"`), with the place of the string's content.
/// What only looks like JSON does no harm: its names say nothing then.
pub(super) fn pairs<'a>(
    text: &'a str,
    content: &Range<usize>,
) -> impl Iterator<Item = (&'a str, Range<usize>)> {
    let mut pieces = Vec::new();
    let mut start = content.start;
    for piece in text[content.clone()].split('"') {
        pieces.push(start..start + piece.len());
        start += piece.len() + 1;
    }
    let found: Vec<_> = pieces
        .windows(4)
        .filter(|window| text[window[1].clone()].trim() == ":")
        .map(|window| (&text[window[0].clone()], window[2].clone()))
        .collect();
    found.into_iter()
}
