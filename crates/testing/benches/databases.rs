//! How long a test waits for its database. Prints the table of `docs/testing.md`.
//!
//! ```console
//! $ cargo bench -p jubilee-testing
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark, which prints its results and fails by panicking"
)]

use std::hash::Hasher;
use std::thread;
use std::time::{Duration, Instant};

use jubilee_testing::postgres::Client;
use jubilee_testing::{BoxError, Schema, TestDatabase};

/// Sixty tables with a key and an index each.
struct Sixty;

impl Schema for Sixty {
    const DATABASE: &'static str = "sixty";

    fn fingerprint(hasher: &mut dyn Hasher) {
        hasher.write(b"sixty tables");
    }

    fn migrate(client: &mut Client) -> Result<(), BoxError> {
        for n in 0..60 {
            client.batch_execute(&format!(
                "CREATE TABLE t{n} (id bigint PRIMARY KEY, name text NOT NULL, made timestamptz DEFAULT now());
                 CREATE INDEX ON t{n} (name)"
            ))?;
        }
        Ok(())
    }
}

/// Until a statement has been answered.
fn one() -> (TestDatabase<Sixty>, Duration) {
    let begin = Instant::now();
    let database = TestDatabase::new().unwrap();
    let mut client = database.client().unwrap();
    client.batch_execute("SELECT FROM t0").unwrap();
    (database, begin.elapsed())
}

fn main() {
    let begin = Instant::now();
    drop(one());
    println!(
        "The first of all, with the server and the template: {:.1} s\n",
        begin.elapsed().as_secs_f64()
    );
    println!("| a database and a connection to it | median | 95 % | longest |\n|---|---|---|---|");
    line(
        "one test after the other, each a few milliseconds",
        (0..100).map(|_| one().1).collect(),
    );
    line(
        "from those made ahead",
        (0..100)
            .map(|_| {
                let (database, time) = one();
                // As long as the next one takes to be made.
                thread::sleep(Duration::from_millis(200));
                drop(database);
                time
            })
            .collect(),
    );
    line(
        "eight tests at once",
        thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| (0..25).map(|_| one().1).collect::<Vec<_>>()))
                .collect();
            threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap())
                .collect()
        }),
    );
}

fn line(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: f64| {
        let index = (times.len() as f64 * share) as usize;
        times[index.min(times.len() - 1)].as_secs_f64() * 1e3
    };
    println!(
        "| {what} | {:.0} ms | {:.0} ms | {:.0} ms |",
        at(0.5),
        at(0.95),
        at(1.0)
    );
}
