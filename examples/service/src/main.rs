//! A service that brings the database codex up to date before it serves anyone.
//!
//! ```sh
//! DB_CODEX_URL=postgres://jubilee:jubilee_dev_codex@localhost:5432/jubilee_codex cargo run
//! ```

use std::env;
use std::error::Error;
use std::process::ExitCode;

use jubilee_codex::Environment;
use tokio_postgres::NoTls;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match start().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn start() -> Result<(), Box<dyn Error>> {
    let environment = environment()?;
    let url = env::var("DB_CODEX_URL").map_err(|error| format!("DB_CODEX_URL: {error}"))?;
    let (mut client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    tokio::spawn(connection);

    // Every replica may do this at once: each migration is applied once.
    let report = jubilee_codex::migrate_async(&mut client, environment).await?;
    for migration in report.applied_migrations() {
        println!("applied {:04}_{}", migration.version(), migration.name());
    }
    println!("codex is up to date ({environment})");

    // Here the service would begin to serve.
    Ok(())
}

/// What `JUBILEE_ENV` says, else `NODE_ENV`, else development. A database remembers the environment
/// that it was first migrated in, and refuses every other.
fn environment() -> Result<Environment, String> {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    match set("JUBILEE_ENV").or_else(|| set("NODE_ENV")) {
        Some(name) => Environment::from_name(&name).ok_or(format!("unknown environment `{name}`")),
        None => Ok(Environment::Development),
    }
}

#[cfg(test)]
mod tests {
    /// The runner is refinery's own type, so whatever takes one takes this one.
    #[test]
    fn the_runner_is_refinerys() {
        let runner: refinery::Runner = jubilee_codex::runner();
        assert_eq!(runner.get_migrations()[0].version(), 1);
    }
}
