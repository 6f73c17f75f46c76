//! On a terminal: a line for each database, in the order in which they were named, and below it what
//! its run waits for. It is drawn anew from the state of the runs, several times a second.

use std::io::stderr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::state::{Doing, State};
use crate::activity::lines;
use crate::exit::Exit;
use crate::output::{duration, eprint, span};
use crate::terminal::{InPlace, Size, cut, wrap};

const REDRAWN_EVERY: Duration = Duration::from_millis(200);

/// How wide a bar is.
const BAR: usize = 24;

/// How far what is below a bar is indented.
const INDENT: usize = 13;

/// The state of a run, which is drawn by another thread.
pub(super) type Shared = Arc<Mutex<State>>;

/// What a terminal shows.
#[derive(Clone)]
pub(super) struct Board {
    states: Vec<Shared>,
    color: bool,
    /// Held while something is written. A state is locked after it, never before.
    screen: Arc<Mutex<Screen>>,
}

enum Screen {
    NotShownYet,
    Shown(InPlace),
    Gone,
}

impl Board {
    pub(super) fn new(states: Vec<Shared>, color: bool) -> Self {
        Self {
            states,
            color,
            screen: Arc::new(Mutex::new(Screen::NotShownYet)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Screen> {
        self.screen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows it, from now on: a run that has nothing to do shows nothing.
    pub(super) fn show(&self) {
        let mut screen = self.lock();
        if matches!(*screen, Screen::NotShownYet) {
            *screen = Screen::Shown(InPlace::default());
            let board = self.clone();
            thread::spawn(move || {
                while board.draw() {
                    thread::sleep(REDRAWN_EVERY);
                }
            });
        }
    }

    /// Draws it anew; whether it is still shown.
    fn draw(&self) -> bool {
        let Screen::Shown(place) = &mut *self.lock() else {
            return false;
        };
        let size = Size::of(stderr());
        eprint(&place.replace(&self.drawn(size), size));
        true
    }

    /// Writes a line that stays, above the board, where that is shown. The caller holds no state.
    pub(super) fn line(&self, text: &str) -> bool {
        let Screen::Shown(place) = &mut *self.lock() else {
            return false;
        };
        let size = Size::of(stderr());
        let removed = place.remove();
        let board = place.replace(&self.drawn(size), size);
        eprint(&format!("{removed}{text}\n{board}"));
        true
    }

    pub(super) fn clear(&self) {
        let mut screen = self.lock();
        if let Screen::Shown(place) = &mut *screen {
            eprint(&place.remove());
        }
        *screen = Screen::Gone;
    }

    fn drawn(&self, size: Size) -> String {
        let lines = self.states.iter().map(|state| {
            let state = state.lock().unwrap_or_else(PoisonError::into_inner);
            of_one(&state, size.columns, self.color)
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn of_one(state: &State, width: usize, color: bool) -> String {
    let name = state.database;
    let (tint, after) = match &state.doing {
        Doing::Ended { exit, after, .. } => {
            let tint = if *exit == Exit::Done { GREEN } else { RED };
            let after = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
            (tint, duration(after))
        }
        _ => (CYAN, span(state.began.elapsed())),
    };
    let counted = match state.total {
        0 => String::new(),
        total => format!("{}/{total}", state.applied),
    };
    let head = format!("{name:<12} ");
    let rest = format!("  {counted:>7}  {after:>8}  {}", doing(state));
    let filled = (state.applied * BAR)
        .checked_div(state.total)
        .unwrap_or_default();
    let bar = (
        paint(color, tint, &"━".repeat(filled)),
        paint(color, DIM, &"─".repeat(BAR - filled)),
    );
    let room = width.saturating_sub(head.chars().count() + BAR);
    let rest = cut(&rest, room);
    let rest = if tint == RED {
        paint(color, RED, &rest)
    } else {
        rest
    };
    let mut text = format!("{head}{}{}{rest}", bar.0, bar.1);
    let below = state.seen.as_ref().map(lines).unwrap_or_default();
    for line in below.iter().flat_map(|line| wrap(line, INDENT, width)) {
        text.push('\n');
        text.push_str(&paint(color, YELLOW, &line));
    }
    text
}

/// What the run does, or has come to.
fn doing(state: &State) -> String {
    let at = |word: &str, at: &Option<_>| match at {
        Some(name) => format!("{word} at {name}"),
        None => word.to_owned(),
    };
    match &state.doing {
        Doing::Reading => String::new(),
        Doing::Applying(name) => format!("{name} for {}", span(state.since.elapsed())),
        Doing::WaitingFor { who: Some(who), .. } => format!("waiting for {who}"),
        Doing::WaitingFor { who: None, .. } => "waiting for another runner".to_owned(),
        Doing::Ended { exit, at: name, .. } => match exit {
            Exit::Done if state.total == 0 => "nothing to do".to_owned(),
            Exit::Done => "done".to_owned(),
            Exit::Refused => "refused".to_owned(),
            Exit::NoConnection => at("connection lost", name),
            Exit::Stopped => at("stopped", name),
            Exit::Failed | Exit::Usage => at("failed", name),
        },
    }
}

const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const CYAN: &str = "36";

fn paint(color: bool, code: &str, text: &str) -> String {
    if color && !text.is_empty() {
        format!("\x1b[{code}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}
