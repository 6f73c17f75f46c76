//! From a host to a connected socket.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpStream, UnixStream, lookup_host};
use tokio::time::{Instant, timeout_at};

use super::connect_error::{ConnectError, Failure, Phase};
use super::settings::Settings;
use super::wire::Socket;

/// How long a silent connection may be before the other side is probed.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);

/// How far apart the probes are.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);

/// One place at which a server may listen.
#[derive(Debug, Clone)]
pub(super) enum Address {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl Address {
    /// Connects to this very place.
    pub(super) async fn dial(&self) -> io::Result<Socket> {
        match self {
            Self::Unix(path) => UnixStream::connect(path).await.map(Socket::Unix),
            Self::Tcp(address) => {
                let stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                // A long statement looks like silence; firewalls forget silent connections.
                let keepalive = TcpKeepalive::new()
                    .with_time(KEEPALIVE_IDLE)
                    .with_interval(KEEPALIVE_INTERVAL);
                SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
                Ok(Socket::Tcp(stream))
            }
        }
    }
}

/// Connects to the first of the host's addresses that accepts.
///
/// tokio-postgres tries the next address after any error, so that a wrong password at the first
/// is reported as "connection refused" by the second. Here, as in libpq, whoever accepts is it.
pub(super) async fn dial(
    settings: &Settings,
    deadline: Instant,
) -> Result<(Address, Socket), ConnectError> {
    if let Some(folder) = settings.socket_folder() {
        return dial_unix(settings, folder, deadline).await;
    }
    let host = (settings.host.as_str(), settings.port);
    let addresses: Vec<SocketAddr> = match timeout_at(deadline, lookup_host(host)).await {
        Err(_) => return Err(timed_out(settings, Phase::Resolving)),
        Ok(Err(error)) => {
            let cause = Some(error.to_string());
            return Err(ConnectError::new(settings, Failure::HostUnknown, cause));
        }
        Ok(Ok(found)) => found.collect(),
    };
    let mut failed = Vec::new();
    for (index, address) in addresses.iter().enumerate() {
        // An address that swallows everything must leave time for those behind it.
        let left = u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
        let share = deadline.saturating_duration_since(Instant::now()) / left;
        let place = Address::Tcp(*address);
        match timeout_at(Instant::now() + share, place.dial()).await {
            Ok(Ok(socket)) => return Ok((place, socket)),
            Ok(Err(error)) => failed.push((*address, error)),
            Err(_) => failed.push((*address, io::ErrorKind::TimedOut.into())),
        }
    }
    Err(none_accepts(settings, &failed))
}

fn none_accepts(settings: &Settings, failed: &[(SocketAddr, io::Error)]) -> ConnectError {
    let any = |kind| failed.iter().any(|(_, error)| error.kind() == kind);
    let failure = if failed.is_empty() {
        Failure::HostUnknown
    } else if any(io::ErrorKind::TimedOut) {
        Failure::TimedOut(Phase::Connecting)
    } else if any(io::ErrorKind::ConnectionRefused) {
        Failure::Refused
    } else {
        Failure::Unreachable
    };
    let each: Vec<String> = failed
        .iter()
        .map(|(address, error)| format!("{address}: {}", told(error)))
        .collect();
    let cause = Some(each.join("; ")).filter(|cause| !cause.is_empty());
    ConnectError::new(settings, failure, cause)
}

/// An error in the operating system's words, without the number.
fn told(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut => "no answer".to_owned(),
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        _ => error.to_string(),
    }
}

async fn dial_unix(
    settings: &Settings,
    folder: &Path,
    deadline: Instant,
) -> Result<(Address, Socket), ConnectError> {
    let path = folder.join(format!(".s.PGSQL.{}", settings.port));
    let place = Address::Unix(path.clone());
    let error = match timeout_at(deadline, place.dial()).await {
        Ok(Ok(socket)) => return Ok((place, socket)),
        Ok(Err(error)) => error,
        Err(_) => return Err(timed_out(settings, Phase::Connecting)),
    };
    let path = path.display();
    let (failure, cause) = match error.kind() {
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
    Err(ConnectError::new(settings, failure, Some(cause)))
}

pub(super) fn timed_out(settings: &Settings, phase: Phase) -> ConnectError {
    ConnectError::new(settings, Failure::TimedOut(phase), None)
}
