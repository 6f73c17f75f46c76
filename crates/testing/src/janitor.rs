//! Drops what processes left that were killed.

use std::sync::Once;
use std::thread;

use crate::error::TestError;
use crate::session::Session;
use crate::source::Source;

/// What the names of all test databases begin with, also of templates that are being made.
pub(crate) const PREFIX: &str = "jubilee_test_";

/// Begins to sweep once in a process, beside the tests.
pub(crate) fn begin() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        // What it cannot do, the next process will try.
        thread::spawn(|| Session::begin().and_then(|mut session| sweep(&mut session, PREFIX, "")));
    });
}

/// Drops templates of the database that were made for other migrations and that nobody uses.
pub(crate) fn sweep_templates(session: &mut Session, source: &Source) -> Result<(), TestError> {
    sweep(session, &source.family(), &source.schema())
}

/// Drops databases that begin with one name and not with the other, and whose owner is gone.
fn sweep(session: &mut Session, prefix: &str, but: &str) -> Result<(), TestError> {
    for name in session.names(prefix)? {
        if (but.is_empty() || !name.starts_with(but)) && session.try_lock(&name)? {
            let dropped = session.drop(&name);
            session.unlock(&name)?;
            dropped?;
        }
    }
    Ok(())
}
