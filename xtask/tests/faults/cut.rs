//! The connection is cut between two messages of the protocol, in either direction.

use crate::forwarder::{Counts, Cut, Direction, Forwarder, Upstream};
use crate::matrix::{Cell, Trial};
use crate::pooler::Pooler;
use crate::random::Random;
use crate::stand::{NotRun, Stand, Way, refuse_without_pooler, socket};
use crate::work::{Form, Work};

const MIGRATIONS: u16 = 12;

/// Between the runner and what it is connected to.
pub(crate) fn of_runner(way: Way, trials: u32, random: &mut Random) -> Result<Cell, NotRun> {
    let stand = Stand::start(way)?;
    let forwarder = Forwarder::start(match &stand.pooler {
        Some(pooler) => Upstream::Tcp(pooler.port()),
        None => socket(&stand.server),
    });
    Ok(cut(&stand, &forwarder, trials, random, |database| {
        forwarder.url(database)
    }))
}

/// Between the pooler and the server.
pub(crate) fn of_pooler(way: Way, trials: u32, random: &mut Random) -> Result<Cell, NotRun> {
    if way == Way::Direct {
        return Err(NotRun::NoSuchThing);
    }
    refuse_without_pooler(way)?;
    let stand = Stand::start(Way::Direct)?;
    let forwarder = Forwarder::start(socket(&stand.server));
    let upstream = format!("port={}", forwarder.port());
    let Some(pooler) = Pooler::in_front_of(&stand.server, &upstream, "server_login_retry = 1")
    else {
        return Err(NotRun::Lacking("PgBouncer is not installed"));
    };
    Ok(cut(&stand, &forwarder, trials, random, |database| {
        pooler.url(database)
    }))
}

fn cut(
    stand: &Stand,
    forwarder: &Forwarder,
    trials: u32,
    random: &mut Random,
    url: impl Fn(&str) -> String,
) -> Cell {
    let work = || {
        let database = stand.database();
        Work::new(
            &stand.server.url(&database),
            &url(&database),
            MIGRATIONS,
            Form::Pair,
        )
    };
    forwarder.begin(None);
    let whole = work().start().end();
    assert_eq!(whole.code, Some(0), "without a cut: {}", whole.stderr);
    let mut positions = positions(forwarder.counts());
    let all = positions.len();
    let cell = Cell::of(trials.min(all.try_into().unwrap()), |_| {
        let below = positions.len() as u64;
        let cut = positions.swap_remove(random.below(below).try_into().unwrap());
        let work = work();
        forwarder.begin(Some(cut));
        let ended = work.start().end();
        let hit = forwarder.has_cut();
        let codes = vec![ended.code];
        forwarder.begin(None);
        let wrong = work.finish(vec![ended]).into_iter();
        Trial {
            hit,
            wrong: wrong.map(|what| format!("{cut:?}: {what}")).collect(),
            codes,
        }
    });
    cell.noting(format!("of {all} positions"))
}

/// Before and after each message, in each direction.
fn positions(counts: Counts) -> Vec<Cut> {
    let directions = [
        (Direction::ToServer, counts.to_server),
        (Direction::ToClient, counts.to_client),
    ];
    let mut all = Vec::new();
    for (direction, count) in directions {
        for message in 1..=count {
            all.extend([false, true].map(|passes| Cut {
                direction,
                message,
                passes,
            }));
        }
    }
    all
}
