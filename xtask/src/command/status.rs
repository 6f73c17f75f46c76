//! `cargo xtask migrate status`.

use std::io::stdout;
use std::sync::mpsc;
use std::time::Duration;

use clap::Args;
use jubilee_core::Environment;
use jubilee_runner::Migrator;
use serde::Serialize;

use crate::argument::{database_or_all_parser, parse_duration, selected};
use crate::connection::Connection;
use crate::exit::Exit;
use crate::globals::Globals;
use crate::output::{is_terminal, is_unread, print, print_json};
use crate::problem::Problem;
use crate::seen::{self, Detail, Seen, SeenJson};
use crate::sources::{Broken, Sources};
use crate::target::{Target, Where};
use crate::terminal::{InPlace, Size, wrap};

/// How far apart two looks of `--watch` are.
const WATCH_EVERY: Duration = Duration::from_secs(1);

/// `cargo xtask migrate status`.
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Databases to show [default: all]
    #[arg(value_parser = database_or_all_parser(), value_name = "DATABASE")]
    databases: Vec<String>,
    #[command(flatten)]
    place: Where,
    /// Exit with 1 if a migration is pending, running or failed, or files and history differ
    #[arg(long)]
    exit_code: bool,
    /// Look again every second, until everything is applied
    #[arg(long)]
    watch: bool,
    /// How long to wait for a lock on the history
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = parse_duration)]
    wait: Duration,
}

impl Status {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let sources = globals.sources().lenient();
        let targets = self.place.targets(&selected(&self.databases))?;
        let look = Look {
            environment: targets.environment,
            sources: &sources,
            wait: self.wait,
        };
        let seen = if self.watch {
            watch(targets.targets, &look, globals)
        } else {
            let seen = once(targets.targets, &look);
            show(&seen, globals);
            seen
        };
        globals.report(seen.iter().flat_map(|seen| &seen.problems));
        let problems = seen.iter().flat_map(|seen| &seen.problems);
        let worst = problems.map(|problem| problem.exit).max();
        let unsettled = self.exit_code && !seen.iter().all(Seen::is_settled);
        Ok(worst.unwrap_or(if unsettled { Exit::Failed } else { Exit::Done }))
    }
}

fn once(targets: Vec<Target>, look: &Look<'_>) -> Vec<Seen> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = targets
            .into_iter()
            .map(|target| scope.spawn(move || look.at(&target)))
            .collect();
        threads
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .collect()
    })
}

fn show(seen: &[Seen], globals: &Globals) {
    if globals.is_json() {
        print_json(&Report::of(seen));
    } else {
        let detail = if globals.verbose > 0 {
            Detail::Who
        } else {
            Detail::Each
        };
        print(&shown(seen, detail));
    }
}

fn shown(seen: &[Seen], detail: Detail) -> String {
    let shown: Vec<String> = seen.iter().map(|seen| seen.show(detail)).collect();
    shown.join("\n")
}

/// Looks again and again until everything is applied, and shows what has changed: on a terminal in
/// the same place, for programs as an object a line.
fn watch(targets: Vec<Target>, look: &Look<'_>, globals: &Globals) -> Vec<Seen> {
    let mut all: Vec<Seen> = targets
        .iter()
        .map(|target| look.nothing_of(target))
        .collect();
    let (sender, looks) = mpsc::channel();
    std::thread::scope(|scope| {
        for (index, target) in targets.iter().enumerate() {
            let sender = sender.clone();
            scope.spawn(move || {
                let mut tell = |seen| sender.send((index, seen)).is_ok();
                while look.looks(target, &mut tell) {
                    // The connection is lost, or there is none.
                    std::thread::sleep(WATCH_EVERY);
                }
            });
        }
        drop(sender);
        let mut before = String::new();
        let terminal = is_terminal(stdout()) && !globals.is_json();
        let mut screen = InPlace::default();
        while let Ok((index, seen)) = looks.recv() {
            if is_unread() {
                break;
            }
            let Some(place) = all.get_mut(index) else {
                continue;
            };
            *place = seen;
            if all.iter().any(Seen::is_unknown) {
                continue;
            }
            let text = if globals.is_json() {
                serde_json::to_string(&Report::of(&all)).unwrap_or_default() + "\n"
            } else {
                shown(&all, Detail::Open)
            };
            if terminal {
                let size = Size::of(stdout());
                let lines: Vec<String> = text.lines().flat_map(|line| fit(line, size)).collect();
                print(&screen.replace(&lines.join("\n"), size));
            } else if text != before {
                print(&text);
            }
            before = text;
            if all.iter().all(Seen::is_settled) {
                break;
            }
        }
        drop(looks);
    });
    all
}

/// A line, in several where it is wider than the terminal.
fn fit(line: &str, size: Size) -> Vec<String> {
    if line.chars().count() <= size.columns {
        return vec![line.to_owned()];
    }
    let text = line.trim_start();
    wrap(text, line.len() - text.len(), size.columns)
}

/// How it is looked.
struct Look<'l> {
    environment: Environment,
    sources: &'l Sources,
    wait: Duration,
}

impl Look<'_> {
    fn nothing_of(&self, target: &Target) -> Seen {
        Seen {
            database: target.entry.database.name,
            environment: self.environment,
            place: String::new(),
            found: None,
            unreadable: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn at(&self, target: &Target) -> Seen {
        let mut only = self.nothing_of(target);
        self.looks(target, &mut |seen| {
            only = seen;
            false
        });
        only
    }

    /// Looks about every second over one connection, as long as that lasts and `tell` wants to know
    /// more; whether it does.
    fn looks(&self, target: &Target, tell: &mut dyn FnMut(Seen) -> bool) -> bool {
        let failed = |problems| Seen {
            problems,
            ..self.nothing_of(target)
        };
        let reach = match &target.reach {
            Ok(reach) => reach,
            Err(problem) => return tell(failed(vec![problem.summary()])),
        };
        let looking =
            async |migrator: &mut Migrator<'_>, connection: &Connection, broken: Broken| loop {
                let seen = seen::look(
                    target.entry,
                    self.environment,
                    reach,
                    migrator,
                    connection,
                    self.wait,
                );
                let wanted = tell(seen.await?.with(&broken.problems, &broken.unreadable));
                // Files that are wrong are read again, since somebody may mend them.
                if !wanted || !broken.problems.is_empty() {
                    return Ok(wanted);
                }
                tokio::time::sleep(WATCH_EVERY).await;
            };
        match reach.with_connection(target.entry, self.environment, self.sources, looking) {
            Ok(wanted) => wanted,
            Err(problems) => tell(failed(problems)),
        }
    }
}

#[derive(Serialize)]
struct Report<'s> {
    databases: Vec<SeenJson<'s>>,
}

impl<'s> Report<'s> {
    fn of(seen: &'s [Seen]) -> Self {
        Self {
            databases: seen.iter().map(Seen::json).collect(),
        }
    }
}
