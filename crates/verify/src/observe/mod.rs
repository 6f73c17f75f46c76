//! What a migration does to others while it runs: locks, rewrites, scans, in the server's own words.

mod concurrent;
mod observed;
mod rows;
mod watch;

pub(crate) use concurrent::{Hold, hold, is_concurrent, wait_until_it_waits};
pub use observed::{Observed, TableLock, Touched};
pub(crate) use watch::{Watched, watch};
