//! Names and passwords that no one can guess.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::ServerError;

/// 16 random bytes as 32 hexadecimal digits.
pub(crate) fn hex() -> Result<String, ServerError> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0; 16];
    File::open(source)
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|cause| ServerError::folder("read", source, cause))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
