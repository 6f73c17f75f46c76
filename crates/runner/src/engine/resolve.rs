//! Saying what became of an interrupted migration.

use jubilee_core::{Version, parse};

use crate::engine::Engine;
use crate::engine::context::application_name;
use crate::engine::run::refuse;
use crate::error::RunErrorKind;
use crate::history::{RESOLVED_AS_COMPLETED, RESOLVED_TO_RERUN};
use crate::left::Left;
use crate::link::Link;
use crate::message::Message;
use crate::refusal;
use crate::sql::literal;
use crate::state::{Divergence, Known, MigrationState, MigrationStatus};

/// What somebody who looked says of an interrupted migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resolution {
    /// It did all it should.
    Completed,
    /// It is to be run again; being idempotent, it finds what is there.
    Rerun,
}

/// An interrupted migration that was resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resolved {
    /// The migration as it stood before.
    pub migration: MigrationState,
    /// What the catalog says of what its statements were to bring about. It is asked before a
    /// migration is recorded as completed.
    pub left: Vec<Left>,
    /// How many of the statements leave nothing that was looked for.
    pub unchecked: usize,
}

impl<L: Link> Engine<'_, L> {
    /// Records what somebody found out about an interrupted migration, or another answer than the
    /// one before.
    pub(crate) async fn resolve(
        &mut self,
        version: Version,
        resolution: Resolution,
    ) -> Result<Resolved, RunErrorKind> {
        let (snapshot, states) = self.status().await?;
        refuse(refusal::identity(
            &snapshot.target,
            &snapshot.rows,
            self.context.database,
            self.context.environment,
        ))?;
        // The answer would be about the files of another folder, or a number that two branches took.
        let state = states.iter().find(|state| state.name.version() == version);
        if let Some((name, applied)) = state.and_then(|s| Some((&s.name, s.applied_as.as_ref()?))) {
            let (name, applied) = (name.clone(), applied.clone());
            return Err(RunErrorKind::Diverged(vec![Divergence::OtherName {
                name,
                applied,
            }]));
        }
        let its = its_status(&states, version, resolution)?;
        let migration = states
            .into_iter()
            .find(|state| state.name.version() == version)
            .ok_or(RunErrorKind::UnknownMigration(version))?;
        refuse(refusal::writing(&snapshot.target))?;
        let known = &self.context.known;
        let file = known.iter().find(|file| file.version() == version);
        let file = file.ok_or_else(|| RunErrorKind::NoFile(migration.name.clone()))?;
        let (left, unchecked) = match resolution {
            Resolution::Completed => self.look_at_file(file).await?,
            Resolution::Rerun => (Vec::new(), 0),
        };
        if left.iter().any(|left| !left.done) {
            return Err(RunErrorKind::NotDone {
                name: migration.name,
                left,
            });
        }
        let (template, mark) = match resolution {
            Resolution::Completed => (
                include_str!("../sql/resolve_completed.sql"),
                RESOLVED_AS_COMPLETED,
            ),
            Resolution::Rerun => (include_str!("../sql/resolve_rerun.sql"), RESOLVED_TO_RERUN),
        };
        // The row must still be the one that was looked at, so its run is named again.
        let run = literal(migration.run_id.as_deref().unwrap_or_default());
        let values = [
            ("its_run", &*run),
            ("its_status", &literal(its)),
            ("mark", &literal(mark)),
        ];
        let sql = self.context.statement(template, Some(file), &values);
        // A migration that is under way behind this one would be applied, and this one not.
        let message = Message::query(&[
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
            &format!(
                "SET LOCAL lock_timeout = {}",
                self.context.options.lock_timeout.as_millis()
            ),
            "LOCK TABLE public.schema_migrations IN SHARE ROW EXCLUSIVE MODE",
            &sql,
            "COMMIT",
        ]);
        let reply = match self.exchange(message).await {
            Ok(reply) => reply,
            Err(failure) => {
                let error = self.own_failure("record the resolution", failure);
                let _ = self.exchange(Message::control("ROLLBACK")).await;
                return Err(error);
            }
        };
        if reply.results.iter().flatten().next().is_none() {
            return Err(RunErrorKind::ResolvedMeanwhile(migration.name));
        }
        Ok(Resolved {
            migration,
            left,
            unchecked,
        })
    }

    async fn look_at_file(&mut self, file: &Known<'_>) -> Result<(Vec<Left>, usize), RunErrorKind> {
        let parsed = parse(self.context.database, &file.name, file.text());
        let Some(script) = parsed.script else {
            return Ok((Vec::new(), 1));
        };
        let text = file.text();
        let statements = script.statements().iter();
        let statements: Vec<&str> = statements.map(|s| &text[s.range.clone()]).collect();
        self.look_at_all(&statements).await
    }
}

/// The status that the row of a migration has, if it can be resolved in that way.
fn its_status(
    states: &[MigrationState],
    version: Version,
    resolution: Resolution,
) -> Result<&'static str, RunErrorKind> {
    let mut states = states.iter().skip_while(|s| s.name.version() != version);
    let state = states
        .next()
        .ok_or(RunErrorKind::UnknownMigration(version))?;
    match (state.status, resolution) {
        (MigrationStatus::Interrupted, _) => return Ok("running"),
        (MigrationStatus::Rerun, Resolution::Completed) => return Ok("failed"),
        (MigrationStatus::Completed, Resolution::Rerun) if state.resolved => {
            return match states.find(|later| later.is_applied()) {
                None => Ok("completed"),
                Some(later) => Err(RunErrorKind::AppliedAfter {
                    name: state.name.clone(),
                    later: later.name.clone(),
                }),
            };
        }
        _ => {}
    }
    Err(RunErrorKind::NotInterrupted {
        session: (state.status == MigrationStatus::Running)
            .then(|| application_name(state.run_id.as_deref().unwrap_or_default())),
        name: state.name.clone(),
        status: state.status,
    })
}
