//! What is done about a message that failed.

use std::time::Duration;

use jubilee_core::Position;

use crate::engine::Engine;
use crate::engine::context::random;
use crate::engine::read::{Details, Snapshot};
use crate::engine::run::Next;
use crate::engine::script::Step;
use crate::error::{Failed, RunErrorKind, Stopped};
use crate::event::Event;
use crate::history::{HistoryRow, RowStatus};
use crate::link::Link;
use crate::message::{Failure, LinkError, Message, Part, Reply, ServerError, TextRange};

/// What an error means for the run.
enum Meaning {
    /// Another run claimed the version, or the one before it is not completed yet.
    OtherWasFaster,
    /// Another run holds the claim in an open transaction.
    ClaimIsHeld,
    /// There is no history to claim it in: somebody dropped it, or a server took over that never had it.
    NoHistory,
    /// It passes: see [`ServerError::is_transient`].
    Passing,
    /// The migration is wrong, or the server cannot run it.
    Final,
    /// The driver cannot tell which of several statements failed.
    PlaceUnknown,
}

/// What `complete.sql` makes the server say.
pub(crate) fn is_row_gone(error: &ServerError) -> bool {
    error.message.contains("no row is left of the claim")
}

impl<'a, L: Link> Engine<'a, L> {
    /// Ends a migration that did not go through: rolls back, finds out what it means, and
    /// waits, tries again or gives up accordingly.
    pub(crate) async fn failed(
        &mut self,
        step: &Step<'a>,
        failure: Failure,
    ) -> Result<Next, RunErrorKind> {
        let error = match failure.error {
            LinkError::Server(error) => *error,
            LinkError::Lost(cause) => {
                return Err(RunErrorKind::ConnectionLost {
                    during: Some(step.file.name.clone()),
                    cause,
                });
            }
        };
        let place = failure.message.place(failure.completed, error.position);
        self.roll_back(step).await?;
        if self.context.options.stop.is_set() {
            return Err(self.stopped(step, place).await);
        }
        match meaning(&error, place, self.one_by_one) {
            Meaning::OtherWasFaster => self.yield_to_other().await?,
            Meaning::ClaimIsHeld => self.wait_for_claim().await?,
            Meaning::PlaceUnknown => self.one_by_one = true,
            Meaning::Passing if self.may_try_again(step, &error).await => {}
            Meaning::NoHistory if self.has_no_history().await? => {}
            Meaning::NoHistory | Meaning::Passing | Meaning::Final => {
                let failed = self.describe(step, place, error);
                return self.record(step, failed).await;
            }
        }
        Ok(Next::ReadAgain)
    }

    /// What a wish to stop met, as the history says.
    async fn stopped(
        &mut self,
        step: &Step<'a>,
        place: Option<(Part, Option<usize>)>,
    ) -> RunErrorKind {
        let snapshot = match self.read_after_cancel().await {
            Ok(snapshot) => snapshot,
            Err(RunErrorKind::ConnectionLost { cause, .. }) => {
                return RunErrorKind::ConnectionLost {
                    during: Some(step.file.name.clone()),
                    cause,
                };
            }
            Err(error) => return error,
        };
        // The cancel request may have come after the commit.
        self.notice_progress(&snapshot);
        let is_own = |row: &&HistoryRow| {
            row.version() == step.file.version()
                && row.run_id == self.context.run_id
                && row.status == RowStatus::Running
        };
        if snapshot.rows.iter().any(|row| is_own(&row)) {
            // Without a transaction: it came between the commit of the claim and the first statement.
            let text = "57014: stopped before its first statement";
            let fail = Message::control(&self.context.fail_claim(&step.file, text));
            let _ = self.exchange_after_cancel(fail).await;
        }
        // Who only waits for another runner's claim has nothing under way.
        let waits = matches!(place, Some((Part::Claim | Part::Control, _)));
        RunErrorKind::Stopped(if waits || self.has_applied(&step.file.name) {
            Stopped::BetweenMigrations
        } else {
            Stopped::RolledBack {
                name: step.file.name.clone(),
            }
        })
    }

    async fn roll_back(&mut self, step: &Step<'a>) -> Result<(), RunErrorKind> {
        // What a rollback does not undo (a prepared statement, say) must not meet the next try.
        let mut message = Message::control("ROLLBACK");
        self.terms.push_role(&mut message);
        self.terms.push_reset(&mut message);
        match self.exchange_after_cancel(message).await {
            Ok(_) => Ok(()),
            Err(Failure {
                error: LinkError::Server(error),
                ..
            }) => Err(RunErrorKind::Server {
                doing: "roll back",
                error,
            }),
            Err(Failure {
                error: LinkError::Lost(cause),
                ..
            }) => Err(RunErrorKind::ConnectionLost {
                during: Some(step.file.name.clone()),
                cause,
            }),
        }
    }

    /// Sends a message of the runner's own. The cancel request that ended a migration may be
    /// followed by others, which then hit this.
    pub(crate) async fn exchange_after_cancel(
        &mut self,
        message: Message,
    ) -> Result<Reply, Failure> {
        for _ in 0..10 {
            match self.exchange(message.clone()).await {
                Err(Failure {
                    error: LinkError::Server(error),
                    ..
                }) if error.code == "57014" => {}
                ended => return ended,
            }
        }
        self.exchange(message).await
    }

    pub(crate) async fn may_try_again(&mut self, step: &Step<'a>, error: &ServerError) -> bool {
        let version = Some(step.file.version());
        let attempt = if self.attempts.0 == version {
            self.attempts.1 + 1
        } else {
            1
        };
        self.attempts = (version, attempt);
        let of = self.context.options.retries + 1;
        if attempt >= of {
            return false;
        }
        let base = 100u64 << attempt.min(6);
        let delay = Duration::from_millis(base / 2 + random() % (base / 2 + 1));
        (self.events)(&Event::Retrying {
            name: step.file.name.clone(),
            reason: error.message.clone(),
            attempt,
            of,
            delay,
        });
        self.pause(delay).await;
        true
    }

    /// Maps the place that the server names to the migration's text.
    pub(crate) fn describe(
        &self,
        step: &Step<'a>,
        place: Option<(Part, Option<usize>)>,
        mut error: ServerError,
    ) -> Failed {
        if is_row_gone(&error) {
            error.message =
                "the migration changed its own row in public.schema_migrations, or ended its transaction"
                    .to_owned();
            error.hint = Some("leave both to the runner".to_owned());
        }
        let text = step.file.text();
        let (statement, at) = match place {
            Some((Part::Statement(index), offset)) => {
                let statement = step.script.statements().get(index).map(|s| s.range.clone());
                let at = match (&statement, offset) {
                    (Some(range), Some(offset)) => Some(range.start + offset),
                    (Some(range), None) => line_in_block(&text[range.clone()], &error)
                        .map(|offset| range.start + offset),
                    _ => None,
                };
                (statement, at)
            }
            _ => (None, None),
        };
        let start = at.or(statement.as_ref().map(|s: &TextRange| s.start));
        Failed {
            name: step.file.name.clone(),
            position: start.map(|offset| Position::of(text, offset)),
            statement,
            at,
            error,
            attempts: if self.attempts.0 == Some(step.file.version()) {
                self.attempts.1.max(1)
            } else {
                1
            },
            rolled_back: true,
            recorded: false,
        }
    }

    async fn record(&mut self, step: &Step<'a>, mut failed: Failed) -> Result<Next, RunErrorKind> {
        let record = self
            .context
            .record_failure(&step.file, &history_text(&failed));
        let written = self.exchange(Message::query(&[&record])).await;
        if let Err(Failure {
            error: LinkError::Lost(cause),
            ..
        }) = &written
            && self.unflushed
        {
            // A server that crashed may have lost what was applied before.
            return Err(RunErrorKind::ConnectionLost {
                during: Some(step.file.name.clone()),
                cause: format!("{cause}, after {}", failed.error.message),
            });
        }
        failed.recorded =
            written.is_ok_and(|reply| reply.results.iter().flatten().next().is_some());
        if !failed.recorded
            && let Some(row) = self.own_row(step).await
        {
            match row.status {
                // What failed came after the commit: a cancel request that hit late.
                RowStatus::Completed => return Ok(Next::ReadAgain),
                // The claim outlived the rollback: the transaction had ended before its time,
                // so a part of the migration is committed.
                RowStatus::Running => {
                    return Err(RunErrorKind::Interrupted {
                        name: step.file.name.clone(),
                        started_at: row.started_at.unwrap_or_default(),
                        runner: row.runner,
                    });
                }
                RowStatus::Failed => {}
            }
        }
        Err(RunErrorKind::Failed(Box::new(failed)))
    }

    /// The row that this run has written for a migration.
    async fn own_row(&mut self, step: &Step<'a>) -> Option<HistoryRow> {
        let snapshot = self.read_after_cancel().await.ok()?;
        // Where the failure came after the commit, those behind it are committed too.
        self.notice_progress(&snapshot);
        let mut rows = snapshot.rows.into_iter();
        rows.find(|row| row.version() == step.file.version() && row.run_id == self.context.run_id)
    }

    async fn has_no_history(&mut self) -> Result<bool, RunErrorKind> {
        let snapshot = self.read_after_cancel().await?;
        Ok(snapshot.target.has_no_history_table())
    }

    async fn read_after_cancel(&mut self) -> Result<Snapshot, RunErrorKind> {
        for _ in 0..10 {
            match self.read(Details::OfUnfinished).await {
                // As in `exchange_after_cancel`.
                Err(RunErrorKind::Server { error, .. }) if error.code == "57014" => {}
                ended => return ended,
            }
        }
        self.read(Details::OfUnfinished).await
    }
}

/// The error as it stands in the history: SQLSTATE, message, file:line:column.
pub(crate) fn history_text(failed: &Failed) -> String {
    let mut text = format!("{}: {}", failed.error.code, failed.error.message);
    if let Some(position) = failed.position {
        text.push_str(&format!(" ({}.sql:{position})", failed.name));
    }
    text
}

fn meaning(error: &ServerError, place: Option<(Part, Option<usize>)>, one_by_one: bool) -> Meaning {
    let about_history = error.table.as_deref() == Some("schema_migrations")
        || error
            .context
            .as_deref()
            .is_some_and(|c| c.contains("schema_migrations"));
    let in_claim = match place {
        Some((part, _)) => part == Part::Claim,
        None => about_history,
    };
    match error.code.as_str() {
        "23505" | "23502" if in_claim => Meaning::OtherWasFaster,
        "55P03" if in_claim => Meaning::ClaimIsHeld,
        "42P01" if in_claim => Meaning::NoHistory,
        _ if error.is_transient() => Meaning::Passing,
        _ if place.is_none() && !one_by_one => Meaning::PlaceUnknown,
        _ => Meaning::Final,
    }
}

/// The offset of the line that an error in a `DO` block names: "PL/pgSQL function
/// inline_code_block line 4 at RAISE". Lines are counted from the opening quote.
fn line_in_block(statement: &str, error: &ServerError) -> Option<usize> {
    let context = error.context.as_deref()?;
    let outermost = context.lines().last()?;
    let line: usize = outermost
        .split_once("inline_code_block line ")?
        .1
        .split(' ')
        .next()?
        .parse()
        .ok()?;
    let body = statement.find('$')?;
    let mut start = body;
    for _ in 1..line {
        start += statement[start..].find('\n')? + 1;
    }
    let indent =
        statement[start..].len() - statement[start..].trim_start_matches([' ', '\t']).len();
    Some(start + indent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_do_block_is_found_in_the_statement() {
        let error = ServerError {
            context: Some(
                "SQL statement \"x\"\nPL/pgSQL function inline_code_block line 3 at RAISE"
                    .to_owned(),
            ),
            ..ServerError::default()
        };
        let statement = "DO $$\nBEGIN\n    RAISE 'no';\nEND $$";
        assert_eq!(
            line_in_block(statement, &error).map(|at| &statement[at..at + 5]),
            Some("RAISE")
        );
        assert_eq!(line_in_block("DO $$ x $$", &error), None);
    }

    #[test]
    fn only_the_claim_makes_a_unique_violation_another_runner() {
        let error = |code: &str| ServerError {
            code: code.to_owned(),
            ..ServerError::default()
        };
        let statement = Some((Part::Statement(0), None));
        let claim = Some((Part::Claim, None));
        assert!(matches!(
            meaning(&error("23505"), statement, false),
            Meaning::Final
        ));
        assert!(matches!(
            meaning(&error("23505"), claim, false),
            Meaning::OtherWasFaster
        ));
        assert!(matches!(
            meaning(&error("55P03"), claim, false),
            Meaning::ClaimIsHeld
        ));
        assert!(matches!(
            meaning(&error("55P03"), statement, false),
            Meaning::Passing
        ));
        assert!(matches!(
            meaning(&error("42601"), None, false),
            Meaning::PlaceUnknown
        ));
        assert!(matches!(
            meaning(&error("42601"), None, true),
            Meaning::Final
        ));
    }
}
