//! What is odd about the variables and stops nothing.

use std::fmt;
use std::path::PathBuf;

use super::key::Key;

/// Something odd about the variables that stops nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// A variable begins like ours, and is not close to any that is known.
    Unknown {
        /// The variable.
        name: String,
        /// The beginning that is ours: `DB_CODEX`.
        prefix: String,
    },
    /// The dotenv file sets one of our variables more than once.
    Repeated {
        /// The variable.
        name: String,
        /// The dotenv file.
        file: PathBuf,
        /// The line that counts: the last.
        line: usize,
    },
    /// A value of ours begins or ends with a blank or a line break.
    Blank {
        /// The variable.
        name: String,
    },
}

impl Warning {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown { prefix, .. } => {
                let known = Key::ALL.map(|key| format!("{prefix}_{}", key.suffix()));
                format!("known are {}", known.join(", "))
            }
            Self::Repeated { .. } => "delete the lines that do not count".to_owned(),
            Self::Blank { .. } => {
                "if that is not meant, set it without (a file read with `cat` ends with a line \
                 break; `$(cat FILE)` drops it)"
                    .to_owned()
            }
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name, .. } => write!(f, "unknown variable {name} is ignored"),
            Self::Repeated { name, file, line } => write!(
                f,
                "{} sets {name} more than once; line {line} counts",
                file.display()
            ),
            Self::Blank { name } => {
                write!(
                    f,
                    "the value of {name} begins or ends with a blank or a line break"
                )
            }
        }
    }
}
