//! A text that matches a regular expression.

use rand::Rng;
use regex_syntax::hir::{Class, Hir, HirKind};

/// How often what may be repeated without end is repeated at most.
const MOST: u32 = 12;

/// Draws a text that matches; `None` where the expression is one that only PostgreSQL reads.
pub(crate) fn draw(pattern: &str, rng: &mut impl Rng) -> Option<String> {
    // PostgreSQL's own escapes for the ends of a text and of a word.
    let pattern = pattern
        .replace("\\A", "^")
        .replace("\\Z", "$")
        .replace("\\y", "\\b");
    let hir = regex_syntax::ParserBuilder::new()
        .unicode(true)
        .build()
        .parse(&pattern)
        .ok()?;
    let mut text = String::new();
    write(&hir, rng, &mut text);
    Some(text)
}

fn write(hir: &Hir, rng: &mut impl Rng, text: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => text.extend(character(class, rng)),
        HirKind::Repetition(repetition) => {
            let most = repetition
                .max
                .unwrap_or(repetition.min.saturating_add(MOST));
            // Long repetitions are seldom wanted, and their ends are.
            let near = most.min(repetition.min.saturating_add(MOST));
            let times = match rng.random_range(0..8u8) {
                0 => repetition.min,
                1 if most <= 300 => most,
                _ => rng.random_range(repetition.min..=near),
            };
            for _ in 0..times {
                write(&repetition.sub, rng, text);
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, rng, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, rng, text)),
        HirKind::Alternation(parts) => {
            if let Some(part) = parts.get(rng.random_range(0..parts.len().max(1))) {
                write(part, rng, text);
            }
        }
    }
}

/// A character of a class: of ASCII where the class has some.
fn character(class: &Class, rng: &mut impl Rng) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .map(|r| (r.start(), r.end()))
            .collect(),
        Class::Bytes(class) => class
            .ranges()
            .iter()
            .map(|r| (char::from(r.start()), char::from(r.end())))
            .collect(),
    };
    let printable: Vec<(char, char)> = ranges
        .iter()
        .map(|(start, end)| ((*start).max(' '), (*end).min('~')))
        .filter(|(start, end)| start <= end)
        .collect();
    // Of `.` and `[^ ]` letters read best.
    let letters: Vec<(char, char)> = printable
        .iter()
        .flat_map(|(s, e)| {
            [
                ((*s).max('a'), (*e).min('z')),
                ((*s).max('0'), (*e).min('9')),
            ]
        })
        .filter(|(start, end)| start <= end)
        .collect();
    let wide: u32 = printable
        .iter()
        .map(|(s, e)| u32::from(*e) - u32::from(*s) + 1)
        .sum();
    let from = match (printable.is_empty(), letters.is_empty()) {
        (true, _) => &ranges,
        (false, false) if wide > 60 => &letters,
        _ => &printable,
    };
    let (start, end) = *from.get(rng.random_range(0..from.len().max(1)))?;
    char::from_u32(rng.random_range(u32::from(start)..=u32::from(end)))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn what_is_drawn_matches() {
        let mut rng = StdRng::seed_from_u64(1);
        for pattern in [
            "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
            "^\\d{4}-\\d{2}$",
            "^[^@ ]+@[^@ ]+$",
            "^(a|b)?c+$",
        ] {
            let regex = regex_syntax::Parser::new().parse(pattern);
            assert!(regex.is_ok());
            for _ in 0..50 {
                let text = draw(pattern, &mut rng).unwrap();
                assert!(!text.is_empty() && text.is_ascii(), "{pattern}: {text}");
            }
        }
    }
}
