//! All that the engine asks of a driver.

use std::future::Future;
use std::time::Duration;

use crate::message::{Failure, Message, Reply};

/// What the engine needs of a driver: to carry text. All decisions are the engine's, so the
/// blocking and the asynchronous interface cannot differ.
pub(crate) trait Link: Send {
    /// The server process that the client was told of when it connected, where the driver can
    /// tell. A pooler names one of its own making.
    fn process(&mut self) -> impl Future<Output = Option<i32>> + Send;

    /// Sends messages in order and gives each answer to `answered`, in order. With
    /// [`UnderWay::Several`], a link that can sends the next ones before the first is answered. At
    /// the first failure it takes no more messages, waits until those under way are answered, and
    /// returns the failure.
    fn send_all(
        &mut self,
        messages: &mut (dyn Iterator<Item = Message> + Send),
        under_way: UnderWay,
        answered: &mut (dyn FnMut(Reply) + Send),
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Waits.
    fn pause(&mut self, time: Duration) -> impl Future<Output = ()> + Send;
}

/// How many messages may be sent before the first is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnderWay {
    One,
    Several,
}
