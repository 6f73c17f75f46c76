//! What somebody meant who mistyped a word.

use strsim::osa_distance;

/// The known word that is closest to a mistyped one, if any is close enough to be meant.
///
/// A word is close when it begins with what was typed (three characters or more), or when at
/// most a third of the longer one differs; two characters that changed places are one difference.
#[must_use]
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known: Vec<&str> = known.into_iter().collect();
    let typed = typed.to_lowercase();
    let abbreviated = |word: &&&str| typed.len() >= 3 && word.starts_with(&typed);
    if let Some(word) = known.iter().find(abbreviated) {
        return Some(word);
    }
    known
        .into_iter()
        .map(|word| (osa_distance(&typed, &word.to_lowercase()), word))
        .filter(|(d, word)| *d <= (word.chars().count().max(typed.chars().count()) / 3).max(1))
        .min_by_key(|(d, _)| *d)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typing_slip_is_recognised_and_another_word_is_not() {
        let known = ["codex", "inspire", "continuum"];
        assert_eq!(nearest("codx", known), Some("codex"));
        assert_eq!(nearest("Codex", known), Some("codex"));
        assert_eq!(nearest("continum", known), Some("continuum"));
        assert_eq!(nearest("conti", known), Some("continuum"));
        assert_eq!(nearest("payments", known), None);
        assert_eq!(nearest("", known), None);
    }
}
