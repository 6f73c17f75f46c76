//! How long `cargo xtask migrate` takes, beside a bare socket that does the same: whole processes,
//! one after the other in turns, on a server of their own. Prints the tables of
//! `docs/performance.md`.
//!
//! ```console
//! $ cargo bench -p xtask --bench speed
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark, which prints its results and fails by panicking"
)]

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use jubilee_pg_local::{Options, Search, TempServer};
use pooler::Pooler;

#[path = "../tests/cli/pooler.rs"]
#[allow(
    dead_code,
    clippy::allow_attributes,
    reason = "the tests use more of it"
)]
mod pooler;

const XTASK: &str = env!("CARGO_BIN_EXE_xtask");

/// Each line is measured that often; its median counts.
const ROUNDS: usize = 21;

fn main() {
    // The bare socket is a process too, so that both pay for being one.
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--bare") {
        return bare(
            &arguments[at + 1],
            &arguments[at + 2],
            Path::new(&arguments[at + 3]),
        );
    }
    let server = TempServer::start(&Options {
        tcp: true,
        ..Options::default()
    })
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    println!("| what | bare socket | xtask | ratio |\n|---|---|---|---|");
    nothing_pending(&server, folder.path(), 1_000);
    nothing_pending(&server, folder.path(), 5_000);
    fresh(&server, folder.path(), "in memory");
    let mut search = Search::from_environment();
    search.folders.memory = None;
    let on_disk = TempServer::start(&Options {
        settings: [("fsync", "on"), ("full_page_writes", "on")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        search: Some(search),
        ..Options::default()
    })
    .unwrap();
    fresh(&on_disk, folder.path(), "on a disk");
    drop(on_disk);
    large(&server, folder.path());
    far_away(&server, folder.path(), "directly", socket(&server));
    if let Some(pooler) = Pooler::start(&server, "") {
        let to = format!("127.0.0.1:{}", pooler.port());
        far_away(&server, folder.path(), "through PgBouncer", to);
    }
    let size = fs::metadata(XTASK).unwrap().len();
    println!(
        "\nThe binary has {:.1} MB; `--version` takes {}.",
        size as f64 / 1e6,
        {
            let version = median(|| run(Command::new(XTASK).arg("--version")));
            shown(version)
        }
    );
}

/// Files that are all applied already: `migrate`, and `migrate status`.
fn nothing_pending(server: &TempServer, folder: &Path, count: usize) {
    let migrations = folder.join(format!("applied_{count}"));
    for number in 1..=count {
        write(
            &migrations,
            number,
            &format!("CREATE TABLE IF NOT EXISTS t{number} (id int);\n{TABLE}"),
        );
    }
    let database = format!("applied_{count}");
    server.create_database(&database).unwrap();
    run(&mut xtask(
        server,
        &database,
        &migrations,
        &["migrate", "codex"],
    ));
    let read = folder.join("read.sql");
    fs::write(
        &read,
        "SELECT version, name, checksum, status FROM public.schema_migrations ORDER BY version",
    )
    .unwrap();
    let socket = socket(server);
    for (what, command) in [
        ("migrate", &["migrate", "codex"][..]),
        ("status", &["migrate", "status", "codex"]),
    ] {
        compare(
            &format!("{what}, {count} files, nothing pending"),
            || run(&mut bare_command(&socket, &database, &read)),
            || run(&mut xtask(server, &database, &migrations, command)),
        );
    }
}

/// A statement that makes a file as long as most are.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS accounts (
    account_id uuid CONSTRAINT accounts_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL CONSTRAINT accounts_name_check CHECK (char_length(name) BETWEEN 1 AND 200),
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now()
);
COMMENT ON TABLE accounts IS 'What a customer pays for; one for each contract.';
";

/// Ten migrations on a database without a history. On a disk, a commit waits for it.
fn fresh(server: &TempServer, folder: &Path, place: &str) {
    let migrations = folder.join("fresh");
    let mut statements = String::from(HISTORY);
    for number in 1..=10 {
        let table = format!("CREATE TABLE t{number} (id int);");
        write(&migrations, number, &table);
        statements.push_str(&recorded(number, &table));
    }
    let bare = folder.join("fresh.sql");
    fs::write(&bare, statements).unwrap();
    let socket = socket(server);
    let mut made = 0;
    let mut database = || {
        made += 1;
        let name = format!("fresh_{made}");
        server.create_database(&name).unwrap();
        name
    };
    let mut times = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let name = database();
        times.0.push(run(&mut bare_command(&socket, &name, &bare)));
        let name = database();
        times.1.push(run(&mut xtask(
            server,
            &name,
            &migrations,
            &["migrate", "codex"],
        )));
    }
    line(
        &format!("migrate, 10 files, a new database {place}"),
        middle(times.0),
        middle(times.1),
    );
}

/// One migration of 50 MB: the bare socket sends it as one message, psql a statement at a time.
fn large(server: &TempServer, folder: &Path) {
    let migrations = folder.join("large");
    let mut rows = String::from("CREATE TABLE notes (id int PRIMARY KEY, name text, note text);\n");
    let mut number = 0;
    while rows.len() < 50_000_000 {
        number += 1;
        rows.push_str(&format!(
            "INSERT INTO notes (id, name, note) VALUES ({number}, 'name of {number}', 'a note''s text, as long as notes are, so that a line has two hundred bytes or so: {number}, and some more of it, and the end') ON CONFLICT DO NOTHING;\n"
        ));
    }
    write(&migrations, 1, &rows);
    let bare = folder.join("large.sql");
    fs::write(&bare, format!("BEGIN; {rows} COMMIT")).unwrap();
    let socket = socket(server);
    let mut made = 0;
    let mut database = || {
        made += 1;
        let name = format!("large_{made}");
        server.create_database(&name).unwrap();
        name
    };
    let mut times = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..5 {
        times
            .0
            .push(run(&mut bare_command(&socket, &database(), &bare)));
        let mut psql = Command::new("psql");
        psql.args(["-X", "-q", "-f"])
            .arg(&bare)
            .arg(server.url(&database()));
        times.1.push(run(&mut psql));
        times.2.push(run(&mut xtask(
            server,
            &database(),
            &migrations,
            &["migrate", "codex"],
        )));
    }
    let (bare, psql, ours) = (middle(times.0), middle(times.1), middle(times.2));
    line("migrate, 1 file of 50 MB", bare, ours);
    line("migrate, 1 file of 50 MB, beside psql", psql, ours);
}

/// Fifty migrations over 20 ms, where the bare socket waits for each of them.
fn far_away(server: &TempServer, folder: &Path, what: &str, to: String) {
    let migrations = folder.join("far");
    let mut statements = String::from(HISTORY);
    for number in 1..=50 {
        let table = format!("CREATE TABLE t{number} (id int);");
        write(&migrations, number, &table);
        statements.push_str(&recorded(number, &table));
    }
    let bare = folder.join("far.sql");
    fs::write(&bare, statements).unwrap();
    let far = delay(to, Duration::from_millis(10));
    let kind = what.replace(' ', "_");
    let mut times = (Vec::new(), Vec::new());
    for round in 0..5 {
        for (whose, times) in [("bare", &mut times.0), ("xtask", &mut times.1)] {
            let name = format!("far_{kind}_{whose}_{round}");
            server.create_database(&name).unwrap();
            times.push(if whose == "bare" {
                run(&mut bare_command(&format!("127.0.0.1:{far}"), &name, &bare))
            } else {
                let url = format!("postgres://postgres@127.0.0.1:{far}/{name}?sslmode=disable");
                let mut command = xtask(server, &name, &migrations, &["migrate", "codex"]);
                run(command.env("DB_CODEX_URL", url))
            });
        }
    }
    line(
        &format!("migrate, 50 files, 20 ms away, {what}"),
        middle(times.0),
        middle(times.1),
    );
}

/// The history, and a migration with its row, as a bare socket sends them: a message each.
const HISTORY: &str =
    "CREATE TABLE public.schema_migrations (version int PRIMARY KEY, name text)\n--\n";

fn recorded(number: usize, statement: &str) -> String {
    format!(
        "BEGIN; {statement} INSERT INTO public.schema_migrations VALUES ({number}, 'step'); COMMIT\n--\n"
    )
}

fn write(folder: &Path, number: usize, body: &str) {
    let folder = folder.join("codex");
    fs::create_dir_all(&folder).unwrap();
    let header = format!(
        "-- Migration: {number:04}_step\n-- Database: codex\n-- Author: Ada\n-- Date: 2026-11-22\n-- Description: a step\n\n"
    );
    fs::write(folder.join(format!("{number:04}_step.sql")), header + body).unwrap();
}

fn xtask(server: &TempServer, database: &str, migrations: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(XTASK);
    command
        .args(arguments)
        .arg("--migrations")
        .arg(migrations)
        .env("DB_CODEX_URL", server.url(database));
    command
}

fn socket(server: &TempServer) -> String {
    let name = format!(".s.PGSQL.{}", server.socket_port());
    server.socket_dir().join(name).display().to_string()
}

fn bare_command(address: &str, database: &str, statements: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .arg("--bare")
        .args([address, database])
        .arg(statements);
    command
}

/// How long a process takes that must succeed.
fn run(command: &mut Command) -> Duration {
    let began = Instant::now();
    let output = command.stdin(Stdio::null()).output().unwrap();
    let took = began.elapsed();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    took
}

fn compare(what: &str, bare: impl Fn() -> Duration, ours: impl Fn() -> Duration) {
    let mut times = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        times.0.push(bare());
        times.1.push(ours());
    }
    line(what, middle(times.0), middle(times.1));
}

fn median(measure: impl Fn() -> Duration) -> Duration {
    middle((0..ROUNDS).map(|_| measure()).collect())
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn line(what: &str, bare: Duration, ours: Duration) {
    let ratio = ours.as_secs_f64() / bare.as_secs_f64();
    println!(
        "| {what} | {} | {} | {ratio:.2} |",
        shown(bare),
        shown(ours)
    );
}

fn shown(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// The messages of a file, separated by lines of `--`, each sent when the one before is answered.
fn bare(address: &str, database: &str, statements: &Path) {
    let messages = fs::read_to_string(statements).unwrap();
    if address.starts_with('/') {
        talk(UnixStream::connect(address).unwrap(), database, &messages);
    } else {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        talk(stream, database, &messages);
    }
}

/// PostgreSQL manual, "Message Flow": start-up without a password, then simple queries.
fn talk(mut stream: impl Read + Write, database: &str, messages: &str) {
    let mut start = Vec::from(196_608_i32.to_be_bytes());
    for text in ["user", "postgres", "database", database, ""] {
        start.extend(text.as_bytes());
        start.push(0);
    }
    let mut message = Vec::from((start.len() as i32 + 4).to_be_bytes());
    message.extend(start);
    stream.write_all(&message).unwrap();
    until_ready(&mut stream);
    for sql in messages.split("\n--\n").filter(|sql| !sql.is_empty()) {
        let mut message = vec![b'Q'];
        message.extend((sql.len() as i32 + 5).to_be_bytes());
        message.extend(sql.as_bytes());
        message.push(0);
        stream.write_all(&message).unwrap();
        until_ready(&mut stream);
    }
    stream.write_all(b"X\0\0\0\x04").unwrap();
}

fn until_ready(stream: &mut impl Read) {
    loop {
        let mut head = [0; 5];
        stream.read_exact(&mut head).unwrap();
        let length = i32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let mut body = vec![0; length - 4];
        stream.read_exact(&mut body).unwrap();
        assert_ne!(head[0], b'E', "{}", String::from_utf8_lossy(&body));
        if head[0] == b'Z' {
            return;
        }
    }
}

/// A TCP proxy that passes every byte on after a while: to a unix socket, or to a port of this
/// machine.
fn delay(to: String, time: Duration) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            client.set_nodelay(true).unwrap();
            if to.starts_with('/') {
                let server = UnixStream::connect(&to).unwrap();
                pass_on_late(
                    client.try_clone().unwrap(),
                    server.try_clone().unwrap(),
                    time,
                );
                pass_on_late(server, client, time);
            } else {
                let server = TcpStream::connect(&to).unwrap();
                server.set_nodelay(true).unwrap();
                pass_on_late(
                    client.try_clone().unwrap(),
                    server.try_clone().unwrap(),
                    time,
                );
                pass_on_late(server, client, time);
            }
        }
    });
    port
}

/// Both sides say goodbye in the protocol, so that closing need not be passed on.
fn pass_on_late(
    mut from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
    time: Duration,
) {
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        for (due, bytes) in receiver {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                return;
            }
        }
    });
    thread::spawn(move || {
        let mut buffer = [0; 65_536];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            if sender
                .send((Instant::now() + time, buffer[..read].to_vec()))
                .is_err()
            {
                return;
            }
        }
    });
}
