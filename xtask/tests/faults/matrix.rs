//! The table of faults: what is tried how often, and what came of it.

use std::collections::BTreeMap;
use std::fmt;

use crate::random::Random;
use crate::stand::{NotRun, Way};

/// What one trial showed.
#[derive(Default)]
pub(crate) struct Trial {
    /// Whether the fault met a run that was at work.
    pub(crate) hit: bool,
    /// What was not as it must be.
    pub(crate) wrong: Vec<String>,
    /// How the runs that met the fault ended.
    pub(crate) codes: Vec<Option<i32>>,
}

/// What all trials of a fault showed, over one way to the server.
#[derive(Default)]
pub(crate) struct Cell {
    trials: u32,
    hit: u32,
    /// Trials in which something was wrong.
    bad: u32,
    codes: BTreeMap<Option<i32>, u32>,
    pub(crate) wrong: Vec<String>,
    /// What was measured besides.
    note: Option<String>,
}

impl Cell {
    /// Tries so many times.
    pub(crate) fn of(trials: u32, mut trial: impl FnMut(u32) -> Trial) -> Self {
        let mut cell = Self::default();
        for number in 0..trials {
            let trial = trial(number);
            cell.trials += 1;
            cell.hit += u32::from(trial.hit);
            cell.bad += u32::from(!trial.wrong.is_empty());
            for code in trial.codes {
                *cell.codes.entry(code).or_default() += 1;
            }
            let wrong = trial.wrong.into_iter();
            cell.wrong
                .extend(wrong.map(|what| format!("trial {number}: {what}")));
        }
        cell
    }

    /// With what was measured besides.
    pub(crate) fn noting(self, note: String) -> Self {
        Self {
            note: Some(note),
            ..self
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "**{}** of {} wrong; {} hit",
            self.bad, self.trials, self.hit
        )?;
        for (index, (code, times)) in self.codes.iter().enumerate() {
            let separator = if index == 0 { "; exit" } else { "," };
            match code {
                Some(code) => write!(f, "{separator} {code}: {times}")?,
                None => write!(f, "{separator} by the signal: {times}")?,
            }
        }
        match &self.note {
            Some(note) => write!(f, "; {note}"),
            None => Ok(()),
        }
    }
}

/// How a fault is tried: over which way, how often, and with which numbers.
pub(crate) type Try = fn(Way, u32, &mut Random) -> Result<Cell, NotRun>;

/// A row of the table.
pub(crate) struct Row {
    pub(crate) fault: &'static str,
    /// How often the long form tries it.
    pub(crate) trials: u32,
    pub(crate) try_it: Try,
}
