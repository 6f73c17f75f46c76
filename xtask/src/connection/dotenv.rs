//! The dotenv file of an environment: which one is read, and what it says in which line.
//!
//! dotenvy parses it. It does not say in which line something stands, and its errors hold the
//! line itself, which may be a password; so it is fed line by line, and its errors are translated.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use jubilee_core::Environment;

use super::fault::{ConfigurationError, Fault};

/// What a dotenv file says.
#[derive(Default)]
pub(super) struct Dotenv {
    /// The file, if there is one.
    pub(super) path: Option<PathBuf>,
    /// How messages name it, or the one that could be made: in the current folder by its bare
    /// name, which is what people would type.
    pub(super) shown: PathBuf,
    /// Each variable's value, and its line, but for empty ones. Of one that is set twice, the last
    /// counts.
    pub(super) variables: BTreeMap<String, (String, usize)>,
    /// The variables that are set more than once.
    pub(super) repeated: Vec<String>,
    /// The lines that are not understood.
    pub(super) faults: Vec<Fault>,
    /// A folder of that name in the current folder, which configures nothing.
    pub(super) is_folder: bool,
}

const EXPECTED_PAIR: &str = "expected NAME=value, where NAME is letters, digits and `_`";
const EXPECTED_QUOTES: &str = "expected a value without spaces, or one in single quotes \
     (a backslash outside of them, or in double quotes, stands only before \\ ' \" $ n and space)";
const EXPECTED_CLOSED: &str = "expected a quote that closes on the same line \
     (`\\'` does not close a single quote: if the value ends with a backslash, put it into double \
     quotes and double the backslash)";
const EXPECTED_END: &str = "expected no backslash at the end of the line: put the value into \
     single quotes";

impl Dotenv {
    /// Reads the file that belongs to `environment`, and to no other: in `folder`, or above it up
    /// to the first folder that holds `.git` or `Cargo.lock`.
    pub(super) fn load(
        environment: Environment,
        folder: &Path,
    ) -> Result<Self, ConfigurationError> {
        let name = match environment {
            Environment::Development => ".env",
            Environment::Staging => ".env.staging",
            Environment::Production => ".env.production",
        };
        let Some(path) = find(folder, name) else {
            return Ok(Self {
                shown: name.into(),
                is_folder: is_odd_folder(&folder.join(name)),
                ..Self::default()
            });
        };
        let shown = path.strip_prefix(folder).unwrap_or(&path).to_owned();
        let bytes = fs::read(&path).map_err(|cause| {
            let hint = format!("check its owner and permissions: ls -l {}", shown.display());
            let fault = Fault::new(cause.to_string(), hint);
            ConfigurationError::of(format!("{} cannot be read", shown.display()), fault)
        })?;
        parse(path, shown, &bytes)
    }
}

/// The file of that name in `folder` or above it, within the workspace.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let is_top = |folder: &&Path| {
        [".git", "Cargo.lock"]
            .iter()
            .any(|top| folder.join(top).exists())
    };
    let height = folder.ancestors().position(|folder| is_top(&folder));
    folder
        .ancestors()
        .take(height.unwrap_or(0) + 1)
        .map(|folder| folder.join(name))
        .find(|path| is_candidate(path))
}

/// Whether there is something to read. A folder named `.env` is a Python environment; a pipe is
/// how password managers hand a file out. What cannot be looked at is taken, so that reading it
/// gives the reason.
fn is_candidate(path: &Path) -> bool {
    match fs::metadata(path) {
        Ok(found) => !found.is_dir(),
        Err(error) => !matches!(
            error.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
        ),
    }
}

/// A folder that somebody may take for the file: not one that Python's venv has made.
fn is_odd_folder(path: &Path) -> bool {
    path.is_dir() && !path.join("pyvenv.cfg").exists()
}

/// Parses a file's bytes. Every line that is wrong is noted.
fn parse(path: PathBuf, shown: PathBuf, bytes: &[u8]) -> Result<Dotenv, ConfigurationError> {
    let name = shown.display().to_string();
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let hint = format!(
            "save it as UTF-8: iconv -f UTF-16 -t UTF-8 {name} > {name}.new && mv {name}.new \
             {name} (put the encoding that it has after -f)"
        );
        let fault = Fault::new(format!("{name}:{line}: the first bytes that are not"), hint);
        ConfigurationError::of(format!("{name} is not UTF-8 text"), fault)
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // dotenvy takes blanks at the very end of a file without a last line break for an error.
    let mut lines: Vec<&str> = text.trim_end().split_inclusive('\n').collect();
    let mut open = Vec::new();
    // A quote that is open at the end of its line hides what is behind it, which is read again.
    let mut read = loop {
        match read(&lines) {
            Ok(read) => break read,
            Err(line) => {
                open.push((line, EXPECTED_CLOSED));
                leave_out(&mut lines, line);
            }
        }
    };
    read.wrong.extend(open);
    read.wrong.sort_unstable();
    let fault = |(line, expected)| {
        let what = format!("{name}:{line}: {expected}");
        Fault::new(what, "compare the line with .env.example")
    };
    read.variables.retain(|_, (value, _)| !value.is_empty());
    Ok(Dotenv {
        path: Some(path),
        shown,
        variables: read.variables,
        repeated: read.repeated,
        faults: read.wrong.into_iter().map(fault).collect(),
        is_folder: false,
    })
}

/// What lines say, as [`Dotenv`] has it.
#[derive(Default)]
struct Lines {
    variables: BTreeMap<String, (String, usize)>,
    repeated: Vec<String>,
    /// The lines that are not understood, and what was expected.
    wrong: Vec<(usize, &'static str)>,
}

/// Reads lines up to the first with a quote that takes in others by mistake: then that line.
fn read(lines: &[&str]) -> Result<Lines, usize> {
    let begun = Rc::new(Cell::new(0));
    let reader = LineReader {
        lines: lines.iter(),
        line: &[],
        begun: Rc::clone(&begun),
    };
    let mut read = Lines::default();
    for item in dotenvy::from_read_iter(reader) {
        let last = begun.get();
        match item {
            Ok((name, value)) => {
                let is_of_it = |line: &&str| name_of(line) == Some(&*name);
                let above = lines.get(..last).unwrap_or_default();
                let line = 1 + above.iter().rposition(is_of_it).unwrap_or(last - 1);
                // A private key over several lines is nobody's mistake. To dotenvy `'abc\'` is an
                // open quote, which the next one closes.
                let is_ours =
                    |line: &&str| name_of(line).is_some_and(|name| name.starts_with("DB_"));
                if line < last && above.iter().skip(line - 1).any(is_ours) {
                    return Err(line);
                }
                let before = read.variables.insert(name.clone(), (value, line));
                read.repeated.extend(before.map(|_| name));
            }
            Err(dotenvy::Error::LineParse(culprit, _)) => {
                let first = last + 1 - culprit.lines().count().max(1);
                let line = lines.get(first - 1).copied().unwrap_or_default();
                match expected(line) {
                    _ if first < last => return Err(first),
                    expected => read.wrong.push((first, expected)),
                }
            }
            // The reader does not fail, and dotenvy's iterator reads no variable.
            Err(_) => {}
        }
    }
    Ok(read)
}

/// Empties a line with an open quote, and those behind it up to one that is no part of the value.
fn leave_out(lines: &mut [&str], line: usize) {
    for (behind, line) in lines.iter_mut().skip(line - 1).enumerate() {
        if behind > 0 && name_of(line).is_some() {
            break;
        }
        *line = "\n";
    }
}

/// The name that a line sets, where it has the form NAME=value.
fn name_of(line: &str) -> Option<&str> {
    let (name, _) = line.split_once('=')?;
    let name = name.trim();
    let name = name.strip_prefix("export ").unwrap_or(name).trim();
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    is_name.then_some(name)
}

fn expected(line: &str) -> &'static str {
    let Some((_, value)) = line.split_once('=').filter(|_| name_of(line).is_some()) else {
        return EXPECTED_PAIR;
    };
    let quoted = value.trim_start().starts_with(['\'', '"']);
    let closed = value.trim_end().ends_with(['\'', '"']) && value.trim().len() > 1;
    if quoted && !closed {
        EXPECTED_CLOSED
    } else if value.trim_end().ends_with('\\') {
        EXPECTED_END
    } else {
        EXPECTED_QUOTES
    }
}

/// Hands out at most one line a read, so that the number of lines begun is the number of the line
/// that dotenvy works on.
struct LineReader<'a> {
    lines: std::slice::Iter<'a, &'a str>,
    line: &'a [u8],
    begun: Rc<Cell<usize>>,
}

impl Read for LineReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.line.is_empty()
            && let Some(next) = self.lines.next()
        {
            self.line = next.as_bytes();
            self.begun.set(self.begun.get() + 1);
        }
        self.line.read(buffer)
    }
}
