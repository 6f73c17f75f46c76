//! Saying what became of an interrupted migration.

use jubilee_core::Version;

use crate::engine::Engine;
use crate::engine::context::application_name;
use crate::engine::run::refuse;
use crate::error::RunErrorKind;
use crate::link::Link;
use crate::message::Message;
use crate::refusal;
use crate::sql::literal;
use crate::state::{MigrationState, MigrationStatus};

/// What somebody who looked says of an interrupted migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resolution {
    /// It did all it should.
    Completed,
    /// It is to be run again; being idempotent, it finds what is there.
    Rerun,
}

impl<L: Link> Engine<'_, L> {
    /// Records what somebody found out about an interrupted migration.
    pub(crate) async fn resolve(
        &mut self,
        version: Version,
        resolution: Resolution,
    ) -> Result<MigrationState, RunErrorKind> {
        let (snapshot, states) = self.status().await?;
        refuse(refusal::identity(
            &snapshot.target,
            &snapshot.rows,
            self.context.database,
            self.context.environment,
        ))?;
        let state = states
            .into_iter()
            .find(|state| state.name.version() == version)
            .ok_or(RunErrorKind::UnknownMigration(version))?;
        if state.status != MigrationStatus::Interrupted {
            return Err(RunErrorKind::NotInterrupted {
                session: (state.status == MigrationStatus::Running)
                    .then(|| application_name(state.run_id.as_deref().unwrap_or_default())),
                name: state.name,
                status: state.status,
            });
        }
        refuse(refusal::writing(&snapshot.target))?;
        let template = match resolution {
            Resolution::Completed => include_str!("../sql/resolve_completed.sql"),
            Resolution::Rerun => include_str!("../sql/resolve_rerun.sql"),
        };
        let file = self
            .context
            .known
            .iter()
            .find(|file| file.version() == version)
            .ok_or_else(|| RunErrorKind::NoFile(state.name.clone()))?;
        // The row must still be the one that was looked at, so its run is named again.
        let run = literal(state.run_id.as_deref().unwrap_or_default());
        let sql = self
            .context
            .statement(template, Some(file), &[("interrupted_run", &run)]);
        let reply = self
            .exchange(Message::query(&[&sql]))
            .await
            .map_err(|f| self.own_failure("record the resolution", f))?;
        if reply.results.iter().flatten().next().is_none() {
            return Err(RunErrorKind::ResolvedMeanwhile(state.name));
        }
        Ok(state)
    }
}
