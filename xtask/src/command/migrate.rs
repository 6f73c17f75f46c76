//! `cargo xtask migrate`.

use std::time::Duration;

use clap::{Args, Command, FromArgMatches, Subcommand};
use jubilee_core::{Environment, Version};
use jubilee_runner::Options;

use crate::after;
use crate::argument::{database_or_all_parser, parse_duration, parse_version, selected};
use crate::command::{adopt, relabel, resolve, status};
use crate::confirm;
use crate::exit::Exit;
use crate::globals::Globals;
use crate::invocation::is_installed;
use crate::observer::LOOK_AFTER;
use crate::outcome;
use crate::output::{print, print_json};
use crate::plan::{self, Plan};
use crate::problem::Problem;
use crate::progress::{Mode, Progress, Shown};
use crate::run::{self, Manner, Ran};
use crate::sources::Sources;
use crate::target::{Targets, Where};

/// `cargo xtask migrate`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Migrate {
    #[command(subcommand)]
    command: Option<MigrateCommand>,
    #[command(flatten)]
    apply: Apply,
}

/// The commands of `migrate` other than to apply.
#[derive(Debug, Subcommand)]
enum MigrateCommand {
    /// Show applied, pending and failed migrations; writes nothing
    Status(status::Status),
    /// Record the outcome of an interrupted migration
    Resolve(resolve::Resolve),
    /// Take over a database that another tool has migrated so far
    Adopt(adopt::Adopt),
    /// Change the environment that a history says: of a copy, or after a first run by mistake
    Relabel(relabel::Relabel),
}

/// What to apply, and how.
#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// Databases to migrate, or `all` (migrated in parallel)
    #[arg(value_parser = database_or_all_parser(), value_name = "DATABASE", required = true)]
    databases: Vec<String>,
    #[command(flatten)]
    place: Where,
    /// Do not ask before changing production (for pipelines)
    #[arg(long)]
    yes: bool,
    /// Show what would be applied (with -v, its SQL too); change nothing
    #[arg(long)]
    dry_run: bool,
    /// Last migration to apply
    #[arg(long, value_name = "NNNN", value_parser = parse_version)]
    target: Option<Version>,
    /// Take a database that is ahead of these files as current: while an older release runs again
    #[arg(long)]
    accept_newer: bool,
    /// Shell command to run after each database that was migrated, with its result as JSON on standard
    /// input
    #[arg(long, value_name = "COMMAND")]
    after: Option<String>,
    /// How long a statement may wait for a lock before its migration is retried
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = parse_duration)]
    lock_timeout: Duration,
    /// How many times to retry a migration after a lock timeout or a deadlock
    #[arg(long, value_name = "N", default_value_t = 10)]
    retries: u32,
    /// How long to wait for another runner
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = parse_duration)]
    wait: Duration,
    /// How long to wait for a server that is still starting [default: 0s; 30s where the program is installed]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    wait_for_server: Option<Duration>,
    #[command(flatten)]
    progress: ProgressOptions,
}

/// How it is told how far a command is that works through migrations.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ProgressOptions {
    /// How progress is shown on standard error
    #[arg(long, value_enum, value_name = "HOW", default_value = "auto")]
    pub(crate) progress: Mode,
    /// How often a migration that takes long is reported, where there are no bars; 0s for never
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = parse_duration)]
    pub(crate) heartbeat: Duration,
}

/// How long a server that is still starting is waited for in an image, which often starts with it.
const WAIT_WHERE_INSTALLED: Duration = Duration::from_secs(30);

impl Migrate {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        match self.command {
            Some(MigrateCommand::Status(status)) => status.run(globals),
            Some(MigrateCommand::Resolve(resolve)) => resolve.run(globals),
            Some(MigrateCommand::Adopt(adopt)) => adopt.run(globals),
            Some(MigrateCommand::Relabel(relabel)) => relabel.run(globals),
            None => self.apply.run(globals),
        }
    }
}

impl Apply {
    /// To apply the migrations of a database, as if no more than these options had been typed.
    pub(crate) fn of(
        database: &str,
        target: Option<Version>,
        progress: ProgressOptions,
    ) -> Result<Self, clap::Error> {
        let command = Self::augment_args(Command::new("migrate").no_binary_name(true));
        let usual = Self::from_arg_matches(&command.try_get_matches_from([database])?)?;
        Ok(Self {
            target,
            progress,
            ..usual
        })
    }

    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let sources = globals.sources();
        let targets = self.place.targets(&selected(&self.databases))?;
        if self.dry_run {
            return Ok(self.show_plans(&targets, &sources, globals));
        }
        if targets.consent.is_some() && !self.yes {
            let plans = self.plans(&targets, &sources);
            confirm_plans(&plans, globals)?;
        }
        let shown = Shown {
            mode: self.progress.progress,
            heartbeat: self.progress.heartbeat,
            look_after: self.look_after(),
            color: globals.color.for_errors(),
            verbose: globals.verbose > 0,
            for_program: globals.is_json(),
        };
        let databases = targets
            .targets
            .iter()
            .map(|target| target.entry.database.name);
        let progress = Progress::new(&shown, databases);
        let progress = &progress;
        let environment = targets.environment;
        let manner = self.manner(environment);
        let sources = &sources;
        // One thread for each database: the time is that of the slowest, not the sum.
        let ran: Vec<Ran> = std::thread::scope(|scope| {
            let threads: Vec<_> = targets
                .targets
                .into_iter()
                .map(|target| {
                    let name = target.entry.database.name;
                    let manner = manner.clone();
                    let run = move || run::migrate(target, sources, manner, &progress.of(name));
                    (name, scope.spawn(run))
                })
                .collect();
            threads
                .into_iter()
                .map(|(name, thread)| {
                    thread
                        .join()
                        .unwrap_or_else(|_| Ran::crashed(name, environment))
                })
                .collect()
        });
        progress.end();
        if globals.is_json() {
            print_json(&outcome::Report::of(&ran));
        } else {
            print(&outcome::summary(&ran));
        }
        globals.report(ran.iter().flat_map(|ran| &ran.problems));
        let exit = ran.iter().map(Ran::exit).max().unwrap_or(Exit::Done);
        Ok(exit.max(self.run_after(&ran, globals)))
    }

    /// Tells of each database that was migrated.
    fn run_after(&self, ran: &[Ran], globals: &Globals) -> Exit {
        let Some(command) = &self.after else {
            return Exit::Done;
        };
        let good = ran.iter().filter(|ran| ran.problems.is_empty());
        let problems: Vec<Problem> = good
            .filter_map(|ran| after::run(command, ran).err())
            .collect();
        globals.report(&problems);
        let exits = problems.iter().map(|problem| problem.exit);
        exits.max().unwrap_or(Exit::Done)
    }

    fn manner(&self, environment: Environment) -> Manner {
        let of_image = is_installed().then_some(WAIT_WHERE_INSTALLED);
        Manner {
            environment,
            last: self.target,
            options: self.options(),
            wait_for_server: self.wait_for_server.or(of_image).unwrap_or_default(),
        }
    }

    /// A lock that is waited for is seen before the wait is given up. Without a time-out it never is.
    fn look_after(&self) -> Duration {
        match self.lock_timeout {
            Duration::ZERO => LOOK_AFTER,
            timeout => LOOK_AFTER.min(timeout / 2),
        }
    }

    fn options(&self) -> Options {
        Options::new()
            .lock_timeout(self.lock_timeout)
            .retries(self.retries)
            .wait(self.wait)
            .accept_newer(self.accept_newer)
    }

    /// What would be applied to each database.
    fn plans(&self, targets: &Targets, sources: &Sources) -> Vec<Plan> {
        let manner = self.manner(targets.environment);
        let all = targets.targets.iter();
        all.map(|target| Plan::of(target, &manner, sources))
            .collect()
    }

    fn show_plans(&self, targets: &Targets, sources: &Sources, globals: &Globals) -> Exit {
        let plans = self.plans(targets, sources);
        if globals.is_json() {
            print_json(&plan::Report::of(&plans));
        } else {
            for plan in &plans {
                print(&plan.show(globals.verbose > 0));
            }
        }
        globals.report(plans.iter().flat_map(Plan::problems));
        let problems = plans.iter().flat_map(Plan::problems);
        let exits = problems.map(|problem| problem.exit);
        exits.max().unwrap_or(Exit::Done)
    }
}

/// Shows what will be applied to production, and asks for the names of the databases that would
/// change.
fn confirm_plans(plans: &[Plan], globals: &Globals) -> Result<(), Problem> {
    let changes = |plan: &&Plan| {
        let pending = plan.pending.as_ref();
        pending.is_ok_and(|pending| !pending.is_empty())
    };
    let changing = plans.iter().filter(changes);
    let databases: Vec<&str> = changing.map(|plan| plan.database).collect();
    if databases.is_empty() {
        return Ok(());
    }
    let mut shown = "PRODUCTION\n".to_owned();
    for plan in plans {
        shown.push_str(&plan.show(globals.verbose > 0));
        for problem in plan.problems() {
            shown.push_str(&format!("  {}\n", problem.what));
        }
    }
    shown.push('\n');
    confirm::production(
        &databases,
        &shown,
        "apply it",
        "look at it with --dry-run, then add --yes",
    )
}
