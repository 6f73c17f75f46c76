//! Eight runners at once.

use crate::matrix::{Cell, Trial};
use crate::random::Random;
use crate::run::Run;
use crate::stand::{NotRun, Stand, Way};
use crate::work::Form;

const MIGRATIONS: u16 = 60;
const RUNNERS: usize = 8;

pub(crate) fn eight(way: Way, trials: u32, random: &mut Random) -> Result<Cell, NotRun> {
    let stand = Stand::start(way)?;
    Ok(Cell::of(trials, |_| {
        let work = stand.work(MIGRATIONS, Form::Pair);
        let start = |_| {
            random.pause(5000);
            work.start()
        };
        let runs: Vec<Run> = (0..RUNNERS).map(start).collect();
        let ended: Vec<_> = runs.into_iter().map(Run::end).collect();
        let codes: Vec<_> = ended.iter().map(|run| run.code).collect();
        let worked = ended.iter().filter(|run| !run.said.is_empty()).count();
        let failed = ended.iter().filter(|run| run.code != Some(0));
        let mut wrong: Vec<String> = failed
            .map(|run| format!("a run ended with {:?}:\n{}", run.code, run.stderr))
            .collect();
        wrong.extend(work.finish(ended));
        Trial {
            hit: worked > 1,
            wrong,
            codes,
        }
    }))
}
