//! Reading a target and its history.

use crate::engine::Engine;
use crate::error::RunErrorKind;
use crate::history::{self, HistoryRow};
use crate::link::{Link, UnderWay};
use crate::message::{Failure, LinkError, Message, Part, Reply};
use crate::sql::{fill, literal};
use crate::target::{CallerSession, CitusNode, HistoryKind, Target};

const PROBE: &str = include_str!("../sql/probe.sql");
const HISTORY: &str = include_str!("../sql/read_history.sql");
const WITHOUT_HISTORY: &str = include_str!("../sql/probe_without_history.sql");
const SESSION: &str = include_str!("../sql/caller_session.sql");
const CITUS: &str = include_str!("../sql/probe_citus.sql");

/// Of which rows it is read who applied what, when and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Details {
    /// Of all.
    OfAll,
    /// Of those that are not completed, and of this run's: a run has nothing to do with the
    /// others but to compare them with the files.
    OfUnfinished,
}

/// What was read of a database in one go.
pub(crate) struct Snapshot {
    /// How much of it.
    details: Details,
    pub(crate) target: Target,
    pub(crate) rows: Vec<HistoryRow>,
}

impl<L: Link> Engine<'_, L> {
    /// What was read ahead, if it is enough; else reads it.
    pub(crate) async fn read_first(&mut self, details: Details) -> Result<Snapshot, RunErrorKind> {
        let enough = |ahead: &Snapshot| ahead.details == Details::OfAll || ahead.details == details;
        match self.ahead.take().filter(enough) {
            Some(snapshot) => {
                self.server = Some(snapshot.target.server());
                Ok(snapshot)
            }
            None => self.read(details).await,
        }
    }

    /// Reads the target and its history: one message, no lock, nothing written. Where there is
    /// no history of ours the second statement fails, and [`Self::read_without_history`] asks.
    pub(crate) async fn read(&mut self, details: Details) -> Result<Snapshot, RunErrorKind> {
        self.read_after(None, details).await
    }

    /// The same, unless somebody has locked the history: whoever gives it up would leave a
    /// statement that waits, with others behind it.
    pub(crate) async fn read_ahead(&mut self, details: Details) -> Result<Snapshot, RunErrorKind> {
        let first = Some("SET LOCAL lock_timeout = 1");
        self.read_after(first, details).await
    }

    async fn read_after(
        &mut self,
        first: Option<&str>,
        details: Details,
    ) -> Result<Snapshot, RunErrorKind> {
        let wanted = match details {
            Details::OfAll => "true".to_owned(),
            Details::OfUnfinished => format!(
                "h.status <> 'completed' OR h.run_id = {}",
                literal(self.context.run_id)
            ),
        };
        let (probe, history) = (fill(PROBE, &[]), fill(HISTORY, &[("wanted", &wanted)]));
        let both = Message::query(&[&probe, &history]);
        let message = match first {
            Some(first) => Message::query(&[first, &probe, &history]),
            None => both.clone(),
        };
        match self.exchange(message).await {
            Ok(mut reply) => {
                reply.results.drain(..usize::from(first.is_some()));
                match self.snapshot_of(&reply, details)? {
                    // Each statement has a snapshot of its own: the history was created between them.
                    Snapshot { target, .. } if target.has_no_history_table() => {
                        self.read_without_history(both, details).await
                    }
                    snapshot => Ok(snapshot),
                }
            }
            // No such table, column or privilege: what is there is for the probe to tell.
            Err(Failure {
                error: LinkError::Server(error),
                ..
            }) if error.code.starts_with("42") || error.code.starts_with("3F") => {
                self.read_without_history(both, details).await
            }
            Err(failure) => Err(self.own_failure("read the history", failure)),
        }
    }

    /// Asks for what is needed to create a history, and once more for the target. In this order:
    /// another runner may create the history and its tables meanwhile, and tables that were there
    /// before a moment without a history are somebody else's; those seen behind it may be a
    /// runner's.
    async fn read_without_history(
        &mut self,
        both: Message,
        details: Details,
    ) -> Result<Snapshot, RunErrorKind> {
        let mut probe = Message::query(&[&fill(WITHOUT_HISTORY, &[]), &fill(PROBE, &[])]);
        let asks_for_session = !self.context.options.new_session;
        if asks_for_session {
            probe.push(Part::Control, &fill(SESSION, &[]));
        }
        let reply = self
            .exchange(probe)
            .await
            .map_err(|f| self.own_failure("read the target", f))?;
        let mut target = self.target_of(&reply, 1)?.without_history(&reply);
        target.caller_session = asks_for_session.then(|| caller_session(&reply, 2));
        if target.history() == HistoryKind::Ours && target.may_read_history {
            // Another runner has created it in between, or there is more to it than
            // can be mended by asking again: the rows must not be taken for absent.
            let both = self.exchange(both).await;
            let reply = both.map_err(|f| self.own_failure("read the history", f))?;
            return self.snapshot_of(&reply, details);
        }
        Ok(Snapshot {
            details,
            target,
            rows: Vec::new(),
        })
    }

    /// What the caller has set and prepared in the session.
    pub(crate) async fn read_caller_session(&mut self) -> Result<CallerSession, RunErrorKind> {
        if self.context.options.new_session {
            return Ok(CallerSession::default());
        }
        let reply = self
            .exchange(Message::query(&[&fill(SESSION, &[])]))
            .await
            .map_err(|f| self.own_failure("read the session's settings", f))?;
        Ok(caller_session(&reply, 0))
    }

    /// What Citus says of this node, where its tables are.
    pub(crate) async fn read_citus(&mut self) -> Result<CitusNode, RunErrorKind> {
        let query = Message::query(&[&fill(CITUS, &[])]);
        match self.exchange(query).await {
            Ok(reply) => {
                let row = reply.results.first().and_then(|rows| rows.first());
                let text = |i: usize| row.and_then(|row| row.get(i)?.clone());
                Ok(CitusNode {
                    is_worker: text(0).as_deref() == Some("t"),
                    history: text(1),
                })
            }
            // It is loaded, and its extension is not created yet.
            Err(Failure {
                error: LinkError::Server(error),
                ..
            }) if error.code.starts_with("42") => Ok(CitusNode::default()),
            Err(failure) => Err(self.own_failure("read the tables of Citus", failure)),
        }
    }

    /// Sends one message and waits for its answer.
    pub(crate) async fn exchange(&mut self, message: Message) -> Result<Reply, Failure> {
        let mut answer = Reply::default();
        self.link
            .send_all(&mut std::iter::once(message), UnderWay::One, &mut |reply| {
                answer = reply
            })
            .await?;
        Ok(answer)
    }

    /// The error for a statement of the runner's own.
    pub(crate) fn own_failure(&self, doing: &'static str, failure: Failure) -> RunErrorKind {
        match failure.error {
            LinkError::Server(error) => RunErrorKind::Server { doing, error },
            LinkError::Lost(cause) => RunErrorKind::ConnectionLost {
                during: None,
                cause,
            },
        }
    }

    fn snapshot_of(&mut self, reply: &Reply, details: Details) -> Result<Snapshot, RunErrorKind> {
        let target = self.target_of(reply, 0)?;
        let rows = reply.results.get(1).map(Vec::as_slice).unwrap_or_default();
        // Another program's table may have columns of the same names.
        let rows = if target.history() == HistoryKind::Ours {
            history::read(rows).map_err(RunErrorKind::OddHistory)?
        } else {
            Vec::new()
        };
        Ok(Snapshot {
            details,
            target,
            rows,
        })
    }

    /// What the statement of that index says, which is the probe.
    fn target_of(&mut self, reply: &Reply, statement: usize) -> Result<Target, RunErrorKind> {
        let row = reply.results.get(statement).and_then(|rows| rows.first());
        let target = row.map(Target::from_row).ok_or(RunErrorKind::NoAnswer)?;
        self.server = Some(target.server());
        Ok(target)
    }
}

impl Target {
    /// With what the first statement of the reply says.
    fn without_history(self, reply: &Reply) -> Self {
        let row = reply.results.first().and_then(|rows| rows.first());
        let text = |i: usize| row.and_then(|row| row.get(i)?.clone());
        Self {
            has_refinery_history: text(0).as_deref() == Some("t"),
            tables_in_public: text(1),
            ..self
        }
    }
}

/// The answer of `caller_session.sql`, which is the statement of that index.
fn caller_session(reply: &Reply, statement: usize) -> CallerSession {
    let row = reply.results.get(statement).and_then(|rows| rows.first());
    let text = |i: usize| row.and_then(|row| row.get(i)?.as_deref());
    CallerSession {
        settings: text(0).unwrap_or_default().to_owned(),
        has_prepared: text(1) != Some("f"),
    }
}
