//! A terminal: what fits its lines, and a text that is shown in the same place again and again.

use std::os::fd::AsFd;

use rustix::termios::tcgetwinsize;

/// How many columns and rows a terminal has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

impl Size {
    pub(crate) fn of(terminal: impl AsFd) -> Self {
        match tcgetwinsize(terminal) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Self {
                columns: size.ws_col.into(),
                rows: size.ws_row.into(),
            },
            _ => Self {
                columns: 80,
                rows: 24,
            },
        }
    }
}

/// A text that is shown in the same place again and again. The cursor stays below it.
#[derive(Debug, Default)]
pub(crate) struct InPlace {
    /// How many lines of it are shown.
    lines: usize,
}

impl InPlace {
    /// What makes a terminal show this in place of what it shows now. Its lines must fit; those that
    /// would not fit the screen are left out. Source: ECMA-48, CPL, EL and ED.
    pub(crate) fn replace(&mut self, text: &str, size: Size) -> String {
        let mut shown = self.start_again();
        for line in text.lines().take(size.rows.saturating_sub(1)) {
            shown.push_str(line);
            shown.push_str("\x1b[K\n");
            self.lines += 1;
        }
        shown.push_str("\x1b[J");
        shown
    }

    /// What takes it away.
    pub(crate) fn remove(&mut self) -> String {
        let start = self.start_again();
        format!("{start}\x1b[J")
    }

    fn start_again(&mut self) -> String {
        match std::mem::take(&mut self.lines) {
            0 => String::new(),
            lines => format!("\x1b[{lines}F"),
        }
    }
}

/// A line, cut where it is wider.
pub(crate) fn cut(line: &str, width: usize) -> String {
    match line.char_indices().nth(width) {
        Some(_) => {
            let kept: String = line.chars().take(width.saturating_sub(1)).collect();
            format!("{kept}…")
        }
        None => line.trim_end().to_owned(),
    }
}

/// Lines of that width at most, all indented, and those behind the first one more.
pub(crate) fn wrap(text: &str, indent: usize, width: usize) -> Vec<String> {
    let mut lines = vec![" ".repeat(indent)];
    for word in text.split(' ') {
        let is_full = |line: &String| {
            let used = line.chars().count();
            used > indent + 2 && used + 1 + word.chars().count() > width
        };
        if lines.last().is_some_and(is_full) {
            lines.push(" ".repeat(indent + 2));
        }
        if let Some(line) = lines.last_mut() {
            if !line.ends_with(' ') {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.iter().map(|line| cut(line, width)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_the_place_of_the_one_before() {
        let size = Size {
            columns: 80,
            rows: 4,
        };
        let mut place = InPlace::default();
        assert_eq!(place.replace("a\nb", size), "a\x1b[K\nb\x1b[K\n\x1b[J");
        assert_eq!(place.replace("c", size), "\x1b[2Fc\x1b[K\n\x1b[J");
        place.replace("1\n2\n3\n4\n5", size);
        assert_eq!(place.remove(), "\x1b[3F\x1b[J");
    }

    #[test]
    fn long_lines_are_cut_or_wrapped() {
        assert_eq!(cut("four five", 9), "four five");
        assert_eq!(cut("four five", 8), "four fi…");
        assert_eq!(
            wrap("one two three incomprehensibilities", 2, 12),
            ["  one two", "    three", "    incompr…"]
        );
    }
}
