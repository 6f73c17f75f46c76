//! A test's own database.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};
use std::thread;

use postgres::Client;
use tokio::sync::oneshot;

use crate::error::TestError;
use crate::janitor::{self, PREFIX};
use crate::pool;
use crate::server::{Server, keeps, say};
use crate::session::{Session, connect};
use crate::source::{BoxError, Schema, Source, Step};

/// A test's own database, with the current schema. It is dropped with this value.
pub struct TestDatabase<S> {
    url: String,
    name: String,
    /// None once it is dropped.
    made: Mutex<Option<Made>>,
    schema: PhantomData<fn() -> S>,
}

impl<S: Schema> TestDatabase<S> {
    /// Makes a database: a copy of the template, which the first process makes.
    ///
    /// # Errors
    ///
    /// When no server can be had, or the migrations cannot be applied.
    pub fn new() -> Result<Self, TestError> {
        Self::of(&Source::of::<S>())
    }

    /// [`new`](Self::new) for asynchronous tests, of any runtime.
    ///
    /// # Errors
    ///
    /// When no server can be had, or the migrations cannot be applied.
    pub async fn new_async() -> Result<Self, TestError> {
        Self::of_async(Source::of::<S>()).await
    }

    fn of(source: &Source) -> Result<Self, TestError> {
        // The blocking client must not run on a thread of an asynchronous runtime.
        aside(|| Made::take(*source)).map(Self::with)
    }

    async fn of_async(source: Source) -> Result<Self, TestError> {
        let (send, receive) = oneshot::channel();
        thread::spawn(move || {
            // Who has given up waiting gets none.
            let _ = send.send(Made::take(source));
        });
        match receive.await {
            Ok(made) => made.map(Self::with),
            Err(_) => Err(TestError::Database {
                action: "create a database".to_owned(),
                reason: "the thread that does so panicked".to_owned(),
                hint: "see its message above",
            }),
        }
    }

    fn with(made: Made) -> Self {
        Self {
            url: made.session.server.url(Some(&made.name)),
            name: made.name.clone(),
            made: Mutex::new(Some(made)),
            schema: PhantomData,
        }
    }
}

impl<S> TestDatabase<S> {
    /// Its URL, for any client: tokio-postgres, sqlx, diesel, psql.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Connects a blocking client to it. Not on a thread of an asynchronous runtime: there, connect
    /// with [`url`](Self::url).
    ///
    /// # Errors
    ///
    /// When the server does not accept the connection.
    pub fn client(&self) -> Result<Client, TestError> {
        connect(&self.url)
    }
}

impl<S> fmt::Debug for TestDatabase<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestDatabase")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl<S> Drop for TestDatabase<S> {
    fn drop(&mut self) {
        let made = self.made.get_mut().unwrap_or_else(PoisonError::into_inner);
        let Some(made) = made.take() else { return };
        if keeps() {
            say(&format!("kept: psql '{}'", self.url));
            return aside(move || drop(made));
        }
        // What cannot be dropped now is dropped by the next process.
        aside(move || drop(made.end()));
    }
}

/// Rows that many tests begin with: a function that fills a database once, of which each test gets
/// a copy.
///
/// ```ignore
/// static TWO_USERS: Template = Template::new("two users", |client| {
///     client.batch_execute("INSERT INTO users …")?;
///     Ok(())
/// });
///
/// let database = TWO_USERS.database()?;
/// ```
pub struct Template<S> {
    name: &'static str,
    prepare: Step,
    schema: PhantomData<fn() -> S>,
}

impl<S: Schema> Template<S> {
    /// A template of that name, which no other template of the program has.
    #[must_use]
    pub const fn new(name: &'static str, prepare: fn(&mut Client) -> Result<(), BoxError>) -> Self {
        Self {
            name,
            prepare,
            schema: PhantomData,
        }
    }

    /// A copy.
    ///
    /// # Errors
    ///
    /// As [`TestDatabase::new`], and when the function fails.
    pub fn database(&self) -> Result<TestDatabase<S>, TestError> {
        TestDatabase::of(&self.source())
    }

    /// A copy, for asynchronous tests.
    ///
    /// # Errors
    ///
    /// As [`TestDatabase::new`], and when the function fails.
    pub async fn database_async(&self) -> Result<TestDatabase<S>, TestError> {
        TestDatabase::of_async(self.source()).await
    }

    fn source(&self) -> Source {
        Source::of::<S>().prepared(self.name, self.prepare)
    }
}

/// A database, and the session that owns it.
pub(crate) struct Made {
    name: String,
    template: String,
    session: Session,
}

impl Made {
    /// One that is ready, or a new one.
    fn take(source: Source) -> Result<Self, TestError> {
        let server = Server::get()?;
        janitor::begin();
        // Elsewhere, those that no test has asked for would be left at the end.
        let ready = (server.is_own() && !keeps())
            .then(|| pool::take(source))
            .flatten();
        ready.map_or_else(|| Self::new(source), Ok)
    }

    /// Makes a copy of the template, and the template first if there is none.
    pub(crate) fn new(source: Source) -> Result<Self, TestError> {
        let template = source.template();
        let mut session = match pool::session(&template) {
            Some(session) => session,
            None => {
                let mut session = Session::begin()?;
                hold_template(&mut session, &source)?;
                session
            }
        };
        let name = if keeps() {
            format!("jubilee_kept_{}", random())
        } else {
            format!("{PREFIX}{}", random())
        };
        session.lock(&name)?;
        session.create(&name, Some(&template))?;
        Ok(Self {
            name,
            template,
            session,
        })
    }

    /// Drops the database, and keeps the session for the next.
    fn end(mut self) -> Result<(), TestError> {
        self.session.drop(&self.name)?;
        self.session.unlock(&self.name)?;
        pool::keep(self.template, self.session);
        Ok(())
    }
}

/// Makes sure that the template is there and stays there as long as the session; returns its name.
fn hold_template(session: &mut Session, source: &Source) -> Result<String, TestError> {
    let template = source.template();
    loop {
        session.lock_shared(&template)?;
        if session.exists(&template)? {
            return Ok(template);
        }
        session.unlock_shared(&template)?;
        session.lock(&template)?;
        let made = match session.exists(&template)? {
            true => Ok(()),
            false => make_template(session, source, &template),
        };
        session.unlock(&template)?;
        made?;
    }
}

fn make_template(session: &mut Session, source: &Source, template: &str) -> Result<(), TestError> {
    let base = match source.base() {
        Some(base) => Some(hold_template(session, &base)?),
        None => {
            janitor::sweep_templates(session, source)?;
            None
        }
    };
    // Under the name of a test's, so that it is dropped if this process is killed.
    let unfinished = format!("{PREFIX}{}", random());
    session.lock(&unfinished)?;
    session.create(&unfinished, base.as_deref())?;
    let url = session.server.url(Some(&unfinished));
    let filled = connect(&url).and_then(|mut client| {
        source.fill(&mut client)?;
        // Whatever the function did to the session, the connection is to end.
        drop(client.close());
        Ok(())
    });
    let finished = filled.and_then(|()| session.finish(&unfinished, template));
    if finished.is_err() {
        session.drop(&unfinished)?;
    }
    session.unlock(&unfinished)?;
    finished
}

/// Sixteen hexadecimal digits that no other process has.
fn random() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

/// Runs on a thread of its own, and waits for it.
fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match thread::scope(|scope| scope.spawn(work).join()) {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
