//! The scratch server: databases on it, copies of them, and connections.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jubilee_pg_local::{Options, TempServer};
use postgres::error::DbError;
use postgres::{Client, Config, NoTls};

use crate::error::Error;

/// How long a closed session is waited for.
const LIMIT: Duration = Duration::from_secs(5);

/// How often it is asked whether it is gone.
const STEP: Duration = Duration::from_micros(500);

/// A throwaway server with databases that are copied for each proof.
pub(crate) struct Scratch {
    server: TempServer,
    next: AtomicU64,
    /// Copying files is faster than logging pages, where there is a choice (since PostgreSQL 15).
    strategy: &'static str,
    /// Sessions that make databases, as many as were at work at once.
    admins: Mutex<Vec<Client>>,
    /// Held by many while they work, and by one that measures.
    quiet: RwLock<()>,
    /// Whether the server ends, and all databases with it.
    ends: Arc<AtomicBool>,
    /// Where the names of databases go that nobody needs any more; another thread removes them.
    unneeded: Mutex<Option<Sender<String>>>,
    janitor: Option<JoinHandle<()>>,
}

/// What the server has said besides its answers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notices(Arc<Mutex<Vec<DbError>>>);

impl Notices {
    /// Takes what was said since the last time.
    pub(crate) fn take(&self) -> Vec<DbError> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Scratch {
    pub(crate) fn start() -> Result<Self, Error> {
        let settings = [
            // Copies of databases wait for no background work, and it disturbs no figure.
            ("autovacuum", "off"),
            ("max_wal_size", "4GB"),
            ("checkpoint_timeout", "1h"),
            // Many objects are locked in one transaction.
            ("max_locks_per_transaction", "512"),
            ("track_counts", "on"),
            // A loop without an end fails; with a few rows in each table nothing else takes so long.
            ("statement_timeout", "60s"),
            ("jit", "off"),
            // Nothing is replicated or archived.
            ("wal_level", "minimal"),
            ("max_wal_senders", "0"),
            ("timezone", "UTC"),
            ("deadlock_timeout", "100ms"),
        ];
        let server = TempServer::start(&Options {
            settings: settings
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            ..Options::default()
        })?;
        let mut admin = connect(&server, "postgres", &Notices::default())?;
        // Whom no policy names. Roles are the server's, so it is there for all databases.
        admin
            .batch_execute("CREATE ROLE jubilee_anyone")
            .map_err(|error| Error::server("prepare the scratch server", &error))?;
        let ends = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&ends);
        let mut remover = connect(&server, "postgres", &Notices::default())?;
        let (unneeded, names) = channel::<String>();
        let janitor = std::thread::spawn(move || {
            for name in names {
                if ended.load(Ordering::Relaxed) {
                    break;
                }
                // One that is left goes with the server.
                drop(
                    remover.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")),
                );
            }
        });
        let chooses = server.version().major >= 15;
        Ok(Self {
            strategy: if chooses { " STRATEGY file_copy" } else { "" },
            server,
            next: AtomicU64::new(1),
            admins: Mutex::new(vec![admin]),
            quiet: RwLock::new(()),
            ends,
            unneeded: Mutex::new(Some(unneeded)),
            janitor: Some(janitor),
        })
    }

    /// The server's version, as it writes it.
    pub(crate) fn version(&self) -> String {
        self.server.version().to_string()
    }

    /// Keeps those waiting who measure, as long as the value is there.
    pub(crate) fn work(&self) -> RwLockReadGuard<'_, ()> {
        self.quiet.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody works, and keeps everybody waiting.
    pub(crate) fn measure(&self) -> RwLockWriteGuard<'_, ()> {
        self.quiet.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// An empty database.
    pub(crate) fn create(&self) -> Result<String, Error> {
        self.copy("template1")
    }

    /// A copy of a database to which nobody is connected any more.
    pub(crate) fn copy(&self, of: &str) -> Result<String, Error> {
        let failed = |error: postgres::Error| Error::server("copy a scratch database", &error);
        let name = format!("scratch_{}", self.next.fetch_add(1, Ordering::Relaxed));
        let idle = self.lock_admins().pop();
        let mut admin = match idle {
            Some(admin) => admin,
            None => connect(&self.server, "postgres", &Notices::default())?,
        };
        // A session that was closed a moment ago may still be there. CREATE DATABASE would wait for
        // it in steps of 100 ms.
        let start = Instant::now();
        while start.elapsed() < LIMIT {
            let query =
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE datname = $1)";
            if !admin
                .query_one(query, &[&of])
                .map_err(failed)?
                .get::<_, bool>(0)
            {
                break;
            }
            std::thread::sleep(STEP);
        }
        admin
            .batch_execute(&format!(
                "CREATE DATABASE {name} TEMPLATE {of}{}",
                self.strategy
            ))
            .map_err(failed)?;
        self.lock_admins().push(admin);
        Ok(name)
    }

    fn lock_admins(&self) -> MutexGuard<'_, Vec<Client>> {
        self.admins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a database removed, also while somebody is connected to it.
    pub(crate) fn drop(&self, name: &str) {
        let unneeded = self.unneeded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(unneeded) = &*unneeded {
            drop(unneeded.send(name.to_owned()));
        }
    }

    pub(crate) fn connect(&self, database: &str) -> Result<Client, Error> {
        self.connect_hearing(database, &Notices::default())
    }

    /// A connection of which all notices are kept.
    pub(crate) fn connect_hearing(
        &self,
        database: &str,
        notices: &Notices,
    ) -> Result<Client, Error> {
        connect(&self.server, database, notices)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        *self.unneeded.lock().unwrap_or_else(PoisonError::into_inner) = None;
        if let Some(janitor) = self.janitor.take() {
            drop(janitor.join());
        }
    }
}

fn connect(server: &TempServer, database: &str, notices: &Notices) -> Result<Client, Error> {
    let failed = |error: postgres::Error| Error::server("connect to the scratch server", &error);
    let mut config: Config = server.url(database).parse().map_err(failed)?;
    let list = Arc::clone(&notices.0);
    config.notice_callback(move |notice| {
        list.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(notice);
    });
    config.connect(NoTls).map_err(failed)
}
