//! Passes the messages of PostgreSQL's protocol on, counts them, and cuts the connection between two
//! of them; can be pointed at another server, and can hold back what a server says.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use crate::messages::read_message;

/// Where a server, a pooler or another forwarder is reached.
#[derive(Clone, Debug)]
pub(crate) enum Upstream {
    Tcp(u16),
    Unix(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    ToServer,
    ToClient,
}

/// Where the connection ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    pub(crate) direction: Direction,
    /// The number of the message, from 1.
    pub(crate) message: usize,
    /// Whether that message still gets through.
    pub(crate) passes: bool,
}

/// How many messages went through the first connection.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) to_server: usize,
    pub(crate) to_client: usize,
}

/// It listens until the process ends; its connections end when it is dropped.
pub(crate) struct Forwarder {
    shared: Arc<Shared>,
    port: u16,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    upstream: Option<Upstream>,
    /// What ends the next connection that gets so far.
    cut: Option<Cut>,
    counts: Counts,
    /// The number of connections since counting began.
    accepted: usize,
    holds: bool,
    /// Counts how often all connections were ended; those of before know by it that they are over.
    generation: usize,
    open: Vec<Stream>,
}

impl Forwarder {
    /// One that listens on a free port of 127.0.0.1.
    pub(crate) fn start(upstream: Upstream) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        shared.state.lock().unwrap().upstream = Some(upstream);
        let of_thread = shared.clone();
        thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                // A server that is down is as if it refused the connection.
                let _ = of_thread.serve(client);
            }
        });
        Self { shared, port }
    }

    /// Where a runner reaches `database` through it.
    pub(crate) fn url(&self, database: &str) -> String {
        format!(
            "postgres://postgres@127.0.0.1:{}/{database}?sslmode=disable",
            self.port
        )
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Counts from here on, and cuts once where `cut` says.
    pub(crate) fn begin(&self, cut: Option<Cut>) {
        let mut state = self.shared.state.lock().unwrap();
        state.cut = cut;
        state.counts = Counts::default();
        state.accepted = 0;
    }

    /// Whether the connection was cut.
    pub(crate) fn has_cut(&self) -> bool {
        self.shared.state.lock().unwrap().cut.is_none()
    }

    pub(crate) fn counts(&self) -> Counts {
        self.shared.state.lock().unwrap().counts
    }

    /// From here on, nothing that the server says is passed on.
    pub(crate) fn hold(&self) {
        self.shared.state.lock().unwrap().holds = true;
    }

    /// Ends all connections, with what was held back; new ones go to `upstream`.
    pub(crate) fn switch(&self, upstream: Option<Upstream>) {
        let mut state = self.shared.state.lock().unwrap();
        state.upstream = upstream;
        state.holds = false;
        state.generation += 1;
        for stream in state.open.drain(..) {
            stream.end();
        }
        self.shared.changed.notify_all();
    }
}

impl Drop for Forwarder {
    fn drop(&mut self) {
        self.switch(None);
    }
}

impl Shared {
    fn serve(self: &Arc<Self>, client: TcpStream) -> io::Result<()> {
        let upstream = self.state.lock().unwrap().upstream.clone();
        let server = match upstream {
            None => return Ok(()),
            Some(Upstream::Tcp(port)) => Stream::Tcp(TcpStream::connect(("127.0.0.1", port))?),
            Some(Upstream::Unix(path)) => Stream::Unix(UnixStream::connect(path)?),
        };
        let client = Stream::Tcp(client);
        let mut state = self.state.lock().unwrap();
        state.accepted += 1;
        let (first, generation) = (state.accepted == 1, state.generation);
        state.open.extend([client.twin()?, server.twin()?]);
        drop(state);
        for (from, to, direction) in [
            (client.twin()?, server.twin()?, Direction::ToServer),
            (server, client, Direction::ToClient),
        ] {
            let shared = self.clone();
            thread::spawn(move || {
                let _ = shared.pass(from, to, direction, first, generation);
            });
        }
        Ok(())
    }

    /// Passes messages on until one side ends or it is time to cut.
    fn pass(
        &self,
        mut from: Stream,
        mut to: Stream,
        direction: Direction,
        first: bool,
        generation: usize,
    ) -> io::Result<()> {
        // The first message of a client has no type byte.
        let mut untyped = direction == Direction::ToServer;
        let mut number = 0;
        while let Ok(message) = read_message(&mut from, std::mem::take(&mut untyped)) {
            number += 1;
            let cut = {
                let held = |state: &mut State| {
                    state.holds
                        && direction == Direction::ToClient
                        && state.generation == generation
                };
                let state = self.state.lock().unwrap();
                let mut state = self.changed.wait_while(state, held).unwrap();
                if state.generation != generation {
                    return Ok(());
                }
                match direction {
                    _ if !first => {}
                    Direction::ToServer => state.counts.to_server = number,
                    Direction::ToClient => state.counts.to_client = number,
                }
                let here = |cut: &mut Cut| cut.direction == direction && cut.message == number;
                state.cut.take_if(here)
            };
            if cut.is_none_or(|cut| cut.passes) {
                to.write_all(&message)?;
            }
            if cut.is_some() {
                from.end();
                to.end();
                return Ok(());
            }
        }
        // The other direction may still have something to say.
        to.shutdown(Shutdown::Write)
    }
}

enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Stream {
    fn twin(&self) -> io::Result<Self> {
        match self {
            Self::Tcp(stream) => stream.try_clone().map(Self::Tcp),
            Self::Unix(stream) => stream.try_clone().map(Self::Unix),
        }
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.shutdown(how),
            Self::Unix(stream) => stream.shutdown(how),
        }
    }

    /// Ends both directions; where the other side has gone already, there is nothing to end.
    fn end(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(buffer),
            Self::Unix(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.write(bytes),
            Self::Unix(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
