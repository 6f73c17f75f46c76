//! Over an asynchronous client, several messages under way at once where that is allowed.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::driver::errors::link_error;
use crate::driver::process;
use crate::link::{Link, UnderWay};
use crate::message::{Failure, Message, Reply};

/// How many messages may be under way at once, and of how many bytes in total. A window much
/// wider than this gains nothing: eight migrations already share one round trip.
const WINDOW: usize = 8;
const WINDOW_BYTES: usize = 1024 * 1024;

pub(crate) struct PipelinedLink<'c>(pub(crate) &'c Client);

type Exchange<'f> = Pin<Box<dyn Future<Output = Result<Reply, Failure>> + Send + 'f>>;

enum Sent<'f> {
    Done(Result<Reply, Failure>),
    UnderWay(Exchange<'f>),
}

impl Link for PipelinedLink<'_> {
    async fn process(&mut self) -> Option<i32> {
        process::server_process(self.0).await
    }

    async fn send_all(
        &mut self,
        messages: &mut (dyn Iterator<Item = Message> + Send),
        under_way: UnderWay,
        answered: &mut (dyn FnMut(Reply) + Send),
    ) -> Result<(), Failure> {
        let window = match under_way {
            UnderWay::One => 1,
            UnderWay::Several => WINDOW,
        };
        let mut under_way: VecDeque<(usize, Sent<'_>)> = VecDeque::new();
        let mut bytes = 0;
        let mut first_failure = None;
        loop {
            while first_failure.is_none()
                && under_way.len() < window
                && (bytes < WINDOW_BYTES || under_way.is_empty())
            {
                let Some(message) = messages.next() else {
                    break;
                };
                let size = message.sql().len();
                bytes += size;
                // tokio-postgres puts a request on its queue when its future is polled first,
                // so the order of these first polls is the order on the wire.
                let mut exchange: Exchange<'_> = Box::pin(exchange(self.0, message));
                let sent = match poll_fn(|cx| Poll::Ready(exchange.as_mut().poll(cx))).await {
                    Poll::Ready(result) => Sent::Done(result),
                    Poll::Pending => Sent::UnderWay(exchange),
                };
                under_way.push_back((size, sent));
            }
            let Some((size, sent)) = under_way.pop_front() else {
                break;
            };
            let result = match sent {
                Sent::Done(result) => result,
                Sent::UnderWay(exchange) => exchange.await,
            };
            bytes -= size;
            match result {
                Ok(reply) if first_failure.is_none() => answered(reply),
                Ok(_) => {}
                Err(failure) => {
                    first_failure.get_or_insert(failure);
                }
            }
        }
        first_failure.map_or(Ok(()), Err)
    }

    async fn pause(&mut self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

async fn exchange(client: &Client, message: Message) -> Result<Reply, Failure> {
    let mut results = vec![Vec::new()];
    let answer = match client.simple_query_raw(message.sql()).await {
        Ok(answer) => answer,
        Err(error) => {
            return Err(Failure {
                message,
                completed: Some(0),
                error: link_error(&error),
            });
        }
    };
    let mut answer = std::pin::pin!(answer);
    while let Some(item) = answer.next().await {
        let index = results.len() - 1;
        match item {
            Ok(SimpleQueryMessage::Row(row)) if message.keep.wants(index) => {
                if let Some(rows) = results.last_mut() {
                    rows.push(
                        (0..row.len())
                            .map(|i| row.get(i).map(str::to_owned))
                            .collect(),
                    );
                }
            }
            Ok(SimpleQueryMessage::CommandComplete(_)) => results.push(Vec::new()),
            Ok(_) => {}
            Err(error) => {
                return Err(Failure {
                    message,
                    completed: Some(index),
                    error: link_error(&error),
                });
            }
        }
    }
    Ok(Reply { results })
}
