//! Applies migrations as in production: through the runner.

use std::time::Duration;

use jubilee_core::{Environment, MigrationFile, MigrationTexts, SourceFile, Version};
use jubilee_runner::{Migrator, Options, RunError, RunErrorKind, runner};
use postgres::Client;

use crate::error::Error;

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

/// Where a run failed, and what the server said: for a finding.
pub(crate) fn failure(error: &RunError) -> (Option<std::ops::Range<usize>>, String, String) {
    match error.kind() {
        RunErrorKind::Failed(failed) => {
            let statement = failed.statement.clone().map(|s| s.start..s.end);
            let at = failed.at.map(|at| at..at + 1);
            (
                at.or(statement),
                failed.error.message.clone(),
                failed.error.code.clone(),
            )
        }
        kind => (None, kind.to_string(), String::new()),
    }
}
