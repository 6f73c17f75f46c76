//! Waiting for another runner.

use std::time::{Duration, Instant};

use crate::engine::Engine;
use crate::engine::context::random;
use crate::engine::read::Details;
use crate::error::RunErrorKind;
use crate::event::{Event, OtherRun};
use crate::history::HistoryRow;
use crate::link::Link;
use crate::message::Message;

/// How often a `running` row is looked at again.
const POLL: Duration = Duration::from_millis(500);

impl<L: Link> Engine<'_, L> {
    /// Waits for a run that is at work on a `Transaction: none` migration. Between two looks
    /// no transaction is open.
    pub(crate) async fn wait_for(&mut self, row: &HistoryRow) -> Result<(), RunErrorKind> {
        let since = row.started_at.clone().unwrap_or_default();
        let Some(process) = row.process else {
            // Behind a pooler a run is invisible for the moment between two of its statements,
            // so it is gone only when a second look does not find it either.
            self.pause(POLL).await;
            let again = self.read(Details::OfUnfinished).await?;
            let still = again.rows.iter().any(|r| {
                r.version() == row.version()
                    && r.run_id == row.run_id
                    && r.status == row.status
                    && r.process.is_none()
            });
            if still {
                return Err(RunErrorKind::Interrupted {
                    name: row.name.clone(),
                    started_at: since,
                    runner: row.runner.clone(),
                });
            }
            return Ok(());
        };
        let who = OtherRun {
            process: Some(process),
            role: Some(row.applied_by.clone()),
            since: row.started_at.clone(),
            applies: Some((row.runner.clone(), row.name.clone())),
        };
        self.say_waiting(Some(&who));
        self.bound_waiting(Some(who))?;
        self.pause(POLL).await;
        Ok(())
    }

    /// Another run holds the claim that this one wants: says who, and waits a moment.
    pub(crate) async fn wait_for_claim(&mut self) -> Result<(), RunErrorKind> {
        let query = Message::query(&[&self.context.who_holds()]);
        let who = match self.exchange(query).await {
            Ok(reply) => reply
                .results
                .first()
                .and_then(|rows| rows.first())
                .map(|row| {
                    let text = |i: usize| row.get(i).cloned().flatten();
                    OtherRun {
                        process: text(0).and_then(|process| process.parse().ok()),
                        role: text(1),
                        since: text(2),
                        applies: None,
                    }
                }),
            Err(failure) => return Err(self.own_failure("see who else is at work", failure)),
        };
        self.say_waiting(who.as_ref());
        self.bound_waiting(who)?;
        self.short_pause().await;
        Ok(())
    }

    /// Another run was faster: lets it get on, the longer the more often it was.
    pub(crate) async fn yield_to_other(&mut self) -> Result<(), RunErrorKind> {
        self.bound_waiting(None)?;
        self.losses = (self.losses + 1).min(6);
        let base = 4u64 << self.losses;
        self.pause(Duration::from_millis(base / 2 + random() % base))
            .await;
        Ok(())
    }

    pub(crate) async fn short_pause(&mut self) {
        self.pause(Duration::from_millis(5 + random() % 20)).await;
    }

    pub(crate) async fn pause(&mut self, time: Duration) {
        self.link.pause(time).await;
    }

    pub(crate) fn waiting_too_long(&mut self) -> bool {
        let since = *self.waiting_since.get_or_insert_with(Instant::now);
        since.elapsed() > self.context.options.wait
    }

    fn bound_waiting(&mut self, who: Option<OtherRun>) -> Result<(), RunErrorKind> {
        self.check_stop()?;
        if self.waiting_too_long() {
            let waited_seconds = self.context.options.wait.as_secs();
            return Err(RunErrorKind::WaitedTooLong {
                waited_seconds,
                who,
            });
        }
        Ok(())
    }

    fn say_waiting(&mut self, who: Option<&OtherRun>) {
        let process = who.and_then(|who| who.process);
        if self.last_wait_said != Some(process) {
            self.last_wait_said = Some(process);
            (self.events)(&Event::Waiting { who: who.cloned() });
        }
    }
}
