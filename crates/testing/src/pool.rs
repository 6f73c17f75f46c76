//! Databases that are made before a test asks for them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::database::Made;
use crate::source::Source;

/// How many wait for each template.
const READY: usize = 2;

static POOL: Mutex<BTreeMap<String, Shelf>> = Mutex::new(BTreeMap::new());

#[derive(Default)]
struct Shelf {
    ready: Vec<Made>,
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
