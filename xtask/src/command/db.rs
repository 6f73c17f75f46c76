//! `cargo xtask db`.

use std::os::unix::process::CommandExt;
use std::process::Command;

use clap::{Args, Subcommand};
use jubilee_pg_local::{Endpoint, Status, Tcp};
use jubilee_verify::Wish;

use crate::argument::{database_or_all_parser, database_parser, one, selected};
use crate::command::reset::{Redo, Reset};
use crate::confirm;
use crate::databases::{ALL, Entry};
use crate::exit::Exit;
use crate::globals::Globals;
use crate::invocation::program;
use crate::local;
use crate::output::{print, print_json};
use crate::problem::Problem;
use crate::target::Where;

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
        /// Also delete its data, with all databases
        #[arg(long)]
        delete: bool,
        /// Do not ask before deleting
        #[arg(long, requires = "delete")]
        yes: bool,
    },
    /// Delete a database of development with its rows, and make it anew, empty
    Reset(Reset),
    /// Delete a database of development, make it anew, and apply all migrations: after one was edited
    Redo(Redo),
    /// Show whether the server is running, and where its data is
    Status,
    /// Print the URLs of the databases as they are configured, without passwords
    Url {
        /// Databases whose URLs to print [default: all]
        #[arg(value_parser = database_or_all_parser(), value_name = "DATABASE")]
        databases: Vec<String>,
        #[command(flatten)]
        place: Where,
    },
    /// Fill the tables of the local databases with made-up rows
    Seed {
        /// Databases to fill [default: all]
        #[arg(value_parser = database_or_all_parser(), value_name = "DATABASE")]
        databases: Vec<String>,
        /// Rows that each table shall have
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = super::verify::rows_parser())]
        rows: u32,
        /// Number that the rows are made from; the same number makes the same rows
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
    },
    /// Connect to a database with psql, as it is configured
    Psql {
        /// Database to connect to
        #[arg(value_parser = database_parser())]
        database: String,
        #[command(flatten)]
        place: Where,
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
                let url = |entry: &Entry| {
                    let database = entry.database;
                    (
                        database.name,
                        endpoint.url(&database.default_database_name()),
                    )
                };
                print_urls(&ALL.iter().map(url).collect::<Vec<_>>(), globals);
            }
            DbCommand::Down { delete, yes } => down(delete, yes)?,
            DbCommand::Reset(reset) => return reset.run(globals),
            DbCommand::Redo(redo) => return redo.run(globals),
            DbCommand::Status => status(globals)?,
            DbCommand::Url { databases, place } => return urls(&databases, place, globals),
            DbCommand::Seed {
                databases,
                rows,
                seed,
            } => {
                let wish = Wish {
                    rows: rows as usize,
                    seed,
                };
                return self::seed(&databases, wish, globals);
            }
            DbCommand::Psql {
                database,
                place,
                arguments,
            } => return psql(&database, place, &arguments),
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

/// Stops the local server; asks before it deletes its data.
fn down(delete: bool, yes: bool) -> Result<(), Problem> {
    let server = local::server()?;
    if delete && !yes && server.status()? != Status::Absent {
        let shown = format!(
            "local server in {}\nwould delete it with all its databases\n\n",
            server.folder().display()
        );
        let needed = "deleting the local server needs a confirmation";
        confirm::by_name(needed, &["delete"], &shown, "do it", "add --yes")?;
    }
    let (did, what) = if delete {
        (server.delete()?, "deleted")
    } else {
        (server.down()?, "stopped")
    };
    print(if did { "" } else { "it was not there; " });
    print(&format!("the local server is {what}\n"));
    Ok(())
}

fn print_urls(urls: &[(&str, String)], globals: &Globals) {
    if globals.is_json() {
        let databases: Vec<_> = urls
            .iter()
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
        Status::Absent => (
            "absent",
            "it was not started here, or was deleted".to_owned(),
        ),
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

/// Fills the tables of the local databases.
fn seed(databases: &[String], wish: Wish, globals: &Globals) -> Result<Exit, Problem> {
    let endpoint = up(None)?;
    let mut all = Vec::new();
    for entry in selected(databases) {
        let url = endpoint.url(&entry.database.default_database_name());
        let filled = jubilee_verify::fill_at(&url, wish).map_err(|error| {
            Problem::new(
                Exit::Failed,
                format!("cannot fill {}: {error}", entry.database.name),
            )
            .why("rows are made from what the database's catalog says of its tables")
            .hint(
                "the rows that were there are as they were; correct what is said, and run it again",
            )
        })?;
        all.push((entry.database.name, filled));
    }
    if globals.is_json() {
        let databases: Vec<_> = all
            .iter()
            .map(|(name, filled)| {
                let tables: Vec<_> = filled
                    .iter()
                    .map(|t| serde_json::json!({ "table": t.table, "before": t.before, "added": t.added, "obstacle": t.obstacle }))
                    .collect();
                serde_json::json!({ "name": name, "tables": tables })
            })
            .collect();
        print_json(&serde_json::json!({ "databases": databases }));
        return Ok(Exit::Done);
    }
    for (name, filled) in all {
        if filled.is_empty() {
            print(&format!(
                "{name:<12} no tables; first: cargo xtask migrate {name}\n"
            ));
            continue;
        }
        let added: u64 = filled.iter().map(|table| table.added).sum();
        let there: u64 = filled.iter().map(|table| table.before).sum();
        print(&format!(
            "{name:<12} {added} rows added to {there} in {} tables of the local server\n",
            filled.len()
        ));
        for table in &filled {
            if let Some(obstacle) = &table.obstacle {
                let has = table.before + table.added;
                print(&format!("  {} has {has}: {obstacle}\n", table.table));
            }
        }
    }
    Ok(Exit::Done)
}

/// Where each database is: the local server, or what is configured.
fn urls(databases: &[String], place: Where, globals: &Globals) -> Result<Exit, Problem> {
    let targets = place.targets(&selected(databases))?.targets;
    let is_one = targets.len() == 1;
    let mut exit = Exit::Done;
    let mut found = Vec::new();
    for target in targets {
        let name = target.entry.database.name;
        match target.reach.and_then(|reach| reach.url()) {
            Ok(url) => found.push((name, url)),
            Err(problem) => {
                globals.report([&problem]);
                exit = exit.max(problem.exit);
            }
        }
    }
    match &found[..] {
        [(_, url)] if is_one && !globals.is_json() => print(&format!("{url}\n")),
        _ => print_urls(&found, globals),
    }
    Ok(exit)
}

fn psql(database: &str, place: Where, arguments: &[String]) -> Result<Exit, Problem> {
    let Some(target) = place.targets(&one(database))?.targets.pop() else {
        return Ok(Exit::Usage);
    };
    // The password goes with the variables: arguments stand in `ps`.
    let variables = target.reach?.variables()?;
    let mut psql = Command::new("psql");
    // What libpq reads besides could lead elsewhere: PGHOSTADDR, or a PGSERVICE.
    let is_of_libpq = |name: &str| name.starts_with("PG") && !name.starts_with("PG_");
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_of_libpq) {
            psql.env_remove(name);
        }
    }
    let error = psql.envs(variables).args(arguments).exec();
    Err(Problem::new(Exit::Failed, "cannot run psql")
        .why(error.to_string())
        .hint(format!(
            "install the PostgreSQL client, or use another client with `{} db url {database}`",
            program()
        )))
}
