//! From a host to a connected socket, with a look at the first byte that comes.
//!
//! tokio-postgres tries the next address, and the next host, after any error, so that a wrong
//! password at the first is reported as "connection refused" by the second. Here, as in libpq,
//! whoever accepts is it.
//!
//! Whoever listens at a port need not be PostgreSQL. A web server's answer would be taken for a
//! message of a gigabyte and waited for, and "the server has no TLS" would be said of a mail
//! server; so the first byte must be one with which PostgreSQL can begin.
//!
//! And the driver closes its side of a connection as soon as a cancel request is written. PgBouncer
//! 1.18 then ends with a fatal error, and with it every client's connection. A client that closes
//! with unread bytes (TLS session tickets, say) also resets the connection, so that the server may
//! lose what it has not read yet. So that is left to the server.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use socket2::{SockRef, TcpKeepalive};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream, lookup_host};
use tokio::time::{Instant, timeout_at};
use tokio_postgres::Config as Driver;
use tokio_postgres::config::SslMode as Negotiation;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

use super::failure::{Cause, Failure};
use super::settings::{Server, Settings};

/// One place at which a server may listen.
#[derive(Debug, Clone)]
pub(super) enum Address {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl Address {
    /// Connects to this very place.
    pub(super) async fn dial(&self, driver: &Driver) -> io::Result<Box<dyn Socket>> {
        match self {
            Self::Unix(path) => Ok(Box::new(UnixStream::connect(path).await?)),
            Self::Tcp(address) => {
                let stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                if driver.get_keepalives() {
                    let mut keepalive = TcpKeepalive::new().with_time(driver.get_keepalives_idle());
                    if let Some(interval) = driver.get_keepalives_interval() {
                        keepalive = keepalive.with_interval(interval);
                    }
                    if let Some(retries) = driver.get_keepalives_retries() {
                        keepalive = keepalive.with_retries(retries);
                    }
                    SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
                }
                Ok(Box::new(stream))
            }
        }
    }
}

/// Connects to the first of the server's addresses that accepts.
pub(super) async fn dial(
    settings: &Settings,
    server: &Server,
    deadline: Instant,
) -> Result<(Address, Box<dyn Socket>), Cause> {
    let limit = settings.connect_timeout;
    if let Some(folder) = server.socket_folder() {
        let path = folder.join(format!(".s.PGSQL.{}", server.port));
        let place = Address::Unix(path.clone());
        return match timeout_at(deadline, place.dial(&settings.driver)).await {
            Ok(Ok(socket)) => Ok((place, socket)),
            Ok(Err(error)) => Err(of_socket(folder, &path, &error)),
            Err(_) => Err(Failure::NoAnswer(limit).into()),
        };
    }
    let host = (server.host.as_str(), server.port);
    let addresses: Vec<SocketAddr> = match timeout_at(deadline, lookup_host(host)).await {
        Err(_) => return Err(Failure::NotFoundInTime(limit).into()),
        Ok(Err(error)) => return Err(Cause::new(Failure::HostUnknown, error.to_string())),
        Ok(Ok(found)) => found.collect(),
    };
    let mut errors = Vec::new();
    for (index, address) in addresses.iter().enumerate() {
        // An address that swallows everything must leave time for those behind it.
        let left = u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
        let share = deadline.saturating_duration_since(Instant::now()) / left;
        let place = Address::Tcp(*address);
        let dialed = timeout_at(Instant::now() + share, place.dial(&settings.driver)).await;
        let error = match dialed.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(socket) => return Ok((place, socket)),
            Err(error) => error,
        };
        let (failure, why) = match error.kind() {
            io::ErrorKind::TimedOut => (Failure::NoAnswer(limit), "no answer".to_owned()),
            // In the operating system's words, without the number.
            io::ErrorKind::ConnectionRefused => (Failure::Refused, "connection refused".to_owned()),
            _ => (Failure::Unreachable, error.to_string()),
        };
        errors.push((failure, format!("{address}: {why}")));
    }
    let any = |wanted| errors.iter().any(|(failure, _)| *failure == wanted);
    let of_all = [Failure::NoAnswer(limit), Failure::Refused];
    let failure = of_all.into_iter().find(|failure| any(*failure));
    let each: Vec<String> = errors.into_iter().map(|(_, why)| why).collect();
    match each.is_empty() {
        true => Err(Failure::HostUnknown.into()),
        false => Err(Cause::new(
            failure.unwrap_or(Failure::Unreachable),
            each.join("; "),
        )),
    }
}

fn of_socket(folder: &Path, path: &Path, error: &io::Error) -> Cause {
    let path = path.display();
    let (failure, why) = match error.kind() {
        io::ErrorKind::NotFound if !folder.is_dir() => (
            Failure::SocketMissing,
            format!("there is no folder {}", folder.display()),
        ),
        io::ErrorKind::NotFound => (Failure::SocketMissing, format!("there is no {path}")),
        io::ErrorKind::PermissionDenied => (Failure::SocketDenied, format!("{path}: {error}")),
        io::ErrorKind::ConnectionRefused => (
            Failure::Refused,
            format!("{path} was left behind by a server that is gone"),
        ),
        _ => (Failure::Unreachable, format!("{path}: {error}")),
    };
    Cause::new(failure, why)
}

/// A socket that is connected.
pub(super) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}

impl Socket for UnixStream {}

impl Socket for TcpStream {}

/// The first byte that a server sent.
pub(super) type Greeting = Arc<OnceLock<u8>>;

/// The server's first byte is none of PostgreSQL's.
#[derive(Debug, Error)]
#[error("the first byte of the answer is none with which PostgreSQL begins")]
pub(super) struct NotPostgres;

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
