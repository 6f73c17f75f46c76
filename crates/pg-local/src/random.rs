//! Names and passwords that no one can guess.

use std::fs::File;
use std::io::{self, Read};

/// 16 random bytes as 32 hexadecimal digits.
pub(crate) fn hex() -> io::Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
