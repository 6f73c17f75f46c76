//! A pending migration as the messages that apply it.

use std::sync::Arc;
use std::time::Duration;

use jubilee_core::{Script, TransactionMode, Version};

use crate::engine::Context;
use crate::engine::context::application_name;
use crate::engine::terms::Terms;
use crate::message::{Message, Part};
use crate::state::Known;

/// The most bytes of a migration's statements that go in one message. The server parses a
/// message whole before it runs any of it, at about seven times its size in memory.
const CHUNK: usize = 256 * 1024;

/// How long a claim may wait for another runner's before it backs off and reads again.
const CLAIM_TIMEOUT: Duration = Duration::from_secs(1);

/// A pending migration, parsed.
pub(crate) struct Step<'a> {
    pub(crate) file: Known<'a>,
    pub(crate) previous: Option<Version>,
    pub(crate) mode: TransactionMode,
    pub(crate) script: Arc<Script>,
    /// Whether its row says `failed`, and must go before a new claim.
    pub(crate) failed_before: bool,
    /// Whether it is the last of the run: its commit waits for the disk, and with it those of
    /// all before it.
    pub(crate) last: bool,
}

impl Step<'_> {
    pub(crate) fn statement(&self, index: usize) -> &str {
        self.script
            .statements()
            .get(index)
            .map(|s| &self.file.text()[s.range.clone()])
            .unwrap_or_default()
    }

    fn size(&self) -> usize {
        let statements = self.script.statements();
        match (statements.first(), statements.last()) {
            (Some(first), Some(last)) => last.range.end - first.range.start,
            _ => 0,
        }
    }

    /// Whether the whole migration, claim to commit, may go as one message. The server then
    /// skips all of it when any part fails, even when a cancel request hits before `BEGIN`:
    /// so the next migrations can be sent behind it without waiting.
    pub(crate) fn fits_one_message(&self) -> bool {
        self.size() <= CHUNK
    }

    /// Claim, statements, completion and commit as one message.
    pub(crate) fn whole(&self, context: &Context<'_>, terms: &Terms) -> Message {
        let mut message = Message::default();
        self.push_claim(context, terms, &mut message);
        for index in 0..self.script.statements().len() {
            message.push(Part::Statement(index), self.statement(index));
        }
        self.push_end(context, terms, &mut message);
        message
    }

    /// The claim alone. Its answer must be awaited before a statement is sent: if a cancel
    /// request hit before `BEGIN`, what follows would run outside of any transaction.
    pub(crate) fn claim_message(&self, context: &Context<'_>, terms: &Terms) -> Message {
        let mut message = Message::default();
        self.push_claim(context, terms, &mut message);
        message
    }

    /// The statements in messages of bounded size (of one statement each where the server
    /// wants that), and last the completion with its commit: a commit is only ever sent behind
    /// the update of the history row in the same message, so nothing is committed after an
    /// error.
    pub(crate) fn rest<'s>(
        &'s self,
        context: &'s Context<'_>,
        terms: &'s Terms,
        one_by_one: bool,
    ) -> impl Iterator<Item = Message> + Send + 's {
        let count = self.script.statements().len();
        let mut next = 0;
        let mut ended = false;
        std::iter::from_fn(move || {
            if next == count {
                if std::mem::replace(&mut ended, true) {
                    return None;
                }
                let mut message = Message::default();
                self.push_end(context, terms, &mut message);
                return Some(message);
            }
            let mut message = Message::default();
            while next < count
                && (message.is_empty()
                    || (!one_by_one && message.sql().len() + self.statement(next).len() <= CHUNK))
            {
                message.push(Part::Statement(next), self.statement(next));
                next += 1;
            }
            Some(message)
        })
    }

    fn push_claim(&self, context: &Context<'_>, terms: &Terms, message: &mut Message) {
        message.push(
            Part::Control,
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        );
        message.push(
            Part::Control,
            &format!("SET LOCAL lock_timeout = {}", CLAIM_TIMEOUT.as_millis()),
        );
        message.push(
            Part::Control,
            &format!(
                "SET LOCAL application_name = '{}'",
                application_name(context.run_id)
            ),
        );
        if !self.last && terms.asynchronous && self.mode == TransactionMode::Transactional {
            message.push(Part::Control, "SET LOCAL synchronous_commit = off");
        } else if terms.never_waits {
            // What is reported as done must be on disk, whatever the role's setting; it is not
            // made to wait for a standby.
            message.push(Part::Control, "SET LOCAL synchronous_commit = local");
        }
        if self.failed_before {
            message.push(Part::Claim, &context.forget_failure(&self.file));
        }
        message.push(Part::Claim, &context.claim(&self.file, self.previous));
        if self.mode == TransactionMode::Transactional {
            if terms.citus {
                // Else a lock on a shard would be waited for without end.
                message.push(
                    Part::Control,
                    "SET LOCAL citus.propagate_set_commands = 'local'",
                );
            }
            message.push(
                Part::Control,
                &format!(
                    "SET LOCAL lock_timeout = {}",
                    context.options.lock_timeout.as_millis()
                ),
            );
        }
    }

    pub(crate) fn push_end_alone(
        &self,
        context: &Context<'_>,
        terms: &Terms,
        message: &mut Message,
    ) {
        terms.push_role(message);
        message.push(Part::Complete, &context.complete(&self.file, true));
        terms.push_reset(message);
    }

    fn push_end(&self, context: &Context<'_>, terms: &Terms, message: &mut Message) {
        terms.push_role(message);
        message.push(Part::Complete, &context.complete(&self.file, false));
        message.push(Part::Commit, "COMMIT");
        terms.push_reset(message);
    }
}
