//! Which environment the command line works on: decided from variables and from `--production`.

use std::fmt;

use jubilee_core::Environment;
use jubilee_lint::nearest;

use crate::exit::Exit;
use crate::kind::Kind;
use crate::problem::Problem;

/// Decides from the variables `JUBILEE_ENV` and `NODE_ENV` (the first that is set and not
/// empty counts; without either it is development) and from the flag `--production`.
///
/// # Errors
///
/// An unknown name, production without the flag, or the flag against a variable that names
/// another environment.
pub(crate) fn decide(
    jubilee_env: Option<&str>,
    node_env: Option<&str>,
    production_flag: bool,
) -> Result<(Environment, Option<ProductionConsent>), EnvironmentError> {
    let set = [("JUBILEE_ENV", jubilee_env), ("NODE_ENV", node_env)]
        .into_iter()
        .find_map(|(variable, value)| Some((variable, value.filter(|v| !v.is_empty())?)));
    decided(set, production_flag)
}

/// The same from an option that names an environment; it wins over the variables.
///
/// # Errors
///
/// As [`decide`].
pub(crate) fn named(
    option: &'static str,
    value: &str,
    production_flag: bool,
) -> Result<(Environment, Option<ProductionConsent>), EnvironmentError> {
    decided(Some((option, value)), production_flag)
}

fn decided(
    set: Option<(&'static str, &str)>,
    production_flag: bool,
) -> Result<(Environment, Option<ProductionConsent>), EnvironmentError> {
    let named = match set {
        None => None,
        Some((variable, value)) => Some((
            variable,
            Environment::from_name(value).ok_or_else(|| EnvironmentError::Unknown {
                variable,
                value: value.to_owned(),
            })?,
        )),
    };
    match (named, production_flag) {
        (Some((variable, Environment::Production)), false) => {
            Err(EnvironmentError::ConsentMissing { variable })
        }
        (None | Some((_, Environment::Production)), true) => {
            Ok((Environment::Production, Some(ProductionConsent(()))))
        }
        (Some((variable, other)), true) => Err(EnvironmentError::Contradiction {
            variable,
            environment: other,
        }),
        (Some((_, other)), false) => Ok((other, None)),
        (None, false) => Ok((Environment::Development, None)),
    }
}

/// Proof that somebody asked for production by name. Only [`decide`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProductionConsent(());

/// Why the environment could not be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EnvironmentError {
    /// The variable names no environment.
    Unknown {
        /// `JUBILEE_ENV` or `NODE_ENV`.
        variable: &'static str,
        /// What it holds.
        value: String,
    },
    /// The variable says production, and nobody said `--production`.
    ConsentMissing {
        /// `JUBILEE_ENV` or `NODE_ENV`, or the option.
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
    fn hint(&self) -> String {
        match self {
            Self::Unknown { variable, value } => {
                match nearest(value, Environment::ALL.map(Environment::name)) {
                    Some(meant) => format!("did you mean {variable}={meant}?"),
                    None => {
                        format!("unset {variable}, or set it to development, staging or production")
                    }
                }
            }
            Self::ConsentMissing { variable } if variable.starts_with("--") => {
                "add --production if production is meant".to_owned()
            }
            Self::Contradiction { variable, .. } if variable.starts_with("--") => {
                format!("leave --production out, or give {variable} production")
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
                "{variable} is `{value}`, which is not an environment (known: development, staging, production)"
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

impl From<EnvironmentError> for Problem {
    fn from(error: EnvironmentError) -> Self {
        let (exit, kind, why) = match &error {
            EnvironmentError::Unknown { .. } => (
                Exit::NoConnection,
                Kind::Configuration,
                "a misspelled environment must not become a default",
            ),
            EnvironmentError::ConsentMissing { .. } => (
                Exit::Refused,
                Kind::ProductionGuard,
                "production is never touched by accident: it is asked for by a flag",
            ),
            EnvironmentError::Contradiction { .. } => (
                Exit::Refused,
                Kind::ProductionGuard,
                "production is never touched by accident: variable and flag must agree",
            ),
        };
        Self::new(exit, error.to_string())
            .kind(kind)
            .why(why)
            .hint(error.hint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_needs_the_flag_and_the_flag_needs_no_contradiction() {
        let decided = |jubilee, node, flag| {
            decide(jubilee, node, flag)
                .map(|(e, c)| (e, c.is_some()))
                .map_err(|e| e.to_string())
        };
        assert_eq!(
            decided(None, None, false),
            Ok((Environment::Development, false))
        );
        assert_eq!(
            decided(Some("staging"), Some("production"), false),
            Ok((Environment::Staging, false))
        );
        assert_eq!(
            decided(Some(""), Some("production"), true),
            Ok((Environment::Production, true))
        );
        assert_eq!(
            decided(None, None, true),
            Ok((Environment::Production, true))
        );
        assert_eq!(
            decided(None, Some("production"), false),
            Err("NODE_ENV says production, and --production was not given".into())
        );
        assert_eq!(
            decided(None, Some("development"), true),
            Err("--production was given, and NODE_ENV says development".into())
        );
        assert_eq!(decided(Some("prod"), None, true), Err("JUBILEE_ENV is `prod`, which is not an environment (known: development, staging, production)".into()));
        assert_eq!(
            decide(Some("prduction"), None, false).unwrap_err().hint(),
            "did you mean JUBILEE_ENV=production?"
        );
    }
}
