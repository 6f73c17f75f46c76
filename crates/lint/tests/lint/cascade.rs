//! What goes with an object that is dropped, held against what the server says that it dropped.

use std::sync::{Arc, Mutex};

use crate::again::server;
use crate::support::{Form, check, findings};
use postgres::{Config, NoTls};

const DROPS: &str = include_str!("../rules/drop-data/bad_with.sql");

#[test]
fn what_goes_with_an_object_is_what_the_server_drops() {
    let notices = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&notices);
    let mut config: Config = server().url("postgres").parse().unwrap();
    config.notice_callback(move |notice| {
        let lines = notice.detail().unwrap_or(notice.message());
        let lines = lines
            .lines()
            .filter(|line| line.starts_with("drop cascades to "));
        taken.lock().unwrap().extend(lines.map(ToOwned::to_owned));
    });
    let mut client = config.connect(NoTls).unwrap();
    let mut transaction = client.transaction().unwrap();
    for (report, sql) in check(Form::Sql, DROPS)
        .iter()
        .zip(DROPS.split("-- next migration\n"))
    {
        transaction.batch_execute(sql).unwrap();
        let mut dropped = std::mem::take(&mut *notices.lock().unwrap());
        if !sql.contains(" CASCADE") {
            continue;
        }
        let mut found = findings(std::slice::from_ref(report));
        let (_, finding) = found.find(|(_, f)| f.rule.name == "drop-data").unwrap();
        let (_, also) = finding
            .what
            .split_once(", with ")
            .or_else(|| finding.what.split_once(" also drops "))
            .unwrap();
        let said = also.replace(" and the ", ", the ");
        let mut said: Vec<String> = said.split(", ").map(in_words_of_the_server).collect();
        said.sort();
        dropped.sort();
        assert_eq!(said, dropped, "{sql}");
    }
}

/// `the view `a`` as `drop cascades to view a`.
fn in_words_of_the_server(words: &str) -> String {
    let words = words.trim_start_matches("the ").replace('`', "");
    let words = words.replace("foreign key", "constraint");
    let (before, table) = match words.rsplit_once(" of ") {
        Some((before, table)) => (
            before.replace("default of ", "default value for column "),
            table,
        ),
        None => return format!("drop cascades to {words}"),
    };
    let of = if before.starts_with("constraint") || before.starts_with("trigger") {
        "on"
    } else {
        "of"
    };
    format!("drop cascades to {before} {of} table {table}")
}
