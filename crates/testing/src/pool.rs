//! What is kept for the next test: databases that are made before it asks, and sessions whose database
//! is dropped.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::database::Made;
use crate::session::Session;
use crate::source::Source;

/// How many wait for each template.
const READY: usize = 2;

static POOL: Mutex<BTreeMap<String, Shelf>> = Mutex::new(BTreeMap::new());

#[derive(Default)]
struct Shelf {
    ready: Vec<Made>,
    /// Sessions that hold the template and have no database.
    idle: Vec<Session>,
    asked: bool,
    filling: bool,
}

/// One that is ready. From the second request on, which tells that there are several tests in this
/// process, others are made meanwhile.
pub(crate) fn take(source: Source) -> Option<Made> {
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    let shelf = pool.entry(source.template()).or_default();
    let made = shelf.ready.pop();
    if std::mem::replace(&mut shelf.asked, true) && !shelf.filling {
        shelf.filling = true;
        thread::spawn(move || fill(source));
    }
    made
}

/// A session that holds the template: it spares a connection, and the look for the template.
pub(crate) fn session(template: &str) -> Option<Session> {
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    let idle = &mut pool.get_mut(template)?.idle;
    std::iter::from_fn(|| idle.pop()).find(Session::is_alive)
}

/// Keeps a session that holds the template, and nothing else, for the next test.
pub(crate) fn keep(template: String, session: Session) {
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    pool.entry(template).or_default().idle.push(session);
}

fn fill(source: Source) {
    let name = source.template();
    loop {
        let made = Made::new(source);
        let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
        let shelf = pool.entry(name.clone()).or_default();
        // Why it cannot be made is told to the test that needs one.
        let failed = made.is_err();
        shelf.ready.extend(made);
        if failed || shelf.ready.len() >= READY {
            shelf.filling = false;
            return;
        }
    }
}
