//! A server's log, as far as an error message needs it.

use std::fs;
use std::path::Path;

/// How many lines an error quotes.
const LINES: usize = 12;

/// The whole log; empty when there is none.
pub(crate) fn read(path: &Path) -> String {
    fs::read(path).map_or_else(
        |_| String::new(),
        |bytes| String::from_utf8_lossy(&bytes).into_owned(),
    )
}

/// The last lines of a text, indented to stand below a sentence.
pub(crate) fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return "  (it is empty)".into();
    }
    let last = &lines[lines.len().saturating_sub(LINES)..];
    last.iter()
        .map(|line| format!("  {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// What to do about a server that did not start, from what its log says.
pub(crate) fn hint(log: &str) -> &'static str {
    let says = |text| log.contains(text);
    if says("could not bind") || says("could not create any TCP/IP sockets") {
        "another program has the port; choose another one, or stop that program"
    } else if says("pre-existing shared memory block") {
        "processes of an earlier server still run; end those that ps shows as `postgres:`"
    } else if says("No space left on device") {
        "free some space on the file system that holds the data"
    } else if says("unrecognized configuration parameter") || says("invalid value for parameter") {
        "correct the setting that the log names"
    } else {
        "the last FATAL line says why"
    }
}
