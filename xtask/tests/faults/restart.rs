//! The server, or the pooler, ends and comes back while runs are at work.

use rustix::process::{Pid, Signal, kill_process};

use crate::matrix::{Cell, Trial};
use crate::random::Random;
use crate::run::{Ended, Run};
use crate::stand::{NotRun, Stand, Way};
use crate::work::{Form, SLEEPS, Work};

const MIGRATIONS: u16 = 60;
const RUNNERS: usize = 4;

const UNTIL_BARRIER: &str = "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_class WHERE relname = 'barrier') LOOP PERFORM pg_sleep(0.01); END LOOP; END $$;";

/// A fast shutdown: sessions are ended, data is written.
pub(crate) fn fast(way: Way, trials: u32, random: &mut Random) -> Result<Cell, NotRun> {
    let mut stand = Stand::start(way)?;
    Ok(Cell::of(trials, |_| {
        let work = slow(&stand);
        let (hit, runs) = four_at_once(&work, random, || stand.server.restart().unwrap());
        trial(&work, hit, runs)
    }))
}

/// An immediate shutdown, which is a crash: commits that did not wait for the disk may be lost.
pub(crate) fn immediate(way: Way, trials: u32, random: &mut Random) -> Result<Cell, NotRun> {
    let mut stand = Stand::start(way)?;
    Ok(Cell::of(trials, |_| {
        let work = slow(&stand);
        let (hit, runs) = four_at_once(&work, random, || {
            crash(&stand.server);
            stand.server.restart().unwrap();
        });
        trial(&work, hit, runs)
    }))
}

/// The pooler ends at once, with or without a word to its clients.
pub(crate) fn pooler(way: Way, trials: u32, random: &mut Random) -> Result<Cell, NotRun> {
    if way == Way::Direct {
        return Err(NotRun::NoSuchThing);
    }
    let mut stand = Stand::start(way)?;
    Ok(Cell::of(trials, |number| {
        let work = slow(&stand);
        let Some(pooler) = &mut stand.pooler else {
            return Trial::default();
        };
        let (hit, runs) = four_at_once(&work, random, || {
            pooler.end(if number % 2 == 0 {
                Signal::TERM
            } else {
                Signal::KILL
            });
            pooler.begin();
        });
        trial(&work, hit, runs)
    }))
}

/// Has the server end as in a crash.
pub(crate) fn crash(server: &jubilee_pg_local::TempServer) {
    let pid = i32::try_from(server.postmaster_pid().unwrap()).unwrap();
    kill_process(Pid::from_raw(pid).unwrap(), Signal::QUIT).unwrap();
}

/// Migrations that take a moment each, so that the fault comes in their midst; the first waits.
fn slow(stand: &Stand) -> Work {
    let work = stand.work(MIGRATIONS, Form::Plain);
    for version in (1..=MIGRATIONS).step_by(3) {
        work.also(version, "SELECT pg_sleep(0.005);");
    }
    work.also(1, UNTIL_BARRIER);
    work
}

/// Has the fault come after some migrations, when all runs are connected: the first migration of one
/// of them waits until the others wait for it. Whether one of them was still at work.
fn four_at_once(work: &Work, random: &mut Random, fault: impl FnOnce()) -> (bool, Vec<Ended>) {
    let mut first = work.start();
    let mut client = work.client();
    while client.query(SLEEPS, &[]).unwrap().is_empty() && !first.is_over() {}
    let mut runs: Vec<Run> = (1..RUNNERS).map(|_| work.start()).collect();
    for run in &mut runs {
        run.hears("waiting for");
    }
    work.sql("CREATE TABLE counted.barrier ()");
    first.applies(random.below(10));
    random.pause(10_000);
    runs.push(first);
    let hit = runs.iter_mut().any(|run| !run.is_over());
    fault();
    (hit, runs.into_iter().map(Run::end).collect())
}

/// Each run must have waited for the way back.
fn trial(work: &Work, hit: bool, runs: Vec<Ended>) -> Trial {
    let codes: Vec<_> = runs.iter().map(|run| run.code).collect();
    let failed = runs.iter().filter(|run| run.code != Some(0));
    let mut wrong: Vec<String> = failed
        .map(|run| format!("a run ended with {:?}:\n{}", run.code, run.stderr))
        .collect();
    wrong.extend(work.finish(runs));
    Trial { hit, wrong, codes }
}
