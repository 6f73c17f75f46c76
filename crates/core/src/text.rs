//! The text of a file, and places in it.

use std::borrow::Cow;
use std::fmt;
use std::str::Utf8Error;

use thiserror::Error;

/// Makes the text of a migration out of a file's bytes: UTF-8, without a byte order mark, with
/// LF line ends. Checksums are of this text, so a checkout on Windows never diverges.
///
/// # Errors
///
/// When the bytes are not UTF-8 or hold a NUL, which PostgreSQL cannot take in a query.
pub fn normalise(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, str>, TextError> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(TextError::Utf16);
    }
    let bytes = match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes)),
        Cow::Owned(mut bytes) => {
            if bytes.starts_with(BYTE_ORDER_MARK) {
                bytes.drain(..BYTE_ORDER_MARK.len());
            }
            Cow::Owned(bytes)
        }
    };
    // A text of tens of megabytes is moved here, not copied.
    let text = match bytes {
        Cow::Borrowed(bytes) => match str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(error) => return Err(not_utf8(bytes, error)),
        },
        Cow::Owned(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Cow::Owned(text),
            Err(error) => return Err(not_utf8(error.as_bytes(), error.utf8_error())),
        },
    };
    if let Some(offset) = text.find('\0') {
        return Err(TextError::Nul {
            offset,
            line: line_of(text.as_bytes(), offset),
        });
    }
    // One byte is found much faster than two, and most texts have none of either.
    Ok(if text.contains('\r') && text.contains("\r\n") {
        Cow::Owned(text.replace("\r\n", "\n"))
    } else {
        text
    })
}

fn not_utf8(bytes: &[u8], error: Utf8Error) -> TextError {
    TextError::NotUtf8 {
        offset: error.valid_up_to(),
        line: line_of(bytes, error.valid_up_to()),
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

fn line_of(bytes: &[u8], offset: usize) -> usize {
    1 + bytes[..offset]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
}

/// Why a file's bytes are not text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TextError {
    /// The file begins with the byte order mark of UTF-16.
    #[error("the file is UTF-16, not UTF-8")]
    Utf16,
    /// The file is not UTF-8.
    #[error("not UTF-8 at byte {offset} (line {line})")]
    NotUtf8 {
        /// Offset in bytes of the first byte that is wrong, a byte order mark not counted.
        offset: usize,
        /// Its line, from 1.
        line: usize,
    },
    /// The file holds a NUL byte.
    #[error("NUL byte at byte {offset} (line {line})")]
    Nul {
        /// Its offset in bytes, a byte order mark not counted.
        offset: usize,
        /// Its line, from 1.
        line: usize,
    },
}

/// A place in a text as people count: both from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Position {
    /// The position of a byte offset; an offset past the end is the end, and one inside a
    /// character is that character.
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: 1 + before.bytes().filter(|byte| *byte == b'\n').count(),
            column: 1 + before[line_start..].chars().count(),
        }
    }
}

/// Where the lines of a text begin: for many places in it, where [`Position::of`] would read the
/// text up to each of them.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    /// Reads the text once.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            starts: std::iter::once(0).chain(breaks).collect(),
        }
    }

    /// What [`Position::of`] says, for the same text.
    #[must_use]
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[..line].last().copied().unwrap_or_default();
        Position {
            line: line.max(1),
            column: Position::of(text.get(start..).unwrap_or_default(), offset - start).column,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<String, TextError> {
        normalise(bytes.into()).map(Cow::into_owned)
    }

    #[test]
    fn a_windows_checkout_has_the_same_text() {
        let unix = text(b"SELECT 1;\nSELECT 2;\n").unwrap();
        assert_eq!(
            text(b"\xEF\xBB\xBFSELECT 1;\r\nSELECT 2;\r\n").unwrap(),
            unix
        );
    }

    #[test]
    fn what_is_not_text_is_named_with_its_place() {
        assert_eq!(
            text(b"a\nb\xFF").unwrap_err().to_string(),
            "not UTF-8 at byte 3 (line 2)"
        );
        assert_eq!(
            text(b"a\0").unwrap_err().to_string(),
            "NUL byte at byte 1 (line 1)"
        );
        assert_eq!(text(b"\xFF\xFEa\0").unwrap_err(), TextError::Utf16);
    }

    #[test]
    fn columns_count_characters() {
        let text = "é = 'ü';\nSELECT x";
        assert_eq!(Position::of(text, 5).to_string(), "1:5");
        assert_eq!(Position::of(text, text.len()).to_string(), "2:9");
        assert_eq!(Position::of(text, 9_999).to_string(), "2:9");
    }

    #[test]
    fn the_lines_of_a_text_say_the_same_of_every_place() {
        for text in ["", "\n", "é = 'ü';\n\nSELECT x", "a\n"] {
            let lines = Lines::of(text);
            for offset in 0..text.len() + 2 {
                assert_eq!(
                    lines.position(text, offset),
                    Position::of(text, offset),
                    "{offset} of {text:?}"
                );
            }
        }
    }
}
