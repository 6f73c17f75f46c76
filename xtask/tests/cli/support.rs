//! One throwaway server for the test binary; for each test a folder and one of each database.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use jubilee_pg_local::{Options, TempServer};
use postgres::{Client, NoTls, SimpleQueryMessage};
use rustix::fs::{Mode, OFlags};
use rustix::pty::OpenptFlags;
use tempfile::TempDir;
use xtask::databases::ALL;

/// The databases that examples and snapshots show; those that came later need not be in them.
pub(crate) const SHOWN: [&str; 3] = ["codex", "inspire", "continuum"];

/// The names of all databases.
pub(crate) fn databases() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|entry| entry.database.name)
}

pub(crate) fn server() -> &'static TempServer {
    static SERVER: OnceLock<TempServer> = OnceLock::new();
    SERVER.get_or_init(|| {
        TempServer::start(&Options {
            tcp: true,
            ..Options::default()
        })
        .unwrap()
    })
}

/// A folder to work in, one empty database of each, and the variables that say where they are.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    prefix: String,
    variables: Vec<(String, String)>,
}

/// What a command printed, and how it ended.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let prefix = format!("place{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let variables = databases()
            .map(|name| {
                let database = format!("{prefix}_{name}");
                server().create_database(&database).unwrap();
                (
                    format!("DB_{}_URL", name.to_uppercase()),
                    server().url(&database),
                )
            })
            .collect();
        Self {
            folder: TempDir::new().unwrap(),
            prefix,
            variables,
        }
    }

    /// A folder without databases, where nothing is configured.
    pub(crate) fn unconfigured() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            prefix: String::new(),
            variables: Vec::new(),
        }
    }

    /// A folder that looks like a checkout, where nothing is configured.
    pub(crate) fn checkout() -> Self {
        let place = Self::unconfigured();
        place.file("Cargo.toml", b"");
        fs::create_dir_all(place.folder.path().join("migrations")).unwrap();
        place
    }

    pub(crate) fn url(&self, database: &str) -> String {
        server().url(&format!("{}_{database}", self.prefix))
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(n, _)| n != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Where nothing of the environment is set.
    pub(crate) fn without_variables(mut self) -> Self {
        self.variables.clear();
        self
    }

    /// Writes a migration of `codex` with a good header into the folder `m`.
    pub(crate) fn migration(&self, version: u16, name: &str, more: &str, body: &str) -> PathBuf {
        let stem = format!("{version:04}_{name}");
        let text = format!(
            "-- Migration: {stem}\n-- Database: codex\n-- Author: Ada\n-- Date: 2026-11-22\n-- Description: test\n{more}\n{body}"
        );
        self.file(&format!("m/codex/{stem}.sql"), text.as_bytes())
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .args(line.split_whitespace())
            .current_dir(self.folder.path());
        remove_variables(&mut command, &["CARGO"]);
        command.envs(self.variables());
        command
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    pub(crate) fn run(&self, line: &str) -> Said {
        self.said(self.command(line).output().unwrap())
    }

    /// The same for somebody at a terminal who types one line.
    pub(crate) fn answers(&self, line: &str, answer: &str) -> Said {
        let terminal = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        rustix::pty::grantpt(&terminal).unwrap();
        rustix::pty::unlockpt(&terminal).unwrap();
        let name = rustix::pty::ptsname(&terminal, Vec::new()).unwrap();
        let stdin = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        fs::File::from(terminal.try_clone().unwrap())
            .write_all(format!("{answer}\n").as_bytes())
            .unwrap();
        self.said(self.command(line).stdin(stdin).output().unwrap())
    }

    /// With what differs from run to run made the same.
    pub(crate) fn said(&self, output: Output) -> Said {
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            let text = text.replace(&server().socket_dir().display().to_string(), "/socket");
            let port = server().socket_port();
            let text = text
                .replace(&format!("/socket:{port}"), "/socket:5432")
                .replace(&format!("-p {port}"), "-p 5432");
            let text = text.replace(&self.folder.path().display().to_string(), "/folder");
            if self.prefix.is_empty() {
                text
            } else {
                text.replace(&format!("{}_", self.prefix), "jubilee_")
            }
        };
        Said {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    pub(crate) fn sql(&self, database: &str, sql: &str) {
        Client::connect(&self.url(database), NoTls)
            .unwrap()
            .batch_execute(sql)
            .unwrap();
    }

    /// SQL that some versions of the server refuse; whether this one took it.
    pub(crate) fn sql_may_fail(&self, database: &str, sql: &str) -> bool {
        Client::connect(&self.url(database), NoTls)
            .unwrap()
            .batch_execute(sql)
            .is_ok()
    }

    /// The rows of a query, one a line.
    pub(crate) fn text(&self, database: &str, query: &str) -> String {
        let mut client = Client::connect(&self.url(database), NoTls).unwrap();
        let rows = client.simple_query(query).unwrap();
        let lines = rows.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(
                (0..row.len())
                    .map(|i| row.get(i).unwrap_or("NULL"))
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
            _ => None,
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Takes our variables from a command, and those that begin with one of the prefixes: nothing of
/// whoever runs the tests may change what they see.
pub(crate) fn remove_variables(command: &mut Command, prefixes: &[&str]) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("DB_")
            || prefixes.iter().any(|prefix| text.starts_with(prefix))
            || ["JUBILEE_ENV", "NODE_ENV", "RUST_LOG", "NO_COLOR"].contains(&&*text)
        {
            command.env_remove(&name);
        }
    }
}

impl Said {
    /// What `check` said, without the further databases, each of which has one migration.
    pub(crate) fn of_shown_databases(mut self) -> Self {
        let further: Vec<&str> = databases().filter(|name| !SHOWN.contains(name)).collect();
        let of_further = |line: &str| {
            let name = line.trim_start_matches("| ").split(' ').next();
            name.is_some_and(|name| further.contains(&name))
        };
        let lines = self.stdout.split_inclusive('\n');
        self.stdout = lines.filter(|line| !of_further(line)).collect();
        let total = |number: usize| format!("\n{number} migrations, ");
        self.stdout = self.stdout.replace(&total(5 + further.len()), &total(5));
        self
    }

    /// Exit status and both streams, as a snapshot shows them.
    pub(crate) fn all(&self) -> String {
        let code = self
            .code
            .map_or_else(|| "signal".to_owned(), |code| code.to_string());
        format!(
            "{}---- stderr\n{}---- exit {code}",
            self.stdout, self.stderr
        )
    }
}

/// The filters that hide what differs from run to run (times, days and process numbers), progress, and
/// the databases that came after the first three.
pub(crate) fn filters() -> Vec<(&'static str, &'static str)> {
    vec![
        // A line for each migration has nothing that a summary does not have too.
        (
            r"(?m)^\w+: appl(ying|ied) \d{4}_\w+( in \d+(\.\d+)? (ms|s))?\n",
            "",
        ),
        (r"in \d+(\.\d+)? (ms|s|min \d+ s)\b", "in <time>"),
        (r" +\d+(\.\d+)? (ms|s)\n", " <time>\n"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "<when>"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", "<when>"),
        (r"-- Date: \d{4}-\d\d-\d\d", "-- Date: <day>"),
        (r"(codex, inspire, continuum)(, \w+)*?(, all)?\]", "$1$3]"),
        (r#"(xtask [\d.]+) on [^"]+""#, r#"$1 on <host>""#),
        (r#""execution_ms": ?\d+"#, r#""execution_ms": <ms>"#),
    ]
}

/// Asserts a snapshot of all that a command said.
macro_rules! assert_said {
    ($said:expr, @$snapshot:literal) => {
        insta::with_settings!({ filters => $crate::support::filters() }, {
            insta::assert_snapshot!($said.all(), @$snapshot)
        })
    };
}
pub(crate) use assert_said;

pub(crate) fn absent(path: &Path) -> bool {
    !path.exists()
}
