//! The command that is run after a database was migrated.

use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};

use crate::exit::Exit;
use crate::outcome::RanJson;
use crate::problem::Problem;
use crate::run::Ran;

/// Runs the command with the result of the run as JSON on its standard input. What it prints goes to
/// standard error, since standard output is for the results of this program.
pub(crate) fn run(command: &str, ran: &Ran) -> Result<(), Problem> {
    let failed = |why: String| {
        let database = ran.database;
        let what = format!("the command after the run of {database} failed: {command}");
        Problem::new(Exit::Failed, what).why(why).hint(format!(
            "{database} is migrated all the same: only the command is to be mended"
        ))
    };
    let mut json = serde_json::to_vec(&RanJson::of(ran)).unwrap_or_default();
    json.push(b'\n');
    let spawned = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(std::io::stderr())
        .spawn();
    let mut child = spawned.map_err(|error| failed(error.to_string()))?;
    if let Some(mut stdin) = child.stdin.take() {
        match stdin.write_all(&json) {
            // It need not read what it is given.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                return Err(failed(error.to_string()));
            }
            _ => {}
        }
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(format!("it ended with {status}"))),
        Err(error) => Err(failed(error.to_string())),
    }
}
