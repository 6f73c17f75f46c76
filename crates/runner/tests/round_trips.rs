//! How often a run waits for the server. A proxy between the two reads both directions of the
//! protocol and counts the times that the client sends something while nothing is under way:
//! each is a wait that the client could not avoid.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use jubilee_core::SourceFile;
use jubilee_runner::Migrator;
use support::{DRIVERS, Database, Driver, file, run, runner, server};

#[derive(Default)]
struct Counter {
    under_way: AtomicI64,
    waits: AtomicUsize,
    both: Mutex<()>,
}

/// Passes messages on, calling `seen` with the type byte of each before it is passed on. The
/// first message of a client has no type byte.
fn pass(mut from: impl Read, mut to: impl Write, untyped_first: bool, mut seen: impl FnMut(u8)) {
    let mut untyped = untyped_first;
    loop {
        let mut head = vec![0; if untyped { 4 } else { 5 }];
        if from.read_exact(&mut head).is_err() {
            return;
        }
        let length = u32::from_be_bytes(head[head.len() - 4..].try_into().unwrap()) as usize;
        let mut body = vec![0; length - 4];
        from.read_exact(&mut body).unwrap();
        if !untyped {
            seen(head[0]);
        }
        untyped = false;
        if to
            .write_all(&head)
            .and_then(|()| to.write_all(&body))
            .is_err()
        {
            return;
        }
    }
}

/// A proxy for one connection; the waits counted begin after the connection is set up.
fn proxy(database: &Database) -> (String, Arc<Counter>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let socket = server()
        .socket_dir()
        .join(format!(".s.PGSQL.{}", server().socket_port()));
    let counter = Arc::new(Counter::default());
    let shared = counter.clone();
    std::thread::spawn(move || {
        let (client, _) = listener.accept().unwrap();
        let upstream = UnixStream::connect(socket).unwrap();
        let (from_client, to_server): (TcpStream, UnixStream) =
            (client.try_clone().unwrap(), upstream.try_clone().unwrap());
        let counter = shared.clone();
        std::thread::spawn(move || {
            pass(from_client, &to_server, true, |kind| {
                if kind == b'Q' {
                    let _both = counter.both.lock().unwrap();
                    if counter.under_way.fetch_add(1, Ordering::SeqCst) == 0 {
                        counter.waits.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
            let _ = to_server.shutdown(std::net::Shutdown::Both);
        });
        let mut connected = false;
        pass(upstream, client, false, |kind| {
            if kind == b'Z' && std::mem::replace(&mut connected, true) {
                let _both = shared.both.lock().unwrap();
                shared.under_way.fetch_sub(1, Ordering::SeqCst);
            }
        });
    });
    (
        format!(
            "postgres://postgres@127.0.0.1:{port}/{}?sslmode=disable",
            database.name
        ),
        counter,
    )
}

fn waits(driver: Driver, database: &Database, files: &[SourceFile<'_>]) -> usize {
    let (url, counter) = proxy(database);
    run(driver, &url, &mut Migrator::new("codex", runner(files))).unwrap();
    counter.waits.load(Ordering::SeqCst)
}

#[test]
fn nothing_pending_is_one_round_trip_and_n_pending_at_most_three_more_than_n() {
    let files: Vec<_> = (1..=20)
        .map(|n| {
            file(
                n,
                "step",
                &format!("CREATE TABLE t{n} (id int); SELECT {n};"),
            )
        })
        .collect();
    for driver in DRIVERS {
        let database = Database::new();
        assert!(
            waits(driver, &database, &files[..5]) <= 3 + 5,
            "{driver:?}: a new database"
        );
        assert!(
            waits(driver, &database, &files[..6]) <= 3 + 1,
            "{driver:?}: one pending"
        );
        assert!(
            waits(driver, &database, &files) <= 3 + 14,
            "{driver:?}: fourteen pending"
        );
        assert_eq!(
            waits(driver, &database, &files),
            1,
            "{driver:?}: nothing pending"
        );
    }
}

#[test]
fn several_in_a_row_share_their_round_trips() {
    let files: Vec<_> = (1..=64).map(|n| file(n, "step", "SELECT 1")).collect();
    let database = Database::new();
    let waits = waits(Driver::Pipelined, &database, &files);
    assert!(waits <= 3 + 64 / 8, "{waits}");
}
