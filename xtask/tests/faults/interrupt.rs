//! Ctrl-C in the middle of a migration.

use rustix::process::Signal;

use crate::matrix::{Cell, Trial};
use crate::random::Random;
use crate::stand::{NotRun, Stand, Way};
use crate::work::{Form, SLEEPS};

const MIGRATIONS: u16 = 6;

/// Sleeps until there is a table `counted.quick`.
const UNTIL_QUICK: &str = "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_class WHERE relname = 'quick') LOOP PERFORM pg_sleep(0.1); END LOOP; END $$;";

pub(crate) fn ctrl_c(way: Way, trials: u32, random: &mut Random) -> Result<Cell, NotRun> {
    let mut stand = Stand::start(way)?;
    Ok(Cell::of(trials, |_| {
        let work = stand.work(MIGRATIONS, Form::Plain);
        work.also(4, UNTIL_QUICK);
        let mut run = work.start();
        let mut client = work.client();
        while client.query(SLEEPS, &[]).unwrap().is_empty() && !run.is_over() {}
        random.pause(20_000);
        run.signal(Signal::INT);
        let ended = run.end();
        let codes = vec![ended.code];
        let mut wrong = Vec::new();
        let said = "0004_mark was under way: it was rolled back";
        if ended.code != Some(130) || !ended.stderr.contains(said) {
            wrong.push(format!("it ended with {:?}:\n{}", ended.code, ended.stderr));
        }
        work.sql("CREATE TABLE counted.quick ()");
        wrong.extend(work.finish(vec![ended]));
        if let Some(pooler) = &mut stand.pooler
            && !pooler.is_alive()
        {
            wrong.push("the pooler has ended".to_owned());
            pooler.begin();
        }
        Trial {
            hit: true,
            wrong,
            codes,
        }
    }))
}
