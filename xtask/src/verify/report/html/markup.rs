//! Markup in which nothing that comes from outside stands unescaped.

use std::fmt::Write;
use std::ops::Range;

/// How many lines of a place are shown; of a longer one the first.
const LINES: usize = 14;
/// How many lines are shown before and after it.
const AROUND: usize = 2;

/// The page as it is written. Markup is in this program's text; all else goes through `text`.
#[derive(Default)]
pub(super) struct Markup(String);

impl Markup {
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text of an element or of an attribute in double quotes.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                '\n' | '\t' => self.0.push(c),
                // What no page may hold, and what would show a text in another order than it has.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => self.0.push('\u{fffd}'),
                c if c.is_control() => self.0.push('\u{fffd}'),
                c => self.0.push(c),
            }
        }
        self
    }

    pub(super) fn number(&mut self, number: usize) -> &mut Self {
        self.0.push_str(&number.to_string());
        self
    }

    /// A length, in tenths of a pixel.
    pub(super) fn size(&mut self, length: f64) -> &mut Self {
        let _ = write!(self.0, "{length:.1}");
        self
    }

    /// A sentence in which code stands between backticks.
    pub(super) fn sentence(&mut self, text: &str) -> &mut Self {
        let parts: Vec<&str> = text.split('`').collect();
        if parts.len().is_multiple_of(2) {
            return self.text(text);
        }
        for (at, part) in parts.into_iter().enumerate() {
            if at % 2 == 0 {
                self.text(part);
            } else {
                self.raw("<code>").text(part).raw("</code>");
            }
        }
        self
    }

    /// A place of a text, with its line numbers and what stands around it.
    pub(super) fn excerpt(&mut self, text: &str, range: &Range<usize>) {
        let mut start = 0;
        let lines: Vec<(usize, &str)> = text
            .split_inclusive('\n')
            .map(|line| {
                let at = start;
                start += line.len();
                (at, line.trim_end_matches(['\n', '\r']))
            })
            .collect();
        let line_of = |offset| lines.partition_point(|(at, _)| *at <= offset).max(1) - 1;
        let first = line_of(range.start);
        let last = line_of(range.end.saturating_sub(1).max(range.start));
        let shown = last.min(first + LINES - 1);
        let until = if shown < last { shown } else { last + AROUND };
        self.raw("<div class=\"sql\">");
        for (index, (at, line)) in lines.iter().enumerate() {
            if index + AROUND < first || index > until {
                continue;
            }
            let cut = |offset: usize| {
                let mut offset = offset.saturating_sub(*at).min(line.len());
                while !line.is_char_boundary(offset) {
                    offset -= 1;
                }
                offset
            };
            let indent = line.len() - line.trim_start().len();
            let to = cut(range.end.max(range.start));
            let from = cut(range.start).max(indent.min(to));
            let hit = (first..=last).contains(&index);
            self.raw(if hit {
                "<div class=\"hit\"><i>"
            } else {
                "<div><i>"
            })
            .number(index + 1)
            .raw("</i>")
            .text(&line[..from]);
            if from < to {
                self.raw("<mark>").text(&line[from..to]).raw("</mark>");
            }
            self.text(&line[to..]).raw("</div>");
        }
        if shown < last {
            self.raw("<div class=\"more\"><i></i>and ")
                .text(&crate::output::count(last - shown, "more line"))
                .raw("</div>");
        }
        self.raw("</div>");
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, range: Range<usize>) -> String {
        let mut page = Markup::default();
        page.excerpt(text, &range);
        page.into_text()
    }

    #[test]
    fn what_comes_from_outside_is_text() {
        let mut page = Markup::default();
        page.text("<a href=\"x\" id='y'>&\u{0}\u{202e}é\n")
            .sentence("drop `<b>`, not `c`")
            .sentence("one ` only");
        assert_eq!(
            page.into_text(),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;\u{fffd}\u{fffd}é\n\
             drop <code>&lt;b&gt;</code>, not <code>c</code>one ` only"
        );
    }

    #[test]
    fn a_place_is_shown_with_what_stands_around_it() {
        assert_eq!(
            excerpt("1\n2\n3\né <x>;\n5\n6\n7\n", 9..12),
            "<div class=\"sql\"><div><i>2</i>2</div><div><i>3</i>3</div>\
             <div class=\"hit\"><i>4</i>é <mark>&lt;x&gt;</mark>;</div>\
             <div><i>5</i>5</div><div><i>6</i>6</div></div>"
        );
        let long = "x\n".repeat(100);
        let shown = excerpt(&long, 0..200);
        assert_eq!(shown.matches("class=\"hit\"").count(), LINES);
        assert!(shown.contains("and 86 more lines"), "{shown}");
        // No text, and a place outside of it or within a character.
        for (text, range) in [("", 0..0), ("", 3..9), ("a\n", 2..9), ("é", 1..2)] {
            assert!(excerpt(text, range).ends_with("</div>"));
        }
    }
}
