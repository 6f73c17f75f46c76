//! Why the variables do not make a connection.

use std::fmt;
use std::path::PathBuf;

use jubilee_core::Environment;
use jubilee_lint::nearest;

use super::ssl_mode::SslMode;
use super::url::UrlFault;

/// Everything that is wrong with the configuration of one database. It holds no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigurationError {
    /// The database's short name.
    pub database: &'static str,
    /// The environment of the run.
    pub environment: Environment,
    /// What is wrong, at least one thing.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong with a configuration. `at` says where: "DB_CODEX_PORT in .env".
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// A variable's name is almost one of ours.
    Misspelt {
        /// Where.
        at: String,
        /// The name that is probably meant.
        meant: String,
    },
    /// The dotenv file says that it is another environment's.
    OtherEnvironment {
        /// `JUBILEE_ENV` or `NODE_ENV`.
        variable: &'static str,
        /// What it says.
        value: String,
        /// The dotenv file.
        file: PathBuf,
        /// The environment of the run.
        environment: Environment,
    },
    /// A URL is set, and single variables are too.
    UrlAndVariables {
        /// Where the URL is.
        url: String,
        /// Where the others are.
        others: Vec<String>,
    },
    /// The URL cannot be understood.
    Url {
        /// Where.
        at: String,
        /// What is wrong with it.
        fault: UrlFault,
    },
    /// Variables, or parts of the URL, are missing where nothing is assumed.
    Missing {
        /// All of them: "DB_CODEX_HOST", "the user of DB_CODEX_URL".
        what: Vec<String>,
        /// The dotenv file in which they could stand.
        file: PathBuf,
    },
    /// The host is something else.
    Host {
        /// Where.
        at: String,
        /// What is wrong with it.
        fault: &'static str,
        /// What to do about it.
        hint: &'static str,
    },
    /// The port is none.
    Port {
        /// Where.
        at: String,
        /// What is there.
        value: String,
    },
    /// The mode of TLS is none.
    SslMode {
        /// Where.
        at: String,
        /// What is there.
        value: String,
    },
    /// The time limit is none.
    ConnectTimeout {
        /// Where.
        at: String,
        /// What is there.
        value: String,
    },
    /// The file of root certificates cannot be used.
    RootCertificates {
        /// Where.
        at: String,
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// Root certificates are configured, and the mode does not check any.
    RootCertificatesUnused {
        /// Where.
        at: String,
        /// The mode.
        mode: SslMode,
    },
    /// A value holds a NUL character, which PostgreSQL has no place for.
    Nul {
        /// Where.
        at: String,
    },
}

impl ConfigurationError {
    /// Each problem on a line.
    #[must_use]
    pub fn why(&self) -> Option<String> {
        Some(lines(self.problems.iter().map(Problem::to_string)))
    }

    /// What to do next, each thing on a line.
    #[must_use]
    pub fn hint(&self) -> String {
        lines(self.problems.iter().map(Problem::hint))
    }
}

fn lines(all: impl Iterator<Item = String>) -> String {
    let mut said: Vec<String> = Vec::new();
    for line in all {
        // Two faults of one URL may have one remedy.
        if !said.contains(&line) {
            said.push(line);
        }
    }
    said.join("\n")
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the connection to {} is not configured properly for {}",
            self.database, self.environment
        )
    }
}

impl std::error::Error for ConfigurationError {}

impl Problem {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Misspelt { meant, .. } => format!("did you mean {meant}?"),
            Self::OtherEnvironment {
                variable,
                file,
                environment,
                ..
            } => format!(
                "take {variable} out of {} and set it in the shell (it is looked at before the \
                 file is read), or write {variable}={environment} there",
                file.display()
            ),
            Self::UrlAndVariables { url, .. } => format!("keep either {url} or the others"),
            Self::Url { fault, .. } => fault.hint(),
            Self::Missing { what, file } => format!(
                "set {} in {} or in the environment (.env.example explains each)",
                what.join(", "),
                file.display()
            ),
            Self::Host { hint, .. } => (*hint).to_owned(),
            Self::Port { .. } => "PostgreSQL's usual port is 5432".to_owned(),
            Self::SslMode { value, .. } => match nearest(value, SslMode::ALL.map(SslMode::name)) {
                Some(meant) => format!("did you mean {meant}?"),
                None => "verify-full is the safe one".to_owned(),
            },
            Self::ConnectTimeout { .. } => "leave it out for 10 seconds".to_owned(),
            Self::RootCertificates { file, .. } => format!(
                "put the certificate of the authority that signed the server's there, as PEM, and \
                 look at it: openssl x509 -noout -subject -dates -in {}",
                file.display()
            ),
            Self::RootCertificatesUnused { .. } => {
                "set the mode to verify-full, or leave the root certificates out".to_owned()
            }
            Self::Nul { at } => format!("correct {at}"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Misspelt { at, .. } => write!(f, "{at} is no known variable"),
            Self::OtherEnvironment {
                variable,
                value,
                file,
                environment,
            } => write!(
                f,
                "{} says {variable}={value}, and this run is in {environment}",
                file.display()
            ),
            Self::UrlAndVariables { url, others } => {
                write!(
                    f,
                    "{url} is set, and so {} {}",
                    are(others),
                    others.join(", ")
                )
            }
            Self::Url { at, fault } => write!(f, "{at} {fault}"),
            Self::Missing { what, .. } => write!(
                f,
                "{} {} missing, and nothing is assumed in this environment",
                what.join(", "),
                are(what)
            ),
            Self::Host { at, fault, .. } => write!(f, "{at} {fault}"),
            Self::Port { at, value } => {
                write!(f, "{at} is `{value}`, which is no port (1 to 65535)")
            }
            Self::SslMode { at, value } => write!(
                f,
                "{at} is `{value}`, which is no mode (known: {})",
                SslMode::ALL.map(SslMode::name).join(", ")
            ),
            Self::ConnectTimeout { at, value } => write!(
                f,
                "{at} is `{value}`, which is no number of seconds (1 to 3600)"
            ),
            Self::RootCertificates { at, file, cause } => {
                write!(f, "{at} is {}: {cause}", file.display())
            }
            Self::RootCertificatesUnused { at, mode } => write!(
                f,
                "{at} is set, and with the mode {mode} no certificate would be checked"
            ),
            Self::Nul { at } => write!(f, "{at} holds a NUL character"),
        }
    }
}

fn are(list: &[String]) -> &'static str {
    if list.len() == 1 { "is" } else { "are" }
}
