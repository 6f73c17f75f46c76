//! The operating system account that runs the server: PostgreSQL refuses to run as root.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use crate::error::ServerError;

/// Variables that `postgres` and `initdb` would obey, though they are meant for other programs.
const OVERRIDING: [&str; 8] = [
    "PGDATA",
    "PGPORT",
    "PGHOST",
    "PGUSER",
    "PGDATABASE",
    "PGCLIENTENCODING",
    "PGDATESTYLE",
    "PGTZ",
];

/// Who runs the server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Account {
    /// The user of this process.
    Own,
    /// Another one, since this process is root's.
    Other { uid: u32, gid: u32 },
}

impl Account {
    /// This user; or, for root, `postgres`, else `nobody`.
    pub(crate) fn choose() -> Result<Self, ServerError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Own);
        }
        static FOUND: OnceLock<Option<Account>> = OnceLock::new();
        FOUND
            .get_or_init(|| ["postgres", "nobody"].into_iter().find_map(Self::named))
            .ok_or(ServerError::NoAccount)
    }

    /// The account that owns an existing data folder, which alone can serve it.
    pub(crate) fn owner_of(data: &Path) -> Result<Self, ServerError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Own);
        }
        let metadata =
            fs::metadata(data).map_err(|cause| ServerError::folder("read", data, cause))?;
        match (metadata.uid(), metadata.gid()) {
            (0, _) => Self::choose(),
            (uid, gid) => Ok(Self::Other { uid, gid }),
        }
    }

    /// `id` knows accounts from every source (files, LDAP, macOS's directory).
    fn named(name: &str) -> Option<Self> {
        let number = |option| -> Option<u32> {
            let output = Command::new("id")
                .args([option, name])
                .stdin(Stdio::null())
                .output()
                .ok()?;
            String::from_utf8(output.stdout).ok()?.trim().parse().ok()
        };
        match (number("-u")?, number("-g")?) {
            (0, _) => None,
            (uid, gid) => Some(Self::Other { uid, gid }),
        }
    }

    /// The account's user id.
    pub(crate) fn uid(self) -> u32 {
        match self {
            Self::Own => rustix::process::geteuid().as_raw(),
            Self::Other { uid, .. } => uid,
        }
    }

    /// A command that runs as the account, in a folder that it can enter, untouched by settings
    /// for PostgreSQL clients, and with English messages.
    pub(crate) fn command(self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .stdin(Stdio::null())
            .current_dir("/")
            .env("LC_ALL", "C");
        for name in OVERRIDING {
            command.env_remove(name);
        }
        if let Self::Other { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Writes a file, new or not, that only the account can read, into a folder of the account's.
    ///
    /// Root does not do that itself: whoever is the account could have put a link there.
    pub(crate) fn write(self, path: &Path, bytes: &[u8]) -> Result<(), ServerError> {
        let result = match self {
            Self::Own => OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(path)
                .and_then(|mut file| file.write_all(bytes)),
            Self::Other { .. } => self.have_written(path, bytes),
        };
        result.map_err(|cause| ServerError::folder("write", path, cause))
    }

    fn have_written(self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut writer = self
            .command("/bin/sh")
            .args(["-c", "umask 077; cat >\"$1\"", "jubilee-pg-local"])
            .arg(path)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        // A shell that could not open the file closes the pipe; its message says more.
        let written = writer.stdin.take().map(|mut pipe| pipe.write_all(bytes));
        succeeded(&writer.wait_with_output()?)?;
        written.unwrap_or(Ok(()))
    }

    /// Makes a folder that only the account can enter, in a folder of the account's.
    pub(crate) fn create_folder(self, path: &Path) -> Result<(), ServerError> {
        self.command("mkdir")
            .args(["-m", "700", "--"])
            .arg(path)
            .output()
            .and_then(|output| succeeded(&output))
            .map_err(|cause| ServerError::folder("create", path, cause))
    }

    /// Copies a folder of the account's to a new one, with permissions and links.
    pub(crate) fn copy_folder(self, from: &Path, to: &Path) -> Result<(), ServerError> {
        self.command("cp")
            .args(["-RPp", "--"])
            .args([from, to])
            .output()
            .and_then(|output| succeeded(&output))
            .map_err(|cause| ServerError::folder("create", to, cause))
    }

    /// Gives a folder that this process made to the account.
    pub(crate) fn give(self, path: &Path) -> io::Result<()> {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid } => lchown(path, Some(uid), Some(gid)),
        }
    }
}

/// The message of a program that failed, as the error that it told of.
fn succeeded(output: &Output) -> io::Result<()> {
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&output.stderr);
    let last = message.lines().last().unwrap_or("it failed in silence");
    Err(io::Error::other(last.to_owned()))
}
