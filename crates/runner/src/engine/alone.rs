//! Migrations that run without a transaction.

use crate::engine::Engine;
use crate::engine::apply::execution_ms;
use crate::engine::context::application_name;
use crate::engine::failure::{history_text, is_row_gone};
use crate::engine::run::Next;
use crate::engine::script::Step;
use crate::engine::trace::Trace;
use crate::error::{Failed, RunErrorKind, Stopped};
use crate::event::Event;
use crate::left::LeftState;
use crate::link::Link;
use crate::message::{Failure, LinkError, Message, Part, ServerError};

impl<'a, L: Link> Engine<'a, L> {
    /// Runs a `Transaction: none` migration: the claim is committed first, so that a kill
    /// leaves a trace; then each statement on its own; then the outcome.
    pub(crate) async fn alone(&mut self, step: &Step<'a>) -> Result<Next, RunErrorKind> {
        (self.events)(&Event::Applying {
            name: step.file.name.clone(),
        });
        let mut claim = step.claim_message(self.context, &self.terms);
        claim.push(Part::Control, "COMMIT");
        // The row is `running` from here on; the session's name says that the run is at work.
        claim.push(
            Part::Control,
            &format!(
                "SET application_name = '{}'",
                application_name(self.context.run_id)
            ),
        );
        if let Err(failure) = self.exchange(claim).await {
            return self.failed(step, failure).await;
        }
        self.attempts = (None, 0);
        for index in 0..step.script.statements().len() {
            if let Err(failure) = self.statement_alone(step, index).await {
                return Err(self.record_alone(step, index, failure).await);
            }
        }
        let mut end = Message::default();
        step.push_end_alone(self.context, &self.terms, &mut end);
        match self.exchange_after_cancel(end).await {
            Ok(reply) => {
                self.unflushed = false;
                self.note_applied(&step.file.name, execution_ms(&reply));
                Ok(Next::GoOn)
            }
            Err(Failure {
                error: LinkError::Lost(cause),
                ..
            }) => Err(RunErrorKind::ConnectionLost {
                during: Some(step.file.name.clone()),
                cause,
            }),
            // What `complete.sql` makes the server say.
            Err(Failure {
                error: LinkError::Server(error),
                ..
            }) if is_row_gone(&error) => {
                Err(RunErrorKind::RowGoneMeanwhile(step.file.name.clone()))
            }
            Err(Failure {
                error: LinkError::Server(error),
                ..
            }) => Err(RunErrorKind::Server {
                doing: "record the completion",
                error,
            }),
        }
    }

    /// Runs one statement, again where that helps.
    async fn statement_alone(&mut self, step: &Step<'a>, index: usize) -> Result<(), Failure> {
        let sql = step.statement(index);
        let concurrent = Trace::concurrent_index(sql);
        // A concurrent build waits for other transactions without blocking anybody but schema
        // changes, so a lock time-out would only waste its work.
        let timeout = if concurrent.is_some() {
            0
        } else {
            self.context.options.lock_timeout.as_millis()
        };
        loop {
            self.exchange(Message::control(&format!("SET lock_timeout = {timeout}")))
                .await?;
            if let Some(index) = &concurrent {
                self.drop_if_invalid(index).await?;
            }
            let mut message = Message::default();
            message.push(Part::Statement(index), sql);
            match self.exchange(message).await {
                Ok(_) => break,
                Err(failure) => {
                    let passing = match &failure.error {
                        LinkError::Server(error) if error.is_transient() => Some(error.clone()),
                        _ => None,
                    };
                    match passing {
                        Some(error)
                            if !self.context.options.stop.is_set()
                                && self.may_try_again(step, &error).await => {}
                        _ => return Err(failure),
                    }
                }
            }
        }
        match &concurrent {
            Some(index) => self.must_be_valid(index).await,
            None => Ok(()),
        }
    }

    /// Drops the INVALID index that a failed or killed build left: `IF NOT EXISTS` would take
    /// it for the one that is wanted, and it would never serve a query.
    async fn drop_if_invalid(&mut self, index: &Trace) -> Result<(), Failure> {
        let found = self.look_at(index).await?;
        match found.state {
            LeftState::BeingBuilt => Err(said(
                found.to_string(),
                "wait for it to end, then run this again",
            )),
            LeftState::Invalid => {
                let index = found.name().to_owned();
                let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {index}");
                (self.events)(&Event::DroppingInvalidIndex { index });
                self.exchange(Message::control(&drop)).await?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn must_be_valid(&mut self, index: &Trace) -> Result<(), Failure> {
        let found = self.look_at(index).await?;
        match found.state {
            LeftState::Invalid | LeftState::BeingBuilt => Err(said(
                format!("index {} is INVALID after it was built", found.name()),
                "run this again; the INVALID index is dropped first",
            )),
            _ => Ok(()),
        }
    }

    async fn record_alone(
        &mut self,
        step: &Step<'a>,
        index: usize,
        failure: Failure,
    ) -> RunErrorKind {
        let error = match failure.error {
            LinkError::Server(error) => *error,
            LinkError::Lost(cause) => {
                return RunErrorKind::ConnectionLost {
                    during: Some(step.file.name.clone()),
                    cause,
                };
            }
        };
        let offset = failure
            .message
            .place(failure.completed, error.position)
            .and_then(|(part, offset)| match part {
                Part::Statement(_) => offset,
                _ => None,
            });
        let stopped = self.context.options.stop.is_set();
        let failed = Failed {
            rolled_back: false,
            ..self.describe(step, Some((Part::Statement(index), offset)), error)
        };
        let mut message = Message::default();
        self.terms.push_role(&mut message);
        message.push(
            Part::Complete,
            &self.context.fail_claim(&step.file, &history_text(&failed)),
        );
        self.terms.push_reset(&mut message);
        let reply = self.exchange_after_cancel(message).await;
        let recorded = reply.is_ok_and(|reply| reply.results.iter().flatten().next().is_some());
        if stopped {
            let left = match Trace::of(step.statement(index)) {
                Some(trace) => self.look_at(&trace).await.ok(),
                None => None,
            };
            return RunErrorKind::Stopped(Stopped::WithoutTransaction {
                name: step.file.name.clone(),
                done: index,
                of: step.script.statements().len(),
                left,
                recorded,
            });
        }
        RunErrorKind::Failed(Box::new(Failed { recorded, ..failed }))
    }
}

fn said(message: String, hint: &str) -> Failure {
    let error = ServerError {
        code: "55000".to_owned(),
        message,
        hint: Some(hint.to_owned()),
        ..ServerError::default()
    };
    Failure {
        message: Message::default(),
        completed: None,
        error: LinkError::Server(Box::new(error)),
    }
}
