//! What people see of runs that are under way.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use jubilee_runner::Event;

use crate::output::{duration, eprint};

/// What people see of runs that are under way, on standard error: a bar for each database on a
/// terminal, and everywhere the notices that somebody waits or tries again.
pub(crate) struct Progress {
    bars: Option<MultiProgress>,
    verbose: bool,
    lines: Mutex<()>,
}

/// The part of one database.
pub(crate) struct OfDatabase<'p> {
    progress: &'p Progress,
    name: &'static str,
    bar: Option<ProgressBar>,
    last_event: Instant,
}

impl Progress {
    pub(crate) fn new(quiet: bool, verbose: bool) -> Self {
        let terminal = std::io::stderr().is_terminal() && !quiet;
        Self {
            bars: terminal.then(MultiProgress::new),
            verbose,
            lines: Mutex::new(()),
        }
    }

    pub(crate) fn of(&self, name: &'static str) -> OfDatabase<'_> {
        OfDatabase {
            progress: self,
            name,
            bar: None,
            last_event: Instant::now(),
        }
    }

    fn line(&self, text: &str) {
        match &self.bars {
            Some(bars) => {
                let _ = bars.println(text);
            }
            None => {
                let _guard = self.lines.lock();
                eprint(&format!("{text}\n"));
            }
        }
    }
}

impl OfDatabase<'_> {
    pub(crate) fn event(&mut self, event: &Event) {
        let name = self.name;
        self.last_event = Instant::now();
        match event {
            Event::Planned { pending } => {
                if let Some(bars) = &self.progress.bars {
                    let bar = bars.add(ProgressBar::new(*pending as u64));
                    if let Ok(style) = ProgressStyle::with_template("{prefix:<12} {bar:24} {pos}/{len} {wide_msg}") {
                        bar.set_style(style);
                    }
                    bar.set_prefix(name);
                    self.bar = Some(bar);
                }
            }
            Event::Applying { name } => {
                if let Some(bar) = &self.bar {
                    bar.set_message(name.to_string());
                }
            }
            Event::Applied { name: migration, execution_ms } => {
                if let Some(bar) = &self.bar {
                    bar.inc(1);
                }
                if self.progress.verbose {
                    self.progress.line(&format!("{name}: applied {migration} in {}", duration(*execution_ms)));
                }
            }
            Event::Lost { name: migration } => {
                if let Some(bar) = &self.bar {
                    bar.dec(1);
                }
                self.progress.line(&format!("{name}: {migration} was lost when the server crashed; applying it again"));
            }
            Event::Waiting { who } => {
                let who = who.as_deref().unwrap_or("another runner");
                self.progress.line(&format!("{name}: waiting for {who}"));
            }
            Event::Retrying { name: migration, reason, attempt, of, delay } => self.progress.line(&format!(
                "{name}: {migration} was rolled back: {reason}; attempt {attempt} of {of}, the next in {}",
                duration(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX))
            )),
            Event::DroppingInvalidIndex { index } => {
                self.progress.line(&format!("{name}: dropping INVALID index {index}, left behind by an unfinished build"));
            }
            _ => {}
        }
    }

    /// How long the run has said nothing.
    pub(crate) fn silent_for(&self) -> Duration {
        self.last_event.elapsed()
    }

    pub(crate) fn say(&self, text: &str) {
        self.progress.line(&format!("{}: {text}", self.name));
    }

    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
