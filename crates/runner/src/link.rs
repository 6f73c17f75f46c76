use std::future::Future;
use std::time::Duration;

use crate::message::{Failure, Message, Reply};

/// What the engine needs of a driver: to carry text. All decisions are the engine's, so the
/// blocking and the asynchronous interface cannot differ.
pub(crate) trait Link: Send {
    /// Sends messages in order and gives each answer to `answered`, in order. A link that can
    /// sends the next ones before the first is answered. At the first failure it takes no more
    /// messages, waits until those under way are answered, and returns the failure.
    fn send_all(
        &mut self,
        messages: &mut (dyn Iterator<Item = Message> + Send),
        answered: &mut (dyn FnMut(Reply) + Send),
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Waits.
    fn pause(&mut self, time: Duration) -> impl Future<Output = ()> + Send;
}
