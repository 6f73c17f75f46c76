//! The shell that outlives the owner of a throwaway server by a moment, to remove the server.
//!
//! A `Drop` does not run when its process is killed, and `PR_SET_PDEATHSIG` fires when the
//! *thread* that started the child ends. A pipe has neither fault: the kernel closes the owner's
//! end with the owner, and Rust marks it close-on-exec, so that no other child keeps it open.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::process::Signal;

use crate::account::Account;
use crate::error::ServerError;
use crate::{Installation, process, random, tree};

const SCRIPT: &str = include_str!("supervise.sh");

/// A running shell with the folder that it made and will remove.
#[derive(Debug)]
pub(crate) struct Supervisor {
    shell: Child,
    /// `None` once the shell has been told to end.
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    folder: PathBuf,
    server: Option<u32>,
    /// Whether others may own it too, so that it outlives this value.
    shared: bool,
}

impl Supervisor {
    /// Starts the shell, which makes a folder in `parent` that only `account` can enter.
    pub(crate) fn start(
        installation: &Installation,
        account: Account,
        parent: &Path,
    ) -> Result<Self, ServerError> {
        let name = random::hex()?;
        let folder = parent.join(format!("jubilee-pg-{}", &name[..16]));
        let mut shell = account
            .command("/bin/sh")
            .arg("-c")
            .arg(SCRIPT)
            .arg("jubilee-pg-local")
            .arg(&folder)
            .arg(installation.program("postgres"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Ctrl-C goes to the terminal's foreground group: the owner, not this.
            .process_group(0)
            .spawn()
            .map_err(|cause| ServerError::run("/bin/sh", cause))?;
        let (Some(commands), Some(answers)) = (shell.stdin.take(), shell.stdout.take()) else {
            return Err(ServerError::SupervisorLost);
        };
        let mut answers = BufReader::new(answers);
        let answer = next_line(&mut answers)?;
        if answer != "made" {
            drop(shell.wait());
            let reason = answer.strip_prefix("failed ").unwrap_or(&answer).to_owned();
            let cause = io::Error::other(reason);
            return Err(ServerError::folder("create", &folder, cause));
        }
        Ok(Self {
            shell,
            commands: Some(commands),
            answers,
            folder,
            server: None,
            shared: false,
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The number of the server's process, while it has been started and not stopped.
    pub(crate) fn server(&self) -> Option<u32> {
        self.server
    }

    /// Starts the server in the folder's `data`; returns its process number at once.
    pub(crate) fn start_server(&mut self) -> Result<u32, ServerError> {
        let answer = self.ask("start")?;
        let pid = answer.parse().map_err(|_| ServerError::SupervisorLost)?;
        self.server = Some(pid);
        Ok(pid)
    }

    /// Stops the server with a fast shutdown, and waits for it.
    pub(crate) fn stop_server(&mut self) -> Result<(), ServerError> {
        if self.server.is_some() {
            self.ask("stop INT")?;
            self.server = None;
        }
        Ok(())
    }

    /// Lets others become owners too ([`join`]). From now on it lives as long as one of them holds
    /// what that returns, and `linger` seconds more.
    pub(crate) fn share(mut self, linger: u32) -> Result<File, ServerError> {
        if self.ask(&format!("share {linger}"))? != "shared" {
            return Err(ServerError::SupervisorLost);
        }
        let owner = join(&self.folder)
            .map_err(|cause| ServerError::folder("use", &self.folder, cause))?
            .ok_or(ServerError::SupervisorLost)?;
        self.shared = true;
        Ok(owner)
    }

    fn ask(&mut self, command: &str) -> Result<String, ServerError> {
        let commands = self.commands.as_mut().ok_or(ServerError::SupervisorLost)?;
        writeln!(commands, "{command}").map_err(|_| ServerError::SupervisorLost)?;
        next_line(&mut self.answers)
    }
}

/// Becomes an owner of the shared server in `folder` until the pipe is closed, at the latest with
/// this process; `None` when the server is about to be removed.
pub(crate) fn join(folder: &Path) -> io::Result<Option<File>> {
    let path = folder.join("owners");
    // Without waiting: when nobody reads, the shell is gone.
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).map_err(io::Error::other)?;
    let mut pipe = OpenOptions::new()
        .write(true)
        .custom_flags(flags)
        .open(&path)?;
    pipe.write_all(b"owner\n")?;
    let (mine, named) = (pipe.metadata()?, fs::metadata(&path));
    let alive = named.is_ok_and(|named| (named.dev(), named.ino()) == (mine.dev(), mine.ino()));
    Ok(alive.then_some(pipe))
}

fn next_line(answers: &mut impl BufRead) -> Result<String, ServerError> {
    let mut line = String::new();
    match answers.read_line(&mut line) {
        Ok(length) if length > 0 => Ok(line.trim_end().to_owned()),
        _ => Err(ServerError::SupervisorLost),
    }
}

impl Drop for Supervisor {
    /// Closes the pipe and waits until the shell has removed server and folder.
    fn drop(&mut self) {
        self.commands = None;
        if self.shared {
            return;
        }
        drop(self.shell.wait());
        // Only if someone killed the shell is there anything left to do.
        if let Some(pid) = self.server
            && fs::exists(&self.folder).unwrap_or(false)
            && process::is_postmaster_of(pid, &self.folder.join("data"))
        {
            process::signal(pid, Signal::QUIT);
            process::wait_gone(pid, Duration::from_secs(10));
        }
        drop(tree::remove(&self.folder));
    }
}
