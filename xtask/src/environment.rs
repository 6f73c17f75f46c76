//! Which environment the command line works on: decided from variables and from `--production`.

use jubilee_core::Environment;
use jubilee_lint::nearest;

use crate::exit::Exit;
use crate::kind::Kind;
use crate::problem::Problem;

/// Proof that somebody asked for production by name. Only [`decide`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProductionConsent(());

/// The environment, and the consent that production needs.
type Decided = Result<(Environment, Option<ProductionConsent>), Problem>;

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
) -> Decided {
    let set = [("JUBILEE_ENV", jubilee_env), ("NODE_ENV", node_env)];
    let set = set.map(|(variable, value)| Some((variable, value.filter(|v| !v.is_empty())?)));
    match set.into_iter().flatten().next() {
        Some((variable, value)) => named(variable, value, production_flag),
        None if production_flag => Ok(production()),
        None => Ok((Environment::Development, None)),
    }
}

/// The same from what names an environment, be it a variable or an option.
///
/// # Errors
///
/// As [`decide`].
pub(crate) fn named(variable: &str, value: &str, production_flag: bool) -> Decided {
    let environment = Environment::from_name(value).ok_or_else(|| unknown(variable, value))?;
    let is_option = variable.starts_with("--");
    let refused = |what: String| Problem::new(Exit::Refused, what).kind(Kind::ProductionGuard);
    match (environment, production_flag) {
        (Environment::Production, true) => Ok(production()),
        (Environment::Production, false) => Err(refused(format!(
            "{variable} says production, and --production was not given"
        ))
        .why("production is never touched by accident: it is asked for by a flag")
        .hint(match is_option {
            true => "add --production if production is meant".to_owned(),
            false => {
                format!("add --production if production is meant, or run `unset {variable}`")
            }
        })),
        (_, true) => Err(refused(format!(
            "--production was given, and {variable} says {environment}"
        ))
        .why("production is never touched by accident: variable and flag must agree")
        .hint(match is_option {
            true => format!("leave --production out, or give {variable} production"),
            false => format!("leave --production out, or run `unset {variable}`"),
        })),
        (_, false) => Ok((environment, None)),
    }
}

fn production() -> (Environment, Option<ProductionConsent>) {
    (Environment::Production, Some(ProductionConsent(())))
}

fn unknown(variable: &str, value: &str) -> Problem {
    let names = Environment::ALL.map(Environment::name);
    let hint = match nearest(value, names) {
        Some(meant) => format!("did you mean {variable}={meant}?"),
        None => format!("unset {variable}, or set it to development, staging or production"),
    };
    Problem::new(
        Exit::NoConnection,
        format!(
            "{variable} is `{value}`, which is not an environment (known: {})",
            names.join(", ")
        ),
    )
    .kind(Kind::Configuration)
    .why("a misspelled environment must not become a default")
    .hint(hint)
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
            decide(Some("prduction"), None, false)
                .unwrap_err()
                .hint
                .as_deref(),
            Some("did you mean JUBILEE_ENV=production?")
        );
    }
}
