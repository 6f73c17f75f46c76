//! The bytes to and from a server, with a look at the first one that comes.
//!
//! Whoever listens at a port need not be PostgreSQL. A web server's answer would be taken for a
//! message of a gigabyte and waited for, and "the server has no TLS" would be said of a mail
//! server; so the first byte must be one with which PostgreSQL can begin.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

/// A socket that is connected.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Socket {
    /// This side's address; none for a unix socket.
    pub(super) fn own_address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(socket) => socket.local_addr().ok(),
            Self::Unix(_) => None,
        }
    }

    /// The same connection twice: it is not closed before both are.
    pub(super) fn twin(self) -> io::Result<(Self, Self)> {
        match self {
            Self::Tcp(socket) => {
                let socket = socket.into_std()?;
                let twin = TcpStream::from_std(socket.try_clone()?)?;
                Ok((Self::Tcp(TcpStream::from_std(socket)?), Self::Tcp(twin)))
            }
            Self::Unix(socket) => {
                let socket = socket.into_std()?;
                let twin = UnixStream::from_std(socket.try_clone()?)?;
                Ok((Self::Unix(UnixStream::from_std(socket)?), Self::Unix(twin)))
            }
        }
    }

    /// Reads until the server closes.
    ///
    /// Closing first, with unread bytes (TLS session tickets, say), resets the connection, and the
    /// server may lose what it has not read yet.
    pub(super) async fn drain(mut self) {
        let mut buffer = [0; 1024];
        loop {
            let read = match &mut self {
                Self::Tcp(socket) => socket.read(&mut buffer).await,
                Self::Unix(socket) => socket.read(&mut buffer).await,
            };
            if !matches!(read, Ok(1..)) {
                return;
            }
        }
    }
}

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
    socket: Socket,
    /// With what PostgreSQL may begin.
    expected: &'static [u8],
    greeting: Greeting,
}

impl Wire {
    /// Takes over a fresh socket. With `tls` the first message is a request for TLS, which is
    /// answered by `S` (yes), `N` (no) or, by a server in distress, `E`; without, by a request for
    /// a password, an error, a notice or another protocol version (PostgreSQL manual, sections
    /// 54.2.1 and 54.2.10).
    pub(super) fn new(socket: Socket, tls: bool) -> Self {
        Self {
            socket,
            expected: if tls { b"SNE" } else { b"RENv" },
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
        let polled = match &mut self.socket {
            Socket::Tcp(socket) => Pin::new(socket).poll_read(context, buffer),
            Socket::Unix(socket) => Pin::new(socket).poll_read(context, buffer),
        };
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
        match &mut self.socket {
            Socket::Tcp(socket) => Pin::new(socket).poll_write(context, bytes),
            Socket::Unix(socket) => Pin::new(socket).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.socket {
            Socket::Tcp(socket) => Pin::new(socket).poll_flush(context),
            Socket::Unix(socket) => Pin::new(socket).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.socket {
            Socket::Tcp(socket) => Pin::new(socket).poll_shutdown(context),
            Socket::Unix(socket) => Pin::new(socket).poll_shutdown(context),
        }
    }
}
