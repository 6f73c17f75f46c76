//! From what a run says to what people read.

use jubilee_core::{MigrationName, Violation};
use jubilee_runner::{Divergence, Failed, Refusal, RunErrorKind};

use crate::advice;
use crate::exit::Exit;
use crate::invocation::typed;
use crate::kind::Kind;
use crate::problem::Problem;

/// Where the text of a migration is, for its source line.
pub(crate) trait Texts {
    /// How the path of the migrations' folder is shown.
    fn folder(&self) -> &str;

    /// The path to show for a migration of that name, and its normalised text.
    fn text_of(&self, name: &MigrationName) -> Option<(String, String)>;

    /// Whether the migration is merged, as far as that is known.
    fn is_merged(&self, _name: &MigrationName) -> Option<bool> {
        None
    }

    /// Whether the database is one of development, which may be made anew.
    fn may_be_made_anew(&self) -> bool {
        false
    }
}

/// The problems that a violation of the rules makes.
pub(crate) fn of_violations<'v>(
    violations: impl IntoIterator<Item = &'v Violation>,
    texts: &dyn Texts,
) -> Vec<Problem> {
    violations
        .into_iter()
        .map(|violation| {
            let place = match &violation.file {
                Some(file) => format!("{}/{file}", texts.folder()),
                None => texts.folder().to_owned(),
            };
            let problem = Problem::new(Exit::Failed, format!("{place}: {}", violation.what))
                .kind(Kind::InvalidMigration)
                .file(place)
                .why(&violation.why)
                .hint(&violation.hint);
            let text = violation.range.as_ref().and_then(|range| {
                let name = MigrationName::from_file_name(violation.file.as_ref()?).ok()?;
                texts
                    .text_of(&name)
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
                        Some(violation.rule.name().to_owned()),
                    )
                }
                None => problem,
            }
        })
        .collect()
}

/// The problems that a run's error makes: one for each thing that is wrong.
pub(crate) fn of_run(
    error: &RunErrorKind,
    database: &str,
    describe: &str,
    texts: &dyn Texts,
) -> Vec<Problem> {
    match error {
        RunErrorKind::Refused(refusals) => refusals
            .iter()
            .map(|refusal| of_refusal(refusal, database, describe))
            .collect(),
        RunErrorKind::Diverged(divergences) => divergences
            .iter()
            .map(|divergence| {
                Problem::new(Exit::Failed, format!("{database}: {divergence}"))
                    .kind(of_divergence(divergence))
                    .why(format!(
                        "files and the history of {describe} must agree before anything is applied"
                    ))
                    .maybe_hint(advice::of_divergence(
                        divergence,
                        database,
                        texts.may_be_made_anew(),
                        |name| texts.is_merged(name),
                    ))
            })
            .collect(),
        RunErrorKind::Invalid(violations) => of_violations(&violations.0, texts),
        RunErrorKind::Failed(failed) => vec![of_failed(failed, database, describe, texts)],
        _ => {
            let exit = match error {
                RunErrorKind::ConnectionLost { .. } => Exit::NoConnection,
                RunErrorKind::Stopped(_) => Exit::Stopped,
                RunErrorKind::LabelledOtherwise { .. } | RunErrorKind::HistoryIsThere => {
                    Exit::Refused
                }
                _ => Exit::Failed,
            };
            let problem = Problem::new(exit, format!("{database}: {error}"))
                .kind(of_error(error, exit))
                .sqlstate(code_of(error));
            vec![
                problem
                    .maybe_why(error.why())
                    .maybe_hint(advice::of_error(error, database)),
            ]
        }
    }
}

/// The problem that a target makes which is not this database's.
pub(crate) fn of_refusal(refusal: &Refusal, database: &str, describe: &str) -> Problem {
    Problem::new(
        Exit::Refused,
        format!("refused to migrate {database}: {refusal}"),
    )
    .kind(kind_of_refusal(refusal))
    .why(format!("{} ({describe})", refusal.why()))
    .maybe_hint(advice::of_refusal(refusal, database))
}

fn kind_of_refusal(refusal: &Refusal) -> Kind {
    match refusal {
        Refusal::OtherDatabase { .. } => Kind::OtherDatabase,
        Refusal::OtherEnvironment { .. } => Kind::OtherEnvironment,
        Refusal::NotAdopted { .. } => Kind::NotAdopted,
        Refusal::Pooled { .. } => Kind::Pooled,
        _ => Kind::Refused,
    }
}

fn of_divergence(divergence: &Divergence) -> Kind {
    match divergence {
        Divergence::Modified { .. } => Kind::Modified,
        Divergence::Missing { .. } => Kind::Missing,
        _ => Kind::Diverged,
    }
}

fn of_error(error: &RunErrorKind, exit: Exit) -> Kind {
    match error {
        RunErrorKind::ConnectionLost { .. } => Kind::ConnectionLost,
        RunErrorKind::Stopped(_) => Kind::Stopped,
        RunErrorKind::Interrupted { .. } => Kind::Interrupted,
        RunErrorKind::LabelledOtherwise { .. } => Kind::OtherEnvironment,
        RunErrorKind::WaitedTooLong { .. } => Kind::WaitedTooLong,
        RunErrorKind::Server { .. } | RunErrorKind::NoAnswer => Kind::Server,
        RunErrorKind::OddHistory(_) | RunErrorKind::RowGone(_) | RunErrorKind::NotAdoptable(_) => {
            Kind::History
        }
        _ => Kind::of_exit(exit),
    }
}

fn code_of(error: &RunErrorKind) -> Option<&str> {
    match error {
        RunErrorKind::Server { error, .. } => Some(&error.code),
        _ => None,
    }
}

/// The same where nothing is to be migrated, only looked at.
pub(crate) fn of_status(refusal: &Refusal, database: &str, describe: &str) -> Problem {
    Problem::new(Exit::Refused, format!("{database}: {refusal}"))
        .kind(kind_of_refusal(refusal))
        .why(format!("{} ({describe})", refusal.why()))
        .maybe_hint(advice::of_refusal(refusal, database))
}

fn of_failed(failed: &Failed, database: &str, describe: &str, texts: &dyn Texts) -> Problem {
    let error = &failed.error;
    let mut why = vec![format!(
        "PostgreSQL says: {} (SQLSTATE {})",
        error.message, error.code
    )];
    for (name, more) in [
        ("detail", &error.detail),
        ("its hint", &error.hint),
        ("context", &error.context),
    ] {
        why.extend(more.iter().map(|more| format!("{name}: {more}")));
    }
    if failed.attempts > 1 {
        why.push(format!("it was tried {} times", failed.attempts));
    }
    let left = match (failed.rolled_back, failed.recorded) {
        (true, true) => "it was rolled back and nothing of it is left; its failure is recorded",
        (true, false) => {
            "it was rolled back and nothing of it is left; its failure could not be recorded"
        }
        (false, true) => {
            "statements before this one, if any, took effect, since it runs without a transaction; its failure is recorded"
        }
        (false, false) => {
            "statements before this one, if any, took effect, since it runs without a transaction; its failure could not be recorded"
        }
    };
    let problem = Problem::new(
        Exit::Failed,
        format!("{} failed on {database} ({describe})", failed.name),
    )
    .kind(Kind::MigrationFailed)
    .file(format!("{}/{}.sql", texts.folder(), failed.name))
    .sqlstate(Some(&error.code))
    .why(why.join("\n"))
    .hint(format!(
        "{left}
{}, then run this again:
{}",
        advice::what_to_mend(&error.code).unwrap_or("correct the file"),
        typed()
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
            problem.at(path, &text, start, length, None)
        }
        _ => problem,
    }
}
