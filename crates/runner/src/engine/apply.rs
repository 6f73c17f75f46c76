//! Migrations that run in a transaction.

use crate::engine::Engine;
use crate::engine::run::Next;
use crate::engine::script::Step;
use crate::engine::terms::Path;
use crate::error::RunErrorKind;
use crate::event::{Applied, Event};
use crate::link::{Link, UnderWay};
use crate::message::{Failure, Reply};

impl<'a, L: Link> Engine<'a, L> {
    /// Sends several migrations, each as one message, without waiting in between where the
    /// connection is direct. One that
    /// fails leaves nothing, and those behind it find their predecessor not completed.
    pub(crate) async fn in_a_row(&mut self, steps: &[Step<'a>]) -> Result<Next, RunErrorKind> {
        let under_way = self.under_way();
        let (context, terms, events) = (self.context, &self.terms, &mut *self.events);
        let mut messages = steps
            .iter()
            .take_while(|_| !context.options.stop.is_set())
            .map(|step| step.whole(context, terms));
        if let Some(first) = steps.first() {
            events(&Event::Applying {
                name: first.file.name.clone(),
            });
        }
        let mut done = Vec::new();
        let result = self
            .link
            .send_all(&mut messages, under_way, &mut |reply: Reply| {
                let Some(step) = steps.get(done.len()) else {
                    return;
                };
                let execution_ms = execution_ms(&reply);
                done.push(Applied {
                    name: step.file.name.clone(),
                    execution_ms,
                });
                events(&Event::Applied {
                    name: step.file.name.clone(),
                    execution_ms,
                });
                if let Some(next) = steps.get(done.len()) {
                    events(&Event::Applying {
                        name: next.file.name.clone(),
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
            (Ok(()), Some(_)) => {
                self.check_stop()?;
                Ok(Next::ReadAgain)
            }
            (_, None) => Ok(Next::GoOn),
        }
    }

    /// Whoever sits in between may give the answers that a killed runner did not take to another
    /// client: so several messages are under way only where nobody does.
    fn under_way(&self) -> UnderWay {
        if self.context.options.direct && self.terms.path == Path::Direct {
            UnderWay::Several
        } else {
            UnderWay::One
        }
    }

    /// Sends one migration in several messages within one transaction: a large one, or any one
    /// where the server takes only single statements.
    pub(crate) async fn in_pieces(&mut self, step: &Step<'a>) -> Result<Next, RunErrorKind> {
        (self.events)(&Event::Applying {
            name: step.file.name.clone(),
        });
        if let Err(failure) = self
            .exchange(step.claim_message(self.context, &self.terms))
            .await
        {
            return self.failed(step, failure).await;
        }
        match self.send_rest(step).await {
            Ok(execution_ms) => {
                self.unflushed = !step.last;
                self.note_applied(&step.file.name, execution_ms);
                Ok(Next::GoOn)
            }
            Err(failure) => self.failed(step, failure).await,
        }
    }

    async fn send_rest(&mut self, step: &Step<'a>) -> Result<u64, Failure> {
        let under_way = self.under_way();
        let mut last = Reply::default();
        let mut messages = step.rest(self.context, &self.terms, self.one_by_one);
        self.link
            .send_all(&mut messages, under_way, &mut |reply| last = reply)
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
