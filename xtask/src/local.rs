//! The local server of this checkout.

use jubilee_pg_local::{Endpoint, Event, LocalServer, Search, Tcp};

use crate::connection::Settings;
use crate::databases::ALL;
use crate::output::eprint;
use crate::problem::Problem;
use crate::workspace;

/// The local server of this checkout.
pub(crate) fn server() -> Result<LocalServer, Problem> {
    Ok(LocalServer::at(
        Search::from_environment(),
        &workspace::checkout()?,
    )?)
}

/// Starts it unless it runs, and says what takes long.
pub(crate) fn up(tcp: Option<Tcp>) -> Result<Endpoint, Problem> {
    let server = server()?;
    let server = match tcp {
        Some(tcp) => server.with_tcp(tcp),
        None => server,
    };
    Ok(server.up(&mut |event: Event| eprint(&format!("{event}\n")))?)
}

/// Creates those of the databases that are missing.
pub(crate) fn ensure_databases(endpoint: &Endpoint) -> Result<(), Problem> {
    for entry in ALL {
        endpoint.ensure_database(&entry.database.default_database_name())?;
    }
    Ok(())
}

/// How one of the databases on it is reached.
pub(crate) fn settings(endpoint: &Endpoint, database: &str) -> Settings {
    Settings::local_server(
        &endpoint.socket_dir,
        endpoint.port,
        database,
        &endpoint.user,
    )
}
