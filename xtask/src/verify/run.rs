//! Proves the migrations of several databases at once, on one scratch server.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Instant;

use jubilee_runner::StopFlag;
use jubilee_verify::{Ask, Error, Like, Proof, Query, Verifier, Wish};

use super::inferred::infer;
use super::migrations::Migrations;
use super::progress::{Progress, Shown};
use super::report::{Verified, VerifiedDatabase};
use crate::exit::Exit;
use crate::problem::Problem;
use crate::runtime::block_on;
use crate::stop::Stop;

/// How the proofs are made.
#[derive(Debug, Clone)]
pub(crate) struct Manner {
    pub(crate) wish: Wish,
    /// What is asked besides whether they apply.
    pub(crate) proofs: Vec<Proof>,
    /// The queries of services, by short name of the database.
    pub(crate) queries: BTreeMap<&'static str, Vec<Query>>,
    /// With how many rows in each table the statements are measured too.
    pub(crate) forecast: Option<u64>,
    /// The live databases that the forecast is for, by short name.
    pub(crate) like: BTreeMap<&'static str, Like>,
    pub(crate) shown: Shown,
}

/// Proves them. Nothing is started where there is nothing to prove. `stopped` is called when somebody asks
/// to stop, and ends the process, with which the server goes.
pub(crate) fn run(
    all: Vec<Migrations>,
    manner: &Manner,
    stopped: &(dyn Fn() + Sync),
) -> Result<Verified, Problem> {
    if all.iter().all(|migrations| migrations.count() == 0) {
        let mut verified = Verified::none(manner.wish);
        verified.databases = all.into_iter().map(VerifiedDatabase::unproved).collect();
        return Ok(verified);
    }
    let progress = Progress::new(manner.shown);
    std::thread::scope(|scope| {
        let (done, ended) = tokio::sync::oneshot::channel::<()>();
        let (quiet, silence) = mpsc::channel::<()>();
        let progress = &progress;
        scope.spawn(move || {
            block_on(async {
                let mut stop = Stop::listen(StopFlag::default());
                tokio::select! {
                    () = stop.asked() => {
                        progress.clear();
                        stopped();
                    }
                    _ = ended => {}
                }
            })
        });
        scope.spawn(move || progress.heartbeat(&silence));
        let verified = prove(all, manner, progress);
        drop((done, quiet));
        verified
    })
}

fn prove(all: Vec<Migrations>, manner: &Manner, progress: &Progress) -> Result<Verified, Problem> {
    let start = Instant::now();
    let mut verified = Verified::none(manner.wish);
    let verifier = Verifier::start().map_err(|error| problem(&error))?;
    let results: Vec<Result<VerifiedDatabase, Error>> = std::thread::scope(|scope| {
        let threads: Vec<_> = all
            .into_iter()
            .map(|migrations| {
                let verifier = &verifier;
                scope.spawn(move || {
                    let Migrations {
                        database,
                        files,
                        first,
                        ..
                    } = &migrations;
                    if migrations.count() == 0 {
                        return Ok(VerifiedDatabase::unproved(migrations));
                    }
                    let ask = Ask {
                        wish: manner.wish,
                        proofs: &manner.proofs,
                        queries: manner.queries.get(database).map_or(&[], Vec::as_slice),
                        forecast: manner.forecast,
                        like: manner.like.get(database),
                    };
                    let proved = verifier.prove(database, files, *first, ask, &mut |name, step| {
                        progress.step(database, name, step);
                    });
                    progress.end(database);
                    Ok(VerifiedDatabase {
                        inferred: infer(database, files),
                        proved: proved?,
                        migrations,
                    })
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or(Err(Error::Stopped)))
            .collect()
    });
    verified.postgresql = Some(verifier.version());
    for result in results {
        verified
            .databases
            .push(result.map_err(|error| problem(&error))?);
    }
    verified.took_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(verified)
}

fn problem(error: &Error) -> Problem {
    let problem = Problem::new(Exit::Failed, error.to_string());
    match error {
        Error::Base { .. } => problem
            .why("the released migrations before the new one must apply to an empty database")
            .hint("see which one fails: cargo xtask verify --all"),
        Error::Scratch(_) | Error::Database(_) => problem
            .why("every proof runs on a scratch PostgreSQL of its own")
            .hint("install PostgreSQL, or say where it is with PGBIN=/path/to/bin"),
        _ => problem
            .why("the scratch server, not the migration, did not do what was asked of it")
            .hint("run it again; with PGBIN=/path/to/bin on another PostgreSQL"),
    }
}
