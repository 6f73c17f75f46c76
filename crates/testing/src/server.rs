//! The server that tests work on: one for the process, given or shared.

use std::env;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jubilee_pg_local::SharedServer;

use crate::error::TestError;
use crate::given::Given;

/// The variable that names a server.
const VARIABLE: &str = "JUBILEE_TEST_SERVER_URL";

/// How long a server is kept for people to look at.
const KEPT: Duration = Duration::from_secs(3600);

#[derive(Debug)]
pub(crate) enum Server {
    Given(Given),
    Shared(SharedServer),
}

static SERVER: Mutex<Option<Arc<Server>>> = Mutex::new(None);

impl Server {
    /// The process's server; the first caller finds or starts it.
    pub(crate) fn get() -> Result<Arc<Self>, TestError> {
        let mut known = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = &*known {
            return Ok(Arc::clone(server));
        }
        let server = match env::var(VARIABLE).ok().filter(|url| !url.is_empty()) {
            Some(url) => Self::Given(Given::parse(&url).ok_or(TestError::Url)?),
            None => Self::shared()?,
        };
        Ok(Arc::clone(known.insert(Arc::new(server))))
    }

    fn shared() -> Result<Self, TestError> {
        let server = SharedServer::join("tests")?;
        if !server.in_memory() {
            say(
                "test databases are on disk, since /dev/shm has less than 512 MB free; in memory \
                 they are faster (docker run --shm-size=1g)",
            );
        }
        if keeps() {
            let kept = server.keep(KEPT)?;
            say(&format!(
                "the test server is kept for an hour; to end it earlier: kill {}",
                kept.pid
            ));
        }
        Ok(Self::Shared(server))
    }

    /// Whether it goes with its owners, and all databases with it.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Self::Shared(_))
    }

    /// The URL of a database; none for the one that sessions are in that make others.
    pub(crate) fn url(&self, database: Option<&str>) -> String {
        match self {
            Self::Given(given) => given.url(database),
            Self::Shared(server) => server.url(database.unwrap_or("postgres")),
        }
    }
}

/// Whether people want to look at the databases after the tests.
pub(crate) fn keeps() -> bool {
    env::var_os("JUBILEE_KEEP").is_some_and(|value| !value.is_empty() && value != "0")
}

/// A line for whoever runs the tests.
#[expect(clippy::print_stderr, reason = "a test has nowhere else to say it")]
pub(crate) fn say(line: &str) {
    eprintln!("jubilee-testing: {line}");
}
