//! Proves the migrations of several databases at once, on one scratch server.

use std::time::Instant;

use jubilee_verify::{Error, Proof, Verifier, Wish};

use super::migrations::Migrations;
use super::progress::Progress;
use super::report::{Verified, VerifiedDatabase};
use crate::exit::Exit;
use crate::problem::Problem;

/// How the proofs are made.
#[derive(Debug, Clone)]
pub(crate) struct Manner {
    pub(crate) rows: usize,
    pub(crate) seed: u64,
    /// What is asked besides whether they apply.
    pub(crate) proofs: Vec<Proof>,
}

/// Proves them. Nothing is started where there is nothing to prove.
pub(crate) fn run(all: Vec<Migrations>, manner: &Manner) -> Result<Verified, Problem> {
    let start = Instant::now();
    let mut verified = Verified {
        postgresql: None,
        rows: manner.rows,
        seed: manner.seed,
        databases: Vec::new(),
        took_ms: 0,
    };
    if all.iter().all(|migrations| migrations.count() == 0) {
        verified.databases = all.into_iter().map(VerifiedDatabase::unproved).collect();
        return Ok(verified);
    }
    let verifier = Verifier::start().map_err(|error| problem(&error))?;
    let wish = Wish {
        rows: manner.rows,
        seed: manner.seed,
    };
    let progress = Progress::new();
    let results: Vec<Result<VerifiedDatabase, Error>> = std::thread::scope(|scope| {
        let threads: Vec<_> = all
            .into_iter()
            .map(|migrations| {
                let (verifier, progress) = (&verifier, &progress);
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
                    let proved = verifier.prove(
                        database,
                        files,
                        *first,
                        wish,
                        &manner.proofs,
                        &mut |name, proof| progress.asks(database, name, proof),
                    );
                    progress.end(database);
                    Ok(VerifiedDatabase {
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
