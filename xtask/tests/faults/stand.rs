//! A server, and perhaps a pooler in front of it.

use std::sync::atomic::{AtomicU32, Ordering};

use jubilee_pg_local::{Options, TempServer};

use crate::forwarder::Upstream;
use crate::pooler::{self, Pooler};
use crate::work::{Form, Work};

/// How the runner reaches the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Direct,
    /// Through PgBouncer, in transaction mode.
    Pooled,
}

pub(crate) const WAYS: [Way; 2] = [Way::Direct, Way::Pooled];

/// Why a fault was not tried here.
pub(crate) enum NotRun {
    /// There is no such thing over this way.
    NoSuchThing,
    /// This machine lacks something.
    Lacking(&'static str),
}

pub(crate) struct Stand {
    pub(crate) pooler: Option<Pooler>,
    pub(crate) server: TempServer,
}

impl Stand {
    pub(crate) fn start(way: Way) -> Result<Self, NotRun> {
        Self::with(way, &Options::default(), "")
    }

    /// One with settings of the server, and of PgBouncer.
    pub(crate) fn with(way: Way, options: &Options, of_pooler: &str) -> Result<Self, NotRun> {
        refuse_without_pooler(way)?;
        let server = TempServer::start(&Options {
            tcp: true,
            ..options.clone()
        })
        .unwrap();
        let pooler = match way {
            Way::Direct => None,
            Way::Pooled => Pooler::start(&server, of_pooler),
        };
        Ok(Self { pooler, server })
    }

    /// The URL by which a runner reaches a database.
    pub(crate) fn url(&self, database: &str) -> String {
        match &self.pooler {
            Some(pooler) => pooler.url(database),
            None => self.server.url(database),
        }
    }

    /// A new database with migrations to apply.
    pub(crate) fn work(&self, migrations: u16, form: Form) -> Work {
        let database = self.database();
        Work::new(
            &self.server.url(&database),
            &self.url(&database),
            migrations,
            form,
        )
    }

    pub(crate) fn database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("trial_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.server.create_database(&name).unwrap();
        name
    }
}

pub(crate) fn refuse_without_pooler(way: Way) -> Result<(), NotRun> {
    if way == Way::Pooled && pooler::program().is_none() {
        return Err(NotRun::Lacking("PgBouncer is not installed"));
    }
    Ok(())
}

/// The Unix socket of a server.
pub(crate) fn socket(server: &TempServer) -> Upstream {
    Upstream::Unix(
        server
            .socket_dir()
            .join(format!(".s.PGSQL.{}", server.socket_port())),
    )
}
