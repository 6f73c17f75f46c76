//! What becomes of values: they stay, or it is said.

use std::fmt::Write;

use jubilee_catalog::{Catalog, Loss, careful_script, script};
use postgres::SimpleQueryMessage;

use crate::support::{database, read, read_inside, run};

/// A value of a type, and another type.
const CONVERSIONS: &[(&str, &str, &str)] = &[
    ("integer", "1", "numeric(10,2)"),
    ("integer", "16777217", "real"),
    ("numeric", "1.5", "integer"),
    ("numeric(10,2)", "1.25", "numeric(10,1)"),
    ("double precision", "1.1", "numeric"),
    ("text", "abcdef", "varchar(3)"),
    ("varchar(9)", "abcdef", "varchar(3)"),
    ("text", "ab", "character(5)"),
    ("text", "1.255", "numeric(10,2)"),
    ("text", "1.5", "integer"),
    ("text", "7", "integer"),
    ("text", "16777217", "real"),
    ("text", "2026-01-01 10:00", "date"),
    ("text", "2026-01-01 10:00", "time"),
    ("text", "2026-01-01 10:00", "timestamptz"),
    ("text", "2026-01-01 10:00:00.123456", "timestamp(0)"),
    ("text", "2026-01-01 10:00+05", "timestamp"),
    ("text", "1 day 00:00:01.5", "interval(0)"),
    ("text", "abc", "\"char\""),
    (
        "text",
        "01234567890123456789012345678901234567890123456789012345678901234567890",
        "name",
    ),
    ("timestamptz", "2026-01-01 10:00+05", "date"),
    ("timestamp", "2026-01-01 10:00", "date"),
    ("timetz", "10:00:00+05", "time"),
    ("timetz(3)", "10:00:00+05", "time(3)"),
    ("time(3)", "10:00:00", "timetz(3)"),
    ("timetz", "10:00:00.123456+05", "timetz(0)"),
    ("json", "{\"b\":1, \"a\":2}", "jsonb"),
    ("bit varying(5)", "10101", "bit varying(3)"),
];

/// Each value is as it was, or the server refuses, or nothing is done and it is said why.
#[test]
fn no_value_is_changed_in_silence() {
    let mut client = database("conversions", "SET TIME ZONE 'Asia/Tokyo'");
    let mut wrong = String::new();
    for (from, value, to) in CONVERSIONS {
        let table = format!("CREATE TABLE t (v {from}); INSERT INTO t VALUES ('{value}')");
        run(&mut client, &format!("BEGIN; CREATE TABLE t (v {to})"));
        let wanted = read_inside(&mut client);
        run(&mut client, &format!("ROLLBACK; BEGIN; {table}"));
        let before = read_inside(&mut client);
        run(&mut client, "SET LOCAL TIME ZONE 'Asia/Tokyo'");
        let careful = careful_script(&before, &wanted);
        let was = one(&mut client, from);
        let steps: Vec<&str> = careful.steps.iter().map(|step| step.sql.as_str()).collect();
        if !steps.is_empty() && client.batch_execute(&steps.join(";")).is_ok() {
            let is = one(&mut client, from);
            if is != was {
                writeln!(wrong, "{from} to {to}: {was:?} becomes {is:?}").unwrap();
            }
        } else if steps.is_empty() && careful.open.is_empty() {
            writeln!(wrong, "{from} to {to}: nothing is said").unwrap();
        }
        run(&mut client, "ROLLBACK");
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The value, as one of its first type.
fn one(client: &mut postgres::Client, data_type: &str) -> Option<String> {
    let messages = client.simple_query(&format!("SELECT v::{data_type}::text FROM public.t"));
    messages.ok()?.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    })
}

#[test]
fn what_is_lost_is_named() {
    let mut client = database(
        "losses",
        "CREATE TYPE place AS (street text, town text);
         CREATE TABLE a (id bigint, price numeric(10,2), day timestamptz, home place);
         CREATE TABLE b (id bigint); CREATE VIEW c AS SELECT id FROM b;",
    );
    let before = read(&mut client);
    let mut said = String::new();
    for sql in [
        "DROP TABLE a",
        "ALTER TABLE a DROP price",
        "ALTER TABLE a ALTER price TYPE integer, ALTER day TYPE date, ALTER id TYPE numeric",
        "ALTER TABLE a DROP id, ADD id bigint, ALTER price TYPE integer",
        "ALTER TYPE place DROP ATTRIBUTE town CASCADE",
        "DROP VIEW c",
    ] {
        run(&mut client, "BEGIN");
        run(&mut client, sql);
        let after = read_inside(&mut client);
        run(&mut client, "ROLLBACK");
        writeln!(said, "{sql}").unwrap();
        for loss in script(&before, &after)
            .steps
            .into_iter()
            .flat_map(|step| step.loses)
        {
            match loss {
                Loss::Removed(name) => writeln!(said, "    removed: {name}").unwrap(),
                Loss::Changed(name, types) => {
                    writeln!(said, "    changed: {name}: {types}").unwrap()
                }
            }
        }
    }
    insta::assert_snapshot!(said, @"
    DROP TABLE a
        removed: table public.a
    ALTER TABLE a DROP price
        removed: column public.a.price
    ALTER TABLE a ALTER price TYPE integer, ALTER day TYPE date, ALTER id TYPE numeric
        changed: column public.a.price: numeric(10,2) to integer
        changed: column public.a.day: timestamp with time zone to date
    ALTER TABLE a DROP id, ADD id bigint, ALTER price TYPE integer
        changed: column public.a.price: numeric(10,2) to integer
    ALTER TYPE place DROP ATTRIBUTE town CASCADE
        removed: column public.place.town
    DROP VIEW c
    ");
}

#[test]
fn a_security_label_is_taken_back() {
    let rows = |label: Option<&str>| {
        let row = |attribute: &str, value: &str| {
            ["table", "public.a", attribute, value].map(str::to_owned)
        };
        let label = label.map(|label| row("security label for guard", label));
        Catalog::from_rows([row("is", "")].into_iter().chain(label)).unwrap()
    };
    let steps = script(&rows(Some("secret")), &rows(None)).steps;
    let steps: Vec<String> = steps.into_iter().map(|step| step.sql).collect();
    assert_eq!(
        steps,
        ["SECURITY LABEL FOR guard ON TABLE public.a IS NULL"]
    );
}
