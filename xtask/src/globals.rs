//! The options of every command, and what they decide.

use std::path::{Path, PathBuf};

use clap::{ArgAction, Args};

use crate::exit::Exit;
use crate::output::{Color, Format, LogFormat, eprint, is_json_log, print_json};
use crate::problem::{Failure, Problem};
use crate::sources::Sources;

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// How results are written to standard output
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "human",
        value_name = "FORMAT"
    )]
    pub(crate) format: Format,
    /// Read migrations from DIR/<database>/ instead of those built into this program
    #[arg(long, global = true, value_name = "DIR")]
    migrations: Option<PathBuf>,
    /// Print more; repeat for debugging output (-vv, -vvv)
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// How progress and problems are written to standard error
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "human",
        value_name = "FORMAT"
    )]
    pub(crate) log_format: LogFormat,
    /// When to use colors
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN"
    )]
    pub(crate) color: Color,
}

impl Globals {
    /// The folder given with `--migrations`.
    pub(crate) fn migrations(&self) -> Option<&Path> {
        self.migrations.as_deref()
    }

    pub(crate) fn sources(&self) -> Sources {
        Sources::new(self.migrations.clone())
    }

    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Writes problems to standard error, for people.
    pub(crate) fn report<'p>(&self, problems: impl IntoIterator<Item = &'p Problem>) {
        for problem in problems {
            if is_json_log() {
                problem.log();
                continue;
            }
            eprint(&format!("\n{}", problem.render(self.color.for_errors())));
        }
    }

    /// Reports the problems of a command that has nothing else to show.
    pub(crate) fn fail(&self, problems: &[Problem]) -> Exit {
        if self.is_json() {
            print_json(&Failure::of(problems));
        }
        self.report(problems);
        let exits = problems.iter().map(|problem| problem.exit);
        exits.max().unwrap_or(Exit::Failed)
    }
}
