use jubilee_core::Version;

use crate::engine::Engine;
use crate::engine::run::refuse;
use crate::error::RunError;
use crate::link::Link;
use crate::message::Message;
use crate::refusal;
use crate::sql::literal;
use crate::state::{MigrationState, MigrationStatus};

/// What somebody who looked says of an interrupted migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    ) -> Result<MigrationState, RunError> {
        let (snapshot, states) = self.status().await?;
        refuse(refusal::identity(
            &snapshot.target,
            &snapshot.rows,
            self.context.database,
            self.context.environment,
        ))?;
        let state = states
            .into_iter()
            .find(|state| state.version == version)
            .ok_or_else(|| RunError::Unsupported {
                what: format!("there is no migration {version}"),
                hint: "see `cargo xtask migrate status` for those that there are".to_owned(),
            })?;
        if state.status != MigrationStatus::Interrupted {
            return Err(not_interrupted(&state));
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
            .find(|file| file.version == version)
            .ok_or_else(|| RunError::Unsupported {
                what: format!("{} has no file", state.name),
                hint: "restore the file first".to_owned(),
            })?;
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
            return Err(RunError::Unsupported {
                what: format!("{} was resolved by somebody else meanwhile", state.name),
                hint: "see `cargo xtask migrate status`".to_owned(),
            });
        }
        Ok(state)
    }
}

fn not_interrupted(state: &MigrationState) -> RunError {
    let end_it = format!(
        "its run is at work: wait for it, or end its session first:\n\
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'jubilee-migrate {}'",
        state.run_id.as_deref().unwrap_or_default()
    );
    let hint = match state.status {
        MigrationStatus::Running => end_it.as_str(),
        MigrationStatus::Failed => {
            "there is nothing to resolve: correct the file, and the next run tries it again"
        }
        MigrationStatus::Pending => "there is nothing to resolve: the next run applies it",
        _ => "there is nothing to resolve",
    };
    RunError::Unsupported {
        what: format!("{} is {}, not interrupted", state.name, state.status),
        hint: hint.to_owned(),
    }
}
