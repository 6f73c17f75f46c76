//! One run: what is pending, in order, until nothing is.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use jubilee_core::{MigrationName, Parsed, Script, TransactionMode, Version, Violations, parse};

use crate::engine::Context;
use crate::engine::read::{Details, Snapshot};
use crate::engine::script::Step;
use crate::engine::terms::{Path, Terms};
use crate::error::{RunErrorKind, Stopped};
use crate::event::{Applied, Event};
use crate::history::{HistoryRow, RowStatus};
use crate::link::Link;
use crate::message::{Message, Part};
use crate::refusal;
use crate::state::{self, Divergence, Known, MigrationState, MigrationStatus};
use crate::target::Server;

/// One run against one database.
pub(crate) struct Engine<'a, L: Link> {
    pub(crate) link: &'a mut L,
    pub(crate) context: &'a Context<'a>,
    pub(crate) events: &'a mut (dyn FnMut(&Event) + Send),
    pub(crate) applied: Vec<Applied>,
    /// The applied migrations that are newer than all files, where that is accepted.
    pub(crate) newer: Vec<MigrationName>,
    /// What was read before the run began.
    pub(crate) ahead: Option<Snapshot>,
    /// Where this is, known once the target was read.
    pub(crate) server: Option<Server>,
    /// What the target demands, known once it was read.
    pub(crate) terms: Terms,
    /// Send the migration's statements one by one: where the server wants that (Citus), and
    /// where a driver could not tell which statement of a message failed.
    pub(crate) one_by_one: bool,
    /// A commit of this run may not be on disk yet.
    pub(crate) unflushed: bool,
    /// Since when another runner is in the way.
    pub(crate) waiting_since: Option<Instant>,
    pub(crate) last_wait_said: Option<Option<i32>>,
    /// How often in a row another runner was faster.
    pub(crate) losses: u32,
    /// How many migrations were completed when the history was read last.
    completed: usize,
    /// The pending migrations that were parsed already.
    scripts: BTreeMap<Version, (TransactionMode, Arc<Script>)>,
    /// How often which migration was tried and failed for a passing reason.
    pub(crate) attempts: (Option<Version>, u32),
    /// Whether the run went on over another connection and has not read the history since.
    resumed: bool,
}

/// A migration that a run would apply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Planned {
    /// Its name.
    pub name: MigrationName,
    /// Whether it runs in one transaction with its history row.
    pub mode: TransactionMode,
    /// The statements that would be sent for it, in order.
    pub statements: Vec<String>,
}

impl Planned {
    fn from_step(step: &Step<'_>) -> Self {
        Self {
            name: step.file.name.clone(),
            mode: step.mode,
            statements: (0..step.script.statements().len())
                .map(|i| step.statement(i).to_owned())
                .collect(),
        }
    }
}

/// What comes after a part of the work.
pub(crate) enum Next {
    /// The next part.
    GoOn,
    /// Read the history again: another runner was faster, or something passed.
    ReadAgain,
}

impl<'a, L: Link> Engine<'a, L> {
    pub(crate) fn new(
        link: &'a mut L,
        context: &'a Context<'a>,
        events: &'a mut (dyn FnMut(&Event) + Send),
    ) -> Self {
        Self {
            link,
            context,
            events,
            resumed: false,
            applied: Vec::new(),
            newer: Vec::new(),
            ahead: None,
            server: None,
            terms: Terms::default(),
            one_by_one: false,
            unflushed: false,
            waiting_since: None,
            last_wait_said: None,
            losses: 0,
            completed: 0,
            scripts: BTreeMap::new(),
            attempts: (None, 0),
        }
    }

    /// Goes on with a run that lost its connection, after it had applied these.
    pub(crate) fn resuming(mut self, applied: Vec<Applied>) -> Self {
        self.resumed = !applied.is_empty();
        self.unflushed = self.resumed;
        self.applied = applied;
        self
    }

    /// Where every migration stands, and what stands against the target. Writes nothing.
    pub(crate) async fn status(&mut self) -> Result<(Snapshot, Vec<MigrationState>), RunErrorKind> {
        let snapshot = self.read_first(Details::OfAll).await?;
        let states = state::states(&self.context.known, &snapshot.rows);
        Ok((snapshot, states))
    }

    /// What [`Engine::run`] would apply, in order. Writes nothing.
    pub(crate) async fn plan(&mut self) -> Result<Vec<Planned>, RunErrorKind> {
        let snapshot = self.read_first(Details::OfUnfinished).await?;
        let steps = self.steps(&snapshot)?;
        if !steps.is_empty() {
            self.come_to_terms(&snapshot, &steps).await?;
        }
        Ok(steps.iter().map(Planned::from_step).collect())
    }

    /// Applies what is pending. What was applied stays in `self.applied`, also on an error.
    pub(crate) async fn run(&mut self) -> Result<(), RunErrorKind> {
        match self.run_all().await {
            // A cancel request that was wished for, between two migrations.
            Err(RunErrorKind::Server { error, .. })
                if error.code == "57014" && self.context.options.stop.is_set() =>
            {
                Err(RunErrorKind::Stopped(Stopped::BetweenMigrations))
            }
            ended => ended,
        }
    }

    async fn run_all(&mut self) -> Result<(), RunErrorKind> {
        let mut planned = false;
        loop {
            self.check_stop()?;
            let snapshot = self.read_first(Details::OfUnfinished).await?;
            self.notice_progress(&snapshot);
            let steps = self.steps(&snapshot)?;
            if steps.is_empty() {
                return self.flush().await;
            }
            self.come_to_terms(&snapshot, &steps).await?;
            if let Some(running) = snapshot
                .rows
                .iter()
                .find(|row| row.status == RowStatus::Running)
            {
                self.wait_for(running).await?;
                continue;
            }
            if !std::mem::replace(&mut planned, true) {
                (self.events)(&Event::Planned {
                    pending: steps.len(),
                });
            }
            if snapshot.target.history_columns.is_none() && !self.create_history().await? {
                continue;
            }
            if let Next::GoOn = self.apply(&steps).await? {
                return Ok(());
            }
        }
    }

    /// Finds out, before anything is written, what the target and the way to it allow.
    async fn come_to_terms(
        &mut self,
        snapshot: &Snapshot,
        steps: &[Step<'_>],
    ) -> Result<(), RunErrorKind> {
        let target = &snapshot.target;
        refuse(refusal::writing(target))?;
        if !self.terms.are_known() {
            if target.has_citus {
                let found = self.read_citus().await?;
                refuse(refusal::citus(found))?;
            }
            let path = Path::of(target, self.link.process().await);
            let mut known = target.clone();
            if path != Path::Pooled && known.caller_session.is_none() {
                known.caller_session = Some(self.read_caller_session().await?);
            }
            self.terms = Terms::of(&known, path);
            self.one_by_one |= target.has_citus;
        }
        if self.terms.path == Path::Pooled {
            let alone = |step: &&Step<'_>| step.mode == TransactionMode::None;
            let migrations: Vec<_> = steps
                .iter()
                .filter(alone)
                .map(|s| s.file.name.clone())
                .collect();
            if !migrations.is_empty() {
                refuse(vec![refusal::Refusal::Pooled { migrations }])?;
            }
        }
        Ok(())
    }

    /// The pending migrations, parsed, after everything that stands against them.
    fn steps(&mut self, snapshot: &Snapshot) -> Result<Vec<Step<'a>>, RunErrorKind> {
        let context = self.context;
        refuse(refusal::identity(
            &snapshot.target,
            &snapshot.rows,
            context.database,
            context.environment,
        ))?;
        let states = state::states(&context.known, &snapshot.rows);
        let mut divergences = state::divergences(&states);
        if context.options.accept_newer {
            self.newer.clear();
            divergences.retain(|divergence| match divergence {
                Divergence::Missing {
                    name,
                    newer_than_all_files: true,
                } => {
                    self.newer.push(name.clone());
                    false
                }
                _ => true,
            });
        }
        if !divergences.is_empty() {
            return Err(RunErrorKind::Diverged(divergences));
        }
        self.check_target()?;
        let mut steps: Vec<Step<'a>> = Vec::new();
        let mut violations = Vec::new();
        let mut previous = None;
        let files = states.iter().filter_map(|state| {
            let of = context
                .known
                .binary_search_by_key(&state.name.version(), Known::version);
            Some((state, &context.known[of.ok()?]))
        });
        for (state, file) in files {
            let before = previous.replace(file.version());
            let pending = matches!(
                state.status,
                MigrationStatus::Pending
                    | MigrationStatus::Failed
                    | MigrationStatus::Rerun
                    | MigrationStatus::Running
                    | MigrationStatus::Interrupted
            );
            if !pending || context.target.is_some_and(|target| file.version() > target) {
                continue;
            }
            if self.has_applied(&file.name) {
                return Err(RunErrorKind::RowGone(file.name.clone()));
            }
            let parsed = match self.scripts.get(&file.version()) {
                Some(parsed) => parsed.clone(),
                None => match parse(context.database, &file.name, file.text()) {
                    Parsed {
                        transaction,
                        script: Some(script),
                        violations: none,
                        ..
                    } if none.is_empty() => {
                        let parsed = (transaction, Arc::new(script));
                        self.scripts.insert(file.version(), parsed.clone());
                        parsed
                    }
                    broken => {
                        violations.extend(broken.violations);
                        continue;
                    }
                },
            };
            steps.push(Step {
                file: file.clone(),
                previous: before,
                mode: parsed.0,
                script: parsed.1,
                failed_before: matches!(
                    state.status,
                    MigrationStatus::Failed | MigrationStatus::Rerun
                ),
                last: false,
            });
        }
        if !violations.is_empty() {
            return Err(RunErrorKind::Invalid(Violations(violations)));
        }
        if let Some(last) = steps.last_mut() {
            last.last = true;
        }
        Ok(steps)
    }

    /// A target past the last migration is a slip, and would mean "all of them".
    fn check_target(&self) -> Result<(), RunErrorKind> {
        let last = self.context.known.last().map(|file| file.version());
        match self.context.target {
            Some(target) if last.is_none_or(|last| target > last) => {
                Err(RunErrorKind::UnknownTarget { target, last })
            }
            _ => Ok(()),
        }
    }

    async fn apply(&mut self, steps: &[Step<'a>]) -> Result<Next, RunErrorKind> {
        let mut rest = steps;
        while let Some(step) = rest.first() {
            self.check_stop()?;
            let together = |step: &&Step<'a>| {
                step.mode == TransactionMode::Transactional && step.fits_one_message()
            };
            let (next, done) = if step.mode == TransactionMode::None {
                (self.alone(step).await?, 1)
            } else if self.one_by_one || !together(&step) {
                (self.in_pieces(step).await?, 1)
            } else {
                let count = rest.iter().take_while(together).count();
                (self.in_a_row(&rest[..count]).await?, count)
            };
            if let Next::ReadAgain = next {
                return Ok(Next::ReadAgain);
            }
            rest = &rest[done..];
        }
        Ok(Next::GoOn)
    }

    /// Creates the history table. `false` when another runner is creating it at this moment:
    /// `IF NOT EXISTS` does not protect from that (a unique violation in pg_type or pg_class).
    async fn create_history(&mut self) -> Result<bool, RunErrorKind> {
        let mut message = Message::default();
        if self.terms.asynchronous {
            // What is lost with it comes later in the log, and is lost too.
            message.push(Part::Control, "SET LOCAL synchronous_commit = off");
        }
        push_create_history(self.terms.citus, &mut message);
        match self.exchange(message).await {
            Ok(_) => {
                self.unflushed = self.terms.asynchronous;
                Ok(true)
            }
            Err(failure) => {
                let error = self.own_failure("create public.schema_migrations", failure);
                let raced = matches!(&error, RunErrorKind::Server { error, .. } if matches!(error.code.as_str(), "23505" | "42P07" | "42710" | "XX000"));
                if !raced || self.waiting_too_long() {
                    return Err(error);
                }
                self.short_pause().await;
                Ok(false)
            }
        }
    }

    /// Success is reported only when it is on disk. The last commit of a run waits for that by
    /// itself; only a run whose last migrations another runner applied has to ask.
    async fn flush(&mut self) -> Result<(), RunErrorKind> {
        if self.unflushed {
            let flush = Message::control(&self.context.flush());
            self.exchange(flush)
                .await
                .map_err(|f| self.own_failure("make the commits durable", f))?;
            self.unflushed = false;
        }
        Ok(())
    }

    /// Takes up what this run committed without having seen the answer, gives up what a server has
    /// lost in a crash, and notices that others get on: only who makes no progress makes others
    /// wait.
    pub(crate) fn notice_progress(&mut self, snapshot: &Snapshot) {
        let completed = snapshot
            .rows
            .iter()
            .filter(|row| row.status == RowStatus::Completed)
            .count();
        if std::mem::replace(&mut self.completed, completed) != completed {
            self.waiting_since = None;
        }
        let own = |row: &&HistoryRow| {
            row.run_id == self.context.run_id && row.status == RowStatus::Completed
        };
        let own: Vec<&HistoryRow> = snapshot.rows.iter().filter(own).collect();
        // Behind a pooler the server may have crashed, or given way to another, without a connection
        // of this run being lost.
        if std::mem::take(&mut self.resumed) || self.terms.path != Path::Direct {
            let (kept, lost) = std::mem::take(&mut self.applied)
                .into_iter()
                .partition(|applied| own.iter().any(|row| row.name == applied.name));
            self.applied = kept;
            for Applied { name, .. } in lost {
                (self.events)(&Event::Lost { name });
            }
        }
        for row in own {
            if !self.has_applied(&row.name) {
                self.note_applied(&row.name, row.execution_ms.unwrap_or_default());
            }
        }
    }

    pub(crate) fn has_applied(&self, name: &MigrationName) -> bool {
        self.applied.iter().any(|applied| applied.name == *name)
    }

    pub(crate) fn note_applied(&mut self, name: &MigrationName, execution_ms: u64) {
        let name = name.clone();
        self.applied.push(Applied {
            name: name.clone(),
            execution_ms,
        });
        self.got_on();
        (self.events)(&Event::Applied { name, execution_ms });
    }

    /// This run got on, so nobody is in its way any longer.
    pub(crate) fn got_on(&mut self) {
        self.losses = 0;
        self.waiting_since = None;
        self.last_wait_said = None;
    }

    pub(crate) fn check_stop(&self) -> Result<(), RunErrorKind> {
        if self.context.options.stop.is_set() {
            return Err(RunErrorKind::Stopped(Stopped::BetweenMigrations));
        }
        Ok(())
    }
}

/// In one message, and so in one transaction.
pub(crate) fn push_create_history(citus: bool, message: &mut Message) {
    if citus {
        let keep_local = crate::sql::fill(include_str!("../sql/keep_local.sql"), &[]);
        message.push(Part::Control, &keep_local);
    }
    message.push(Part::Control, include_str!("../sql/create_history.sql"));
}

pub(crate) fn refuse(refusals: Vec<refusal::Refusal>) -> Result<(), RunErrorKind> {
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(RunErrorKind::Refused(refusals))
    }
}
