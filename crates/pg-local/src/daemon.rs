//! A server that goes on after the process that started it.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;

use crate::account::Account;
use crate::error::ServerError;
use crate::{Installation, process};

/// Starts the server in the background of a shell that ends at once: init becomes its parent and
/// will take note of its end. Nothing of this process's input and output stays open in it.
const SCRIPT: &str = "\
    exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
    umask 077
    \"$1\" -D \"$2\" </dev/null >>\"$3\" 2>&1 &
    echo $!";

/// How long sessions may take to end, and the last checkpoint to be written.
const FAST: Duration = Duration::from_secs(60);

/// How long the server may take to end without writing anything.
const IMMEDIATE: Duration = Duration::from_secs(15);

/// Starts the server in `data`; returns its process number at once.
pub(crate) fn start(
    installation: &Installation,
    account: Account,
    data: &Path,
    log: &Path,
) -> Result<u32, ServerError> {
    let shell = Path::new("/bin/sh");
    let output = account
        .command(shell)
        .arg("-c")
        .arg(SCRIPT)
        .arg("jubilee-pg-local")
        .arg(installation.program("postgres"))
        .arg(data)
        .arg(log)
        // Ctrl-C goes to the terminal's foreground group, where this is not.
        .process_group(0)
        .output()
        .map_err(|cause| ServerError::run(shell, cause))?;
    let answer = String::from_utf8_lossy(&output.stdout);
    answer.trim().parse().map_err(|_| {
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        ServerError::run(shell, std::io::Error::other(message))
    })
}

/// Stops the server: sessions are ended, data is kept. One that does not end in a minute is
/// stopped at once, and recovers at its next start.
pub(crate) fn stop(pid: u32) -> Result<(), ServerError> {
    for (signal, limit) in [(Signal::INT, FAST), (Signal::QUIT, IMMEDIATE)] {
        process::signal(pid, signal);
        if process::wait_gone(pid, limit) {
            return Ok(());
        }
    }
    Err(ServerError::NotStopped { pid })
}
