use std::fmt;

use crate::nearest;

/// Where a run happens. It stands in every history row, so that a run meant for one
/// environment never touches a database of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Environment {
    /// A developer's machine and tests.
    Development,
    /// Like production, without its data.
    Staging,
    /// The real thing.
    Production,
}

impl Environment {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Development, Self::Staging, Self::Production];

    /// Its name, as in `JUBILEE_ENV` and in history rows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    /// The environment of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.name() == name)
    }

    /// Decides from the variables `JUBILEE_ENV` and `NODE_ENV` (the first that is set and not
    /// empty counts; without either it is development) and from the flag `--production`.
    ///
    /// # Errors
    ///
    /// An unknown name, production without the flag, or the flag against a variable that names
    /// another environment.
    pub fn decide(
        jubilee_env: Option<&str>,
        node_env: Option<&str>,
        production_flag: bool,
    ) -> Result<(Self, Option<ProductionConsent>), EnvironmentError> {
        let set = [("JUBILEE_ENV", jubilee_env), ("NODE_ENV", node_env)]
            .into_iter()
            .find_map(|(variable, value)| Some((variable, value.filter(|v| !v.is_empty())?)));
        let named = match set {
            None => None,
            Some((variable, value)) => Some((
                variable,
                Self::from_name(value).ok_or_else(|| EnvironmentError::Unknown {
                    variable,
                    value: value.to_owned(),
                })?,
            )),
        };
        match (named, production_flag) {
            (Some((variable, Self::Production)), false) => {
                Err(EnvironmentError::ConsentMissing { variable })
            }
            (None | Some((_, Self::Production)), true) => {
                Ok((Self::Production, Some(ProductionConsent(()))))
            }
            (Some((variable, other)), true) => Err(EnvironmentError::Contradiction {
                variable,
                environment: other,
            }),
            (Some((_, other)), false) => Ok((other, None)),
            (None, false) => Ok((Self::Development, None)),
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Proof that somebody asked for production by name. Only [`Environment::decide`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProductionConsent(());

/// Why the environment could not be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvironmentError {
    /// The variable names no environment.
    Unknown {
        /// `JUBILEE_ENV` or `NODE_ENV`.
        variable: &'static str,
        /// What it holds.
        value: String,
    },
    /// The variable says production, and nobody said `--production`.
    ConsentMissing {
        /// `JUBILEE_ENV` or `NODE_ENV`.
        variable: &'static str,
    },
    /// `--production` was said, and the variable says something else.
    Contradiction {
        /// `JUBILEE_ENV` or `NODE_ENV`.
        variable: &'static str,
        /// What it says.
        environment: Environment,
    },
}

impl EnvironmentError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown { variable, value } => {
                match nearest(value, Environment::ALL.map(Environment::name)) {
                    Some(meant) => format!("did you mean {variable}={meant}?"),
                    None => {
                        format!("unset {variable}, or set it to development, staging or production")
                    }
                }
            }
            Self::ConsentMissing { variable } => {
                format!("add --production if production is meant, or run `unset {variable}`")
            }
            Self::Contradiction { variable, .. } => {
                format!("leave --production out, or run `unset {variable}`")
            }
        }
    }
}

impl fmt::Display for EnvironmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { variable, value } => write!(
                f,
                "{variable} is `{value}`, which is no environment (known: development, staging, production)"
            ),
            Self::ConsentMissing { variable } => {
                write!(
                    f,
                    "{variable} says production, and --production was not given"
                )
            }
            Self::Contradiction {
                variable,
                environment,
            } => {
                write!(
                    f,
                    "--production was given, and {variable} says {environment}"
                )
            }
        }
    }
}

impl std::error::Error for EnvironmentError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_needs_the_flag_and_the_flag_needs_no_contradiction() {
        let decide = |jubilee, node, flag| {
            Environment::decide(jubilee, node, flag)
                .map(|(e, c)| (e, c.is_some()))
                .map_err(|e| e.to_string())
        };
        assert_eq!(
            decide(None, None, false),
            Ok((Environment::Development, false))
        );
        assert_eq!(
            decide(Some("staging"), Some("production"), false),
            Ok((Environment::Staging, false))
        );
        assert_eq!(
            decide(Some(""), Some("production"), true),
            Ok((Environment::Production, true))
        );
        assert_eq!(
            decide(None, None, true),
            Ok((Environment::Production, true))
        );
        assert_eq!(
            decide(None, Some("production"), false),
            Err("NODE_ENV says production, and --production was not given".into())
        );
        assert_eq!(
            decide(None, Some("development"), true),
            Err("--production was given, and NODE_ENV says development".into())
        );
        assert_eq!(decide(Some("prod"), None, true), Err("JUBILEE_ENV is `prod`, which is no environment (known: development, staging, production)".into()));
        assert_eq!(
            Environment::decide(Some("prduction"), None, false)
                .unwrap_err()
                .hint(),
            "did you mean JUBILEE_ENV=production?"
        );
    }
}
