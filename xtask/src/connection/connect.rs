//! Opening a connection, and cancelling what runs on it.

use std::future::poll_fn;

use secrecy::ExposeSecret;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::error::{Severity, SqlState};
use tokio_postgres::{AsyncMessage, CancelToken, Client, SimpleQueryMessage};

use super::classify::{classify, words};
use super::failure::{Cause, ConnectError, Failure};
use super::settings::{Server, Settings};
use super::socket::{self, Address, StayOpen, Wire};
use super::tls::Encryption;

/// What a session is, after the log-in.
const WHAT_SESSION: &str = include_str!("session.sql");

/// An open connection.
///
/// A task on the current runtime carries its messages; it ends when the client is dropped. The
/// server's notices go to `tracing` at the level INFO.
pub struct Connection {
    /// What sends queries.
    pub client: Client,
    /// What the server warns of, each on a line. A connection that ends, ends this too.
    pub warnings: mpsc::UnboundedReceiver<String>,
    canceller: Canceller,
    task: JoinHandle<()>,
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
            let connection = log_in(settings, server, application_name, deadline).await?;
            is_as_asked(settings, &connection.client).await?;
            Ok(connection)
        };
        let opened = timeout_at(deadline, opened).await;
        let cause = match opened.unwrap_or(Err(Failure::NotLoggedInInTime(limit).into())) {
            Ok(connection) => return Ok(connection),
            Err(cause) => cause,
        };
        let error = ConnectError::new(settings, server, cause);
        if !error.failure().is_of_one_server() {
            return Err(error);
        }
        errors.push(error);
    }
    Err(ConnectError::of_all(settings, &errors))
}

async fn log_in(
    settings: &Settings,
    server: &Server,
    application_name: &str,
    deadline: Instant,
) -> Result<Connection, Cause> {
    let encryption = Encryption::of(settings, server)
        .map_err(|cause| Cause::new(Failure::Certificates, cause))?;
    let (address, socket) = socket::dial(settings, server, deadline).await?;

    let mut config = settings.driver.clone();
    config.ssl_mode(encryption.negotiation);
    if config.get_application_name().is_none() {
        config.application_name(application_name);
    }
    if let Some(password) = &server.password {
        config.password(password.expose_secret());
    }

    let wire = Wire::new(socket, encryption.negotiation);
    let greeting = wire.greeting();
    let tls = encryption.connector::<Wire>(&server.host);
    let logged_in = config.connect_raw(wire, tls).await;
    let (client, connection) =
        logged_in.map_err(|error| classify(settings, encryption.negotiation, &greeting, &error))?;
    let (sender, warnings) = mpsc::unbounded_channel();
    let task = tokio::spawn(carry(connection, sender));
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
async fn is_as_asked(settings: &Settings, client: &Client) -> Result<(), Cause> {
    if settings.must_write().is_none() && settings.role.is_none() {
        return Ok(());
    }
    let rows = client.simple_query(WHAT_SESSION).await;
    let rows = rows.map_err(|error| match error.as_db_error() {
        Some(said) => Cause::new(Failure::Other, said.message()),
        None => Failure::Closed.into(),
    })?;
    let row = rows.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some((row.get("read_only")?, row.get("role")?)),
        _ => None,
    });
    let (read_only, role) = row.unwrap_or_default();
    match (settings.must_write(), settings.role.as_deref()) {
        (Some(true), _) if read_only == "on" => Err(Failure::ReadOnly.into()),
        (Some(false), _) if read_only != "on" => Err(Failure::NotReadOnly.into()),
        (_, Some(wanted)) if wanted != role => {
            let why = format!("it should be `{wanted}`, and is `{role}`");
            Err(Cause::new(Failure::RoleNotTaken, why))
        }
        _ => Ok(()),
    }
}

/// Carries messages until the client is dropped or the connection breaks. A query that is under
/// way then learns of it by itself.
async fn carry<T>(
    mut connection: tokio_postgres::Connection<Wire, T>,
    warnings: mpsc::UnboundedSender<String>,
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
                let _ = warnings.send(words(&notice));
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
    pub async fn close(self) -> Vec<String> {
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
        let asked = timeout_at(Instant::now() + limit, self.request()).await;
        asked
            .unwrap_or(Err(Failure::NotLoggedInInTime(limit).into()))
            .map_err(|cause| ConnectError::new(&self.settings, &self.server, cause))
    }

    async fn request(&self) -> Result<(), Cause> {
        let socket = self.address.dial(&self.settings.driver).await;
        let socket = socket.map_err(|error| Cause::new(Failure::Unreachable, error.to_string()))?;
        let negotiation = self.encryption.negotiation;
        let wire = Wire::new(socket, negotiation);
        let greeting = wire.greeting();
        let tls = self
            .encryption
            .connector::<StayOpen<Wire>>(&self.server.host);
        let sent = self
            .token
            .cancel_query_raw(StayOpen(wire), StayOpen(tls))
            .await;
        sent.map_err(|error| classify(&self.settings, negotiation, &greeting, &error))
    }
}
