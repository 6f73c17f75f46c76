//! Processes by their number: which still run, which is a postmaster, how to end one.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How often a process or file is looked at while something is awaited.
pub(crate) const POLL: Duration = Duration::from_millis(4);

/// Whether a process exists and is more than a zombie: one whose parent never asks for its end,
/// as in containers without an init process, stays in the table for ever.
pub(crate) fn is_running(pid: u32) -> bool {
    state(pid).is_some_and(|(state, _)| state != 'Z' && state != 'X')
}

/// Whether the number is taken, be it by a zombie.
pub(crate) fn exists(pid: u32) -> bool {
    state(pid).is_some()
}

/// Whether the process is a server that runs in this data folder. A number found in an old
/// `postmaster.pid` may by now belong to any program.
pub(crate) fn is_postmaster_of(pid: u32, data: &Path) -> bool {
    let Some((_, name)) = state(pid).filter(|_| is_running(pid)) else {
        return false;
    };
    // A server makes its data folder its working folder.
    match (
        std::fs::read_link(format!("/proc/{pid}/cwd")),
        data.canonicalize(),
    ) {
        (Ok(cwd), Ok(data)) => cwd == data,
        _ => name.ends_with("postgres"),
    }
}

/// Sends a signal. That the process is gone is no error; it was to end.
pub(crate) fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

/// Waits until the process is gone; `false` when it still runs after `limit`.
pub(crate) fn wait_gone(pid: u32, limit: Duration) -> bool {
    let deadline = Instant::now() + limit;
    while is_running(pid) {
        if Instant::now() > deadline {
            return false;
        }
        thread::sleep(POLL);
    }
    true
}

/// The state letter and the program's name, from the kernel's process table.
#[cfg(target_os = "linux")]
fn state(pid: u32) -> Option<(char, String)> {
    // proc(5): "pid (name) state …", where the name may hold parentheses and spaces.
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (start, rest) = stat.rsplit_once(')')?;
    let name = start.split_once('(')?.1;
    Some((rest.trim_start().chars().next()?, name.to_owned()))
}

/// The state letter and the program's name, from `ps`.
#[cfg(not(target_os = "linux"))]
fn state(pid: u32) -> Option<(char, String)> {
    let output = std::process::Command::new("ps")
        .args(["-o", "stat=,comm=", "-p", &pid.to_string()])
        .stdin(std::process::Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let (state, name) = text.trim().split_once(' ')?;
    Some((state.chars().next()?, name.trim().to_owned()))
}
