use std::future::Future;
use std::time::{Duration, Instant};

use jubilee_core::{Environment, Version};
use jubilee_runner::{Event, Migrator, Options, RunError, StopFlag};

use crate::cli::Globals;
use crate::connection::{Canceller, Connection};
use crate::exit::Exit;
use crate::explain::of_run;
use crate::output::print_json;
use crate::problem::Problem;
use crate::progress::OfDatabase;
use crate::sources::{Known, Loaded};
use crate::target::{Reach, Target};

/// How often a lost connection is opened again before the run gives up.
const RECONNECTS: u32 = 5;

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

/// Reports the problems of a command that has nothing else to show.
pub(crate) fn report_all(problems: Vec<Problem>, globals: &Globals) -> Result<Exit, Problem> {
    if globals.is_json() {
        print_json(&serde_json::json!({ "error": problems.first().map(Problem::json) }));
    }
    globals.report(&problems);
    Ok(problems
        .iter()
        .map(|problem| problem.exit)
        .max()
        .unwrap_or(Exit::Failed))
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
    let mut applied = Vec::new();
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
            &mut applied,
        );
        block_on(work).unwrap_or_else(|problem| Err(vec![problem]))
    });
    progress.end();
    Ran {
        database,
        applied,
        took: began.elapsed(),
        problems: result.err().unwrap_or_default(),
    }
}

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
    applied: &mut Vec<(Version, String, u64)>,
) -> Result<(), Vec<Problem>> {
    let Loaded { runner, folder } = loaded;
    let stop = options.stop.clone();
    let mut attempt = 0;
    let progress = std::sync::Mutex::new(progress);
    let mut migrator = Migrator::new(database, runner)
        .environment(environment)
        .options(options)
        .on_event(|event| {
            if let Event::Applied { name, execution_ms } = event
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
        let mut connection = tokio::select! {
            connected = reach.connect() => connected.map_err(|problem| vec![problem])?,
            () = asked_to_stop(&stop) => return Err(of_run(&RunError::Stopped { during: None }, database, &reach.describe(), &Known { folder: &folder, migrator: &migrator })),
        };
        let result = stoppable(&mut connection, &mut migrator, &stop).await;
        let Err(error) = result else {
            connection.close().await;
            return Ok(());
        };
        // What was committed is recorded, so a new connection finds out by reading.
        if let RunError::ConnectionLost { cause, .. } = &error
            && attempt < RECONNECTS
            && !stop.is_set()
        {
            attempt += 1;
            if let Ok(progress) = progress.lock() {
                progress.say(&format!("the connection was lost ({cause}); connecting again, attempt {attempt} of {RECONNECTS}"));
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(100 << attempt)) => {}
                () = asked_to_stop(&stop) => {}
            }
            continue;
        }
        return Err(of_run(
            &error,
            database,
            &reach.describe(),
            &Known {
                folder: &folder,
                migrator: &migrator,
            },
        ));
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

/// Ends when Ctrl-C or a termination signal came, to this run or to another.
async fn asked_to_stop(stop: &StopFlag) {
    let mut terminate =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok();
    let terminated = async {
        match &mut terminate {
            Some(signal) => signal.recv().await.unwrap_or(()),
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
    stop.set();
}
