//! A line of a file, cut to a width that can be shown.

use jubilee_core::Position;
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// The most bytes of a line that are shown.
const WIDTH: usize = 200;

/// The lines around a place in a text, long ones cut: a migration may hold a line of megabytes,
/// and nobody would read it.
#[derive(Debug, Clone)]
pub(crate) struct Excerpt {
    name: String,
    text: String,
    /// How many lines of the text come before.
    lines_before: usize,
    /// How many characters of its line come before the place.
    column: usize,
}

impl Excerpt {
    /// The line of the place with one before and one behind it, and the place in it. `position`
    /// is that of `start`.
    pub(crate) fn around(
        name: String,
        text: &str,
        start: usize,
        position: Position,
        length: usize,
    ) -> (Self, SourceSpan) {
        let start = floor(text, start.min(text.len()));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let cut = floor(text, line_start.max(start.saturating_sub(WIDTH / 2)));
        let end = floor(text, line_end.min(cut + WIDTH));
        let before = text[..line_start].trim_end_matches('\n');
        let line_before =
            (line_start > 0).then(|| &before[before.rfind('\n').map_or(0, |at| at + 1)..]);
        let line_behind = text
            .get(line_end + 1..)
            .and_then(|rest| rest.lines().next());

        let mut excerpt = String::new();
        let mut lines_before = position.line - 1;
        if let Some(line) = line_before.filter(|_| text[..line_start].ends_with('\n')) {
            // Blank lines before it were trimmed with their line breaks.
            let line = if text[..line_start].ends_with("\n\n") {
                ""
            } else {
                line
            };
            excerpt.push_str(&line[..floor(line, line.len().min(WIDTH))]);
            excerpt.push('\n');
            lines_before -= 1;
        }
        let offset = excerpt.len() + (start - cut);
        excerpt.push_str(&text[cut..end]);
        if let Some(line) = line_behind {
            excerpt.push('\n');
            excerpt.push_str(&line[..floor(line, line.len().min(WIDTH))]);
        }
        let length = length.min(end.saturating_sub(start)).max(1);
        (
            Self {
                name,
                text: excerpt,
                lines_before,
                column: position.column - 1,
            },
            (offset, length).into(),
        )
    }
}

fn floor(text: &str, mut offset: usize) -> usize {
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.read_span(span, lines_before, lines_after)?;
        // Without lines before it, it is the place that is asked for: miette would count bytes,
        // and only of what is left of the line.
        let column = if lines_before == 0 {
            self.column
        } else {
            inner.column()
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + self.lines_before,
            column,
            inner.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use crate::exit::Exit;
    use crate::problem::Problem;

    fn shown(text: &str, place: &str) -> String {
        let start = text.find(place).unwrap();
        Problem::new(Exit::Failed, "it failed")
            .at("a.sql".to_owned(), text, start, place.len(), None)
            .render(false)
    }

    #[test]
    fn lines_keep_their_numbers_and_columns() {
        insta::assert_snapshot!(shown("SELECT 1;\n\nSELECT é, HERE;\nSELECT 3;\nSELECT 4;\n", "HERE"), @"
         error: it failed
          ╭─[a.sql:3:11]
        2 │ 
        3 │ SELECT é, HERE;
          ·           ^^^^
        4 │ SELECT 3;
          ╰────
        ");
        insta::assert_snapshot!(shown("HERE", "HERE"), @"
         error: it failed
          ╭─[a.sql:1:1]
        1 │ HERE
          · ^^^^
          ╰────
        ");
        insta::assert_snapshot!(shown("one\ntwo HERE\n", "HERE"), @"
         error: it failed
          ╭─[a.sql:2:5]
        1 │ one
        2 │ two HERE
          ·     ^^^^
          ╰────
        ");
    }

    #[test]
    fn a_line_of_a_megabyte_is_cut() {
        let text = format!(
            "SELECT 1;\nSELECT '{}'; HERE '{}'\nSELECT 2;",
            "é".repeat(100_000),
            "y".repeat(500_000)
        );
        insta::assert_snapshot!(shown(&text, "HERE"), @"
         error: it failed
          ╭─[a.sql:2:100012]
        1 │ SELECT 1;
        2 │ ééééééééééééééééééééééééééééééééééééééééééééééééé'; HERE 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
          ·                                                     ^^^^
        3 │ SELECT 2;
          ╰────
        ");
    }
}
