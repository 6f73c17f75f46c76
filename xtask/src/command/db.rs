//! `cargo xtask db`.

use std::os::unix::process::CommandExt;
use std::process::Command;

use clap::{Args, Subcommand};
use jubilee_pg_local::{Endpoint, Status, Tcp};

use crate::argument::database_parser;
use crate::command::reset::Reset;
use crate::databases::{self, ALL};
use crate::exit::Exit;
use crate::globals::Globals;
use crate::local;
use crate::output::{print, print_json};
use crate::problem::Problem;

/// `cargo xtask db`.
#[derive(Debug, Args)]
pub(crate) struct Db {
    #[command(subcommand)]
    command: DbCommand,
}

#[derive(Debug, Subcommand)]
enum DbCommand {
    /// Start the server and create the databases
    Up {
        /// Also listen on this port of 127.0.0.1 (user postgres, password jubilee_dev)
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
        port: Option<u16>,
    },
    /// Stop the server
    Down {
        /// Also delete its data
        #[arg(long)]
        delete: bool,
    },
    /// Delete a database of development with its rows, and make it anew, empty
    Reset(Reset),
    /// The same, and apply all migrations as they are now: after one was edited
    Redo(Reset),
    /// Show whether the server is running, and where its data is
    Status,
    /// Print connection URLs
    Url {
        /// Database [default: all]
        #[arg(value_parser = database_parser())]
        database: Option<String>,
    },
    /// Connect to a database with psql
    Psql {
        /// Database to connect to
        #[arg(value_parser = database_parser())]
        database: String,
        /// Arguments for psql, after `--`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
}

impl Db {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        match self.command {
            DbCommand::Up { port } => {
                let endpoint = up(port)?;
                print_urls(&endpoint, globals);
            }
            DbCommand::Down { delete } => {
                let server = local::server()?;
                let (did, what) = if delete {
                    (server.delete()?, "deleted")
                } else {
                    (server.down()?, "stopped")
                };
                print(if did { "" } else { "it was not there; " });
                print(&format!("the local server is {what}\n"));
            }
            DbCommand::Reset(reset) => return reset.reset(globals),
            DbCommand::Redo(redo) => return redo.redo(globals),
            DbCommand::Status => status(globals)?,
            DbCommand::Url { database } => {
                let endpoint = up(None)?;
                match database.as_deref().and_then(databases::find) {
                    Some(entry) => print(&format!(
                        "{}\n",
                        endpoint.url(&entry.database.default_database_name())
                    )),
                    None => print_urls(&endpoint, globals),
                }
            }
            DbCommand::Psql {
                database,
                arguments,
            } => return psql(&database, &arguments),
        }
        Ok(Exit::Done)
    }
}

fn up(port: Option<u16>) -> Result<Endpoint, Problem> {
    let endpoint = local::up(port.map(|port| Tcp {
        port,
        password: "jubilee_dev".to_owned(),
    }))?;
    local::ensure_databases(&endpoint)?;
    Ok(endpoint)
}

fn print_urls(endpoint: &Endpoint, globals: &Globals) {
    let urls = ALL.iter().map(|entry| {
        (
            entry.database.name,
            endpoint.url(&entry.database.default_database_name()),
        )
    });
    if globals.is_json() {
        let databases: Vec<_> = urls
            .map(|(name, url)| serde_json::json!({ "name": name, "url": url }))
            .collect();
        print_json(&serde_json::json!({ "databases": databases }));
    } else {
        for (name, url) in urls {
            print(&format!("{name:<12} {url}\n"));
        }
    }
}

fn status(globals: &Globals) -> Result<(), Problem> {
    let server = local::server()?;
    let (state, detail) = match server.status()? {
        Status::Absent => ("absent", "it has never been started here".to_owned()),
        Status::Stopped { major } => ("stopped", format!("PostgreSQL {major}")),
        Status::Busy { pid } => ("busy", format!("process {pid} is starting or stopping")),
        Status::Running {
            pid,
            major,
            endpoint,
        } => {
            let tcp = endpoint
                .tcp_port
                .map(|port| format!(", 127.0.0.1:{port}"))
                .unwrap_or_default();
            (
                "running",
                format!(
                    "PostgreSQL {major}, process {pid}, socket {}{tcp}",
                    endpoint.socket_dir.display()
                ),
            )
        }
    };
    if globals.is_json() {
        print_json(
            &serde_json::json!({ "state": state, "detail": detail, "folder": server.folder(), "log": server.log_path() }),
        );
    } else {
        print(&format!(
            "{state}: {detail}\nfolder: {}\nlog:    {}\n",
            server.folder().display(),
            server.log_path().display()
        ));
    }
    Ok(())
}

fn psql(database: &str, arguments: &[String]) -> Result<Exit, Problem> {
    let Some(entry) = databases::find(database) else {
        return Ok(Exit::Usage);
    };
    let url = up(None)?.url(&entry.database.default_database_name());
    // The local server asks for no password over its socket, so none stands in `ps`.
    let error = Command::new("psql").arg(url).args(arguments).exec();
    Err(Problem::new(Exit::Failed, "cannot run psql")
        .why(error.to_string())
        .hint(format!(
            "install the PostgreSQL client, or use another client with `cargo xtask db url {database}`"
        )))
}
