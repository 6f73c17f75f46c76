//! Faults: whole processes against real servers that crash, poolers that restart, and connections
//! that are cut. `docs/faults.md` says what is tried and what came of it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alone;
mod cut;
mod disk_full;
mod eight;
mod failover;
mod forwarder;
mod interrupt;
mod kill;
mod matrix;
#[path = "../../../crates/runner/tests/runner/messages.rs"]
mod messages;
mod neighbours;
#[path = "../cli/pooler.rs"]
mod pooler;
mod random;
mod restart;
mod run;
mod stand;
mod standby;
mod storm;
#[path = "../cli/support.rs"]
#[expect(
    dead_code,
    unused_macros,
    unused_imports,
    reason = "these tests print no snapshots"
)]
mod support;
mod work;

use std::io::Write;
use std::time::Instant;

use matrix::{Row, Try};
use random::Random;
use stand::{NotRun, WAYS};

/// A test for each row of the table, which tries it a few times; and the table.
macro_rules! rows {
    ($($test:ident: $fault:literal, $short:literal, $long:literal, $try_it:path;)*) => {
        const ROWS: &[Row] = &[$(Row { fault: $fault, trials: $long, try_it: $try_it }),*];

        $(#[test]
        fn $test() {
            short($short, $try_it);
        })*
    };
}

// Name of the test, fault, trials of `cargo test`, trials of the long form.
rows! {
    kill: "`kill -9` of the runner, 1 to 3 times", 3, 100, kill::transactional;
    kill_without_transaction: "`kill -9`, migrations without a transaction", 2, 50, kill::without_transaction;
    neighbours: "`kill -9`, and others of the pool ask 100 questions", 3, 30, neighbours::ask;
    cut: "the runner's connection cut at a message", 6, 200, cut::of_runner;
    cut_behind_the_pooler: "the pooler's connection cut at a message", 3, 200, cut::of_pooler;
    terminate: "`pg_terminate_backend`, up to 3 times", 1, 50, storm::terminate;
    cancel: "`pg_cancel_backend` until the run ends", 4, 100, storm::cancel;
    ctrl_c: "Ctrl-C during a migration", 2, 20, interrupt::ctrl_c;
    server_restart: "server restart (fast), four runners", 1, 20, restart::fast;
    server_crash: "server crash (immediate), four runners", 1, 20, restart::immediate;
    pooler_restart: "pooler restart, four runners", 2, 40, restart::pooler;
    failover: "failover to a standby that lost commits", 1, 20, failover::failover;
    disk_full: "disk full", 1, 20, disk_full::disk_full;
    eight: "eight runners at once", 1, 30, eight::eight;
}

fn seed() -> u64 {
    number("FAULTS_SEED").unwrap_or(1)
}

fn number(variable: &str) -> Option<u64> {
    let value = std::env::var(variable).ok()?;
    Some(value.parse().unwrap())
}

/// Tries a fault a few times over both ways; nothing may be wrong.
#[expect(
    clippy::print_stderr,
    reason = "whoever runs the tests must know what was not tested"
)]
fn short(trials: u32, try_it: Try) {
    for way in WAYS {
        match try_it(way, trials, &mut Random::new(seed())) {
            Ok(cell) => assert!(
                cell.wrong.is_empty(),
                "{way:?}, FAULTS_SEED={}: {cell}\n{}",
                seed(),
                cell.wrong.join("\n")
            ),
            Err(NotRun::NoSuchThing) => {}
            Err(NotRun::Lacking(why)) => eprintln!("{way:?}: not run: {why}"),
        }
    }
}

/// The table of `docs/faults.md`. `FAULTS_SEED` changes the numbers, `FAULTS_TRIALS` how often each
/// fault is tried, and `FAULTS_ONLY` names a part of a row's title.
#[test]
#[ignore = "takes an hour; docs/faults.md says how it is run"]
#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the table is what it is for"
)]
fn the_table() {
    let only = std::env::var("FAULTS_ONLY").unwrap_or_default();
    let trials = number("FAULTS_TRIALS").map(|trials| u32::try_from(trials).unwrap());
    println!(
        "seed {}\n\n| fault | directly | PgBouncer |\n|---|---|---|",
        seed()
    );
    let mut wrong = Vec::new();
    let began = Instant::now();
    for row in ROWS.iter().filter(|row| row.fault.contains(&only)) {
        print!("| {} |", row.fault);
        for way in WAYS {
            std::io::stdout().flush().unwrap();
            let trials = trials.unwrap_or(row.trials);
            match (row.try_it)(way, trials, &mut Random::new(seed())) {
                Ok(cell) => {
                    print!(" {cell} |");
                    let of_cell = cell.wrong.iter();
                    wrong.extend(of_cell.map(|what| format!("{}, {way:?}: {what}", row.fault)));
                }
                Err(NotRun::NoSuchThing) => print!(" — |"),
                Err(NotRun::Lacking(why)) => print!(" not run: {why} |"),
            }
        }
        println!();
        eprintln!("{} s in all", began.elapsed().as_secs());
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
