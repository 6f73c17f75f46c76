#[cfg(not(feature = "tokio-postgres"))]
use postgres as driver;
#[cfg(feature = "tokio-postgres")]
use tokio_postgres as driver;

use driver::Error;
use driver::error::{DbError, ErrorPosition, Severity};

use crate::message::{LinkError, ServerError};

/// Sorts a driver's error into "the server said no" and "the connection is gone".
pub(crate) fn link_error(error: &Error) -> LinkError {
    match error.as_db_error() {
        // FATAL and PANIC end the session: whether a commit went through is not known.
        Some(db)
            if !matches!(
                db.parsed_severity(),
                Some(Severity::Fatal | Severity::Panic)
            ) =>
        {
            LinkError::Server(Box::new(server_error(db)))
        }
        Some(db) => LinkError::Lost(format!("{} (SQLSTATE {})", db.message(), db.code().code())),
        None => LinkError::Lost(with_sources(error)),
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
