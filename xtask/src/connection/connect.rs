//! Opening a connection, and cancelling what runs on it.

use std::future::poll_fn;

use secrecy::ExposeSecret;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::error::{Severity, SqlState};
use tokio_postgres::tls::TlsConnect;
use tokio_postgres::{AsyncMessage, CancelToken, Client, Config, NoTls, SimpleQueryMessage};

use super::classify::classify;
use super::connect_error::{ConnectError, Failure};
use super::dial::{self, Address};
use super::settings::{Server, Settings};
use super::tls::{self, Encryption};
use super::wire::{StayOpen, Wire};

/// What a session is, after the log-in.
const WHAT_SESSION: &str = include_str!("session.sql");

/// An open connection.
///
/// A task on the current runtime carries its messages; it ends when the client is dropped. The
/// server's notices go to `tracing` at the level INFO.
pub struct Connection {
    /// What sends queries.
    pub client: Client,
    /// What the server warns of. A connection that ends, ends this too.
    pub warnings: mpsc::UnboundedReceiver<Warned>,
    canceller: Canceller,
    task: JoinHandle<()>,
}

/// A warning of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warned {
    /// What it warns of.
    pub message: String,
    /// What more it says.
    pub detail: Option<String>,
    /// What it suggests.
    pub hint: Option<String>,
}

impl Warned {
    /// On one line.
    #[must_use]
    pub fn words(&self) -> String {
        let more = [&self.detail, &self.hint].into_iter().flatten();
        more.fold(self.message.clone(), |words, more| {
            format!("{words}; {more}")
        })
    }
}

/// Cancels whatever query runs on a connection. It can be cloned, kept and sent elsewhere.
#[derive(Clone)]
pub struct Canceller {
    token: CancelToken,
    address: Address,
    encryption: Encryption,
    settings: Settings,
    server: Server,
}

/// Opens a connection to the first server that is there and such as the settings ask for.
///
/// With each server everything, from finding the host to the end of the log-in, must be done
/// within `settings.connect_timeout`. As in libpq, a server that accepts and refuses the log-in is
/// the last that is tried. It must be called on a tokio runtime with I/O and time; a
/// current-thread one will do.
///
/// # Errors
///
/// The first step that fails, with what can be done about it; of several servers, each one's.
pub async fn connect(
    settings: &Settings,
    application_name: &str,
) -> Result<Connection, ConnectError> {
    let mut errors = Vec::new();
    let limit = settings.connect_timeout;
    for server in &settings.servers {
        let deadline = Instant::now() + limit;
        let opened = async {
            let connection = log_in_at(settings, server, application_name, deadline).await?;
            is_as_asked(settings, server, &connection.client).await?;
            Ok(connection)
        };
        let error = match timeout_at(deadline, opened).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => error,
            Err(_) => ConnectError::new(settings, server, Failure::NotLoggedInInTime(limit), None),
        };
        if !error.failure().is_of_one_server() {
            return Err(error);
        }
        errors.push(error);
    }
    Err(ConnectError::of_all(settings, &errors))
}

async fn log_in_at(
    settings: &Settings,
    server: &Server,
    application_name: &str,
    deadline: Instant,
) -> Result<Connection, ConnectError> {
    let failed = |failure, cause| ConnectError::new(settings, server, failure, cause);
    let encryption = Encryption::of(settings, server)
        .map_err(|cause| failed(Failure::Certificates, Some(cause)))?;
    let (address, socket) = dial::dial(settings, server, deadline).await?;

    let mut config = settings.driver.clone();
    config.ssl_mode(encryption.negotiation());
    if config.get_application_name().is_none() {
        config.application_name(application_name);
    }
    if let Some(password) = &server.password {
        config.password(password.expose_secret());
    }

    let wire = Wire::new(socket, matches!(encryption, Encryption::Tls { .. }));
    let greeting = wire.greeting();
    let logged_in = match &encryption {
        Encryption::Plain => log_in(&config, wire, NoTls).await,
        Encryption::Tls { connector, .. } => {
            log_in(
                &config,
                wire,
                tls::for_host::<Wire>(connector, &server.host),
            )
            .await
        }
    };
    let (client, task, warnings) = logged_in.map_err(|error| {
        let (failure, cause) = classify(settings, &encryption, &greeting, &error);
        failed(failure, cause).with_sqlstate(error.code())
    })?;
    let canceller = Canceller {
        token: client.cancel_token(),
        address,
        encryption,
        settings: settings.clone(),
        server: server.clone(),
    };
    Ok(Connection {
        client,
        warnings,
        canceller,
        task,
    })
}

/// Whether the session takes writes, or does not, as it should, and has the role that it should:
/// a pooler may drop the option that sets it. Where neither matters nothing is asked.
async fn is_as_asked(
    settings: &Settings,
    server: &Server,
    client: &Client,
) -> Result<(), ConnectError> {
    if settings.must_write().is_none() && settings.role.is_none() {
        return Ok(());
    }
    let failed = |failure, cause| ConnectError::new(settings, server, failure, cause);
    let rows = client.simple_query(WHAT_SESSION).await;
    let rows = rows.map_err(|error| match error.as_db_error() {
        Some(said) => failed(Failure::Other, Some(said.message().to_owned())),
        None => failed(Failure::Closed, None),
    })?;
    let row = rows.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some((row.get("read_only")?, row.get("role")?)),
        _ => None,
    });
    let (read_only, role) = row.unwrap_or_default();
    match (settings.must_write(), settings.role.as_deref()) {
        (Some(true), _) if read_only == "on" => Err(failed(Failure::ReadOnly, None)),
        (Some(false), _) if read_only != "on" => Err(failed(Failure::NotReadOnly, None)),
        (_, Some(wanted)) if wanted != role => {
            let why = format!("it should be `{wanted}`, and is `{role}`");
            Err(failed(Failure::RoleNotTaken, Some(why)))
        }
        _ => Ok(()),
    }
}

async fn log_in<T>(config: &Config, wire: Wire, tls: T) -> Result<LoggedIn, tokio_postgres::Error>
where
    T: TlsConnect<Wire>,
    T::Stream: Send + 'static,
{
    let (client, connection) = config.connect_raw(wire, tls).await?;
    let (sender, warnings) = mpsc::unbounded_channel();
    Ok((client, tokio::spawn(carry(connection, sender)), warnings))
}

type LoggedIn = (Client, JoinHandle<()>, mpsc::UnboundedReceiver<Warned>);

/// Carries messages until the client is dropped or the connection breaks. A query that is under
/// way then learns of it by itself.
async fn carry<T>(
    mut connection: tokio_postgres::Connection<Wire, T>,
    warnings: mpsc::UnboundedSender<Warned>,
) where
    T: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        match poll_fn(|context| connection.poll_message(context)).await {
            // A ROLLBACK to be sure is no mistake.
            Some(Ok(AsyncMessage::Notice(notice)))
                if notice.parsed_severity() == Some(Severity::Warning)
                    && *notice.code() != SqlState::NO_ACTIVE_SQL_TRANSACTION =>
            {
                // Nobody need listen.
                let _ = warnings.send(Warned {
                    message: notice.message().to_owned(),
                    detail: notice.detail().map(str::to_owned),
                    hint: notice.hint().map(str::to_owned),
                });
            }
            Some(Ok(AsyncMessage::Notice(notice))) => {
                tracing::info!(severity = notice.severity(), "{}", notice.message());
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::debug!(cause, "the connection is lost: {error}");
                return;
            }
            None => return,
        }
    }
}

impl Connection {
    /// What can cancel this connection's queries from elsewhere.
    #[must_use]
    pub fn canceller(&self) -> Canceller {
        self.canceller.clone()
    }

    /// Says goodbye to the server, waits until that is sent, and gives the warnings that nobody
    /// took. Dropping a connection does the same, if the runtime lives on for a moment.
    pub async fn close(self) -> Vec<Warned> {
        let Self {
            client,
            task,
            mut warnings,
            ..
        } = self;
        drop(client);
        // The task does not panic, and nobody aborts it but a runtime that ends.
        let _ = task.await;
        std::iter::from_fn(|| warnings.try_recv().ok()).collect()
    }
}

impl Canceller {
    /// Asks the server to cancel the query that runs, over a connection of its own, to the same
    /// address and with the same TLS. When this returns, the server has read the request. It does
    /// not say whether there was a query to cancel; a query that was cancelled fails with
    /// SQLSTATE 57014.
    ///
    /// # Errors
    ///
    /// The server cannot be reached again, within `settings.connect_timeout`.
    pub async fn cancel(&self) -> Result<(), ConnectError> {
        let limit = self.settings.connect_timeout;
        let deadline = Instant::now() + limit;
        let result = match timeout_at(deadline, self.request()).await {
            Ok(result) => result,
            Err(_) => Err((Failure::NotLoggedInInTime(limit), None)),
        };
        result.map_err(|(failure, cause)| {
            ConnectError::new(&self.settings, &self.server, failure, cause)
        })
    }

    async fn request(&self) -> Result<(), (Failure, Option<String>)> {
        let socket = self.address.dial(&self.settings.driver).await;
        let socket = socket.map_err(|error| (Failure::Unreachable, Some(error.to_string())))?;
        let is_tls = matches!(self.encryption, Encryption::Tls { .. });
        let wire = Wire::new(socket, is_tls);
        let greeting = wire.greeting();
        let wire = StayOpen(wire);
        let sent = match &self.encryption {
            Encryption::Plain => self.token.cancel_query_raw(wire, NoTls).await,
            Encryption::Tls { connector, .. } => {
                let tls = StayOpen(tls::for_host::<StayOpen<Wire>>(
                    connector,
                    &self.server.host,
                ));
                self.token.cancel_query_raw(wire, tls).await
            }
        };
        sent.map_err(|error| classify(&self.settings, &self.encryption, &greeting, &error))
    }
}
