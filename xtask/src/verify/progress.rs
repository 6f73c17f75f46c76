//! What people see while migrations are proved: on a terminal, a line for each database.

use std::collections::BTreeMap;
use std::io::{IsTerminal, stderr};
use std::sync::{Mutex, PoisonError};

use jubilee_core::MigrationName;
use jubilee_verify::Proof;

use crate::output::eprint;
use crate::terminal::{InPlace, Size, cut};

/// The lines of all databases; `None` where nobody would see them.
pub(super) struct Progress(Option<Mutex<Lines>>);

#[derive(Default)]
struct Lines {
    shown: InPlace,
    of: BTreeMap<&'static str, String>,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self(stderr().is_terminal().then(Mutex::default))
    }

    /// Says what is asked of a migration of that database.
    pub(super) fn asks(&self, database: &'static str, name: &MigrationName, proof: Proof) {
        self.show(|lines| {
            lines.insert(database, format!("{database:<12} {name}: {proof}"));
        });
    }

    /// Takes the line of a database away.
    pub(super) fn end(&self, database: &'static str) {
        self.show(|lines| {
            lines.remove(database);
        });
    }

    fn show(&self, change: impl FnOnce(&mut BTreeMap<&'static str, String>)) {
        let Some(lines) = &self.0 else { return };
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut lines.of);
        let size = Size::of(stderr());
        let width = size.columns.saturating_sub(1);
        let text: Vec<String> = lines.of.values().map(|line| cut(line, width)).collect();
        let text = match text.is_empty() {
            true => lines.shown.remove(),
            false => lines.shown.replace(&text.join("\n"), size),
        };
        eprint(&text);
    }
}
