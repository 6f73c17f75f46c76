//! What stays the same for a whole run, and its statements.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use jubilee_core::{Environment, Version};

use crate::options::Options;
use crate::sql::{fill, literal};
use crate::state::Known;

/// What stays the same for a whole run: who runs what where.
pub(crate) struct Context<'a> {
    pub(crate) database: &'a str,
    pub(crate) environment: Environment,
    pub(crate) known: Vec<Known<'a>>,
    pub(crate) target: Option<Version>,
    pub(crate) options: &'a Options,
    pub(crate) program: &'a Program,
    pub(crate) run_id: &'a str,
}

/// Who runs it, for the history.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    /// The program and its version: `jubilee-codex 0.1.0`.
    pub(crate) name: String,
    /// The host that it runs on; the address that the server sees when `None`.
    pub(crate) host: Option<String>,
}

impl Default for Program {
    fn default() -> Self {
        Self {
            name: concat!("jubilee-runner ", env!("CARGO_PKG_VERSION")).to_owned(),
            host: None,
        }
    }
}

impl Context<'_> {
    /// The claim of a migration, which `previous` must precede as completed.
    pub(crate) fn claim(&self, file: &Known<'_>, previous: Option<Version>) -> String {
        let previous = previous.map_or(0, Version::get).to_string();
        self.statement(
            include_str!("../sql/claim.sql"),
            Some(file),
            &[("previous", &previous)],
        )
    }

    pub(crate) fn forget_failure(&self, file: &Known<'_>) -> String {
        self.statement(include_str!("../sql/forget_failure.sql"), Some(file), &[])
    }

    pub(crate) fn complete(&self, file: &Known<'_>, claim_is_committed: bool) -> String {
        let claim_is_committed = if claim_is_committed { "true" } else { "false" };
        self.statement(
            include_str!("../sql/complete.sql"),
            Some(file),
            &[("claim_is_committed", claim_is_committed)],
        )
    }

    pub(crate) fn record_failure(&self, file: &Known<'_>, error: &str) -> String {
        let error = literal(error);
        self.statement(
            include_str!("../sql/record_failure.sql"),
            Some(file),
            &[("error", &error)],
        )
    }

    pub(crate) fn fail_claim(&self, file: &Known<'_>, error: &str) -> String {
        let error = literal(error);
        self.statement(
            include_str!("../sql/fail_claim.sql"),
            Some(file),
            &[("error", &error)],
        )
    }

    pub(crate) fn flush(&self) -> String {
        self.statement(include_str!("../sql/flush.sql"), None, &[])
    }

    pub(crate) fn who_holds(&self) -> String {
        self.statement(include_str!("../sql/who_holds.sql"), None, &[])
    }

    /// Fills a template with what every statement of the history may name.
    pub(crate) fn statement(
        &self,
        template: &str,
        file: Option<&Known<'_>>,
        more: &[(&str, &str)],
    ) -> String {
        let (database, environment) = (literal(self.database), literal(self.environment.name()));
        let runner = match &self.program.host {
            Some(host) => literal(&format!("{} on {host}", self.program.name)),
            None => format!(
                "{} || coalesce(' on ' || pg_catalog.host(pg_catalog.inet_client_addr()), '')",
                literal(&self.program.name)
            ),
        };
        let run_id = literal(self.run_id);
        let (version, name, checksum) = file.map_or_else(Default::default, |file| {
            (
                file.version().get().to_string(),
                literal(file.name.description()),
                literal(&file.migration.checksum().to_string()),
            )
        });
        let mut values = vec![
            ("database", database.as_str()),
            ("environment", &environment),
            ("runner", &runner),
            ("run_id", &run_id),
            ("version", &version),
            ("name", &name),
            ("checksum", &checksum),
        ];
        values.extend_from_slice(more);
        fill(template, &values)
    }
}

/// The `application_name` that makes a run visible to others.
pub(crate) fn application_name(run_id: &str) -> String {
    format!("jubilee-migrate {run_id}")
}

/// A pattern of `LIKE` for the `application_name` of any run.
pub(crate) fn any_application_name() -> String {
    application_name("%")
}

/// A new run's name for itself.
pub(crate) fn run_id() -> String {
    // RandomState is seeded by the operating system; that is all the randomness needed here.
    format!("{:016x}", random())
}

/// A random number, for identifiers and jitter.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
