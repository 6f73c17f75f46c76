//! Folders for Unix sockets, whose paths the operating systems keep short.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The size of `sun_path`, with the final zero byte: 104 on macOS and the BSDs, 108 on Linux.
const LIMIT: usize = 104;

/// Whether a server can make its socket (and nothing longer) in this folder.
pub(crate) fn fits(folder: &Path) -> bool {
    folder.join(".s.PGSQL.65535").as_os_str().as_bytes().len() < LIMIT
}
