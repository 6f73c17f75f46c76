//! Opening a connection, and cancelling what runs on it.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;

use secrecy::ExposeSecret;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::error::{Severity, SqlState};
use tokio_postgres::tls::TlsConnect;
use tokio_postgres::{AsyncMessage, CancelToken, Client, Config, NoTls};

use super::address::{self, Address};
use super::classify::classify;
use super::connect_error::{ConnectError, Failure, Phase};
use super::settings::Settings;
use super::stay_open::StayOpen;
use super::tls::{self, Encryption};
use super::wire::Wire;

/// An open connection.
///
/// A task on the current runtime carries its messages; it ends when the client is dropped. The
/// server's notices go to `tracing` at the level INFO.
pub struct Connection {
    /// What sends queries.
    pub client: Client,
    /// What the server warns of. A connection that ends, ends this too.
    pub warnings: mpsc::UnboundedReceiver<Warned>,
    /// This side's own address, which a server that nothing stands before sees as the client's;
    /// `None` for a unix socket.
    pub address: Option<SocketAddr>,
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
}

impl Warned {
    /// On one line.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{}; {detail}", self.message),
            None => self.message.clone(),
        }
    }
}

/// Cancels whatever query runs on a connection. It can be cloned, kept and sent elsewhere.
#[derive(Clone)]
pub struct Canceller {
    token: CancelToken,
    address: Address,
    encryption: Encryption,
    settings: Settings,
}

/// Opens a connection.
///
/// Everything, from finding the host to the end of the log-in, must be done within
/// `settings.connect_timeout`. It must be called on a tokio runtime with I/O and time; a
/// current-thread one will do.
///
/// # Errors
///
/// The first step that fails, with what can be done about it.
pub async fn connect(
    settings: &Settings,
    application_name: &str,
) -> Result<Connection, ConnectError> {
    let deadline = Instant::now() + settings.connect_timeout;
    let encryption = Encryption::of(settings)
        .map_err(|cause| ConnectError::new(settings, Failure::RootCertificates, Some(cause)))?;
    let (address, socket) = address::dial(settings, deadline).await?;
    let own_address = socket.own_address();

    let mut config = Config::new();
    config
        .user(&settings.user)
        .dbname(&settings.database)
        .application_name(application_name)
        .ssl_mode(encryption.negotiation());
    if let Some(password) = &settings.password {
        config.password(password.expose_secret());
    }

    let wire = Wire::new(socket, matches!(encryption, Encryption::Tls { .. }));
    let greeting = wire.greeting();
    let logged_in = async {
        match &encryption {
            Encryption::Plain => log_in(&config, wire, NoTls).await,
            Encryption::Tls { connector, .. } => {
                log_in(
                    &config,
                    wire,
                    tls::for_host::<Wire>(connector, &settings.host),
                )
                .await
            }
        }
    };
    let (client, task, warnings) = match timeout_at(deadline, logged_in).await {
        Ok(Ok(logged_in)) => logged_in,
        Ok(Err(error)) => return Err(classify(settings, &encryption, &greeting, &error)),
        Err(_) => return Err(address::timed_out(settings, Phase::LoggingIn)),
    };
    let canceller = Canceller {
        token: client.cancel_token(),
        address,
        encryption,
        settings: settings.clone(),
    };
    Ok(Connection {
        client,
        warnings,
        address: own_address,
        canceller,
        task,
    })
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
    /// Cancels the query that runs on this connection; see [`Canceller::cancel`].
    ///
    /// # Errors
    ///
    /// As [`Canceller::cancel`].
    pub async fn cancel(&self) -> Result<(), ConnectError> {
        self.canceller.cancel().await
    }

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
        let deadline = Instant::now() + self.settings.connect_timeout;
        match timeout_at(deadline, self.request()).await {
            Ok(result) => result,
            Err(_) => Err(address::timed_out(&self.settings, Phase::LoggingIn)),
        }
    }

    async fn request(&self) -> Result<(), ConnectError> {
        let settings = &self.settings;
        let failed = |error: io::Error| {
            ConnectError::new(settings, Failure::Unreachable, Some(error.to_string()))
        };
        let socket = self.address.dial().await.map_err(failed)?;
        let (socket, twin) = socket.twin().map_err(failed)?;
        let wire = Wire::new(socket, matches!(self.encryption, Encryption::Tls { .. }));
        let greeting = wire.greeting();
        let wire = StayOpen(wire);
        let sent = match &self.encryption {
            Encryption::Plain => self.token.cancel_query_raw(wire, NoTls).await,
            Encryption::Tls { connector, .. } => {
                let tls = StayOpen(tls::for_host::<StayOpen<Wire>>(connector, &settings.host));
                self.token.cancel_query_raw(wire, tls).await
            }
        };
        sent.map_err(|error| classify(settings, &self.encryption, &greeting, &error))?;
        twin.drain().await;
        Ok(())
    }
}
