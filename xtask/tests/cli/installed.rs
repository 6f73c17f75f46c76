//! The program as it is in the image: under another name, without a checkout around it.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use crate::support::{Place, Said, assert_said, server};

/// It under the name that the image gives it.
fn command(place: &Place, line: &str) -> Command {
    let program = place.folder.path().join("jubilee-migrate");
    if !program.exists() {
        fs::hard_link(env!("CARGO_BIN_EXE_xtask"), &program)
            .or_else(|_| fs::copy(env!("CARGO_BIN_EXE_xtask"), &program).map(drop))
            .unwrap();
    }
    let named = place.command(line);
    let mut command = Command::new(program);
    command
        .args(named.get_args())
        .current_dir(place.folder.path());
    for (name, value) in named.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

pub(crate) fn run(place: &Place, line: &str) -> Said {
    place.said(command(place, line).output().unwrap())
}

#[test]
fn usage_and_hints_name_it_as_it_is_started() {
    let help = run(&Place::unconfigured(), "--help");
    let (own, _) = help.stdout.split_once("Global options:").unwrap();
    insta::assert_snapshot!(own, @"
    Migrate and check Jubilee's PostgreSQL databases

    Usage: jubilee-migrate [OPTIONS] <COMMAND>

    Commands:
      migrate  Apply pending migrations; show their status; recover from failures

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version
    ");

    let place = Place::new();
    place.migration(1, "index", "-- Transaction: none", "SELECT 1;");
    assert_eq!(run(&place, "migrate codex --migrations m").code, Some(0));
    place.sql("codex", "UPDATE schema_migrations SET status = 'running', run_id = 'gone', started_at = '2026-11-22 10:00Z', runner = 'xtask 0.1.0 on host'");
    assert_said!(run(&place, "migrate codex --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: codex: 0001_index was interrupted: its run began <when> and is gone
      ╰─▶ it runs without a transaction, so how far xtask 0.1.0 on host came with it is not known
      help: look at what it left behind, then record the outcome:
            jubilee-migrate migrate resolve codex 0001 --rerun --migrations m   (run it again: being idempotent, it finds what is there)
            jubilee-migrate migrate resolve codex 0001 --completed --migrations m   (it did everything it should)
    ---- exit 1
    ");
}

#[test]
fn without_configuration_it_asks_for_variables_alone() {
    assert_said!(run(&Place::unconfigured(), "migrate all"), @"
    ---- stderr

      error: no database is configured
      ╰─▶ there is no DB_… variable
      help: set DB_CODEX_URL and so on in the environment
    ---- exit 4
    ");
    assert_said!(run(&Place::unconfigured(), "migrate codex --production"), @"
    codex        not migrated in <time>
    ---- stderr

      error: the connection to codex is not configured properly for production
      ╰─▶ nothing sets DB_CODEX_HOST, DB_CODEX_NAME, DB_CODEX_USER, DB_CODEX_PASSWORD, and nothing is assumed in production
      help: set DB_CODEX_HOST, DB_CODEX_NAME, DB_CODEX_USER, DB_CODEX_PASSWORD in the environment
    ---- exit 4
    ");
    let odd = Place::unconfigured().set("DB_CODEX_HOSTT", "x");
    assert_said!(run(&odd, "migrate codex"), @"
    codex        not migrated in <time>
    ---- stderr

      error: the connection to codex is not configured properly for development
      ╰─▶ the environment variable DB_CODEX_HOSTT is not a known variable
      help: did you mean DB_CODEX_HOST?
    ---- exit 4
    ");
}

#[test]
fn a_server_that_is_not_there() {
    let place = Place::unconfigured()
        .set("DB_CODEX_URL", "postgres://u:p@127.0.0.1:1/x")
        .set("DB_INSPIRE_URL", "postgres://u:p@jubilee.invalid/x");
    assert_said!(run(&place, "migrate codex --wait-for-server 0s"), @"
    codex        not migrated in <time>
    ---- stderr

      error: cannot connect to u@127.0.0.1:1/x: connection refused
      ╰─▶ 127.0.0.1:1: connection refused
      help: check that the server runs, and the environment variable DB_CODEX_URL
    ---- exit 4
    ");
    let unknown = run(&place, "migrate inspire --wait-for-server 0s").stderr;
    let hint = "help: check the host of the environment variable DB_INSPIRE_URL, and that it runs: \
                a stopped container's name is unknown too";
    assert!(unknown.contains(hint), "{unknown}");
}

/// As it starts together with its server: here the socket is not there yet.
#[test]
fn a_server_that_starts_is_waited_for() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    let sockets = place.folder.path().join("run");
    let database = place.text("codex", "SELECT current_database()");
    let (folder, port) = (sockets.display(), server().socket_port());
    let url = format!("postgres://postgres@/{database}?host={folder}&port={port}");
    let place = place.set("DB_CODEX_URL", &url);
    let mut migrating = command(&place, "migrate codex --migrations m")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stderr = BufReader::new(migrating.stderr.take().unwrap());
    stderr.read_line(&mut line).unwrap();
    let waits = "there is no such socket; waiting for it, up to 30 s\n";
    assert!(line.ends_with(waits), "{line}");
    std::os::unix::fs::symlink(server().socket_dir(), &sockets).unwrap();
    assert!(migrating.wait().unwrap().success());
    stderr.read_to_string(&mut line).unwrap();
    assert_eq!(line.matches(waits).count(), 1, "{line}");
}
