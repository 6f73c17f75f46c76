//! What a driver's error means for a run.

#[cfg(not(feature = "tokio-postgres"))]
use postgres as driver;
#[cfg(feature = "tokio-postgres")]
use tokio_postgres as driver;

use driver::Error;
use driver::error::{DbError, ErrorPosition, Severity};

use crate::message::{LinkError, ServerError, is_connection_failure};

/// Sorts a driver's error into "the server said no" and "the connection is gone".
pub(crate) fn link_error(error: &Error) -> LinkError {
    match error.as_db_error() {
        Some(db) if ends_the_session(db) => {
            LinkError::Lost(format!("{} (SQLSTATE {})", db.message(), db.code().code()))
        }
        Some(db) => LinkError::Server(Box::new(server_error(db))),
        None => LinkError::Lost(with_sources(error)),
    }
}

fn ends_the_session(db: &DbError) -> bool {
    let code = db.code().code();
    // No such role, password or database: behind a pooler the first query is told so.
    if matches!(code.get(..2), Some("28" | "3D")) {
        return false;
    }
    match db.parsed_severity() {
        // Whether a commit went through is not known.
        Some(Severity::Fatal | Severity::Panic) => true,
        // A statement that could not reach another server has this code too, and names the
        // function of the server's source that raised it; a pooler has no such thing.
        Some(_) => is_connection_failure(code) && db.routine().is_none(),
        // PostgreSQL has sent this field since 9.6: here a pooler speaks, which has lost its
        // server, or has none to give.
        None => true,
    }
}

fn server_error(db: &DbError) -> ServerError {
    ServerError {
        code: db.code().code().to_owned(),
        message: db.message().to_owned(),
        detail: db.detail().map(str::to_owned),
        hint: db.hint().map(str::to_owned),
        position: match db.position() {
            Some(ErrorPosition::Original(position)) => usize::try_from(*position).ok(),
            _ => None,
        },
        context: db.where_().map(str::to_owned),
        table: db.table().map(str::to_owned),
    }
}

fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        source = error.source();
    }
    text
}
