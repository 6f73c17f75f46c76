use std::future::Future;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use jubilee_core::{Environment, Version};
use jubilee_runner::{Event, MigrationStatus, Migrator, Options, RunError, StopFlag};

use crate::cli::{Globals, this_command};
use crate::connection::{Canceller, Connection};
use crate::exit::Exit;
use crate::explain::of_run;
use crate::output::print_json;
use crate::patience::Patience;
use crate::problem::Problem;
use crate::progress::OfDatabase;
use crate::sources::{Known, Loaded};
use crate::target::{Reach, Target};
use tokio::signal::unix::SignalKind;

/// How often the server is asked again to cancel, after Ctrl-C: a request that comes between
/// two statements is lost.
const CANCEL_AGAIN: Duration = Duration::from_millis(200);

/// What became of one database.
pub(crate) struct Ran {
    pub(crate) database: &'static str,
    /// Version, `NNNN_descriptive_name` and milliseconds of what was applied, in order.
    pub(crate) applied: Vec<(Version, String, u64)>,
    pub(crate) took: Duration,
    pub(crate) problems: Vec<Problem>,
}

impl Ran {
    /// A thread that panicked: a defect of this program, said as one.
    pub(crate) fn crashed(database: &'static str) -> Self {
        let problem = Problem::new(
            Exit::Failed,
            format!("{database}: this program has a defect"),
        )
        .why("the thread that migrated it panicked")
        .hint(format!(
            "see what was applied: cargo xtask migrate status {database}; and please report it"
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

/// Reports the problems of a command that has nothing else to show; none means that the answer to
/// a question was no.
pub(crate) fn report_all(problems: Vec<Problem>, globals: &Globals) -> Result<Exit, Problem> {
    if globals.is_json() {
        print_json(&serde_json::json!({ "error": problems.first().map(Problem::json) }));
    }
    globals.report(&problems);
    Ok(problems
        .iter()
        .map(|problem| problem.exit)
        .max()
        .unwrap_or(Exit::Refused))
}

/// The runner's options as this program has them.
pub(crate) fn options(base: Options) -> Options {
    let host = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    Options {
        runner: concat!("xtask ", env!("CARGO_PKG_VERSION")).to_owned(),
        host: Some(host),
        ..base
    }
}

/// Runs a future on this thread.
pub(crate) fn block_on<F: Future>(future: F) -> Result<F::Output, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime
        .map(|runtime| runtime.block_on(future))
        .map_err(|error| {
            Problem::new(
                Exit::Failed,
                "cannot start the input and output of this program",
            )
            .why(error.to_string())
            .hint("check the limit of open files (ulimit -n)")
        })
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
    let applied = Applied::default();
    let result = loaded.and_then(|loaded| {
        let reach = target.reach.map_err(|problem| vec![problem])?;
        let work = migrate_at(
            &reach,
            database,
            loaded,
            environment,
            last,
            options,
            &mut progress,
            &applied,
        );
        block_on(work).unwrap_or_else(|problem| Err(vec![problem]))
    });
    progress.end();
    Ran {
        database,
        applied: applied.into_inner().unwrap_or_default(),
        took: began.elapsed(),
        problems: result.err().unwrap_or_default(),
    }
}

/// What was applied, shared with the listener to the run's events.
type Applied = Mutex<Vec<(Version, String, u64)>>;

#[expect(
    clippy::too_many_arguments,
    reason = "all that a run is about, said once"
)]
async fn migrate_at(
    reach: &Reach,
    database: &'static str,
    loaded: Loaded,
    environment: Environment,
    last: Option<Version>,
    options: Options,
    progress: &mut OfDatabase<'_>,
    applied: &Applied,
) -> Result<(), Vec<Problem>> {
    let Loaded { runner, folder } = loaded;
    let stop = options.stop.clone();
    let mut patience = Patience::new(&stop);
    let progress = Mutex::new(progress);
    let mut migrator = Migrator::new(database, runner)
        .environment(environment)
        .options(options)
        .on_event(|event| {
            if let (Event::Applied { name, execution_ms }, Ok(mut applied)) =
                (event, applied.lock())
                && let Some(version) = name.get(..4).and_then(Version::parse)
            {
                applied.push((version, name.clone(), *execution_ms));
            }
            if let Ok(mut progress) = progress.lock() {
                progress.event(event);
            }
        });
    if let Some(last) = last {
        migrator.set_target(last);
    }
    loop {
        let connected = tokio::select! {
            connected = reach.connect() => connected,
            () = asked_to_stop(&stop) => Err(Problem::new(Exit::Stopped, format!("{database}: stopped on request"))
                .why("no migration was under way")
                .hint(this_command())),
        };
        let error = match connected {
            Ok(mut connection) => {
                if patience.was_tried() {
                    forget_lost(&mut migrator, &connection, applied).await;
                }
                match stoppable(&mut connection, &mut migrator, &stop).await {
                    Ok(()) => {
                        connection.close().await;
                        return Ok(());
                    }
                    Err(error) => error,
                }
            }
            // A server that was there a moment ago may be back in another.
            Err(problem)
                if problem.passes && patience.not_back_yet(&problem.what, &progress).await =>
            {
                continue;
            }
            Err(problem) => return Err(vec![problem]),
        };
        // What was committed is recorded, so a new connection finds out by reading.
        if let RunError::ConnectionLost { cause, during } = &error
            && patience.lost(during.clone(), cause, &progress).await
        {
            continue;
        }
        let texts = Known {
            folder: &folder,
            migrator: &migrator,
        };
        return Err(of_run(&error, database, &reach.describe(), &texts));
    }
}

/// After a crash of the server, commits that were reported may be gone, since all but the last
/// of a run do not wait for the disk: takes them off the report. They are applied again.
async fn forget_lost(migrator: &mut Migrator<'_>, connection: &Connection, applied: &Applied) {
    if let (Ok(status), Ok(mut applied)) = (
        migrator.status_async(&connection.client).await,
        applied.lock(),
    ) {
        applied.retain(|(version, _, _)| {
            status
                .migrations
                .iter()
                .any(|m| m.version == *version && m.status == MigrationStatus::Completed)
        });
    }
}

/// Runs until the end, or until somebody asks to stop: then the statement under way is
/// cancelled on the server, and the run ends by itself.
async fn stoppable(
    connection: &mut Connection,
    migrator: &mut Migrator<'_>,
    stop: &StopFlag,
) -> Result<(), RunError> {
    let canceller = connection.canceller();
    let run = migrator.run_async(&mut connection.client);
    tokio::pin!(run);
    tokio::select! {
        result = &mut run => return result.map(|_| ()),
        () = asked_to_stop(stop) => {}
    }
    loop {
        tokio::select! {
            result = &mut run => return result.map(|_| ()),
            () = cancel(&canceller) => {}
            // Asked a second time, while the server does not answer: the transaction ends with
            // the connection.
            () = asked_to_stop(stop) => std::process::exit(Exit::Stopped.code().into()),
        }
    }
}

async fn cancel(canceller: &Canceller) {
    // A request that does not get through is sent again in a moment.
    let _ = canceller.cancel().await;
    tokio::time::sleep(CANCEL_AGAIN).await;
}

/// Ends when Ctrl-C, a termination signal or a hang-up came, to this run or to another.
pub(crate) async fn asked_to_stop(stop: &StopFlag) {
    tokio::select! {
        () = signal(SignalKind::interrupt()) => {}
        () = signal(SignalKind::terminate()) => {}
        () = signal(SignalKind::hangup()) => {}
    }
    stop.set();
}

async fn signal(kind: SignalKind) {
    match tokio::signal::unix::signal(kind) {
        Ok(mut signal) => signal.recv().await.unwrap_or(()),
        Err(_) => std::future::pending().await,
    }
}
