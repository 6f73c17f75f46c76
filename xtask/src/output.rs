//! Writes to standard output and standard error.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::ValueEnum;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde::Serialize;

/// How results are written to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// For code scanning: SARIF 2.1.0 (check and verify only)
    Sarif,
    /// As annotations in GitHub Actions (check only)
    Github,
    /// As a comment on a pull request (check, verify, drift and snapshot)
    Markdown,
}

/// How what goes to standard error is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Human,
    /// For programs: an object a line
    Json,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb.
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Whether what goes to standard error is coloured.
    pub(crate) fn for_errors(self) -> bool {
        self.decide(is_terminal(io::stderr()))
    }

    /// Whether what goes to standard output is coloured.
    pub(crate) fn for_output(self) -> bool {
        self.decide(is_terminal(io::stdout()))
    }

    fn decide(self, terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        }
    }
}

/// Whether that is a terminal with colours and a cursor that moves. One that calls itself dumb has neither: an
/// editor's window, say.
pub(crate) fn is_terminal(stream: impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Set when standard output could not be written, on a full disk say.
static OUTPUT_LOST: AtomicBool = AtomicBool::new(false);

/// Writes data to standard output. A reader that has gone (`| head`) is no error.
pub(crate) fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            eprint(&format!("cannot write to standard output: {error}\n"));
            OUTPUT_LOST.store(true, Ordering::Relaxed);
        }
        _ => {}
    }
}

/// Whether nobody is left to read standard output, as behind `| head`.
pub(crate) fn is_unread() -> bool {
    let stdout = io::stdout();
    let mut polled = [PollFd::new(&stdout, PollFlags::empty())];
    let gone = PollFlags::ERR | PollFlags::HUP;
    poll(&mut polled, Some(&Timespec::default())).is_ok()
        && polled.iter().any(|of| of.revents().intersects(gone))
}

/// Whether a part of the output was lost.
pub(crate) fn was_lost() -> bool {
    OUTPUT_LOST.load(Ordering::Relaxed)
}

/// Set when standard error holds JSON alone.
static JSON_LOG: AtomicBool = AtomicBool::new(false);

/// From now on, what goes to standard error is an object of JSON a line.
pub(crate) fn log_as_json() {
    JSON_LOG.store(true, Ordering::Relaxed);
}

/// Whether standard error holds an object of JSON a line.
pub(crate) fn is_json_log() -> bool {
    JSON_LOG.load(Ordering::Relaxed)
}

/// Writes progress and problems to standard error.
pub(crate) fn eprint(text: &str) {
    if is_json_log() {
        tracing::info!("{}", text.trim());
        return;
    }
    // Nobody is left to be told of a failure here.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Writes a value as JSON to standard output, indented.
pub(crate) fn print_json(value: &impl Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => print(&format!("{text}\n")),
        Err(error) => eprint(&format!("cannot write JSON: {error}\n")),
    }
}

/// A time in the unit that reads best.
pub(crate) fn duration(milliseconds: u64) -> String {
    if milliseconds < 1000 {
        format!("{milliseconds} ms")
    } else if milliseconds < 60_000 {
        format!("{}.{:02} s", milliseconds / 1000, milliseconds % 1000 / 10)
    } else {
        format!(
            "{} min {} s",
            milliseconds / 60_000,
            milliseconds % 60_000 / 1000
        )
    }
}

/// A time in whole seconds, for what goes on.
pub(crate) fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} min {} s", seconds % 60),
        3600..86_400 => format!("{hours} h {} min", minutes % 60),
        _ => format!("{days} d {} h", hours % 24),
    }
}

/// A number with a comma before each third digit.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 migration`, `2 migrations`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

/// A text in a cell of a table of Markdown.
pub(crate) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// What stands for itself in a path (RFC 3986, sections 2.3 and 3.3).
const IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// A path as a relative reference (RFC 3986).
pub(crate) fn uri(path: &str) -> String {
    utf8_percent_encode(&path.replace('\\', "/"), IN_A_PATH).to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{duration, grouped, span};

    #[test]
    fn times_are_short() {
        assert_eq!(duration(7), "7 ms");
        assert_eq!(duration(1234), "1.23 s");
        assert_eq!(duration(61_500), "1 min 1 s");
        let of = |seconds| span(Duration::from_secs(seconds));
        assert_eq!(
            [of(59), of(61), of(7260)],
            ["59 s", "1 min 1 s", "2 h 1 min"]
        );
        assert_eq!(of(90_000), "1 d 1 h");
    }

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!([grouped(0), grouped(999)], ["0", "999"]);
        assert_eq!([grouped(1000), grouped(1_234_567)], ["1,000", "1,234,567"]);
    }
}
