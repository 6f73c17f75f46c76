//! The asynchronous runtime of a thread.

use std::future::Future;

use crate::exit::Exit;
use crate::problem::Problem;

/// Runs a future on this thread.
pub(crate) fn block_on<F: Future>(future: F) -> Result<F::Output, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime
        .map(|runtime| runtime.block_on(future))
        .map_err(|error| {
            Problem::new(Exit::Failed, "cannot start the asynchronous runtime")
                .why(error.to_string())
                .hint("check the limit of open files (ulimit -n)")
        })
}
