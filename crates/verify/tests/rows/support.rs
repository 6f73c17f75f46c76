//! A server for these tests, and what became of tables that were filled, as text.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use jubilee_pg_local::{Options, TempServer};
use jubilee_verify::{Filled, Wish, fill};
use postgres::{Client, NoTls};

/// A database with that schema.
pub(crate) fn database(sql: &str) -> Client {
    static SERVER: OnceLock<TempServer> = OnceLock::new();
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let server = SERVER.get_or_init(|| TempServer::start(&Options::default()).unwrap());
    let name = format!("rows_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    server.create_database(&name).unwrap();
    let mut client = Client::connect(&server.url(&name), NoTls).unwrap();
    client.batch_execute(sql).unwrap();
    client
}

/// Fills a schema of its own.
pub(crate) fn filled(sql: &str) -> Vec<Filled> {
    fill(&mut database(sql), Wish { rows: 10, seed: 1 }).unwrap()
}

/// The tables that have fewer rows than were wanted, each with what stands in the way.
pub(crate) fn short(filled: &[Filled]) -> String {
    filled
        .iter()
        .filter_map(|t| {
            Some(format!(
                "{} has {}: {}\n",
                t.table,
                t.before + t.added,
                t.obstacle.as_ref()?
            ))
        })
        .collect()
}
