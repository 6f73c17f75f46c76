//! Migrating a database from the command line: connection, patience, Ctrl-C.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use jubilee_core::{Environment, Version};
use jubilee_runner::{Applied, Migrator, Options, RunErrorKind, StopFlag};

use crate::connection::{Canceller, Connection, Warned};
use crate::exit::Exit;
use crate::explain::of_run;
use crate::invocation::{further, typed};
use crate::patience::Patience;
use crate::problem::Problem;
use crate::progress::OfDatabase;
use crate::runtime::block_on;
use crate::sources::{Known, Loaded};
use crate::standby;
use crate::stop::Stop;
use crate::target::{Reach, Target, named};

/// How often the server is asked again to cancel, after Ctrl-C: a request that comes between
/// two statements is lost.
const CANCEL_AGAIN: Duration = Duration::from_millis(200);

/// What became of one database.
pub(crate) struct Ran {
    pub(crate) database: &'static str,
    /// What was applied, in order.
    pub(crate) applied: Vec<Applied>,
    pub(crate) took: Duration,
    pub(crate) problems: Vec<Problem>,
}

impl Ran {
    /// A thread that panicked: a defect of this program, said as one.
    pub(crate) fn crashed(database: &'static str) -> Self {
        let problem = Problem::new(Exit::Failed, format!("{database}: internal error"))
            .why("the thread that migrated it panicked")
            .hint(format!(
                "please report this; to see what was applied:\n{}",
                further(&format!("migrate status {database}"))
            ));
        Self {
            database,
            applied: Vec::new(),
            took: Duration::ZERO,
            problems: vec![problem],
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        self.problems
            .iter()
            .map(|problem| problem.exit)
            .max()
            .unwrap_or(Exit::Done)
    }
}

/// Migrates one database.
pub(crate) fn migrate(
    target: Target,
    loaded: Result<Loaded, Vec<Problem>>,
    environment: Environment,
    last: Option<Version>,
    options: Options,
    mut progress: OfDatabase<'_>,
) -> Ran {
    let began = Instant::now();
    let database = target.entry.database.name;
    let (applied, result) = match (loaded, target.reach) {
        (Ok(loaded), Ok(reach)) => {
            let (progress, stop) = (Mutex::new(&mut progress), StopFlag::default());
            let mut migrator = Migrator::new(database, environment, loaded.runner)
                .options(options.direct_connection().stop(stop.clone()))
                .on_event(|event| {
                    if let Ok(mut progress) = progress.lock() {
                        progress.event(event);
                    }
                });
            migrator = named(migrator);
            if let Some(last) = last {
                migrator = migrator.target(last);
            }
            let result = block_on(persist(&reach, database, &mut migrator, stop, &progress))
                .unwrap_or_else(|problem| Err(Ended::Problem(problem)));
            let result = result.map_err(|ended| match ended {
                Ended::Problem(problem) => vec![problem],
                Ended::Run(error) => {
                    let texts = Known {
                        folder: &loaded.folder,
                        migrator: &migrator,
                    };
                    of_run(&error, database, &reach.describe(), &texts)
                }
            });
            (migrator.applied().to_vec(), result)
        }
        (Err(problems), _) => (Vec::new(), Err(problems)),
        (_, Err(problem)) => (Vec::new(), Err(vec![problem])),
    };
    progress.end();
    Ran {
        database,
        applied,
        took: began.elapsed(),
        problems: result.err().unwrap_or_default(),
    }
}

/// What ended a run before its time.
enum Ended {
    Run(RunErrorKind),
    Problem(Problem),
}

/// Connects and runs, and again as long as a lost connection may come back.
async fn persist(
    reach: &Reach,
    database: &str,
    migrator: &mut Migrator<'_>,
    stop: StopFlag,
    progress: &Mutex<&mut OfDatabase<'_>>,
) -> Result<(), Ended> {
    let mut stop = Stop::listen(stop);
    let mut patience = Patience::default();
    let stopped = |why: &str| {
        let problem = Problem::new(Exit::Stopped, format!("{database}: stopped on request"));
        Err(Ended::Problem(
            problem.why(why).hint(format!("to continue:\n{}", typed())),
        ))
    };
    loop {
        let connected = tokio::select! {
            connected = reach.connect() => connected,
            () = stop.asked() => return stopped("no migration was under way"),
        };
        let mut connection = match connected {
            Ok(connection) => connection,
            Err(_) if stop.is_set() => return stopped("no migration was under way"),
            // A server that was there a moment ago may be back in another.
            Err(problem)
                if patience
                    .not_back_yet(&problem.what, &mut stop, progress)
                    .await =>
            {
                tracing::debug!("{}", problem.what);
                continue;
            }
            Err(problem) => return Err(Ended::Problem(problem)),
        };
        let name = migrator.application_name();
        let watched = standby::watch(reach, &name, progress);
        let ran = tokio::select! {
            ran = stoppable(&mut connection, migrator, &mut stop, progress) => ran,
            never = watched => match never {},
        };
        for warning in connection.close().await {
            warn(progress, &warning);
        }
        match ran {
            Ok(()) if stop.is_set() => {
                return stopped("no migration was under way any more, and none is pending");
            }
            Ok(()) => return Ok(()),
            Err(RunErrorKind::ConnectionLost { cause, during }) if stop.is_set() => {
                let under_way = during.map_or_else(
                    || "no migration was under way".to_owned(),
                    |name| {
                        format!("{name} was under way: it is committed and recorded, or neither")
                    },
                );
                return stopped(&format!("{under_way}; the connection was lost: {cause}"));
            }
            // What was committed is recorded, so a new connection finds out by reading.
            Err(RunErrorKind::ConnectionLost { cause, during })
                if patience
                    .lost(during.clone(), &cause, &mut stop, progress)
                    .await => {}
            Err(error) => return Err(Ended::Run(error)),
        }
    }
}

/// Runs until the end, or until somebody asks to stop: then the statement under way is
/// cancelled on the server, and the run ends by itself.
async fn stoppable(
    connection: &mut Connection,
    migrator: &mut Migrator<'_>,
    stop: &mut Stop,
    progress: &Mutex<&mut OfDatabase<'_>>,
) -> Result<(), RunErrorKind> {
    let canceller = connection.canceller();
    let run = migrator.resume_async(&mut connection.client);
    tokio::pin!(run);
    loop {
        tokio::select! {
            result = &mut run => return result.map(|_| ()).map_err(|error| error.kind().clone()),
            Some(warning) = connection.warnings.recv() => warn(progress, &warning),
            () = stop.asked() => break,
        }
    }
    loop {
        tokio::select! {
            result = &mut run => return result.map(|_| ()).map_err(|error| error.kind().clone()),
            () = cancel(&canceller) => {}
            // Asked a second time, while the server does not answer: the transaction ends with
            // the connection.
            () = stop.asked() => std::process::exit(Exit::Stopped.code().into()),
        }
    }
}

async fn cancel(canceller: &Canceller) {
    // A request that does not get through is sent again in a moment.
    let _ = canceller.cancel().await;
    tokio::time::sleep(CANCEL_AGAIN).await;
}

fn warn(progress: &Mutex<&mut OfDatabase<'_>>, warning: &Warned) {
    if let Ok(progress) = progress.lock() {
        progress.say(&format!("PostgreSQL warns: {}", warning.words()));
    }
}
