//! `cargo xtask completions`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::exit::Exit;
use crate::output::print;
use crate::problem::Problem;

/// `cargo xtask completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self) -> Result<Exit, Problem> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "xtask", &mut script);
        print(&String::from_utf8_lossy(&script));
        Ok(Exit::Done)
    }
}
