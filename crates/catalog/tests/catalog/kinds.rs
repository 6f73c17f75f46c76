//! Every kind of object is read.

use std::collections::BTreeSet;

use jubilee_catalog::{Kind, Name, diff};

use crate::support::{connect, database, read, run, server};

pub(crate) const EVERY_KIND: &str = include_str!("every_kind.sql");

#[test]
fn each_kind_is_read_by_everybody_and_nothing_is_left_over() {
    let mut client = database("every_kind", EVERY_KIND);
    let catalog = read(&mut client);
    assert_eq!(catalog.not_read().collect::<Vec<_>>(), [""; 0]);
    let kinds: BTreeSet<String> = catalog
        .objects()
        .map(|(name, _)| name.kind.to_string())
        .collect();
    assert_eq!(kinds.len(), 45, "{kinds:?}");
    assert!(
        !format!("{catalog:?}").contains("hush"),
        "a secret was read"
    );

    // A role to which nothing was granted reads the same.
    run(&mut client, "SET ROLE nobody");
    assert_eq!(diff(&catalog, &read(&mut client)), []);
    // And the session's settings make no difference.
    run(
        &mut client,
        "RESET ROLE; SET \"TimeZone\" = 'Asia/Tokyo'; SET \"DateStyle\" = 'German'; SET search_path = app;
         SET quote_all_identifiers = on; SET bytea_output = 'escape'",
    );
    assert_eq!(diff(&catalog, &read(&mut client)), []);
}

#[test]
fn the_language_of_the_database_makes_no_difference() {
    let sql = "CREATE FUNCTION at_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS') EXECUTE FUNCTION at_ddl()";
    let mut plain = database("plain", sql);
    run(
        &mut plain,
        "CREATE DATABASE english TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'",
    );
    let mut english = connect("english");
    run(&mut english, sql);
    assert_eq!(diff(&read(&mut plain), &read(&mut english)), []);
}

#[test]
fn what_is_not_read_is_named() {
    let sql = "CREATE FUNCTION pg_catalog.sneaky() RETURNS integer LANGUAGE sql AS 'SELECT 1'";
    let mut client = database("not_read", sql);
    let catalog = read(&mut client);
    assert_eq!(
        catalog.not_read().collect::<Vec<_>>(),
        ["function pg_catalog.sneaky()"]
    );
}

#[test]
fn what_is_not_compared_is_named() {
    let mut client = database(
        "not_compared",
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (password 'x');
         CREATE USER MAPPING FOR reader SERVER s",
    );
    assert_eq!(
        read(&mut client).not_compared(),
        [
            "user mapping reader SERVER s: its options, which hold secrets",
            "server s: options that look like secrets"
        ]
    );
}

#[test]
fn what_extensions_bring_is_theirs() {
    let mut client = database("extension", "CREATE EXTENSION pgcrypto");
    let catalog = read(&mut client);
    let extension = Name::new(Kind::Extension, "pgcrypto");
    assert!(catalog.get(&extension).is_some());
    assert_eq!(catalog.of_kind(Kind::Function).count(), 0);
}

#[test]
fn temporary_tables_do_not_belong_to_the_schema() {
    let mut client = database("temporary", "CREATE TEMPORARY TABLE t (a text PRIMARY KEY)");
    let mut other = connect("temporary");
    assert_eq!(diff(&read(&mut client), &read(&mut other)), []);
    assert_eq!(read(&mut client).not_read().count(), 0);
    assert!(server().postmaster_pid().is_some());
}
