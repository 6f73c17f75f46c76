//! The exit status.

use std::process::ExitCode;

/// How a command ends: the contract with scripts and pipelines. `README.md` says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Done; also: nothing to do.
    Done,
    /// Cannot connect, or configuration is missing.
    NoConnection,
    /// Refused for safety: production guard, identity, adoption needed.
    Refused,
    /// Usage error.
    Usage,
    /// A migration or a check failed.
    Failed,
    /// Stopped by Ctrl-C or a termination signal.
    Stopped,
}

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::NoConnection => 4,
            // 128 + SIGINT, as shells have it.
            Self::Stopped => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
