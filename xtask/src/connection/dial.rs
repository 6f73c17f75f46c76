//! From a host to a connected socket.
//!
//! tokio-postgres tries the next address, and the next host, after any error, so that a wrong
//! password at the first is reported as "connection refused" by the second. Here, as in libpq,
//! whoever accepts is it. Nor does it let a socket out, whose first byte is to be looked at.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpStream, UnixStream, lookup_host};
use tokio::time::{Instant, timeout_at};
use tokio_postgres::Config as Driver;

use super::connect_error::Cause;
use super::failure::Failure;
use super::settings::{Server, Settings};
use super::wire::Socket;

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
        let (failure, why) =
            match timeout_at(Instant::now() + share, place.dial(&settings.driver)).await {
                Ok(Ok(socket)) => return Ok((place, socket)),
                Err(_) => (Failure::NoAnswer(limit), "no answer".to_owned()),
                Ok(Err(error)) => match error.kind() {
                    io::ErrorKind::TimedOut => (Failure::NoAnswer(limit), "no answer".to_owned()),
                    // In the operating system's words, without the number.
                    io::ErrorKind::ConnectionRefused => {
                        (Failure::Refused, "connection refused".to_owned())
                    }
                    _ => (Failure::Unreachable, error.to_string()),
                },
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
