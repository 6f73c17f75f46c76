/// The known word that is closest to a mistyped one, if any is close enough to be meant.
///
/// A word is close when it begins with what was typed (three characters or more), or when at
/// most a third of the longer one differs (Levenshtein's distance over characters).
#[must_use]
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known: Vec<&str> = known.into_iter().collect();
    let abbreviated = |word: &&&str| typed.len() >= 3 && word.starts_with(&typed.to_lowercase());
    if let Some(word) = known.iter().find(abbreviated) {
        return Some(word);
    }
    known
        .into_iter()
        .map(|word| (distance(&typed.to_lowercase(), &word.to_lowercase()), word))
        .filter(|(d, word)| *d <= (word.chars().count().max(typed.chars().count()) / 3).max(1))
        .min_by_key(|(d, _)| *d)
        .map(|(_, word)| word)
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
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
