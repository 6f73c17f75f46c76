//! A run that takes its time, what is heard of it, and a session that is in its way.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Stdio};

use postgres::{Client, NoTls};

use crate::support::Place;

/// A run whose standard error is listened to.
pub(crate) struct Run {
    pub(crate) child: Child,
    stderr: BufReader<ChildStderr>,
    heard: String,
}

impl Run {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self {
            child,
            stderr,
            heard: String::new(),
        }
    }

    /// Listens until this is said.
    pub(crate) fn hears(&mut self, text: &str) {
        loop {
            let begin = self.heard.len();
            let read = self.stderr.read_line(&mut self.heard).unwrap();
            assert!(read > 0, "`{text}` was not said:\n{}", self.heard);
            if self.heard[begin..].contains(text) {
                return;
            }
        }
    }

    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        self.stderr.read_to_string(&mut self.heard).unwrap();
        (self.child.wait().unwrap().code(), self.heard)
    }
}

pub(crate) fn session(place: &Place, name: &str) -> Client {
    let mut client = Client::connect(&place.url("codex"), NoTls).unwrap();
    client
        .batch_execute(&format!("SET application_name = '{name}'"))
        .unwrap();
    client
}

pub(crate) fn pid(client: &mut Client) -> i32 {
    client
        .query_one("SELECT pg_backend_pid()", &[])
        .unwrap()
        .get(0)
}

/// Waits until a query has a row.
pub(crate) fn until(place: &Place, query: &str) {
    let mut client = Client::connect(&place.url("codex"), NoTls).unwrap();
    while client.query(query, &[]).unwrap().is_empty() {}
}

/// With what differs from run to run made the same.
pub(crate) fn same(text: &str, processes: &[(i32, &str)]) -> String {
    let mut text = text.to_owned();
    for (process, name) in processes {
        text = text.replace(&process.to_string(), name);
    }
    let times = [
        (r"for \d+ (s|min \d+ s)\b", "for <time>"),
        (r"\b\d+(\.\d+)? (ms|s)\b", "<time>"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<when>"),
        // Columns are aligned.
        (r"(\S) {2,}", "$1  "),
    ];
    for (pattern, by) in times {
        let pattern = regex::Regex::new(pattern).unwrap();
        text = pattern.replace_all(&text, by).into_owned();
    }
    text
}

/// Asserts that docs/progress.md shows this.
pub(crate) fn assert_documented(said: &str) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/progress.md");
    let number = regex::Regex::new(r"(pid |process |backend\()\d+").unwrap();
    let plain = |text: &str| same(&number.replace_all(text, "$1<pid>"), &[]);
    let (document, said) = (plain(&std::fs::read_to_string(path).unwrap()), plain(said));
    assert!(
        document.contains(&said),
        "docs/progress.md does not show:\n{said}"
    );
}

pub(crate) fn place_with_users() -> Place {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    place.migration(
        2,
        "add_phone",
        "",
        "ALTER TABLE users ADD COLUMN phone text;",
    );
    let first = place.run("migrate codex --target 1 --migrations m");
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    place
}

/// A session that has read the table and forgot to end its transaction, and its process.
pub(crate) fn report(place: &Place) -> (Client, i32) {
    let mut report = session(place, "nightly_report");
    let process = pid(&mut report);
    report
        .batch_execute("BEGIN; SELECT id\n  FROM users")
        .unwrap();
    (report, process)
}
