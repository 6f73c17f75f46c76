//! The bytes to and from a server, with a look at the first one that comes.
//!
//! Whoever listens at a port need not be PostgreSQL. A web server's answer would be taken for a
//! message of a gigabyte and waited for, and "the server has no TLS" would be said of a mail
//! server; so the first byte must be one with which PostgreSQL can begin.
//!
//! And the driver closes its side of a connection as soon as a cancel request is written. PgBouncer
//! 1.18 then ends with a fatal error, and with it every client's connection. A client that closes
//! with unread bytes (TLS session tickets, say) also resets the connection, so that the server may
//! lose what it has not read yet. So that is left to the server.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_postgres::config::SslMode as Negotiation;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

/// A socket that is connected.
pub(super) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}

impl Socket for UnixStream {}

impl Socket for TcpStream {}

/// The first byte that a server sent.
pub(super) type Greeting = Arc<OnceLock<u8>>;

/// The server's first byte is none of PostgreSQL's.
#[derive(Debug)]
pub(super) struct NotPostgres;

impl fmt::Display for NotPostgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the first byte of the answer is none with which PostgreSQL begins")
    }
}

impl std::error::Error for NotPostgres {}

/// A socket whose first incoming byte is looked at.
pub(super) struct Wire {
    socket: Box<dyn Socket>,
    /// With what PostgreSQL may begin.
    expected: &'static [u8],
    greeting: Greeting,
}

impl Wire {
    /// Takes over a fresh socket. With TLS the first message is a request for TLS, which is
    /// answered by `S` (yes), `N` (no) or, by a server in distress, `E`; without, by a request for
    /// a password, an error, a notice or another protocol version (PostgreSQL manual, sections
    /// 54.2.1 and 54.2.10).
    pub(super) fn new(socket: Box<dyn Socket>, negotiation: Negotiation) -> Self {
        Self {
            socket,
            expected: match negotiation {
                Negotiation::Disable => b"RENv",
                _ => b"SNE",
            },
            greeting: Greeting::default(),
        }
    }

    /// What the first byte is or will be.
    pub(super) fn greeting(&self) -> Greeting {
        Arc::clone(&self.greeting)
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.socket).poll_read(context, buffer);
        if let (Poll::Ready(Ok(())), Some(first)) = (&polled, buffer.filled().get(before))
            && self.greeting.set(*first).is_ok()
            && !self.expected.contains(first)
        {
            let error = io::Error::new(io::ErrorKind::InvalidData, NotPostgres);
            return Poll::Ready(Err(error));
        }
        polled
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

/// A stream, or what makes TLS of one, that passes on everything but the wish to close: then it
/// waits until the other side has closed.
pub(super) struct StayOpen<T>(pub(super) T);

impl<T: AsyncRead + Unpin> AsyncRead for StayOpen<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for StayOpen<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(context))?;
        loop {
            let mut buffer = [0; 1024];
            let mut buffer = ReadBuf::new(&mut buffer);
            let read = ready!(Pin::new(&mut self.0).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<T: TlsStream + Unpin> TlsStream for StayOpen<T> {
    fn channel_binding(&self) -> ChannelBinding {
        self.0.channel_binding()
    }
}

impl<S, T> TlsConnect<S> for StayOpen<T>
where
    T: TlsConnect<S>,
    T::Future: Send + 'static,
{
    type Stream = StayOpen<T::Stream>;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, T::Error>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        let connected = self.0.connect(stream);
        Box::pin(async { connected.await.map(StayOpen) })
    }
}
