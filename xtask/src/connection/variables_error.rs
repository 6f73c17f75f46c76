//! Why the variables could not be read.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why the variables could not be read. It holds no value of any variable.
#[derive(Debug)]
#[non_exhaustive]
pub enum VariablesError {
    /// The current folder is gone or may not be read.
    CurrentFolder {
        /// What the operating system said.
        cause: io::Error,
    },
    /// The dotenv file is there and cannot be read.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The dotenv file is not UTF-8.
    NotUtf8 {
        /// The file.
        file: PathBuf,
        /// The first line that is not.
        line: usize,
    },
    /// Lines of the dotenv file cannot be understood.
    Broken {
        /// The file.
        file: PathBuf,
        /// All of them, in order.
        lines: Vec<BrokenLine>,
    },
    /// Real environment variables of ours are not Unicode.
    NotUnicode {
        /// Their names.
        names: Vec<String>,
    },
}

/// A line of a dotenv file that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenLine {
    /// Its number, from 1. Where a quote does not close, the line that opens it.
    pub line: usize,
    /// What should stand there: "expected …".
    pub expected: &'static str,
}

impl VariablesError {
    /// The cause, where the message itself does not say it all.
    #[must_use]
    pub fn why(&self) -> Option<String> {
        match self {
            Self::CurrentFolder { cause } | Self::Unreadable { cause, .. } => {
                Some(cause.to_string())
            }
            Self::Broken { file, lines } => Some(
                lines
                    .iter()
                    .map(|broken| {
                        format!("{}:{}: {}", file.display(), broken.line, broken.expected)
                    })
                    .collect::<Vec<_>>()
                    .join("\n"),
            ),
            Self::NotUtf8 { .. } | Self::NotUnicode { .. } => None,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::CurrentFolder { .. } => "change to the workspace's folder".to_owned(),
            Self::Unreadable { file, .. } => {
                format!("check its owner and permissions: ls -l {}", file.display())
            }
            Self::NotUtf8 { file, .. } => format!(
                "save it as UTF-8: iconv -f UTF-16 -t UTF-8 {0} > {0}.new && mv {0}.new {0} \
                 (put the encoding that it has after -f)",
                file.display()
            ),
            Self::Broken { .. } => "compare the lines with .env.example".to_owned(),
            Self::NotUnicode { names } => {
                format!("set them to UTF-8 text, or run `unset {}`", names.join(" "))
            }
        }
    }
}

impl fmt::Display for VariablesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CurrentFolder { .. } => f.write_str("the current folder cannot be read"),
            Self::Unreadable { file, .. } => write!(f, "{} cannot be read", file.display()),
            Self::NotUtf8 { file, line } => {
                write!(f, "{} is not UTF-8 text (line {line})", file.display())
            }
            Self::Broken { file, lines } => {
                let number = lines.len();
                let (lines, are) = if number == 1 {
                    ("line", "is")
                } else {
                    ("lines", "are")
                };
                write!(
                    f,
                    "{number} {lines} of {} {are} not understood",
                    file.display()
                )
            }
            Self::NotUnicode { names } => write!(
                f,
                "environment variables are not UTF-8 text: {}",
                names.join(", ")
            ),
        }
    }
}

impl std::error::Error for VariablesError {}
