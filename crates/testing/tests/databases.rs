//! Databases for tests: what they hold, that they are apart, and that nothing is left of them.
//!
//! Whole processes are this test program itself, run again for one test that does nothing unless
//! it is told to.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that has no database cannot go on; a process tells what it has this way"
)]

use std::hash::Hasher;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use jubilee_pg_local::TempServer;
use jubilee_testing::postgres::{Client, NoTls};
use jubilee_testing::{BoxError, Schema, Template, TestDatabase};

/// A schema of one table; the variable makes it another one.
struct Notes;

const VERSION: &str = "JUBILEE_TEST_SCHEMA_VERSION";

fn version() -> String {
    std::env::var(VERSION).unwrap_or_else(|_| "1".to_owned())
}

impl Schema for Notes {
    const DATABASE: &'static str = "notes";

    fn fingerprint(hasher: &mut dyn Hasher) {
        hasher.write(version().as_bytes());
    }

    fn migrate(client: &mut Client) -> Result<(), BoxError> {
        if version() == "broken" {
            client.batch_execute("CREATE TABLE notes (id nothing)")?;
        }
        let sql = format!(
            "CREATE TABLE notes (id int PRIMARY KEY, version text DEFAULT '{}')",
            version()
        );
        Ok(client.batch_execute(&sql)?)
    }
}

static TWO_NOTES: Template<Notes> = Template::new("two notes", |client| {
    client.batch_execute("INSERT INTO notes VALUES (1), (2)")?;
    Ok(())
});

fn count(database: &TestDatabase<Notes>) -> i64 {
    let mut client = database.client().unwrap();
    let row = client.query_one("SELECT count(*) FROM notes", &[]).unwrap();
    row.get(0)
}

#[test]
fn each_test_has_a_database_of_its_own_and_it_is_gone_at_its_end() {
    let one = TestDatabase::<Notes>::new().unwrap();
    let other = TestDatabase::<Notes>::new().unwrap();
    let sql = "INSERT INTO notes VALUES (1)";
    one.client().unwrap().batch_execute(sql).unwrap();
    assert_eq!((count(&one), count(&other)), (1, 0));
    let url = one.url().to_owned();
    // A client that is still connected is in nobody's way.
    let _open = one.client().unwrap();
    drop(one);
    let error = Client::connect(&url, NoTls).err().unwrap();
    assert_eq!(error.code().unwrap().code(), "3D000", "{error}");
}

#[test]
fn a_template_is_prepared_once_and_copied() {
    let (one, other) = (TWO_NOTES.database().unwrap(), TWO_NOTES.database().unwrap());
    one.client()
        .unwrap()
        .batch_execute("DELETE FROM notes")
        .unwrap();
    assert_eq!((count(&one), count(&other)), (0, 2));
}

#[test]
fn many_threads_and_more_databases_than_are_made_ahead() {
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..4 {
                    assert_eq!(count(&TestDatabase::new().unwrap()), 0);
                }
            });
        }
    });
}

#[tokio::test]
async fn asynchronous_tests_have_them_too() {
    let database = TestDatabase::<Notes>::new_async().await.unwrap();
    let prepared = TWO_NOTES.database_async().await.unwrap();
    let counts = thread::spawn(move || (count(&database), count(&prepared)));
    assert_eq!(counts.join().unwrap(), (0, 2));
}

const ROLE: &str = "JUBILEE_TEST_ROLE";

/// What the other processes of the tests below do.
#[test]
fn process() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let database = TestDatabase::<Notes>::new().unwrap();
    println!("\nname {}", database.name());
    println!("url {}", database.url());
    println!("version {}", {
        let mut client = database.client().unwrap();
        client
            .batch_execute("INSERT INTO notes VALUES (1)")
            .unwrap();
        let row = client.query_one("SELECT version FROM notes", &[]).unwrap();
        row.get::<_, String>(0)
    });
    if role == "waits" {
        // Until the killer comes.
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    }
}

fn command(role: &str, server: Option<&str>, more: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["process", "--exact", "--nocapture"])
        .env(ROLE, role)
        .env("RUST_BACKTRACE", "0")
        .env_remove("JUBILEE_TEST_SERVER_URL")
        .envs(server.map(|url| ("JUBILEE_TEST_SERVER_URL", url)))
        .envs(more.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(server: &str, more: &[(&str, &str)]) -> Output {
    command("ends", Some(server), more).output().unwrap()
}

/// A process that has its database, and its name.
fn waiting(server: &str) -> (Child, String) {
    let mut process = command("waits", Some(server), &[]).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.as_mut().unwrap()).lines();
    let mut name = None;
    loop {
        let line = lines.next().unwrap().unwrap();
        name = name.or_else(|| line.strip_prefix("name ").map(str::to_owned));
        if line.starts_with("version ") {
            break;
        }
    }
    (process, name.unwrap())
}

/// A server with a role that may create databases and nothing more.
struct Given {
    server: TempServer,
    url: String,
}

impl Given {
    fn start() -> Self {
        let server = TempServer::start(&jubilee_pg_local::Options::default()).unwrap();
        let mut client = Client::connect(&server.url("postgres"), NoTls).unwrap();
        client
            .batch_execute("CREATE ROLE tester LOGIN CREATEDB")
            .unwrap();
        let url = server.url("postgres").replacen("postgres@", "tester@", 1);
        Self { server, url }
    }

    /// The databases that tests have made, without templates.
    fn tests(&self) -> Vec<String> {
        self.names("jubilee_test_")
    }

    /// Waits until sessions of which that is so are over. That of a killed process ends with the statement that
    /// it is at, which may make a database.
    fn wait_for_killed(&self, which: &str) {
        let mut client = Client::connect(&self.server.url("postgres"), NoTls).unwrap();
        let sql = format!(
            "SELECT FROM pg_stat_activity WHERE application_name = 'jubilee-testing' AND {which}"
        );
        while !client.query(&sql, &[]).unwrap().is_empty() {
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn names(&self, prefix: &str) -> Vec<String> {
        let mut client = Client::connect(&self.server.url("postgres"), NoTls).unwrap();
        let sql =
            "SELECT datname::text FROM pg_database WHERE starts_with(datname::text, $1) ORDER BY 1";
        let rows = client.query(sql, &[&prefix]).unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}

#[test]
fn a_given_server_keeps_the_template_and_no_test_database() {
    let given = Given::start();
    let first = run(&given.url, &[]);
    assert!(first.status.success(), "{first:?}");
    let template = given.names("jubilee_template_");
    assert_eq!((given.tests().len(), template.len()), (0, 1));
    assert!(run(&given.url, &[]).status.success());
    assert_eq!(given.names("jubilee_template_"), template);
    // Other migrations, another template; that of the old ones goes.
    let other = run(&given.url, &[(VERSION, "2")]);
    assert!(String::from_utf8_lossy(&other.stdout).contains("version 2"));
    let others = given.names("jubilee_template_");
    assert_eq!(others.len(), 1);
    assert_ne!(others, template);
}

#[test]
fn what_killed_processes_leave_is_dropped_by_the_next_and_what_lives_is_not() {
    let given = Given::start();
    let killed: Vec<_> = (0..3).map(|_| waiting(&given.url)).collect();
    let (mut living, name) = waiting(&given.url);
    for (mut process, _) in killed {
        process.kill().unwrap();
        process.wait().unwrap();
    }
    given.wait_for_killed("state <> 'idle'");
    // The process lives long enough to sweep: it waits as long as the test does.
    let (mut next, own) = waiting(&given.url);
    let mut expected = vec![name, own];
    expected.sort();
    while given.tests() != expected {
        thread::sleep(Duration::from_millis(10));
    }
    for process in [&mut living, &mut next] {
        drop(process.stdin.take());
        assert!(process.wait().unwrap().success());
    }
    assert_eq!(given.tests(), Vec::<String>::new());
}

#[test]
fn two_hundred_processes_of_which_many_are_killed_leave_nothing() {
    let given = Given::start();
    let mut random = 7_u32;
    for _ in 0..50 {
        let mut processes: Vec<Child> = (0..4)
            .map(|_| command("ends", Some(&given.url), &[]).spawn().unwrap())
            .collect();
        for process in &mut processes {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // A third of them at once, a third after its first line, a third not.
            match random >> 24 {
                0..85 => process.kill().unwrap(),
                85..170 => {
                    let mut first = [0];
                    drop(process.stdout.as_mut().unwrap().read(&mut first));
                    process.kill().unwrap();
                }
                _ => {}
            }
            drain(process);
        }
    }
    given.wait_for_killed("true");
    let (mut last, name) = waiting(&given.url);
    while given.tests() != [name.clone()] {
        thread::sleep(Duration::from_millis(10));
    }
    drop(last.stdin.take());
    assert!(last.wait().unwrap().success());
    assert_eq!(given.tests(), Vec::<String>::new());
}

/// Lets a process end, and reads its output, so that it is never blocked by it.
fn drain(process: &mut Child) {
    drop(process.stdin.take());
    let mut output = Vec::new();
    if let Some(mut stdout) = process.stdout.take() {
        stdout.read_to_end(&mut output).unwrap();
    }
    if let Some(mut stderr) = process.stderr.take() {
        stderr.read_to_end(&mut output).unwrap();
    }
    process.wait().unwrap();
}

#[test]
fn what_goes_wrong_is_said_with_what_to_do() {
    let given = Given::start();
    let said = |server: &str, more: &[(&str, &str)]| {
        let output = command("ends", Some(server), more).output().unwrap();
        assert!(!output.status.success());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let start = stderr.find("Err` value: ").unwrap_or_default() + "Err` value: ".len();
        let end = stderr[start..]
            .find("\nnote:")
            .unwrap_or(stderr.len() - start);
        stderr[start..start + end].to_owned()
    };
    assert_eq!(
        said("localhost", &[]),
        "JUBILEE_TEST_SERVER_URL is not the URL of a database: it does not begin with postgres://HOST/DATABASE\n\
         help: postgres://postgres:PASSWORD@127.0.0.1:5432/postgres, for example"
    );
    assert_eq!(
        said(&given.url.replacen("tester@", "nobody@", 1), &[]),
        "cannot connect to the test server: role \"nobody\" does not exist\n\
         help: check JUBILEE_TEST_SERVER_URL, or unset it to have a server started"
    );
    assert_eq!(
        said(&given.url, &[(VERSION, "broken")]),
        "the migrations of notes could not be applied: db error: ERROR: type \"nothing\" does not exist"
    );
    let mut client = Client::connect(&given.server.url("postgres"), NoTls).unwrap();
    client
        .batch_execute("ALTER ROLE tester NOCREATEDB")
        .unwrap();
    let refused = said(&given.url, &[]);
    assert!(
        refused.ends_with("permission denied to create database\nhelp: ALTER ROLE … CREATEDB, for the role in JUBILEE_TEST_SERVER_URL"),
        "{refused}"
    );
    assert_eq!(given.tests(), Vec::<String>::new());
}

#[test]
fn databases_are_kept_if_somebody_wants_to_look_at_them() {
    let given = Given::start();
    let output = run(&given.url, &[("JUBILEE_KEEP", "1")]);
    assert!(output.status.success(), "{output:?}");
    let kept = given.names("jubilee_kept_");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let line = stderr
        .lines()
        .find(|line| line.contains("kept: psql '"))
        .unwrap();
    assert!(line.contains(&kept[0]), "{line}");
    // The next process does not take it for left behind.
    assert!(run(&given.url, &[]).status.success());
    assert_eq!(given.names("jubilee_kept_"), kept);
}
