//! Real schemas, and the same with changes made at random: one becomes the other.
//!
//! `MUTANTS=100 SEED=7 cargo test -p jubilee-catalog --test catalog mutants -- --nocapture`

use std::fmt::Write;

use jubilee_catalog::Catalog;
use postgres::Client;

use crate::kinds::EVERY_KIND;
use crate::mutate::mutation;
use crate::pairs::{Random, number};
use crate::scripts::apply;
use crate::support::{database, read_inside, run};

/// Of each: the pairs that became equal, and all.
fn pairs_of(name: &str, sql: &str, wrong: &mut String) -> (u64, u64) {
    let mut client = database(name, &format!("SET check_function_bodies = off;\n{sql}"));
    let (count, mut random) = (number("MUTANTS", 4), Random(number("SEED", 3)));
    run(&mut client, "BEGIN");
    let original = read_inside(&mut client);
    run(&mut client, "ROLLBACK");
    let mut equal = 0;
    for round in 0..count {
        run(&mut client, "BEGIN; SET LOCAL check_function_bodies = off");
        let (made, mutant) = mutate(&mut client, &original, &mut random);
        let is_back = round % 2 == 0;
        if !is_back {
            run(&mut client, "ROLLBACK; BEGIN");
        }
        let (from, to) = match is_back {
            true => (&mutant, &original),
            false => (&original, &mutant),
        };
        match apply(&mut client, from, to) {
            Ok(true) => equal += 1,
            Ok(false) => {}
            Err(why) => writeln!(
                wrong,
                "--- {name}, {}\n{}\n--- {why}",
                if is_back { "back from" } else { "to" },
                made.join("\n")
            )
            .unwrap(),
        }
        run(&mut client, "ROLLBACK");
    }
    (equal, count)
}

/// Makes changes, those that are possible.
fn mutate(client: &mut Client, original: &Catalog, random: &mut Random) -> (Vec<String>, Catalog) {
    let mut made = Vec::new();
    let mut catalog = original.clone();
    let wanted = 1 + random.below(6);
    while made.len() < wanted {
        let sql = mutation(random, &catalog, made.len());
        run(client, "SAVEPOINT here");
        if client.batch_execute(&sql).is_err() {
            run(client, "ROLLBACK TO here");
            continue;
        }
        made.push(sql);
        catalog = read_inside(client);
    }
    (made, catalog)
}

#[test]
fn schemas_and_their_mutants_become_equal() {
    let mut wrong = String::new();
    let (mut equal, mut all) = (0, 0);
    for (name, sql) in [
        ("mutant_hard", include_str!("hard.sql")),
        ("mutant_kinds", EVERY_KIND),
        ("mutant_codex", include_str!("../../../codex/schema.sql")),
        (
            "mutant_inspire",
            include_str!("../../../inspire/schema.sql"),
        ),
        (
            "mutant_continuum",
            include_str!("../../../continuum/schema.sql"),
        ),
    ] {
        let (these, count) = pairs_of(name, sql, &mut wrong);
        eprintln!("{name}: {these} of {count} equal");
        equal += these;
        all += count;
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(equal * 100 >= all * 95, "{equal} of {all} equal");
}
