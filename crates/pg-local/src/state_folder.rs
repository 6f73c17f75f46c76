//! The folder that holds one checkout's persistent server.
//!
//! ```text
//! <base>/<checkout's name>-<hash of its path>/
//!   lock             held by whoever starts, stops or deletes the server
//!   server/          of the account that runs the server; no one else can enter
//!     data/          PostgreSQL's data folder
//!     socket/        unless its path is too long: then it is below /tmp
//!     server.log
//! ```

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::error::ServerError;
use crate::hash::fnv1a;
use crate::{lock, random, socket, tree};

/// What follows the name of a folder that is being deleted.
const DELETED: &str = ".deleted-";

#[derive(Clone, Debug)]
pub(crate) struct StateFolder {
    path: PathBuf,
}

impl StateFolder {
    /// The folder in `base` for the checkout at `workspace`. Nothing is made yet.
    pub(crate) fn of(base: &Path, workspace: &Path) -> Result<Self, ServerError> {
        let workspace = workspace
            .canonicalize()
            .map_err(|cause| ServerError::folder("read", workspace, cause))?;
        let hash = fnv1a(workspace.as_os_str().as_encoded_bytes());
        let name: String = workspace
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .chars()
            .map(|c| match c {
                c if c.is_ascii_alphanumeric() || "._-".contains(c) => c,
                _ => '-',
            })
            .take(40)
            .collect();
        Ok(Self {
            path: base.join(format!("{name}-{hash:08x}")),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn server(&self) -> PathBuf {
        self.path.join("server")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.server().join("data")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.server().join("server.log")
    }

    /// The data folder with its major version, if there is one. It gets its name when it is
    /// complete; one without a version is damaged, and not to be taken for nothing.
    pub(crate) fn cluster(&self) -> Result<Option<(PathBuf, u16)>, ServerError> {
        let data = self.data();
        let file = data.join("PG_VERSION");
        let result = fs::read_to_string(&file).and_then(|text| {
            text.trim()
                .parse()
                .map_err(|_| io::Error::other(format!("{:?} is no version", text.trim())))
        });
        match result {
            Ok(major) => Ok(Some((data, major))),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound && !data.exists() => Ok(None),
            Err(cause) => Err(ServerError::folder("read", &file, cause)),
        }
    }

    /// Makes the folder, unless it exists, and waits until no other process works in it.
    pub(crate) fn create_and_lock(&self) -> Result<File, ServerError> {
        loop {
            tree::create_base(&self.path)?;
            match self.lock()? {
                Some(lock) => return Ok(lock),
                // Deleted in between.
                None => continue,
            }
        }
    }

    /// Waits until no other process works in the folder; `None` when there is no such folder.
    pub(crate) fn lock(&self) -> Result<Option<File>, ServerError> {
        let file = self.path.join("lock");
        match lock::exclusive(&file) {
            Ok(lock) => Ok(Some(lock)),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(ServerError::folder("lock", &file, cause)),
        }
    }

    /// The folder for the socket, made if need be.
    pub(crate) fn create_socket_dir(&self, account: Account) -> Result<PathBuf, ServerError> {
        let own = self.server().join("socket");
        let folder = if socket::fits(&own) {
            own
        } else {
            self.short_socket_dir(account)
        };
        if fs::symlink_metadata(&folder).is_err() {
            account.create_folder(&folder)?;
        }
        // Anyone can make folders in /tmp.
        let metadata = fs::symlink_metadata(&folder)
            .map_err(|cause| ServerError::folder("read", &folder, cause))?;
        let reason = if !metadata.is_dir() {
            "it is no folder".to_owned()
        } else if metadata.uid() != account.uid() {
            format!("it belongs to user {}", metadata.uid())
        } else if metadata.mode() & 0o077 != 0 {
            "other users can enter it".to_owned()
        } else {
            return Ok(folder);
        };
        Err(ServerError::SocketFolder {
            path: folder,
            reason,
        })
    }

    /// Removes the folder, at once for everyone else, with the socket's. The caller holds the lock.
    pub(crate) fn delete(&self, account: Account) -> Result<(), ServerError> {
        let short = self.short_socket_dir(account);
        if fs::symlink_metadata(&short).is_ok_and(|found| found.uid() == account.uid()) {
            tree::remove(&short)?;
        }
        let failed = |cause| ServerError::folder("remove", &self.path, cause);
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let base = self.path.parent().unwrap_or(&self.path);
        tree::sweep(base, &format!("{name}{DELETED}"));
        let doomed = base.join(format!("{name}{DELETED}{}", random::hex()?));
        fs::rename(&self.path, &doomed).map_err(failed)?;
        tree::remove(&doomed)
    }

    fn short_socket_dir(&self, account: Account) -> PathBuf {
        let hash = fnv1a(self.path.as_os_str().as_encoded_bytes());
        PathBuf::from(format!("/tmp/jubilee-pg-{hash:08x}-{}", account.uid()))
    }
}
