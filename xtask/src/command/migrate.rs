//! `cargo xtask migrate`.

use std::time::Duration;

use clap::{Args, Command, FromArgMatches, Subcommand};
use jubilee_core::{Environment, MigrationName, TransactionMode, Version};
use jubilee_runner::{Options, Planned};
use serde::Serialize;

use crate::after;
use crate::argument::{database_or_all_parser, parse_duration, parse_version, selected};
use crate::command::{adopt, relabel, resolve, status};
use crate::confirm;
use crate::exit::Exit;
use crate::globals::Globals;
use crate::observer::LOOK_AFTER;
use crate::outcome::{self, ahead};
use crate::output::{count, print, print_json};
use crate::problem::{Problem, ProblemJson};
use crate::progress::{Mode, Progress, Shown};
use crate::run::{self, Ran};
use crate::sources::Sources;
use crate::target::{Reach, Target, Targets, Where};

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
    /// Database to migrate, or `all` (migrated in parallel)
    #[arg(value_parser = database_or_all_parser(), required = true)]
    database: Option<String>,
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
    /// How progress is shown on standard error
    #[arg(long, value_enum, value_name = "HOW", default_value = "auto")]
    progress: Mode,
    /// How often a migration that takes long is reported, where there are no bars; 0s for never
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = parse_duration)]
    heartbeat: Duration,
}

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
    /// To apply all migrations of a database, as if nothing more had been typed.
    pub(crate) fn of(database: &str) -> Result<Self, clap::Error> {
        let command = Self::augment_args(Command::new("migrate").no_binary_name(true));
        Self::from_arg_matches(&command.try_get_matches_from([database])?)
    }

    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let sources = globals.sources();
        let targets = self
            .place
            .targets(&selected(self.database.as_deref().unwrap_or("all")))?;
        if self.dry_run {
            return Ok(self.show_plans(targets, &sources, globals));
        }
        if targets.consent.is_some() && !self.yes {
            let plans = self.plans(&targets, &sources);
            confirm_plans(&targets, &plans, globals)?;
        }
        let shown = Shown {
            mode: self.progress,
            heartbeat: self.heartbeat,
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
        let options = self.options();
        let sources = &sources;
        // One thread for each database: the time is that of the slowest, not the sum.
        let ran: Vec<Ran> = std::thread::scope(|scope| {
            let threads: Vec<_> = targets
                .targets
                .into_iter()
                .map(|target| {
                    let options = options.clone();
                    let name = target.entry.database.name;
                    (
                        name,
                        scope.spawn(move || {
                            run::migrate(
                                target,
                                sources,
                                environment,
                                self.target,
                                options,
                                &progress.of(name),
                            )
                        }),
                    )
                })
                .collect();
            threads
                .into_iter()
                .map(|(name, thread)| thread.join().unwrap_or_else(|_| Ran::crashed(name)))
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
        targets
            .targets
            .iter()
            .map(|target| {
                let mut newer = Vec::new();
                Plan {
                    database: target.entry.database.name,
                    pending: self.plan(target, targets.environment, sources, &mut newer),
                    newer,
                }
            })
            .collect()
    }

    fn plan(
        &self,
        target: &Target,
        environment: Environment,
        sources: &Sources,
        newer: &mut Vec<MigrationName>,
    ) -> Result<Vec<Planned>, Vec<Problem>> {
        let reach = target
            .reach
            .as_ref()
            .map_err(|problem| vec![problem.summary()])?;
        reach.with_migrator(
            target.entry,
            environment,
            sources,
            async |migrator, client| {
                if let Some(last) = self.target {
                    migrator.set_target(last);
                }
                migrator.set_options(self.options());
                let planned = migrator.plan_async(client).await;
                newer.extend_from_slice(migrator.newer());
                planned
            },
        )
    }

    fn show_plans(&self, targets: Targets, sources: &Sources, globals: &Globals) -> Exit {
        let plans = self.plans(&targets, sources);
        if globals.is_json() {
            print_json(&PlanReport {
                databases: plans.iter().map(PlanJson::of).collect(),
            });
        } else {
            for plan in &plans {
                print(&plan.show(globals.verbose > 0));
            }
        }
        let problems = || {
            plans
                .iter()
                .filter_map(|plan| plan.pending.as_ref().err())
                .flatten()
        };
        globals.report(problems());
        problems()
            .map(|problem| problem.exit)
            .max()
            .unwrap_or(Exit::Done)
    }
}

/// What would be applied to a database, or what stands against it.
pub(crate) struct Plan {
    pub(crate) database: &'static str,
    pub(crate) pending: Result<Vec<Planned>, Vec<Problem>>,
    pub(crate) newer: Vec<MigrationName>,
}

impl Plan {
    pub(crate) fn show(&self, with_sql: bool) -> String {
        let database = self.database;
        let Ok(pending) = &self.pending else {
            return format!("{database:<12} cannot be migrated\n");
        };
        if pending.is_empty() {
            let ahead = ahead(&self.newer);
            return format!("{database:<12} nothing to do{ahead}\n");
        }
        let mut text = format!(
            "{database:<12} would apply {}\n",
            count(pending.len(), "migration")
        );
        for planned in pending {
            let mode = if planned.mode == TransactionMode::None {
                "   without a transaction"
            } else {
                ""
            };
            text.push_str(&format!(
                "  {}   {}{mode}\n",
                planned.name,
                count(planned.statements.len(), "statement")
            ));
            if with_sql {
                for statement in &planned.statements {
                    text.push_str(&format!("\n{statement};\n"));
                }
                text.push('\n');
            }
        }
        text
    }
}

#[derive(Serialize)]
struct PlanReport<'p> {
    databases: Vec<PlanJson<'p>>,
}

#[derive(Serialize)]
struct PlanJson<'p> {
    name: &'p str,
    pending: Vec<PlannedJson<'p>>,
    error: Option<ProblemJson>,
}

#[derive(Serialize)]
struct PlannedJson<'p> {
    version: u16,
    name: String,
    transaction: bool,
    statements: &'p [String],
}

impl<'p> PlanJson<'p> {
    fn of(plan: &'p Plan) -> Self {
        let planned = |planned: &'p Planned| PlannedJson {
            version: planned.name.version().get(),
            name: planned.name.to_string(),
            transaction: planned.mode == TransactionMode::Transactional,
            statements: &planned.statements,
        };
        match &plan.pending {
            Ok(pending) => Self {
                name: plan.database,
                pending: pending.iter().map(planned).collect(),
                error: None,
            },
            Err(problems) => Self {
                name: plan.database,
                pending: Vec::new(),
                error: problems.first().map(Problem::json),
            },
        }
    }
}

/// Shows what will be applied to production, and asks for the name of each database that would
/// change.
fn confirm_plans(targets: &Targets, plans: &[Plan], globals: &Globals) -> Result<(), Problem> {
    let changes = |plan: &&Plan| {
        plan.pending
            .as_ref()
            .is_ok_and(|pending| !pending.is_empty())
    };
    let databases: Vec<&str> = plans
        .iter()
        .filter(changes)
        .map(|plan| plan.database)
        .collect();
    if databases.is_empty() {
        return Ok(());
    }
    let mut shown = String::new();
    for (plan, target) in plans.iter().zip(&targets.targets) {
        let place = target
            .reach
            .as_ref()
            .map(Reach::describe)
            .unwrap_or_default();
        shown.push_str(&format!(
            "PRODUCTION {place}\n{}\n",
            plan.show(globals.verbose > 0)
        ));
    }
    confirm::production(
        &databases,
        &shown,
        "apply it",
        "look at it with --dry-run, then add --yes",
    )
}
