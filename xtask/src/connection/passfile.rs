//! libpq's password file (PostgreSQL manual, section 34.16), and files that hold a secret alone.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use secrecy::SecretString;

use super::fault::Fault;

/// Where servers and their clients meet unless they are told otherwise: such a folder is
/// `localhost` in a password file.
const USUAL_SOCKET_FOLDERS: [&str; 2] = ["/tmp", "/var/run/postgresql"];

/// What a password file holds.
#[derive(Default)]
pub(super) struct Passfile {
    lines: String,
    /// Why it holds nothing, where it is passed over.
    unused: Option<String>,
}

impl Passfile {
    /// Reads one. One that is not there, or is not a plain file, is passed over, as in libpq; one
    /// that others may read is refused, as in libpq.
    pub(super) fn read(path: &Path) -> Result<Self, Fault> {
        let shown = path.display();
        let passed_over = |why: &str| Self {
            unused: Some(format!("the password file {shown} is not used: {why}")),
            ..Self::default()
        };
        let found = match fs::metadata(path) {
            Ok(found) if found.is_file() => found,
            Ok(_) => return Ok(passed_over("it is not a plain file")),
            Err(error) => return Ok(passed_over(&unreadable(&error))),
        };
        if found.mode() & 0o077 != 0 {
            return Err(Fault::new(
                format!("the password file {shown} is not used: others than its owner may read it"),
                format!("chmod 600 {shown}"),
            ));
        }
        let read = |lines| Self {
            lines,
            unused: None,
        };
        fs::read_to_string(path).map(read).map_err(|error| {
            Fault::new(
                format!("the password file {shown} cannot be read: {error}"),
                format!("check its owner and permissions: ls -l {shown}"),
            )
        })
    }

    /// Why it gives no password for that place, where none was found.
    pub(super) fn why_none(&self, path: &Path, place: &str) -> String {
        let no_line = || {
            format!(
                "the password file {} has no line for {place}",
                path.display()
            )
        };
        self.unused.clone().unwrap_or_else(no_line)
    }

    /// The password of the first line that fits.
    pub(super) fn find(
        &self,
        host: &str,
        port: u16,
        database: &str,
        user: &str,
    ) -> Option<SecretString> {
        let host = if USUAL_SOCKET_FOLDERS.contains(&host) {
            "localhost"
        } else {
            host
        };
        let wanted = [host, &port.to_string(), database, user];
        let lines = self.lines.lines().filter(|line| !line.starts_with('#'));
        lines.map(fields).find_map(|fields| {
            let (password, pattern) = fields.get(..5)?.split_last()?;
            let fits =
                |(field, wanted): (&&str, &&str)| *field == "*" || unescaped(field) == *wanted;
            let fits = pattern.iter().zip(&wanted).all(fits);
            fits.then(|| unescaped(password).into())
        })
    }
}

/// The fields of a line, as they are written: a colon behind a backslash separates none.
fn fields(line: &str) -> Vec<&str> {
    let mut escaped = false;
    let separates = |c| {
        let separates = c == ':' && !escaped;
        escaped = c == '\\' && !escaped;
        separates
    };
    line.split(separates).collect()
}

/// A field as it is meant: a backslash makes the character behind it an ordinary one.
fn unescaped(field: &str) -> String {
    let mut escaped = false;
    let is_meant = |c: &char| {
        escaped = *c == '\\' && !escaped;
        !escaped
    };
    field.chars().filter(is_meant).collect()
}

/// A file that holds a password and nothing else, but for a last line break: a mounted secret,
/// which others may well be allowed to read.
pub(super) fn secret(path: &Path) -> Result<SecretString, String> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(&error))?;
    let secret = text.strip_suffix('\n').unwrap_or(&text);
    let secret = secret.strip_suffix('\r').unwrap_or(secret);
    match secret {
        "" => Err("it is empty".to_owned()),
        _ if secret.contains(['\n', '\r']) => Err("it holds more than one line".to_owned()),
        _ if secret.contains('\0') => Err("it holds a NUL character".to_owned()),
        _ => Ok(secret.into()),
    }
}

/// Why a file cannot be read.
pub(super) fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => format!("it cannot be read: {error}"),
    }
}
