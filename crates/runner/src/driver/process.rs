//! The server process that a client was told of when it connected.
//!
//! tokio-postgres keeps it for cancel requests and shows it nowhere else: so it is read from a
//! cancel request that is written into memory.

use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Client;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

/// Length, code 80877102, process and secret key, four bytes each. Source: PostgreSQL manual,
/// "Message Formats", CancelRequest.
const CANCEL_REQUEST: usize = 16;

/// The server process that a client was told of when it connected. A pooler makes one up.
pub async fn server_process(client: &Client) -> Option<i32> {
    let mut memory = Memory::default();
    let token = client.cancel_token();
    token.cancel_query_raw(&mut memory, AsItIs).await.ok()?;
    let request = memory
        .written
        .get(memory.written.len().checked_sub(CANCEL_REQUEST)?..)?;
    let process = request.get(8..12)?.try_into().ok()?;
    Some(i32::from_be_bytes(process))
}

/// A server that agrees to TLS and is never asked anything else.
#[derive(Default)]
struct Memory {
    written: Vec<u8>,
}

impl AsyncWrite for Memory {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.written.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Memory {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if buffer.remaining() > 0 {
            buffer.put_slice(b"S");
        }
        Poll::Ready(Ok(()))
    }
}

impl TlsStream for &mut Memory {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

/// "TLS" that leaves the bytes as they are.
struct AsItIs;

impl<'m> TlsConnect<&'m mut Memory> for AsItIs {
    type Stream = &'m mut Memory;
    type Error = io::Error;
    type Future = Ready<io::Result<&'m mut Memory>>;

    fn connect(self, stream: &'m mut Memory) -> Self::Future {
        ready(Ok(stream))
    }
}
