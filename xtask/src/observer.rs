//! A second connection, which looks at what the first one waits for.

use std::cell::RefCell;
use std::convert::Infallible;
use std::time::{Duration, Instant};

use jubilee_runner::{Activity, AtWork, RunError, RunErrorKind, Wait, server_process};
use tokio::time::{sleep, timeout};
use tokio_postgres::Client;

use crate::activity::{Gist, gist, lines};
use crate::connection::Connection;
use crate::output::eprint;

/// How long a session must be silent before it is looked at.
pub(crate) const LOOK_AFTER: Duration = Duration::from_secs(2);

/// How far apart two looks are.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// How long its connection may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

/// Looks at one session over a connection of its own, which is opened when there is something to
/// look at.
#[derive(Default)]
pub(crate) struct Observer {
    connection: Option<Connection>,
    refused: bool,
}

/// The session that is looked at.
pub(crate) struct Watched {
    application_name: Option<String>,
    process: i32,
}

impl Watched {
    /// The session of this client, which has that `application_name` while a migration is under way.
    /// Behind a pooler the client knows no process; then the name alone tells which session it is.
    pub(crate) async fn of(client: &Client, application_name: Option<String>) -> Self {
        Self {
            application_name,
            process: server_process(client).await.unwrap_or_default(),
        }
    }

    async fn look(&self, client: &Client) -> Result<Option<AtWork>, RunError> {
        let name = self.application_name.as_deref();
        let activity = Activity::look_async(client, name, Some(self.process)).await?;
        let named = name.and_then(|name| activity.of(name)).cloned();
        Ok(named.or(activity.runs.into_iter().next()))
    }
}

impl Observer {
    /// Tells what the session does, about every second, as long as `silent_for` is more than `after`.
    /// Never ends.
    pub(crate) async fn watch(
        &mut self,
        session: &Watched,
        open: impl AsyncFn() -> Option<Connection>,
        after: Duration,
        silent_for: impl Fn() -> Duration,
        seen: impl Fn(Option<&AtWork>),
    ) -> Infallible {
        while !self.refused {
            let silent = silent_for();
            if silent < after {
                sleep(after - silent).await;
                continue;
            }
            if self.connection.is_none() {
                // What keeps this connection from being opened is not the run's to fail of.
                self.connection = open().await;
            }
            if let Some(connection) = &self.connection {
                match session.look(&connection.client).await {
                    Ok(run) => seen(run.as_ref()),
                    Err(error) if matches!(error.kind(), RunErrorKind::ConnectionLost { .. }) => {
                        self.connection = None;
                    }
                    // The role may not look.
                    Err(_) => self.refused = true,
                }
            }
            sleep(BETWEEN_LOOKS).await;
        }
        std::future::pending().await
    }

    /// Says goodbye to the server.
    pub(crate) async fn close(self) {
        if let Some(connection) = self.connection {
            // A look that was given up may still wait for its answer.
            let _ = timeout(GOODBYE, connection.close()).await;
        }
    }
}

/// Does something over a connection, and says on standard error who is in its way once it takes longer than
/// `after`. When `given_up` ends first, it is cancelled, and what it waited for is returned, as far as that is
/// known.
pub(crate) async fn while_observed<T, G>(
    database: &str,
    connection: &Connection,
    open: impl AsyncFn() -> Option<Connection>,
    after: Duration,
    given_up: impl Future<Output = G>,
    work: impl Future<Output = T>,
) -> Result<T, (G, Option<Wait>)> {
    let began = Instant::now();
    let session = Watched::of(&connection.client, None).await;
    let mut observer = Observer::default();
    let said = RefCell::new(Gist::default());
    let last = RefCell::new(None);
    let seen = |run: Option<&AtWork>| {
        let Some(run) = run else { return };
        if said.borrow_mut().takes_in(gist(run)) {
            eprint(&format!("{database}: {}\n", lines(run).join("\n  ")));
        }
        if run.waits.is_some() {
            last.borrow_mut().clone_from(&run.waits);
        }
    };
    let done = tokio::select! {
        done = work => Ok(done),
        never = observer.watch(&session, open, after, || began.elapsed(), seen) => match never {},
        given_up = given_up => Err(given_up),
    };
    if done.is_err() {
        // Else the server would go on waiting, for a client that is gone.
        let _ = connection.canceller().cancel().await;
    }
    observer.close().await;
    done.map_err(|given_up| (given_up, last.into_inner()))
}
