//! What can go wrong between "start a server" and "it is gone", said so that it can be mended.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use crate::{DatabaseError, FindError};

/// Why a server could not be started, stopped or asked.
///
/// The message is the fact with its cause, so there is no further source to print;
/// [`hint`](Self::hint) says what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// There is no usable installation of PostgreSQL.
    #[error(transparent)]
    Find(#[from] FindError),

    /// Root has no account to hand the server to.
    #[error(
        "no account can run PostgreSQL: it refuses to run as root, and there is neither a user \
         `postgres` nor `nobody`"
    )]
    NoAccount,

    /// There is no place for a persistent server's data.
    #[error("no folder can hold the local server's data: HOME is not set")]
    NoStateFolder,

    /// No folder could hold a throwaway server.
    #[error("no folder can hold a throwaway server: {tried}")]
    NoTemporaryFolder {
        /// Each folder with what was wrong with it.
        tried: String,
    },

    /// A folder or file could not be made, read or removed.
    #[error("cannot {action} {}: {cause}", path.display())]
    Folder {
        /// What was tried, such as "create".
        action: &'static str,
        /// The folder or file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },

    /// A program could not be started.
    #[error("cannot run {program}: {cause}")]
    Run {
        /// The program.
        program: String,
        /// What the operating system said.
        cause: io::Error,
    },

    /// A folder for the socket exists and is not this user's own.
    #[error("the socket folder {} is not safe to use: {reason}", path.display())]
    SocketFolder {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// `initdb` failed.
    #[error("initdb failed; it said\n{output}")]
    Initdb {
        /// The program.
        program: String,
        /// What it printed.
        output: String,
    },

    /// The data folder belongs to a major version that is not installed.
    #[error(
        "the data in {} is of PostgreSQL {major}, which is not installed (found: {found})",
        folder.display()
    )]
    OtherVersion {
        /// The data folder.
        folder: PathBuf,
        /// The data's major version.
        major: u16,
        /// The versions that are installed.
        found: String,
    },

    /// The wanted TCP port cannot be had.
    #[error("cannot listen on 127.0.0.1:{port}: {cause}")]
    Port {
        /// The port.
        port: u16,
        /// What the operating system said.
        cause: io::Error,
    },

    /// The server ended while it started.
    #[error("the server stopped while it started; its log ends with\n{log}")]
    Died {
        /// The last lines of the server's log.
        log: String,
        /// What to do about it.
        hint: &'static str,
    },

    /// The server lives, but does not accept connections.
    #[error("the server was not ready after {seconds} seconds; its log ends with\n{log}")]
    NotReady {
        /// How long was waited.
        seconds: u64,
        /// The last lines of the server's log.
        log: String,
    },

    /// The server did not end.
    #[error("the server (process {pid}) did not stop, even when told to stop at once")]
    NotStopped {
        /// The postmaster.
        pid: u32,
    },

    /// The data folder is served by a process that this one cannot see.
    #[error(
        "something answers at the socket in {}, but the server's process is not visible here: \
         it may run in a container or on another host that shares this folder",
        socket_dir.display()
    )]
    ServedElsewhere {
        /// The socket folder.
        socket_dir: PathBuf,
    },

    /// The shell that watches over a throwaway server is gone.
    #[error("the shell that watches over the server was killed")]
    SupervisorLost,

    /// A setting or file in the options cannot be used.
    #[error("{what} {name:?} cannot be used: {reason}")]
    Option {
        /// "the setting" or "the file".
        what: &'static str,
        /// Its name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },

    /// A statement for the server's own set-up failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl ServerError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::Find(error) => error.hint(),
            Self::Database(error) => error.hint().into(),
            Self::NoAccount => "useradd --system postgres".into(),
            Self::NoStateFolder => {
                "set HOME, or set XDG_STATE_HOME to a folder that you can write".into()
            }
            Self::NoTemporaryFolder { .. } => {
                "set TMPDIR to a short path of a folder that you can write".into()
            }
            Self::Folder { .. } => "check its owner, its permissions and the free space".into(),
            Self::Run { .. } => "check that it exists and may be executed".into(),
            Self::SocketFolder { .. } => "remove it, or ask its owner to".into(),
            Self::Initdb { program, .. } => {
                format!("check the free space, and that {program} runs by hand").into()
            }
            Self::OtherVersion { major, .. } => format!(
                "install PostgreSQL {major} or set PGBIN to it, or delete the local server and its \
                 data to start afresh"
            )
            .into(),
            Self::Port { .. } => "choose another port".into(),
            Self::Died { hint, .. } => (*hint).into(),
            Self::NotReady { .. } => "it may still be recovering; try again later".into(),
            Self::NotStopped { pid } => format!("look at it with `ps -fp {pid}`").into(),
            Self::ServedElsewhere { .. } => "stop it there".into(),
            Self::SupervisorLost => "start another server".into(),
            Self::Option { .. } => "correct it in the options".into(),
        }
    }

    pub(crate) fn folder(action: &'static str, path: &Path, cause: io::Error) -> Self {
        Self::Folder {
            action,
            path: path.to_owned(),
            cause,
        }
    }

    pub(crate) fn run(program: impl AsRef<Path>, cause: io::Error) -> Self {
        Self::Run {
            program: program.as_ref().display().to_string(),
            cause,
        }
    }
}
