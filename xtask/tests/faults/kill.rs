//! `kill -9` of the runner at random moments.

use crate::matrix::{Cell, Trial};
use crate::random::Random;
use crate::run::Ended;
use crate::stand::{NotRun, Stand, Way};
use crate::work::{Form, Work};

const MIGRATIONS: u16 = 60;

pub(crate) fn transactional(way: Way, trials: u32, random: &mut Random) -> Result<Cell, NotRun> {
    let stand = Stand::start(way)?;
    Ok(Cell::of(trials, |number| {
        let form = if number % 2 == 0 {
            Form::Pair
        } else {
            Form::Plain
        };
        let work = stand.work(MIGRATIONS, form);
        let mut trial = Trial::default();
        let mut runs = Vec::new();
        for _ in 0..=random.below(3) {
            let (hit, ended) = kill(&work, random);
            trial.hit |= hit;
            trial.wrong.extend(work.odd());
            runs.push(ended);
        }
        trial.wrong.extend(work.finish(runs));
        trial
    }))
}

/// Those of `Transaction: none` are to be resolved by hand after each kill.
pub(crate) fn without_transaction(
    way: Way,
    trials: u32,
    random: &mut Random,
) -> Result<Cell, NotRun> {
    if way == Way::Pooled {
        return Err(NotRun::NoSuchThing);
    }
    let stand = Stand::start(way)?;
    Ok(Cell::of(trials, |_| {
        let work = stand.work(MIGRATIONS, Form::NoTransaction);
        let mut trial = Trial::default();
        let mut runs = Vec::new();
        for _ in 0..=random.below(3) {
            let (hit, ended) = kill(&work, random);
            trial.hit |= hit;
            // The server works off what it had received; its session ends by itself.
            while work.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'") != "0" {}
            trial.wrong.extend(work.odd());
            trial.wrong.extend(resolve(&work));
            runs.push(ended);
        }
        trial.wrong.extend(work.finish(runs));
        trial
    }))
}

/// Kills a run after some migrations were applied, at any moment of the next ones; whether it was
/// still at work.
pub(crate) fn kill(work: &Work, random: &mut Random) -> (bool, Ended) {
    let mut run = work.start();
    run.applies(random.below(12));
    random.pause(5000);
    let hit = !run.is_over();
    (hit, run.kill())
}

/// Says of the migration that a kill interrupted that it is to be run again.
fn resolve(work: &Work) -> Option<String> {
    if !work.has_history() {
        return None;
    }
    let version =
        work.text("SELECT version FROM public.schema_migrations WHERE status = 'running'");
    if version.is_empty() {
        return None;
    }
    let output = work
        .place
        .command(&format!(
            "migrate resolve codex {version} --rerun --migrations m"
        ))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    (!output.status.success()).then(|| format!("{version} cannot be resolved:\n{said}"))
}
