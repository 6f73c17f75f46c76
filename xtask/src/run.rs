//! Migrating a database from the command line: connection, patience, Ctrl-C.

use std::time::{Duration, Instant};

use jubilee_core::{Environment, MigrationName, Version};
use jubilee_runner::{Applied, Details, Migrator, Options, RunErrorKind, Runner, StopFlag};

use crate::activity::{how_to_end, waited};
use crate::advice;
use crate::aftermath;
use crate::connection::{Canceller, Connection};
use crate::databases::Entry;
use crate::exit::Exit;
use crate::explain::of_run;
use crate::invocation::further;
use crate::kind::Kind;
use crate::observer::{Observer, Watched};
use crate::patience::Patience;
use crate::problem::Problem;
use crate::progress::OfDatabase;
use crate::runtime::block_on;
use crate::sources::{Known, Loaded, Sources};
use crate::stop::Stop;
use crate::target::{Reach, Target, named};

/// How often the server is asked again to cancel, after Ctrl-C: a request that comes between
/// two statements is lost.
const CANCEL_AGAIN: Duration = Duration::from_millis(200);

/// How many of these are made before people are told that the server has not answered.
const CANCELS_IN_SILENCE: u32 = 5;

/// The SQLSTATE of a lock time-out.
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// What became of one database.
pub(crate) struct Ran {
    pub(crate) database: &'static str,
    pub(crate) environment: Environment,
    /// `user@host:port/database`, if that is known.
    pub(crate) target: Option<String>,
    /// What was applied, in order.
    pub(crate) applied: Vec<Applied>,
    /// What it found applied that is newer than the files.
    pub(crate) newer: Vec<MigrationName>,
    pub(crate) took: Duration,
    pub(crate) problems: Vec<Problem>,
}

impl Ran {
    /// A thread that panicked: a defect of this program, said as one.
    pub(crate) fn crashed(database: &'static str, environment: Environment) -> Self {
        let problem = Problem::new(Exit::Failed, format!("{database}: internal error"))
            .kind(Kind::Internal)
            .why("the thread that migrated it panicked")
            .hint(format!(
                "please report this; to see what was applied:\n{}",
                further(&format!("migrate status {database}"))
            ));
        Self {
            database,
            environment,
            target: None,
            applied: Vec::new(),
            newer: Vec::new(),
            took: Duration::ZERO,
            problems: vec![problem.about(database, None, environment)],
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

/// How a database is migrated.
#[derive(Clone)]
pub(crate) struct Manner {
    pub(crate) environment: Environment,
    /// The last migration to apply.
    pub(crate) last: Option<Version>,
    pub(crate) options: Options,
    /// For how long a server that is not there yet is waited for.
    pub(crate) wait_for_server: Duration,
}

/// Migrates one database.
pub(crate) fn migrate(
    target: Target,
    sources: &Sources,
    manner: Manner,
    progress: &OfDatabase<'_>,
) -> Ran {
    let began = Instant::now();
    let environment = manner.environment;
    let database = target.entry.database.name;
    let shown = target.reach.as_ref().ok().map(Reach::describe);
    let Did {
        applied,
        newer,
        problems,
    } = match target.reach {
        Ok(reach) => {
            let work = migrate_at(&reach, target.entry, sources, manner, progress);
            block_on(work).unwrap_or_else(|problem| Did::nothing(vec![problem]))
        }
        Err(problem) => Did::nothing(vec![problem]),
    };
    let about = |problem: Problem| problem.about(database, shown.clone(), environment);
    let problems = problems.into_iter().map(about).collect();
    let ran = Ran {
        database,
        environment,
        target: shown,
        applied,
        newer,
        took: began.elapsed(),
        problems,
    };
    progress.end(ran.exit());
    ran
}

/// What a run found and did, and what ended it before its time.
struct Did {
    applied: Vec<Applied>,
    newer: Vec<MigrationName>,
    problems: Vec<Problem>,
}

impl Did {
    fn nothing(problems: Vec<Problem>) -> Self {
        Self {
            applied: Vec::new(),
            newer: Vec::new(),
            problems,
        }
    }
}

async fn migrate_at(
    reach: &Reach,
    entry: &'static Entry,
    sources: &Sources,
    manner: Manner,
    progress: &OfDatabase<'_>,
) -> Did {
    let Manner {
        environment,
        last,
        options,
        wait_for_server,
    } = manner;
    let mut patience = Patience::with_server(wait_for_server);
    let database = entry.database.name;
    let flag = StopFlag::default();
    let mut stop = Stop::listen(flag.clone());
    let connecting = connect(reach, database, &mut stop);
    let mut migrator = Migrator::new(database, environment, Runner::new(&[]))
        .options(options.direct_connection().new_session().stop(flag))
        .on_event(|event| progress.event(event));
    migrator = named(migrator);
    if let Some(last) = last {
        migrator = migrator.target(last);
    }
    let loading = sources.load_while(entry, connecting, &mut migrator, Details::OfUnfinished);
    let (loaded, connected) = match loading.await {
        Ok(both) => both,
        Err(problems) => return Did::nothing(problems),
    };
    let Loaded {
        runner,
        folder,
        path,
        broken: _,
    } = loaded;
    migrator.set_runner(runner);
    let mut seen = Seen {
        observer: Observer::default(),
        progress,
    };
    let ended = tokio::select! {
        ended = persist(reach, database, &mut migrator, connected, (&mut stop, &mut patience), &mut seen) => ended,
        never = progress.heartbeat() => match never {},
    };
    seen.observer.close().await;
    let problems_of = |error: &RunErrorKind| {
        let texts = Known {
            folder: &folder,
            migrator: &migrator,
            path,
            redo: reach.may_be_recreated(environment).is_ok(),
        };
        of_run(error, database, &reach.describe(), &texts)
    };
    let problems = match ended {
        Ok(()) => Vec::new(),
        Err(Ended::Problem(problem)) => vec![problem],
        Err(Ended::Run(error)) => {
            let problems = problems_of(&error).into_iter();
            match &error {
                RunErrorKind::Failed(failed) if failed.error.code == LOCK_NOT_AVAILABLE => problems
                    .map(|problem| with_holders(problem, progress))
                    .collect(),
                _ => problems.collect(),
            }
        }
        Err(Ended::NotBack(both)) => {
            let (loss, last) = *both;
            let why = format!("it could not be opened again: {}", last.summary_line());
            let hint = last.hint.unwrap_or_default();
            let problems = problems_of(&loss).into_iter();
            problems
                .map(|problem| problem.because(&why).advise(&hint))
                .collect()
        }
    };
    Did {
        applied: migrator.applied().to_vec(),
        newer: migrator.newer().to_vec(),
        problems,
    }
}

/// Whom a lock time-out was for.
fn with_holders(problem: Problem, progress: &OfDatabase<'_>) -> Problem {
    let Some(wait) = progress.last_wait() else {
        return problem;
    };
    let problem = problem.because(&waited(&wait));
    match how_to_end(&wait) {
        Some(hint) => problem.advise(&hint),
        None => problem,
    }
}

/// What sees a run from outside, and who is told.
struct Seen<'s> {
    observer: Observer,
    progress: &'s OfDatabase<'s>,
}

/// What ended a run before its time.
enum Ended {
    Run(RunErrorKind),
    /// The connection was lost, and the last attempt to open it again failed like this.
    NotBack(Box<(RunErrorKind, Problem)>),
    Problem(Problem),
}

/// Opens a connection, unless somebody asks to stop meanwhile.
async fn connect(reach: &Reach, database: &str, stop: &mut Stop) -> Result<Connection, Problem> {
    tokio::select! {
        connected = reach.connect() => connected,
        () = stop.asked() => Err(stopped(database, "no migration was under way")),
    }
}

fn stopped(database: &str, why: &str) -> Problem {
    Problem::new(Exit::Stopped, format!("{database}: stopped on request"))
        .why(why)
        .hint(advice::to_continue())
}

/// There is nothing to go on with.
fn too_late(database: &str) -> Problem {
    Problem::new(Exit::Stopped, format!("{database}: stopped on request"))
        .why("everything that was asked for is applied already")
}

/// Runs over that connection, and again over others as long as a lost one may come back.
async fn persist(
    reach: &Reach,
    database: &str,
    migrator: &mut Migrator<'_>,
    mut connected: Result<Connection, Problem>,
    (stop, patience): (&mut Stop, &mut Patience),
    seen: &mut Seen<'_>,
) -> Result<(), Ended> {
    let progress = seen.progress;
    let stopped = |why: &str| Err(Ended::Problem(stopped(database, why)));
    loop {
        match connected {
            Ok(connection) => {
                let ran = run_over(connection, reach, migrator, stop, seen).await;
                match ran {
                    Ok(()) if stop.is_set() => return Err(Ended::Problem(too_late(database))),
                    Ok(()) => return Ok(()),
                    Err(RunErrorKind::ConnectionLost { cause, during }) if stop.is_set() => {
                        let why = aftermath::of(reach, migrator, during.as_ref(), &cause).await;
                        return stopped(&why);
                    }
                    // What was committed is recorded, so a new connection finds out by reading.
                    Err(error) if patience.lost(&error, stop, progress).await => {}
                    Err(error) => return Err(Ended::Run(error)),
                }
            }
            Err(_) if stop.is_set() => return stopped("no migration was under way"),
            // A server that was there a moment ago may be back in another.
            Err(problem) if patience.not_back_yet(&problem.what, stop, progress).await => {}
            Err(problem) if patience.not_there_yet(&problem, stop, progress).await => {}
            Err(problem) => {
                return Err(match patience.began_with() {
                    Some(loss) => Ended::NotBack(Box::new((loss, problem))),
                    None => Ended::Problem(problem),
                });
            }
        }
        connected = connect(reach, database, stop).await;
    }
}

async fn run_over(
    mut connection: Connection,
    reach: &Reach,
    migrator: &mut Migrator<'_>,
    stop: &mut Stop,
    seen: &mut Seen<'_>,
) -> Result<(), RunErrorKind> {
    let Seen { observer, progress } = seen;
    let session = Watched::of(&connection.client, Some(migrator.application_name())).await;
    let ran = tokio::select! {
        ran = stoppable(&mut connection, migrator, stop, progress) => ran,
        never = observer.watch(
            &session,
            async || reach.connect().await.ok(),
            progress.look_after(),
            || progress.silent_for(),
            |run| progress.see(run),
        ) => match never {},
    };
    for warning in connection.close().await {
        warn(progress, &warning);
    }
    ran
}

/// Runs until the end, or until somebody asks to stop: then the statement under way is
/// cancelled on the server, and the run ends by itself.
async fn stoppable(
    connection: &mut Connection,
    migrator: &mut Migrator<'_>,
    stop: &mut Stop,
    progress: &OfDatabase<'_>,
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
    let mut unanswered = 0;
    loop {
        tokio::select! {
            result = &mut run => return result.map(|_| ()).map_err(|error| error.kind().clone()),
            () = cancel(&canceller) => unanswered += 1,
            // Asked a second time, while the server does not answer: the transaction ends with
            // the connection.
            () = stop.asked() => {
                progress.say("left without PostgreSQL's answer: `migrate status` shows whether what was under way is committed");
                std::process::exit(Exit::Stopped.code().into());
            }
        }
        if unanswered == CANCELS_IN_SILENCE {
            progress.say(
                "stopping: PostgreSQL was asked to cancel what is under way and has not answered yet; Ctrl-C again leaves without waiting",
            );
        }
    }
}

async fn cancel(canceller: &Canceller) {
    // A request that does not get through is sent again in a moment.
    let _ = canceller.cancel().await;
    tokio::time::sleep(CANCEL_AGAIN).await;
}

fn warn(progress: &OfDatabase<'_>, warning: &str) {
    progress.say(&format!("PostgreSQL warns: {warning}"));
}
