//! An administrator who ends sessions, or cancels their statements, again and again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::matrix::{Cell, Trial};
use crate::random::Random;
use crate::stand::{NotRun, Stand, Way};
use crate::work::{Form, Work};

const MIGRATIONS: u16 = 60;

/// `pg_terminate_backend`; a run bears a connection that is lost a few times.
pub(crate) fn terminate(way: Way, trials: u32, random: &mut Random) -> Result<Cell, NotRun> {
    storm(way, trials, random, "pg_terminate_backend", 3)
}

/// `pg_cancel_backend`; a run that is cancelled ends.
pub(crate) fn cancel(way: Way, trials: u32, random: &mut Random) -> Result<Cell, NotRun> {
    storm(way, trials, random, "pg_cancel_backend", u64::MAX)
}

fn storm(
    way: Way,
    trials: u32,
    random: &mut Random,
    function: &str,
    at_most: u64,
) -> Result<Cell, NotRun> {
    let stand = Stand::with(
        way,
        &jubilee_pg_local::Options::default(),
        "server_login_retry = 1",
    )?;
    Ok(Cell::of(trials, |_| {
        let work = stand.work(MIGRATIONS, Form::Plain);
        let over = AtomicBool::new(false);
        let ended = thread::scope(|scope| {
            let blows = scope.spawn(|| blow(&work, random, function, at_most, &over));
            let ended = work.start().end();
            over.store(true, Ordering::Relaxed);
            (ended, blows.join().unwrap())
        });
        let (ended, blows) = ended;
        let codes = vec![ended.code];
        Trial {
            hit: blows > 0,
            wrong: work.finish(vec![ended]),
            codes,
        }
    }))
}

/// Strikes whoever is in the database, until the run is over or was struck so often.
fn blow(work: &Work, random: &mut Random, function: &str, at_most: u64, over: &AtomicBool) -> u64 {
    let mut client = work.client();
    let query = format!(
        "SELECT count(*) FILTER (WHERE {function}(pid)) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name <> 'observer' AND backend_type = 'client backend'"
    );
    let mut blows = 0;
    while blows < at_most && !over.load(Ordering::Relaxed) {
        random.pause(40_000);
        let struck: i64 = client.query_one(&query, &[]).unwrap().get(0);
        blows += u64::from(struck > 0);
    }
    blows
}
