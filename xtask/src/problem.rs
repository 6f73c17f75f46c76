use std::error::Error;
use std::fmt;

use jubilee_core::Violation;
use jubilee_runner::{Failed, Refusal, RunError};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
    SourceSpan, ThemeCharacters, ThemeStyles,
};
use serde::Serialize;

use crate::connection::{ConfigurationError, ConnectError, VariablesError};
use crate::exit::Exit;

/// Something that went wrong, in three parts: what, why, and what to do next.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) exit: Exit,
    pub(crate) what: String,
    why: Option<Why>,
    pub(crate) hint: Option<String>,
    place: Option<Place>,
}

/// A place in a migration's text.
#[derive(Debug)]
struct Place {
    source: NamedSource<String>,
    span: SourceSpan,
    label: String,
}

#[derive(Debug)]
struct Why(String);

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Why {}

/// A problem as JSON.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ProblemJson {
    what: String,
    why: Option<String>,
    hint: Option<String>,
}

impl Problem {
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self {
            exit,
            what: what.into(),
            why: None,
            hint: None,
            place: None,
        }
    }

    pub(crate) fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(Why(why.into()));
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The problem for a text of the form `what: why; hint: what to do`.
    fn of_text(exit: Exit, text: &str) -> Self {
        let (fact, hint) = match text.split_once("hint: ") {
            Some((fact, hint)) => (
                fact.trim_end_matches([';', ' ', '\n']),
                Some(hint.to_owned()),
            ),
            None => (text, None),
        };
        let (what, why) = match fact.split_once(": ") {
            Some((what, why)) => (what, Some(why.to_owned())),
            None => (fact, None),
        };
        Self::new(exit, what).maybe_why(why).maybe_hint(hint)
    }

    fn maybe_why(mut self, why: Option<String>) -> Self {
        self.why = why.map(Why);
        self
    }

    fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }

    fn at(mut self, file: String, text: &str, start: usize, length: usize, label: String) -> Self {
        self.place = Some(Place {
            source: NamedSource::new(file, text.to_owned()),
            span: (start, length).into(),
            label,
        });
        self
    }

    /// The same without its source line.
    pub(crate) fn summary(&self) -> Self {
        Self {
            exit: self.exit,
            what: self.what.clone(),
            why: self.why.as_ref().map(|why| Why(why.0.clone())),
            hint: self.hint.clone(),
            place: None,
        }
    }

    pub(crate) fn json(&self) -> ProblemJson {
        ProblemJson {
            what: self.what.clone(),
            why: self.why.as_ref().map(ToString::to_string),
            hint: self.hint.clone(),
        }
    }

    /// The problem for people, as lines that end with a line break.
    pub(crate) fn render(&self, color: bool) -> String {
        let mut characters = ThemeCharacters::unicode();
        // A caret under the place, as PostgreSQL and compilers have it.
        characters.underline = '^';
        characters.underbar = '^';
        characters.error = "error:".to_owned();
        let styles = if color {
            ThemeStyles::ansi()
        } else {
            ThemeStyles::none()
        };
        let mut text = String::new();
        let rendered = GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
            .with_width(120)
            .without_syntax_highlighting()
            .with_links(false)
            .render_report(&mut text, self);
        if rendered.is_err() {
            text = format!("error: {}\n", self.what);
        }
        text
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for Problem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.why.as_ref().map(|why| why as _)
    }
}

impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.hint.as_ref().map(|hint| Box::new(hint) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|place| &place.source as _)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.place.as_ref().map(|place| {
            Box::new(std::iter::once(LabeledSpan::new_with_span(
                Some(place.label.clone()),
                place.span,
            ))) as _
        })
    }
}

impl From<VariablesError> for Problem {
    fn from(error: VariablesError) -> Self {
        Self::new(Exit::NoConnection, error.to_string())
            .maybe_why(error.why())
            .hint(error.hint())
    }
}

impl From<ConfigurationError> for Problem {
    fn from(error: ConfigurationError) -> Self {
        Self::new(Exit::NoConnection, error.to_string())
            .maybe_why(error.why())
            .hint(error.hint())
    }
}

impl From<ConnectError> for Problem {
    fn from(error: ConnectError) -> Self {
        Self::new(Exit::NoConnection, error.to_string())
            .maybe_why(error.why())
            .hint(error.hint())
    }
}

impl From<jubilee_pg_local::ServerError> for Problem {
    fn from(error: jubilee_pg_local::ServerError) -> Self {
        Self::of_text(Exit::NoConnection, &error.to_string())
    }
}

impl From<jubilee_pg_local::DatabaseError> for Problem {
    fn from(error: jubilee_pg_local::DatabaseError) -> Self {
        Self::of_text(Exit::NoConnection, &error.to_string())
    }
}

/// Where the text of a migration is, for its source line.
pub(crate) trait Texts {
    /// The path to show for a migration of that name, and its normalised text.
    fn text_of(&self, name: &str) -> Option<(String, String)>;
}

/// The problems that a violation of the rules makes.
pub(crate) fn of_violations<'v>(
    violations: impl IntoIterator<Item = &'v Violation>,
    texts: &dyn Texts,
) -> Vec<Problem> {
    violations
        .into_iter()
        .map(|violation| {
            let problem = Problem::new(
                Exit::Failed,
                format!("{}: {}", violation.file, violation.what),
            )
            .why(&violation.why)
            .hint(&violation.hint);
            let text = violation.range.as_ref().and_then(|range| {
                let stem = violation.file.strip_suffix(".sql")?;
                texts
                    .text_of(stem)
                    .map(|(path, text)| (path, text, range.clone()))
            });
            match text {
                Some((path, text, range)) => {
                    let length = text
                        .get(range.clone())
                        .map_or(1, |s| s.lines().next().unwrap_or_default().len());
                    problem.at(
                        path,
                        &text,
                        range.start,
                        length,
                        violation.rule.name().to_owned(),
                    )
                }
                None => problem,
            }
        })
        .collect()
}

/// The problems that a run's error makes: one for each thing that is wrong.
pub(crate) fn of_run(
    error: &RunError,
    database: &str,
    describe: &str,
    texts: &dyn Texts,
) -> Vec<Problem> {
    match error {
        RunError::Refused(refusals) => refusals
            .iter()
            .map(|refusal| of_refusal(refusal, database, describe))
            .collect(),
        RunError::Diverged(divergences) => divergences
            .iter()
            .map(|divergence| {
                Problem::new(Exit::Failed, format!("{database}: {divergence}"))
                    .why(format!(
                        "files and the history of {describe} must agree before anything is applied"
                    ))
                    .hint(divergence.hint())
            })
            .collect(),
        RunError::Invalid(violations) => of_violations(&violations.0, texts),
        RunError::Failed(failed) => vec![of_failed(failed, database, describe, texts)],
        RunError::ConnectionLost { .. } => {
            vec![
                Problem::new(Exit::NoConnection, format!("{database}: {error}"))
                    .maybe_hint(error.hint(database)),
            ]
        }
        RunError::Stopped { during } => {
            let why = match during {
                Some(name) => format!(
                    "{name} was under way; it was rolled back, or is recorded as failed if it runs without a transaction"
                ),
                None => "no migration was under way".to_owned(),
            };
            vec![
                Problem::new(Exit::Stopped, format!("{database}: stopped on request"))
                    .why(why)
                    .maybe_hint(error.hint(database)),
            ]
        }
        RunError::WaitedTooLong { who, .. } => {
            vec![
                Problem::new(Exit::Failed, format!("{database}: {error}"))
                    .maybe_why(who.clone())
                    .maybe_hint(error.hint(database)),
            ]
        }
        _ => vec![
            Problem::new(Exit::Failed, format!("{database}: {error}"))
                .maybe_hint(error.hint(database)),
        ],
    }
}

/// The problem that a target makes which is not this database's.
pub(crate) fn of_refusal(refusal: &Refusal, database: &str, describe: &str) -> Problem {
    Problem::new(Exit::Refused, format!("{database} refused: {refusal}"))
        .why(format!("{} ({describe})", refusal.why()))
        .hint(refusal.hint())
}

fn of_failed(failed: &Failed, database: &str, describe: &str, texts: &dyn Texts) -> Problem {
    let error = &failed.error;
    let mut why = vec![format!(
        "PostgreSQL says: {} (SQLSTATE {})",
        error.message, error.code
    )];
    why.extend(
        error
            .detail
            .as_ref()
            .map(|detail| format!("detail: {detail}")),
    );
    why.extend(error.hint.as_ref().map(|hint| format!("its hint: {hint}")));
    why.extend(
        error
            .context
            .as_ref()
            .map(|context| format!("context: {context}")),
    );
    if failed.attempts > 1 {
        why.push(format!("it was tried {} times", failed.attempts));
    }
    let left = match (failed.rolled_back, failed.recorded) {
        (true, true) => "it was rolled back and nothing of it is left; its failure is recorded",
        (true, false) => {
            "it was rolled back and nothing of it is left; its failure could not be recorded"
        }
        (false, true) => {
            "statements before this one took effect, since it runs without a transaction; its failure is recorded"
        }
        (false, false) => {
            "statements before this one took effect, since it runs without a transaction; its failure could not be recorded"
        }
    };
    let problem = Problem::new(
        Exit::Failed,
        format!("{} of {database} failed", failed.name),
    )
    .why(why.join("\n"))
    .hint(format!(
        "{left}. Correct the file, then: cargo xtask migrate {database}   ({describe})"
    ));
    let start = failed.at.or(failed.statement.as_ref().map(|s| s.start));
    match (start, texts.text_of(&failed.name)) {
        (Some(start), Some((path, text))) => {
            let rest = text.get(start..).unwrap_or_default();
            let length = if failed.at.is_some() {
                rest.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .map(char::len_utf8)
                    .sum::<usize>()
                    .max(1)
            } else {
                rest.lines()
                    .next()
                    .unwrap_or_default()
                    .trim_end_matches(';')
                    .len()
            };
            problem.at(path, &text, start, length, error.message.clone())
        }
        _ => problem,
    }
}
