//! How often a run waits for the server. A proxy between the two reads both directions of the
//! protocol and counts the times that the client sends something while nothing is under way:
//! each is a wait that the client could not avoid.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::messages::read_message;
use crate::support::{
    DRIVERS, Database, Driver, block_on, connect, file, migrate, run, runner, server,
};
use jubilee_core::SourceFile;
use jubilee_runner::{Details, Environment, Migrator, Options, Runner};

/// How long an answer is held back before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Default)]
struct Counter {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Messages that the client sent.
    sent: usize,
    /// Messages that the server answered.
    answered: usize,
    /// Messages that were sent while none was under way.
    waits: usize,
    /// Whether an answer was held back until patience ended.
    in_vain: bool,
}

/// Passes messages on, calling `seen` with the type byte of each before it is passed on. The
/// first message of a client has no type byte.
fn pass(mut from: impl Read, mut to: impl Write, untyped_first: bool, mut seen: impl FnMut(u8)) {
    let mut untyped = untyped_first;
    while let Ok(message) = read_message(&mut from, untyped) {
        if !std::mem::take(&mut untyped) {
            seen(message[0]);
        }
        if to.write_all(&message).is_err() {
            return;
        }
    }
}

/// A proxy for one connection; counting begins after the connection is set up. The end of the
/// n-th answer is passed on as soon as `may_pass(n, sent)` says so.
fn proxy(
    database: &Database,
    may_pass: impl Fn(usize, usize) -> bool + Send + 'static,
) -> (String, Arc<Counter>) {
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
        let (from_client, to_server) = (client.try_clone().unwrap(), upstream.try_clone().unwrap());
        let counter = shared.clone();
        std::thread::spawn(move || {
            pass(from_client, &to_server, true, |kind| {
                if kind == b'Q' {
                    let mut state = counter.state.lock().unwrap();
                    state.waits += usize::from(state.sent == state.answered);
                    state.sent += 1;
                    counter.changed.notify_all();
                }
            });
            let _ = to_server.shutdown(std::net::Shutdown::Both);
        });
        let mut connected = false;
        pass(upstream, client, false, |kind| {
            if kind == b'Z' && std::mem::replace(&mut connected, true) {
                let mut state = shared.state.lock().unwrap();
                state.answered += 1;
                let held =
                    |state: &mut State| !state.in_vain && !may_pass(state.answered, state.sent);
                let (mut state, waited) = shared
                    .changed
                    .wait_timeout_while(state, PATIENCE, held)
                    .unwrap();
                state.in_vain |= waited.timed_out();
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
    let (url, counter) = proxy(database, |_, _| true);
    run(
        driver,
        &url,
        &mut Migrator::new("codex", Environment::Development, runner(files)),
    )
    .unwrap();
    counter.state.lock().unwrap().waits
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

/// Whoever reads its files while it connects reads the history meanwhile too.
#[test]
fn what_was_read_ahead_is_not_read_again() {
    let files: Vec<_> = (1..=3).map(|n| file(n, "step", "SELECT 1")).collect();
    let database = Database::new();
    let answers = |details, files: &[SourceFile<'_>]| {
        let (url, counter) = proxy(&database, |_, _| true);
        block_on(async {
            let mut client = connect(&url).await;
            let nothing = Runner::new(&[]);
            let mut migrator = Migrator::new("codex", Environment::Development, nothing);
            migrator.read_ahead_async(&client, details).await;
            migrator.set_runner(runner(files));
            let status = migrator.status_async(&client).await.unwrap();
            let of_status = counter.state.lock().unwrap().answered;
            migrator.read_ahead_async(&client, details).await;
            migrator.run_async(&mut client).await.unwrap();
            let answered = counter.state.lock().unwrap().answered;
            (status.is_current(), of_status, answered - of_status)
        })
    };
    // Without a history there are two messages, and to create it is a third.
    let (current, of_status, of_run) = answers(Details::OfAll, &files);
    assert_eq!((current, of_status, of_run), (false, 2, 2 + 1 + 3));
    let (current, of_status, of_run) = answers(Details::OfAll, &files);
    assert_eq!((current, of_status, of_run), (true, 1, 1));
    // A status shows more of each row than a run needs.
    let (current, of_status, of_run) = answers(Details::OfUnfinished, &files);
    assert_eq!((current, of_status, of_run), (true, 2, 1));
}

/// What is given up would go on waiting on the server, and keep what comes after it waiting too.
#[test]
fn what_is_read_ahead_waits_for_no_lock() {
    let files = [file(1, "step", "SELECT 1")];
    let database = Database::new();
    migrate(Driver::Pipelined, &database, &files).unwrap();
    let lock = "BEGIN; LOCK TABLE schema_migrations IN ACCESS EXCLUSIVE MODE";
    let mut migrator = Migrator::new("codex", Environment::Development, runner(&files));
    block_on(async {
        let (holder, client) = (connect(&database.url).await, connect(&database.url).await);
        holder.batch_execute(lock).await.unwrap();
        migrator.read_ahead_async(&client, Details::OfAll).await;
        holder.batch_execute("ROLLBACK").await.unwrap();
        assert!(migrator.status_async(&client).await.unwrap().is_current());
    });
    let (mut holder, mut client) = (database.client(), database.client());
    holder.batch_execute(lock).unwrap();
    migrator.read_ahead(&mut client, Details::OfAll);
    holder.batch_execute("ROLLBACK").unwrap();
    assert!(migrator.status(&mut client).unwrap().is_current());
}

/// The answers to migrations are held back until the seven next ones have arrived too: a driver
/// that waited for each would wait in vain, and one that has eight under way does not notice.
#[test]
fn eight_in_a_row_are_under_way_at_once() {
    const MIGRATIONS: usize = 64;
    let files: Vec<_> = (1..=65).map(|n| file(n, "step", "SELECT 1")).collect();
    let database = Database::new();
    run(
        Driver::Pipelined,
        &database.url,
        &mut Migrator::new("codex", Environment::Development, runner(&files[..1])),
    )
    .unwrap();
    let (url, counter) = proxy(&database, |answered, sent| {
        // The first message reads the history; the others are a migration each.
        answered <= 1 || sent >= (answered + 7).min(1 + MIGRATIONS)
    });
    run(
        Driver::Pipelined,
        &url,
        &mut Migrator::new("codex", Environment::Development, runner(&files))
            .options(Options::new().direct_connection().new_session()),
    )
    .unwrap();
    let state = counter.state.lock().unwrap();
    assert_eq!((state.sent, state.in_vain), (1 + MIGRATIONS, false));
}
