//! The messages of PostgreSQL's protocol, one at a time. Other crates' tests use this file too.

use std::io::{self, Read};

/// Reads a message: its type byte, which the first one of a client lacks, its length and its body.
pub(crate) fn read_message(from: &mut impl Read, untyped: bool) -> io::Result<Vec<u8>> {
    let mut message = vec![0; if untyped { 4 } else { 5 }];
    from.read_exact(&mut message)?;
    let head = message.len();
    let length: [u8; 4] = message[head - 4..].try_into().unwrap();
    // The length counts itself.
    message.resize(head + u32::from_be_bytes(length) as usize - 4, 0);
    from.read_exact(&mut message[head..])?;
    Ok(message)
}
