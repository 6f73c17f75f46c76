//! A server for these tests, and databases on it.

use std::sync::OnceLock;

use jubilee_catalog::{BEGIN, Catalog, QUERY, READ};
use jubilee_pg_local::{Options, TempServer};
use postgres::{Client, NoTls, SimpleQueryMessage};

pub(crate) fn server() -> &'static TempServer {
    static SERVER: OnceLock<TempServer> = OnceLock::new();
    SERVER.get_or_init(|| {
        let server = TempServer::start(&Options {
            settings: vec![("wal_level".to_owned(), "logical".to_owned())],
            ..Options::default()
        })
        .unwrap();
        let mut client = Client::connect(&server.url("postgres"), NoTls).unwrap();
        client
            .batch_execute("CREATE ROLE reader; CREATE ROLE writer; CREATE ROLE nobody LOGIN")
            .unwrap();
        server
    })
}

/// A database of its own, with this schema.
pub(crate) fn database(name: &str, sql: &str) -> Client {
    server().create_database(name).unwrap();
    let mut client = connect(name);
    run(&mut client, sql);
    client
}

pub(crate) fn connect(name: &str) -> Client {
    Client::connect(&server().url(name), NoTls).unwrap()
}

pub(crate) fn run(client: &mut Client, sql: &str) {
    if let Err(error) = client.batch_execute(sql) {
        let said = error.as_db_error();
        let place = said.and_then(|said| match said.position() {
            Some(postgres::error::ErrorPosition::Original(at)) => {
                let at = *at as usize - 1;
                Some(sql.chars().skip(at).take(80).collect::<String>())
            }
            _ => None,
        });
        panic!("{error}: {said:?}\nat {place:?}\n{sql}");
    }
}

pub(crate) fn read(client: &mut Client) -> Catalog {
    Catalog::from_rows(rows(client, READ)).unwrap()
}

/// Reads inside of a transaction that is under way.
pub(crate) fn read_inside(client: &mut Client) -> Catalog {
    let settings = BEGIN.split_once("READ ONLY;").unwrap().1;
    run(client, settings);
    let rows = rows(client, QUERY);
    Catalog::from_rows(rows).unwrap()
}

fn rows(client: &mut Client, sql: &str) -> Vec<[String; 4]> {
    let messages = client.simple_query(sql).unwrap();
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            Some([0, 1, 2, 3].map(|column| row.get(column).unwrap_or_default().to_owned()))
        }
        _ => None,
    });
    rows.collect()
}
