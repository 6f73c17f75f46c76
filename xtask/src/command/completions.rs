//! `cargo xtask completions`, and what its scripts ask.

use std::ffi::OsString;

use clap::{Args, Command, ValueEnum};

use crate::completions::candidates;
use crate::exit::Exit;
use crate::output::print;
use crate::problem::Problem;

/// `cargo xtask completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Shell to complete in
    shell: Shell,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// `cargo xtask complete`.
#[derive(Debug, Args)]
pub(crate) struct Complete {
    /// Which word is to be completed, from 0
    index: usize,
    /// The words
    #[arg(last = true, allow_hyphen_values = true)]
    words: Vec<OsString>,
}

impl Completions {
    pub(crate) fn run(&self) -> Result<Exit, Problem> {
        let script = match self.shell {
            Shell::Bash => include_str!("../completions/cargo-xtask.bash"),
            Shell::Zsh => include_str!("../completions/cargo-xtask.zsh"),
            Shell::Fish => include_str!("../completions/cargo-xtask.fish"),
        };
        let failed = |error: std::io::Error| {
            Problem::new(Exit::Failed, "cannot find this program's own file").why(error.to_string())
        };
        // cargo would build first, which takes too long for a key.
        let program = std::env::current_exe().map_err(failed)?;
        let program = program.to_string_lossy();
        let program = shlex::try_quote(&program).unwrap_or_default();
        print(&script.replace("{program}", &program));
        Ok(Exit::Done)
    }
}

impl Complete {
    pub(crate) fn run(self, command: Command) -> Result<Exit, Problem> {
        for (word, meaning) in candidates(command, self.index, self.words) {
            print(&format!("{word}\t{meaning}\n"));
        }
        Ok(Exit::Done)
    }
}
