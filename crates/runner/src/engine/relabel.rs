//! Giving a history the label of another environment.

use jubilee_core::Environment;

use crate::engine::Engine;
use crate::engine::read::Details;
use crate::engine::run::refuse;
use crate::error::RunErrorKind;
use crate::link::Link;
use crate::message::Message;
use crate::refusal::{self, Refusal};
use crate::sql::literal;

impl<L: Link> Engine<'_, L> {
    /// Makes the rows that say `from` say the run's environment, in one transaction, and counts
    /// them.
    pub(crate) async fn relabel(&mut self, from: Environment) -> Result<usize, RunErrorKind> {
        let snapshot = self.read(Details::OfUnfinished).await?;
        let identity = refusal::identity(
            &snapshot.target,
            &snapshot.rows,
            self.context.database,
            from,
        );
        let of_label = |refusal: &Refusal| matches!(refusal, Refusal::OtherEnvironment { .. });
        refuse(identity.into_iter().filter(|r| !of_label(r)).collect())?;
        let to = self.context.environment;
        let labels = [from.name(), to.name()];
        if let Some(row) = (snapshot.rows.iter()).find(|row| !labels.contains(&&*row.environment)) {
            return Err(RunErrorKind::LabelledOtherwise {
                expected: from,
                found: row.environment.clone(),
            });
        }
        if !(snapshot.rows.iter()).any(|row| row.environment == from.name() && from != to) {
            return Ok(0);
        }
        refuse(refusal::writing(&snapshot.target))?;
        let timeout = self.context.options.lock_timeout.as_millis();
        let from = literal(from.name());
        let update = include_str!("../sql/relabel.sql");
        let update = self.context.statement(update, None, &[("from", &from)]);
        // A migration under way would commit its row with the old label behind the new ones.
        let message = Message::query(&[
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
            &format!("SET LOCAL lock_timeout = {timeout}"),
            "LOCK TABLE public.schema_migrations IN SHARE ROW EXCLUSIVE MODE",
            &update,
            "COMMIT",
        ]);
        match self.exchange(message).await {
            Ok(reply) => Ok(reply.results.iter().map(Vec::len).sum()),
            Err(failure) => {
                let error = self.own_failure("change the label of the history", failure);
                // What stands in the open transaction is all there is to undo.
                let _ = self.exchange(Message::control("ROLLBACK")).await;
                Err(error)
            }
        }
    }
}
