//! What fits a line of a terminal.

use std::os::fd::AsFd;

use rustix::termios::tcgetwinsize;

/// The columns of a terminal.
pub(crate) fn width(terminal: impl AsFd) -> usize {
    match tcgetwinsize(terminal) {
        Ok(size) if size.ws_col > 0 => size.ws_col.into(),
        _ => 80,
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
    fn long_lines_are_cut_or_wrapped() {
        assert_eq!(cut("four five", 9), "four five");
        assert_eq!(cut("four five", 8), "four fi…");
        assert_eq!(
            wrap("one two three incomprehensibilities", 2, 12),
            ["  one two", "    three", "    incompr…"]
        );
    }
}
