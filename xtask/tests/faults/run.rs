//! A run of the command line as a process of its own.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::Place;

pub(crate) struct Run {
    child: Child,
    stderr: BufReader<ChildStderr>,
    heard: String,
}

/// What became of a run.
pub(crate) struct Ended {
    /// `None` for one that was killed.
    pub(crate) code: Option<i32>,
    /// The migrations that its report names; `None` for one that was killed.
    pub(crate) report: Option<BTreeSet<u16>>,
    /// The migrations that it said to be applied while it was at work.
    pub(crate) said: BTreeSet<u16>,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn start(place: &Place) -> Self {
        let mut child = place
            .command("migrate codex -v --format json --migrations m")
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

    /// Listens until the run says something, and tells whether it did before its end.
    pub(crate) fn hears(&mut self, text: &str) -> bool {
        self.hears_times(text, 1)
    }

    /// Listens until so many migrations are applied, and tells whether that was before its end.
    pub(crate) fn applies(&mut self, migrations: u64) -> bool {
        self.hears_times(": applied ", migrations)
    }

    fn hears_times(&mut self, text: &str, times: u64) -> bool {
        let mut left = times;
        while left > 0 {
            let begin = self.heard.len();
            if self.stderr.read_line(&mut self.heard).unwrap() == 0 {
                return false;
            }
            left -= u64::from(self.heard[begin..].contains(text));
        }
        true
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    pub(crate) fn is_over(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    pub(crate) fn kill(mut self) -> Ended {
        self.child.kill().unwrap();
        self.end()
    }

    pub(crate) fn end(mut self) -> Ended {
        self.stderr.read_to_string(&mut self.heard).unwrap();
        let mut stdout = String::new();
        let mut pipe = self.child.stdout.take().unwrap();
        pipe.read_to_string(&mut stdout).unwrap();
        let code = self.child.wait().unwrap().code();
        let said = self.heard.lines().filter_map(|line| {
            let (_, name) = line.split_once(": applied ")?;
            name.get(..4)?.parse().ok()
        });
        Ended {
            code,
            report: code.map(|_| reported(&stdout)),
            said: said.collect(),
            stderr: self.heard,
        }
    }
}

/// The versions in a report.
fn reported(json: &str) -> BTreeSet<u16> {
    let report: serde_json::Value = serde_json::from_str(json).unwrap();
    let applied = report["databases"][0]["applied"].as_array().unwrap();
    let version =
        |row: &serde_json::Value| u16::try_from(row["version"].as_u64().unwrap()).unwrap();
    let versions: Vec<u16> = applied.iter().map(version).collect();
    let set: BTreeSet<u16> = versions.iter().copied().collect();
    assert_eq!(set.len(), versions.len(), "named twice: {json}");
    set
}
