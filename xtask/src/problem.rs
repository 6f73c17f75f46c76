//! Something that went wrong, and how it is shown.

use std::fmt;

use jubilee_core::{Environment, Position};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceCode,
    SourceSpan, ThemeCharacters, ThemeStyles,
};
use serde::Serialize;
use thiserror::Error;

use crate::connection::{ConfigurationError, ConnectError};
use crate::excerpt::Excerpt;
use crate::exit::Exit;
use crate::kind::Kind;

/// Something that went wrong, in three parts: what, why, and what to do next.
#[derive(Debug, Clone, Error)]
#[error("{what}")]
pub(crate) struct Problem {
    pub(crate) exit: Exit,
    /// Whether it may be gone in a moment: a server that starts.
    pub(crate) passes: bool,
    /// What it is, before what is wrong: `error`, `warning[rule]`.
    label: Option<String>,
    severity: Severity,
    pub(crate) what: String,
    #[source]
    why: Option<Why>,
    pub(crate) hint: Option<String>,
    place: Option<Box<Place>>,
    facts: Box<Facts>,
}

/// What programs want to know of a problem.
#[derive(Debug, Clone, Serialize)]
struct Facts {
    kind: Kind,
    /// The server's code for it.
    sqlstate: Option<String>,
    /// The file that it is about, as it is shown, and the place in it, from 1.
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    database: Option<&'static str>,
    /// `user@host:port/database`.
    target: Option<String>,
    environment: Option<&'static str>,
}

/// A place in a migration's text.
#[derive(Debug, Clone)]
struct Place {
    source: Excerpt,
    span: SourceSpan,
    /// Said under the place, where the place alone does not say it.
    label: Option<String>,
}

#[derive(Debug, Clone, Error)]
#[error("{0}")]
struct Why(String);

/// A problem as JSON.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ProblemJson {
    what: String,
    why: Option<String>,
    hint: Option<String>,
    #[serde(flatten)]
    facts: Facts,
}

/// Problems for programs: the first, and more if there are.
#[derive(Serialize)]
pub(crate) struct Failure {
    error: Option<ProblemJson>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    more_errors: Vec<ProblemJson>,
}

impl Failure {
    pub(crate) fn of(problems: &[Problem]) -> Self {
        let mut problems = problems.iter().map(Problem::json);
        Self {
            error: problems.next(),
            more_errors: problems.collect(),
        }
    }
}

impl Problem {
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self {
            exit,
            passes: false,
            label: None,
            severity: Severity::Error,
            what: what.into(),
            why: None,
            hint: None,
            place: None,
            facts: Box::new(Facts {
                kind: Kind::of_exit(exit),
                sqlstate: None,
                file: None,
                line: None,
                column: None,
                database: None,
                target: None,
                environment: None,
            }),
        }
    }

    /// Says of which kind it is, where that is more than how it ends the program.
    pub(crate) fn kind(mut self, kind: Kind) -> Self {
        self.facts.kind = kind;
        self
    }

    /// Adds the server's code for it.
    pub(crate) fn sqlstate(mut self, code: Option<&str>) -> Self {
        self.facts.sqlstate = code.map(str::to_owned);
        self
    }

    /// Says which file it is about.
    pub(crate) fn file(mut self, file: impl Into<String>) -> Self {
        self.facts.file = Some(file.into());
        self
    }

    /// Says on which database it came up, and where that is, as far as that is known.
    pub(crate) fn about(
        mut self,
        database: &'static str,
        target: Option<String>,
        environment: Environment,
    ) -> Self {
        self.facts.database = Some(database);
        self.facts.environment = Some(environment.name());
        if target.is_some() {
            self.facts.target = target;
        }
        self
    }

    /// Says that it is this rather than an error, in its own colour.
    pub(crate) fn called(mut self, label: String, severity: Severity) -> Self {
        self.label = Some(label);
        self.severity = severity;
        self
    }

    pub(crate) fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(Why(why.into()));
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With a further reason.
    pub(crate) fn because(mut self, more: &str) -> Self {
        let why = self.why.map(|why| format!("{why}\n"));
        self.why = Some(Why(format!("{}{more}", why.unwrap_or_default())));
        self
    }

    /// With a further hint.
    pub(crate) fn advise(mut self, more: &str) -> Self {
        let hint = self.hint.map(|hint| format!("{hint}\n"));
        self.hint = Some(format!("{}{more}", hint.unwrap_or_default()));
        self
    }

    pub(crate) fn maybe_why(mut self, why: Option<String>) -> Self {
        self.why = why.map(Why);
        self
    }

    pub(crate) fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }

    /// Shows the source line with a mark under the place.
    pub(crate) fn at(
        mut self,
        file: String,
        text: &str,
        start: usize,
        length: usize,
        label: Option<String>,
    ) -> Self {
        let position = Position::of(text, start);
        self.facts.line = Some(position.line);
        self.facts.column = Some(position.column);
        self.facts.file = Some(file.clone());
        let (source, span) = Excerpt::around(file, text, start, position, length);
        self.with_excerpt(source, span, label)
    }

    /// The same for a place whose source line is at hand.
    pub(crate) fn with_excerpt(
        mut self,
        source: Excerpt,
        span: SourceSpan,
        label: Option<String>,
    ) -> Self {
        self.place = Some(Box::new(Place {
            source,
            span,
            label,
        }));
        self
    }

    /// The same without its source line.
    pub(crate) fn summary(&self) -> Self {
        Self {
            place: None,
            ..self.clone()
        }
    }

    /// What and why, on one line.
    pub(crate) fn summary_line(&self) -> String {
        match &self.why {
            Some(why) => format!("{}: {why}", self.what),
            None => self.what.clone(),
        }
    }

    pub(crate) fn json(&self) -> ProblemJson {
        ProblemJson {
            what: self.what.clone(),
            why: self.why.as_ref().map(ToString::to_string),
            hint: self.hint.clone(),
            facts: Facts::clone(&self.facts),
        }
    }

    /// The problem for programs that read standard error.
    pub(crate) fn log(&self) {
        let why = self.why.as_ref().map(tracing::field::display);
        tracing::error!(why, hint = self.hint.as_deref(), "{}", self.what);
    }

    /// The problem for people, as lines that end with a line break.
    pub(crate) fn render(&self, color: bool) -> String {
        let mut characters = ThemeCharacters::unicode();
        // A caret under the place, as PostgreSQL and compilers have it.
        characters.underline = '^';
        characters.underbar = '^';
        let label = format!("{}:", self.label.as_deref().unwrap_or("error"));
        characters.error.clone_from(&label);
        characters.warning = label;
        let styles = if color {
            ThemeStyles::ansi()
        } else {
            ThemeStyles::none()
        };
        let mut text = String::new();
        let rendered = GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
            .with_wrap_lines(false)
            .without_syntax_highlighting()
            .with_links(false)
            .render_report(&mut text, self);
        if rendered.is_err() {
            text = format!("error: {}\n", self.what);
        }
        text
    }
}

impl Diagnostic for Problem {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.hint.as_ref().map(|hint| Box::new(hint) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|place| &place.source as _)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.place.as_ref().map(|place| {
            Box::new(std::iter::once(LabeledSpan::new_with_span(
                place.label.clone(),
                place.span,
            ))) as _
        })
    }
}

/// One problem, where there may be several.
impl From<Problem> for Vec<Problem> {
    fn from(problem: Problem) -> Self {
        vec![problem]
    }
}

impl From<ConfigurationError> for Problem {
    fn from(error: ConfigurationError) -> Self {
        Self::new(Exit::NoConnection, error.to_string())
            .kind(Kind::Configuration)
            .why(error.why())
            .hint(error.hint())
    }
}

impl From<ConnectError> for Problem {
    fn from(error: ConnectError) -> Self {
        let passes = error.failure().may_be_starting();
        let problem = Self::new(Exit::NoConnection, error.to_string())
            .sqlstate(error.sqlstate())
            .maybe_why(error.why())
            .hint(error.hint());
        Self { passes, ..problem }
    }
}

impl From<jubilee_embed::FolderError> for Problem {
    fn from(error: jubilee_embed::FolderError) -> Self {
        Self::new(
            Exit::Failed,
            format!("cannot read {}", error.path.display()),
        )
        .kind(Kind::File)
        .file(error.path.display().to_string())
        .why(error.source.to_string())
        .hint(error.hint())
    }
}

impl From<jubilee_pg_local::ServerError> for Problem {
    fn from(error: jubilee_pg_local::ServerError) -> Self {
        Self::new(Exit::NoConnection, error.to_string())
            .kind(Kind::LocalServer)
            .hint(error.hint())
    }
}

impl From<jubilee_pg_local::DatabaseError> for Problem {
    fn from(error: jubilee_pg_local::DatabaseError) -> Self {
        jubilee_pg_local::ServerError::from(error).into()
    }
}
