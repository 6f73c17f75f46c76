//! Pairs of schemas, made at random of the statements of two files.
//!
//! `PAIRS=400 SEED=7 cargo test -p jubilee-catalog --test catalog pairs -- --nocapture`

use std::fmt::Write;

use jubilee_catalog::Catalog;
use postgres::Client;

use crate::kinds::EVERY_KIND;
use crate::scripts::apply;
use crate::support::{database, read_inside, run};

/// A generator of numbers that gives the same ones for the same seed (splitmix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }
}

pub(crate) fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |value| value.parse().unwrap())
}

/// A schema that is made of these statements, read; the transaction that made it is open.
fn make(client: &mut Client, statements: &mut Vec<&'static str>) -> Catalog {
    'again: loop {
        run(client, "BEGIN; SET LOCAL check_function_bodies = off");
        for (index, sql) in statements.iter().enumerate() {
            if client.batch_execute(sql).is_err() {
                run(client, "ROLLBACK");
                statements.remove(index);
                continue 'again;
            }
        }
        return read_inside(client);
    }
}

/// The statements of which schemas are made.
pub(crate) fn statements() -> Vec<&'static str> {
    include_str!("changes.sql")
        .lines()
        .chain(include_str!("further.sql").lines())
        .filter(|sql| !sql.contains("RENAME TO application") && !sql.starts_with("DROP SCHEMA app"))
        .collect()
}

#[test]
fn pairs_of_schemas_become_equal_or_it_is_said_what_is_left() {
    let all = statements();
    let mut client = database("pairs", EVERY_KIND);
    let (count, mut random) = (number("PAIRS", 30), Random(number("SEED", 1)));
    let mut some = || -> Vec<&'static str> {
        let count = 1 + random.below(8);
        let mut some = Vec::new();
        while some.len() < count {
            let sql = all[random.below(all.len())];
            // What only a build that failed leaves is rare.
            if !sql.starts_with("UPDATE pg_index") || random.below(4) == 0 {
                some.push(sql);
            }
        }
        some
    };
    let mut old = some();
    let mut from = make(&mut client, &mut old);
    let (mut equal, mut open, mut wrong) = (0, 0, String::new());
    for _ in 0..count {
        run(&mut client, "ROLLBACK");
        let mut new = some();
        let to = make(&mut client, &mut new);
        run(&mut client, "ROLLBACK");
        make(&mut client, &mut old);
        match apply(&mut client, &from, &to) {
            Ok(true) => equal += 1,
            Ok(false) => open += 1,
            Err(why) => writeln!(
                wrong,
                "--- from\n{}\n--- to\n{}\n--- {why}",
                old.join("\n"),
                new.join("\n")
            )
            .unwrap(),
        }
        (old, from) = (new, to);
    }
    run(&mut client, "ROLLBACK");
    eprintln!("{equal} of {count} pairs equal, {open} with something left open");
    assert!(wrong.is_empty(), "{wrong}");
    assert!(
        equal * 100 >= count * 95,
        "only {equal} of {count} pairs became equal"
    );
}
