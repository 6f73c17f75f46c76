use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use jubilee_core::{Environment, Version};

use crate::message::{Message, Part};
use crate::options::Options;
use crate::sql::{fill, literal};
use crate::state::Known;
use crate::target::Target;

/// What stays the same for a whole run: who runs what where.
pub(crate) struct Context<'a> {
    pub(crate) database: &'a str,
    pub(crate) environment: Environment,
    pub(crate) known: Vec<Known<'a>>,
    pub(crate) target: Option<Version>,
    pub(crate) options: &'a Options,
    pub(crate) run_id: String,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        database: &'a str,
        environment: Environment,
        known: Vec<Known<'a>>,
        target: Option<Version>,
        options: &'a Options,
    ) -> Self {
        Self {
            database,
            environment,
            known,
            target,
            options,
            run_id: run_id(),
        }
    }

    /// The `application_name` that makes this run visible to others.
    pub(crate) fn application_name(&self) -> String {
        format!("jubilee-migrate {}", self.run_id)
    }

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
        let runner = match &self.options.host {
            Some(host) => literal(&format!("{} on {host}", self.options.runner)),
            None => format!(
                "{} || coalesce(' on ' || pg_catalog.host(pg_catalog.inet_client_addr()), '')",
                literal(&self.options.runner)
            ),
        };
        let run_id = literal(&self.run_id);
        let (version, name, checksum) = file.map_or_else(Default::default, |file| {
            (
                file.version.get().to_string(),
                literal(file.migration.name()),
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

/// The statements that bring a session back to what it was before a migration.
#[derive(Default)]
pub(crate) struct SessionReset {
    role: Vec<String>,
    rest: Vec<String>,
}

impl SessionReset {
    pub(crate) fn of(target: &Target) -> Self {
        Self {
            role: role(target),
            rest: rest(target),
        }
    }

    pub(crate) fn is_known(&self) -> bool {
        !self.rest.is_empty()
    }

    /// The role that the session had: before a migration's completion is recorded, since that
    /// is for the runner's role to do.
    pub(crate) fn push_role(&self, message: &mut Message) {
        for statement in &self.role {
            message.push(Part::Control, statement);
        }
    }

    /// Its settings, without the cursors, temporary tables, prepared statements and LISTENs
    /// that a migration may have left.
    pub(crate) fn push_rest(&self, message: &mut Message) {
        for statement in &self.rest {
            message.push(Part::Control, statement);
        }
    }
}

fn role(target: &Target) -> Vec<String> {
    // This resets the role too.
    let mut statements = vec!["SET SESSION AUTHORIZATION DEFAULT".to_owned()];
    if target.set_role != "none" && !target.set_role.is_empty() {
        statements.push(format!("SET ROLE {}", literal(&target.set_role)));
    }
    statements
}

/// `DISCARD ALL` would do more than this, and cannot stand behind `COMMIT` in one message,
/// where a transaction pooler needs it.
fn rest(target: &Target) -> Vec<String> {
    let name = format!(
        "pg_catalog.set_config('application_name', {}, false)",
        literal(&target.application_name)
    );
    let settings = target
        .session_settings
        .as_deref()
        .map(|s| format!(", {s}"))
        .unwrap_or_default();
    vec![
        "RESET ALL".to_owned(),
        "CLOSE ALL".to_owned(),
        "UNLISTEN *".to_owned(),
        "DISCARD TEMP".to_owned(),
        // Only those that SQL made: a driver's own are not this runner's to drop.
        "DO $$ DECLARE s text; BEGIN FOR s IN SELECT name FROM pg_catalog.pg_prepared_statements WHERE from_sql \
         LOOP EXECUTE pg_catalog.format('DEALLOCATE %I', s); END LOOP; END $$"
            .to_owned(),
        format!("SELECT {name}{settings}"),
    ]
}

fn run_id() -> String {
    // RandomState is seeded by the operating system; that is all the randomness needed here.
    format!("{:016x}", random())
}

/// A random number, for identifiers and jitter.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
