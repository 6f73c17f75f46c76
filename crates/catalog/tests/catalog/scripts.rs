//! The statements from one schema to another do what they say, or say what they leave.

use std::fmt::Write;

use jubilee_catalog::{Catalog, diff, script};
use postgres::Client;

use crate::kinds::EVERY_KIND;
use crate::support::{database, read, read_inside, run};

/// Brings the schema of `client` to `to`, inside of its transaction. What is wrong, or nothing; and
/// whether it is as it should be.
pub(crate) fn apply(client: &mut Client, from: &Catalog, to: &Catalog) -> Result<bool, String> {
    let script = script(from, to);
    run(client, "SET LOCAL check_function_bodies = off");
    for step in &script.steps {
        if let Err(error) = client.batch_execute(&step.sql) {
            let said = error.as_db_error().map(|said| said.message().to_owned());
            return Err(format!("{}\n      {said:?}", step.sql));
        }
    }
    let left = diff(&read_inside(client), to);
    if !left.is_empty() && script.open.is_empty() {
        let mut said = String::from("left without a word:");
        for change in left {
            write!(said, "\n      {change}").unwrap();
        }
        return Err(said);
    }
    for (name, why) in script.open.iter().filter(|_| !left.is_empty()) {
        eprintln!("open: {name}: {why}");
    }
    Ok(left.is_empty())
}

#[test]
fn what_hangs_together_is_made_again_together() {
    for (name, from, to) in [
        (
            "what needs a column of a view",
            "CREATE TABLE t (a integer, b integer); CREATE VIEW v AS SELECT a, b FROM t; GRANT SELECT (a) ON v TO reader;
             CREATE FUNCTION f() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT a FROM v; END",
            "CREATE TABLE t (a integer, b integer); CREATE VIEW v AS SELECT a FROM t; GRANT SELECT (a) ON v TO reader;
             CREATE FUNCTION f() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT a FROM v; END",
        ),
        (
            "defaults of partitions, beside those of their table",
            "CREATE TABLE p (a integer, b text DEFAULT 'x', c integer DEFAULT 1, d text NOT NULL) PARTITION BY LIST (a);
             CREATE TABLE p_1 PARTITION OF p (b DEFAULT 'own', c DEFAULT 2) FOR VALUES IN (1);
             ALTER TABLE p_1 ALTER b SET STATISTICS 7",
            "CREATE TABLE p (a integer, b text DEFAULT 'y', c text DEFAULT 'z', d text, e text DEFAULT 'new') PARTITION BY LIST (a);
             CREATE TABLE p_1 PARTITION OF p (b DEFAULT 'own', c DEFAULT 'two', d NOT NULL, e DEFAULT 'other') FOR VALUES IN (1);
             ALTER TABLE p ALTER b SET STATISTICS 9; ALTER TABLE p_1 ALTER b SET STATISTICS 7",
        ),
        (
            "the default of a new child",
            "CREATE TABLE p (a integer DEFAULT 7)",
            "CREATE TABLE p (a integer); CREATE TABLE k () INHERITS (p); ALTER TABLE k ALTER a SET DEFAULT 3",
        ),
        (
            "checks of a domain that arrays and composite types hold",
            "CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE TYPE c AS (a d, b text); CREATE TABLE t (x c, y d[], z d)",
            "CREATE DOMAIN d AS integer NOT NULL CHECK (VALUE > 1) CONSTRAINT most CHECK (VALUE < 9);
             CREATE TYPE c AS (a d, b text); CREATE TABLE t (x c, y d[], z d)",
        ),
        (
            "tables whose long names begin in the same way",
            "CREATE TABLE a_name_that_is_too_long_for_another_behind_it_1 (a integer, b text);
             CREATE TABLE a_name_that_is_too_long_for_another_behind_it_2 (a integer, b text)",
            "CREATE TABLE a_name_that_is_too_long_for_another_behind_it_1 (b text, a integer);
             CREATE TABLE a_name_that_is_too_long_for_another_behind_it_2 (b text, a integer)",
        ),
    ] {
        let mut client = database(name, "BEGIN");
        run(&mut client, to);
        let wanted = read_inside(&mut client);
        run(&mut client, "ROLLBACK; BEGIN");
        run(&mut client, from);
        let there = read_inside(&mut client);
        assert_eq!(apply(&mut client, &there, &wanted), Ok(true), "{name}");
    }
}

#[test]
fn a_key_of_a_new_table_that_is_invalid_is_left_open() {
    let mut client = database(
        "invalid",
        "CREATE TABLE t (a integer UNIQUE);
         UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_a_key'::regclass",
    );
    let open = script(&Catalog::default(), &read(&mut client)).open;
    let names: Vec<String> = open.iter().map(|(name, _)| name.to_string()).collect();
    assert_eq!(names, ["constraint public.t.t_a_key"]);
}

#[test]
fn each_change_can_be_made_and_taken_back() {
    let mut client = database("scripts", EVERY_KIND);
    let before = read(&mut client);
    let mut wrong = String::new();
    let mut open = 0;
    let mut all = 0;
    for sql in include_str!("changes.sql").lines() {
        run(&mut client, "BEGIN");
        run(&mut client, sql);
        let after = read_inside(&mut client);
        let mut done = vec![("taken back", apply(&mut client, &after, &before))];
        run(&mut client, "ROLLBACK; BEGIN");
        done.push(("made", apply(&mut client, &before, &after)));
        run(&mut client, "ROLLBACK");
        for (what, done) in done {
            all += 1;
            match done {
                Ok(true) => {}
                Ok(false) => {
                    open += 1;
                    eprintln!("open: {what}: {sql}");
                }
                Err(why) => writeln!(wrong, "{what}: {sql}\n    {why}").unwrap(),
            }
        }
    }
    eprintln!("{open} of {all} left open");
    assert!(wrong.is_empty(), "{wrong}");
}
