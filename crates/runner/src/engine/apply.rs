use crate::engine::Engine;
use crate::engine::run::Next;
use crate::engine::script::Step;
use crate::error::RunError;
use crate::event::Event;
use crate::link::Link;
use crate::message::{Failure, Reply};

impl<'a, L: Link> Engine<'a, L> {
    /// Sends several migrations, each as one message, without waiting in between. One that
    /// fails leaves nothing, and those behind it find their predecessor not completed.
    pub(crate) async fn in_a_row(&mut self, steps: &[Step<'a>]) -> Result<Next, RunError> {
        let (context, session, events) = (self.context, &self.session, &mut *self.events);
        let mut messages = steps
            .iter()
            .take_while(|_| !context.options.stop.is_set())
            .map(|step| step.whole(context, session));
        if let Some(first) = steps.first() {
            events(&Event::Applying {
                name: first.file.name(),
            });
        }
        let mut done = Vec::new();
        let result = self
            .link
            .send_all(&mut messages, &mut |reply: Reply| {
                let Some(step) = steps.get(done.len()) else {
                    return;
                };
                let execution_ms = execution_ms(&reply);
                done.push((step.file.version, execution_ms));
                events(&Event::Applied {
                    name: step.file.name(),
                    execution_ms,
                });
                if let Some(next) = steps.get(done.len()) {
                    events(&Event::Applying {
                        name: next.file.name(),
                    });
                }
            })
            .await;
        drop(messages);
        let reached = done.len();
        if reached > 0 {
            self.unflushed = !steps[reached - 1].last;
            self.got_on();
        }
        self.applied.append(&mut done);
        match (result, steps.get(reached)) {
            (Err(failure), Some(step)) => self.failed(step, failure).await,
            (Ok(()), Some(step)) => {
                self.check_stop(Some(step))?;
                Ok(Next::ReadAgain)
            }
            (_, None) => Ok(Next::GoOn),
        }
    }

    /// Sends one migration in several messages within one transaction: a large one, or any one
    /// where the server takes only single statements.
    pub(crate) async fn in_pieces(&mut self, step: &Step<'a>) -> Result<Next, RunError> {
        (self.events)(&Event::Applying {
            name: step.file.name(),
        });
        if let Err(failure) = self.exchange(step.claim_message(self.context)).await {
            return self.failed(step, failure).await;
        }
        match self.send_rest(step).await {
            Ok(execution_ms) => {
                self.unflushed = !step.last;
                self.note_applied(step.file.version, step.file.name(), execution_ms);
                Ok(Next::GoOn)
            }
            Err(failure) => self.failed(step, failure).await,
        }
    }

    async fn send_rest(&mut self, step: &Step<'a>) -> Result<u64, Failure> {
        let mut last = Reply::default();
        let mut messages = step.rest(self.context, &self.session, self.one_by_one);
        self.link
            .send_all(&mut messages, &mut |reply| last = reply)
            .await?;
        Ok(execution_ms(&last))
    }
}

/// What the completion of a migration returned.
pub(crate) fn execution_ms(reply: &Reply) -> u64 {
    reply
        .results
        .iter()
        .flatten()
        .find_map(|row| row.first()?.as_deref()?.parse().ok())
        .unwrap_or_default()
}
