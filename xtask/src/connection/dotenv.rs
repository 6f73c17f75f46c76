//! The text of one dotenv file.
//!
//! dotenvy parses it. It does not say in which line an error is, and its errors hold the line
//! itself, which may be a password; so it is fed line by line, and its errors are translated.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use super::variables_error::{BrokenLine, VariablesError};

/// What a dotenv file says.
#[derive(Default)]
pub(super) struct Dotenv {
    pub(super) values: BTreeMap<String, String>,
    /// The variables that are set twice, with the line of the one that counts: the last.
    pub(super) repeated: BTreeMap<String, usize>,
}

const EXPECTED_PAIR: &str = "expected NAME=value, where NAME is letters, digits and `_`";
const EXPECTED_QUOTES: &str = "expected a value without spaces, or one in single quotes \
     (a backslash outside of them, or in double quotes, stands only before \\ ' \" $ n and space)";
const EXPECTED_CLOSED: &str = "expected a quote that closes on the same line \
     (`\\'` does not close a single quote: if the value ends with a backslash, put it into double \
     quotes and double the backslash)";
const EXPECTED_END: &str = "expected no backslash at the end of the line: put the value into \
     single quotes";

/// Parses a file's bytes. Every line that is wrong is reported.
pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Dotenv, VariablesError> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            return Err(VariablesError::NotUtf8 {
                file: path.to_owned(),
                line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            });
        }
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = Rc::new(Cell::new(0));
    let reader = LineReader {
        // dotenvy takes blanks at the very end of a file without a last line break for an error.
        rest: text.trim_end().as_bytes(),
        within_line: false,
        lines: Rc::clone(&lines),
    };

    let mut file = Dotenv::default();
    let mut broken = Vec::new();
    for item in dotenvy::from_read_iter(reader) {
        match item {
            Ok((name, value)) if swallows_lines(&name, &value) => broken.push(BrokenLine {
                line: lines.get().saturating_sub(value.matches('\n').count()),
                expected: EXPECTED_CLOSED,
            }),
            Ok((name, value)) => {
                if file.values.insert(name.clone(), value).is_some() {
                    file.repeated.insert(name, lines.get());
                }
            }
            Err(dotenvy::Error::LineParse(culprit, _)) => {
                let first = lines.get() + 1 - culprit.lines().count().max(1);
                broken.push(BrokenLine {
                    line: first,
                    expected: expected(text.lines().nth(first - 1).unwrap_or_default(), &culprit),
                });
            }
            // The reader does not fail, and dotenvy's iterator reads no variable.
            Err(_) => {}
        }
    }
    if broken.is_empty() {
        Ok(file)
    } else {
        Err(VariablesError::Broken {
            file: path.to_owned(),
            lines: broken,
        })
    }
}

/// Whether a quote was closed only by one in a later line, so that the value ate lines of ours.
///
/// To dotenvy `'abc\'` is an open quote. A private key over several lines is nobody's mistake.
fn swallows_lines(name: &str, value: &str) -> bool {
    let ours = |text: &str| {
        text.trim_start()
            .trim_start_matches("export ")
            .starts_with("DB_")
    };
    value.contains('\n') && (ours(name) || value.lines().skip(1).any(ours))
}

fn expected(line: &str, culprit: &str) -> &'static str {
    let is_name = |name: &str| {
        let name = name.trim();
        let name = name.strip_prefix("export ").unwrap_or(name).trim();
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
    };
    let Some((_, value)) = line.split_once('=').filter(|(name, _)| is_name(name)) else {
        return EXPECTED_PAIR;
    };
    let quoted = value.trim_start().starts_with(['\'', '"']);
    let closed = value.trim_end().ends_with(['\'', '"']) && value.trim().len() > 1;
    if culprit.contains('\n') || (quoted && !closed) {
        EXPECTED_CLOSED
    } else if value.trim_end().ends_with('\\') {
        EXPECTED_END
    } else {
        EXPECTED_QUOTES
    }
}

/// Hands out at most one line a read, so that the number of lines handed out is the number of the
/// line that dotenvy works on.
struct LineReader<'a> {
    rest: &'a [u8],
    within_line: bool,
    lines: Rc<Cell<usize>>,
}

impl Read for LineReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let break_at = self.rest.iter().position(|byte| *byte == b'\n');
        let line = break_at.map_or(self.rest.len(), |at| at + 1);
        let handed_out = line.min(buffer.len());
        let (now, later) = self.rest.split_at(handed_out);
        buffer[..handed_out].copy_from_slice(now);
        self.rest = later;
        if handed_out > 0 && !self.within_line {
            self.lines.set(self.lines.get() + 1);
        }
        self.within_line = handed_out > 0 && now.last() != Some(&b'\n');
        Ok(handed_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Dotenv, VariablesError> {
        parse(Path::new(".env"), text.as_bytes())
    }

    #[test]
    fn values_are_read_as_they_are_meant() {
        let cases = [
            ("A=b", "b"),
            ("export A=b # why", "b"),
            ("A=b#c", "b#c"),
            ("A='p$a#s \\ \"'", "p$a#s \\ \""),
            (r#"A="it's \"\$5\" \\""#, r#"it's "$5" \"#),
            (r"A='it'\''s'", "it's"),
            ("\u{feff}A=b", "b"),
            ("A=b\r\n", "b"),
            ("A=b  ", "b"),
            ("A=", ""),
            ("# A=x\n\n  A = b\n", "b"),
        ];
        for (text, value) in cases {
            let file = parsed(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(file.values["A"], value, "{text}");
        }
    }

    #[test]
    fn every_broken_line_is_named_and_its_value_is_not_shown() {
        let long = "x".repeat(20_000);
        let cases = [
            ("A=1\nsecret word\nB=2\nsecret=a b\n".to_owned(), vec![2, 4]),
            (format!("A={long}\n# x\n\nsecret"), vec![4]),
            ("A=1\nB='secret\nC=2\nD=3\n".to_owned(), vec![2]),
            ("A=1\nDB_X_PASSWORD='secret\\'\nB=2\n".to_owned(), vec![2]),
            (
                "A=1\nDB_X_PASSWORD='secret\\'\nB='secret\\'\nC=3\n".to_owned(),
                vec![2],
            ),
            (
                "A='secret\\'\nDB_X_PASSWORD='secret\\'\n".to_owned(),
                vec![1],
            ),
            (r#"A="sec\qret""#.to_owned(), vec![1]),
        ];
        for (text, lines) in cases {
            let Err(error) = parsed(&text) else {
                panic!("{text} is read")
            };
            let said = format!("{error:?}\n{error}\n{:?}\n{}", error.why(), error.hint());
            assert!(!said.contains("sec"), "{said}");
            let VariablesError::Broken { lines: broken, .. } = error else {
                panic!("{text}: {error:?}")
            };
            let numbers: Vec<usize> = broken.iter().map(|line| line.line).collect();
            assert_eq!(numbers, lines, "{text:.60}");
        }
    }

    #[test]
    fn what_is_expected_fits_the_fault() {
        let cases = [
            ("just words", EXPECTED_PAIR),
            ("my-key=1", EXPECTED_PAIR),
            ("A=b c", EXPECTED_QUOTES),
            ("A='b", EXPECTED_CLOSED),
            ("A=b\\", EXPECTED_END),
        ];
        for (text, expected) in cases {
            let Err(VariablesError::Broken { lines, .. }) = parsed(text) else {
                panic!("{text} is read")
            };
            assert_eq!(lines[0].expected, expected, "{text}");
        }
    }

    #[test]
    fn a_key_over_several_lines_is_fine_and_a_repeated_name_is_noted() {
        let file = parsed("KEY=\"-----BEGIN\nabc=\n-----END\"\nA=1\nA=2\n").unwrap();
        assert_eq!(file.values["KEY"], "-----BEGIN\nabc=\n-----END");
        assert_eq!(file.values["A"], "2");
        assert_eq!(file.repeated["A"], 5);
    }

    #[test]
    fn other_encodings_are_named_with_the_line() {
        let error = parse(Path::new(".env"), b"A=1\nB=\xff\n").err();
        assert!(matches!(
            error,
            Some(VariablesError::NotUtf8 { line: 2, .. })
        ));
    }
}
