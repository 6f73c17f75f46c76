//! A program with the blocking client that brings the database codex up to date before it works.
//!
//! ```sh
//! DB_CODEX_URL=postgres://jubilee:jubilee_dev_codex@localhost:5432/jubilee_codex cargo run
//! ```

use std::env;
use std::error::Error;

use jubilee_codex::Environment;
use postgres::{Client, NoTls};

fn main() -> Result<(), Box<dyn Error>> {
    let url = env::var("DB_CODEX_URL").map_err(|error| format!("DB_CODEX_URL: {error}"))?;
    let mut client = Client::connect(&url, NoTls)?;

    let report = jubilee_codex::migrate(&mut client, Environment::Development)?;
    for migration in report.applied_migrations() {
        println!("applied {:04}_{}", migration.version(), migration.name());
    }
    assert!(jubilee_codex::is_current(&mut client)?);
    println!("codex is up to date");

    // Here the work would begin.
    Ok(())
}
