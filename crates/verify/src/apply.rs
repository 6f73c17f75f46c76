//! Applies migrations as in production: through the runner.

use std::ops::Range;
use std::time::Duration;

use jubilee_core::{Environment, MigrationFile, MigrationTexts, SourceFile, Version};
use jubilee_runner::{Migrator, Options, RunError, RunErrorKind, runner};
use postgres::Client;

use crate::error::Error;
use crate::place;

/// Applies the migrations up to one.
pub(crate) fn up_to(
    client: &mut Client,
    database: &str,
    files: &[MigrationFile],
    last: Version,
) -> Result<Result<(), RunError>, Error> {
    let sources = files
        .iter()
        .map(|file| SourceFile::new(file.name().file_name(), file.text().as_bytes()));
    let texts = MigrationTexts::load(sources).map_err(|error| Error::Base {
        reason: error.to_string(),
    })?;
    let runner = runner(texts).map_err(|error| Error::Base {
        reason: error.to_string(),
    })?;
    // Whoever waits long on a scratch server waits for itself.
    let options = Options::new()
        .wait(Duration::from_secs(30))
        .lock_timeout(Duration::from_secs(10))
        .retries(2);
    let result = Migrator::new(database, Environment::Development, runner)
        .options(options)
        .target(last)
        .program("jubilee-verify")
        .run(client);
    Ok(result.map(drop))
}

/// Where a run failed, and why.
pub(crate) struct Failure {
    /// In bytes of the migration's text.
    pub(crate) range: Option<Range<usize>>,
    /// The server's words, or the runner's.
    pub(crate) said: String,
    /// The SQLSTATE, if the server refused a statement.
    pub(crate) code: Option<String>,
}

impl Failure {
    pub(crate) fn of(file: &MigrationFile, error: &RunError) -> Self {
        let RunErrorKind::Failed(failed) = error.kind() else {
            return Self {
                range: None,
                said: error.to_string(),
                code: None,
            };
        };
        let (text, said) = (file.text(), &failed.error);
        let in_block = failed.statement.as_ref().and_then(|statement| {
            let line = place::line_of_block(said.context.as_deref()?)?;
            place::line_in_body(text, statement, line)
        });
        let character = |at: usize| at..text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        let detail = said.detail.as_deref();
        let detail = detail.map(|detail| format!(" ({})", detail.trim_end_matches('.')));
        Self {
            range: in_block
                .or_else(|| failed.at.map(character))
                .or_else(|| failed.statement.clone()),
            said: said.message.clone() + &detail.unwrap_or_default(),
            code: Some(said.code.clone()),
        }
    }
}
