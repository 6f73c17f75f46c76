//! What a run would do to a database: shown by `--dry-run`, and before production is changed.

use jubilee_core::{Environment, Lines, MigrationName, TransactionMode};
use jubilee_lint::{Declared, Declares, FileReport, Scope, TakenLock, check_folder};
use jubilee_runner::Planned;
use serde::Serialize;

use crate::databases::{ALL, Entry};
use crate::outcome::ahead;
use crate::output::count;
use crate::problem::{Failure, Problem};
use crate::run::Manner;
use crate::sources::Sources;
use crate::target::{Reach, Target};

/// What would be applied to a database, or what stands against it.
pub(crate) struct Plan {
    pub(crate) database: &'static str,
    environment: Environment,
    /// Host and database, if they are known.
    target: Option<String>,
    /// The folder that the files come from, unless they are in this program.
    folder: Option<String>,
    pub(crate) pending: Result<Vec<Pending>, Vec<Problem>>,
    /// What is applied there and newer than the files.
    newer: Vec<MigrationName>,
}

/// A migration that would be applied.
pub(crate) struct Pending {
    planned: Planned,
    /// What it does on purpose, and why, as its header says.
    declared: Vec<Declared>,
    locks: Vec<Lock>,
}

/// A lock that it takes on a table that was there before.
#[derive(Serialize)]
struct Lock {
    line: usize,
    table: String,
    mode: String,
    blocks: &'static str,
    held: String,
}

impl Plan {
    /// Connects, reads the history, and reads what the files say.
    pub(crate) fn of(target: &Target, manner: &Manner, sources: &Sources) -> Self {
        let entry = target.entry;
        let mut newer = Vec::new();
        let planned = match &target.reach {
            Ok(reach) => planned(reach, entry, manner, sources, &mut newer),
            Err(problem) => Err(vec![problem.summary()]),
        };
        Self {
            database: entry.database.name,
            environment: manner.environment,
            target: target.reach.as_ref().ok().map(Reach::describe),
            folder: sources.root.is_some().then(|| sources.shown_folder(entry)),
            pending: planned.and_then(|planned| read(planned, entry, sources)),
            newer,
        }
    }

    pub(crate) fn problems(&self) -> &[Problem] {
        match &self.pending {
            Ok(_) => &[],
            Err(problems) => problems,
        }
    }

    /// For people; with the SQL if that is wanted.
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
            "{database:<12} would apply {}",
            count(pending.len(), "migration")
        );
        if let Some(target) = &self.target {
            text.push_str(&format!(" to {target}"));
        }
        if let Some(folder) = &self.folder {
            text.push_str(&format!(", from {folder}"));
        }
        text.push('\n');
        for pending in pending {
            text.push_str(&pending.show());
            if with_sql {
                for statement in &pending.planned.statements {
                    text.push_str(&format!("\n{statement};\n"));
                }
                text.push('\n');
            }
        }
        text
    }
}

fn planned(
    reach: &Reach,
    entry: &'static Entry,
    manner: &Manner,
    sources: &Sources,
    newer: &mut Vec<MigrationName>,
) -> Result<Vec<Planned>, Vec<Problem>> {
    let environment = manner.environment;
    reach.with_migrator(entry, environment, sources, async |migrator, client| {
        if let Some(last) = manner.last {
            migrator.set_target(last);
        }
        migrator.set_options(manner.options.clone());
        let planned = migrator.plan_async(client).await;
        newer.extend_from_slice(migrator.newer());
        planned
    })
}

/// What the files say of what is planned.
fn read(
    planned: Vec<Planned>,
    entry: &Entry,
    sources: &Sources,
) -> Result<Vec<Pending>, Vec<Problem>> {
    if planned.is_empty() {
        return Ok(Vec::new());
    }
    let files = sources.files(entry)?;
    let database = entry.database.name;
    let names = ALL.iter().map(|entry| entry.database.name);
    let others: Vec<&str> = names.filter(|name| *name != database).collect();
    let scope = Scope {
        database,
        other_databases: &others,
        today: None,
    };
    let reports = check_folder(&scope, files, &|_| true);
    // Of a database that is empty so far nobody uses a table.
    let is_empty = planned
        .first()
        .is_some_and(|first| first.name.version().get() == 1);
    let pending = |planned: Planned| {
        let name = format!("{}.sql", planned.name);
        let report = reports.iter().find(|report| report.name == name);
        let declared = report.map(|report| report.declared.clone());
        Pending {
            planned,
            declared: declared.unwrap_or_default(),
            locks: match report {
                Some(report) if !is_empty => locks(report),
                _ => Vec::new(),
            },
        }
    };
    Ok(planned.into_iter().map(pending).collect())
}

fn locks(report: &FileReport<'_>) -> Vec<Lock> {
    let lines = Lines::of(&report.text);
    let lock = |lock: &TakenLock| Lock {
        line: lines.position(&report.text, lock.range.start).line,
        table: lock.table.clone(),
        mode: lock.mode.to_string(),
        blocks: lock.mode.short(),
        held: lock.held.to_string(),
    };
    report.locks.iter().map(lock).collect()
}

impl Pending {
    fn show(&self) -> String {
        let Self {
            planned,
            declared,
            locks,
        } = self;
        let mode = if planned.mode == TransactionMode::None {
            "   without a transaction"
        } else {
            ""
        };
        let statements = count(planned.statements.len(), "statement");
        let mut text = format!("  {}   {statements}{mode}\n", planned.name);
        for declared in declared {
            let heading = declared.field.name().to_uppercase();
            for finding in &declared.findings {
                text.push_str(&format!("    {heading}: {}\n", finding.what));
            }
            if declared.findings.is_empty() {
                text.push_str(&format!("    {heading}\n"));
            }
            text.push_str(&format!("      reason given: {}\n", declared.reason));
        }
        for lock in locks {
            text.push_str(&format!(
                "    line {}: {} on {}, {}, {}\n",
                lock.line, lock.mode, lock.table, lock.blocks, lock.held
            ));
        }
        text
    }
}

/// All plans, for programs.
#[derive(Serialize)]
pub(crate) struct Report<'p> {
    databases: Vec<PlanJson<'p>>,
}

#[derive(Serialize)]
struct PlanJson<'p> {
    name: &'p str,
    environment: &'static str,
    target: Option<&'p str>,
    /// The folder of the files; null for those in this program.
    folder: Option<&'p str>,
    pending: Vec<PendingJson<'p>>,
    #[serde(flatten)]
    failure: Failure,
}

#[derive(Serialize)]
struct PendingJson<'p> {
    version: u16,
    name: String,
    transaction: bool,
    destructive: Option<&'p str>,
    loosens: Option<&'p str>,
    locks: &'p [Lock],
    statements: &'p [String],
}

impl<'p> Report<'p> {
    pub(crate) fn of(plans: &'p [Plan]) -> Self {
        Self {
            databases: plans.iter().map(PlanJson::of).collect(),
        }
    }
}

impl<'p> PlanJson<'p> {
    fn of(plan: &'p Plan) -> Self {
        let reason = |pending: &'p Pending, field| {
            let mut declared = pending.declared.iter().filter(|d| d.field == field);
            declared.next().map(|declared| declared.reason.as_str())
        };
        let pending = |pending: &'p Pending| PendingJson {
            version: pending.planned.name.version().get(),
            name: pending.planned.name.to_string(),
            transaction: pending.planned.mode == TransactionMode::Transactional,
            destructive: reason(pending, Declares::Destructive),
            loosens: reason(pending, Declares::Loosens),
            locks: &pending.locks,
            statements: &pending.planned.statements,
        };
        Self {
            name: plan.database,
            environment: plan.environment.name(),
            target: plan.target.as_deref(),
            folder: plan.folder.as_deref(),
            pending: plan.pending.iter().flatten().map(pending).collect(),
            failure: Failure::of(plan.problems()),
        }
    }
}
