//! `cargo xtask completions`.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::exit::Exit;
use crate::output::print;
use crate::problem::Problem;

/// `cargo xtask completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Shell to complete in
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self, mut command: Command) -> Result<Exit, Problem> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "xtask", &mut script);
        print(&String::from_utf8_lossy(&script));
        Ok(Exit::Done)
    }
}
