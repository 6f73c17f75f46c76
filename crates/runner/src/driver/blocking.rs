//! Over a blocking client, one message after the other.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use postgres::{Client, SimpleQueryMessage};

use crate::driver::errors::link_error;
use crate::link::{Link, UnderWay};
use crate::message::{Failure, Keep, Message, Reply};

/// One message after the other over a blocking client, which cannot send a second before the
/// first is answered.
pub(crate) struct BlockingLink<'c>(pub(crate) &'c mut Client);

impl Link for BlockingLink<'_> {
    /// That driver does not tell.
    async fn process(&mut self) -> Option<i32> {
        None
    }

    async fn send_all(
        &mut self,
        messages: &mut (dyn Iterator<Item = Message> + Send),
        _under_way: UnderWay,
        answered: &mut (dyn FnMut(Reply) + Send),
    ) -> Result<(), Failure> {
        for message in messages {
            // `batch_execute` drops rows as they come, `simple_query` collects them.
            let result = if message.keep == Keep::Nothing {
                self.0
                    .batch_execute(message.sql())
                    .map(|()| Reply::default())
            } else {
                self.0
                    .simple_query(message.sql())
                    .map(|answer| reply(message.keep, answer))
            };
            match result {
                Ok(reply) => answered(reply),
                Err(error) => {
                    return Err(Failure {
                        message,
                        completed: None,
                        error: link_error(&error),
                    });
                }
            }
        }
        Ok(())
    }

    async fn pause(&mut self, time: Duration) {
        std::thread::sleep(time);
    }
}

fn reply(keep: Keep, answer: Vec<SimpleQueryMessage>) -> Reply {
    let mut results = vec![Vec::new()];
    for message in answer {
        match message {
            SimpleQueryMessage::Row(row) => {
                let index = results.len() - 1;
                if keep.wants(index)
                    && let Some(rows) = results.last_mut()
                {
                    rows.push(
                        (0..row.len())
                            .map(|i| row.get(i).map(str::to_owned))
                            .collect(),
                    );
                }
            }
            SimpleQueryMessage::CommandComplete(_) => results.push(Vec::new()),
            _ => {}
        }
    }
    Reply { results }
}

/// Runs the engine over a blocking link, whose futures are never pending.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
