//! `cargo xtask migrate adopt`.

use clap::Args;
use jubilee_core::{MigrationName, Version};
use jubilee_runner::{AdoptOptions, Adoption, HistoryKind, MigrationState, MigrationStatus};

use crate::argument::{database_parser, one, parse_version};
use crate::baseline::{Baseline, Misfit, Objects};
use crate::exit::Exit;
use crate::globals::Globals;
use crate::invocation::{further, is_installed};
use crate::output::{count, print, print_json};
use crate::problem::Problem;
use crate::sources::Sources;
use crate::target::{One, Question, Where};

/// `cargo xtask migrate adopt`.
#[derive(Debug, Args)]
pub(crate) struct Adopt {
    /// Database to adopt
    #[arg(value_parser = database_parser())]
    database: String,
    /// Adopt even if a file differs from what refinery applied (only its header or comments should)
    #[arg(long)]
    ignore_checksums: bool,
    /// Of a database with tables and no history: record the migrations up to this one as applied, if what
    /// is there is theirs
    #[arg(long, value_name = "NNNN", value_parser = parse_version)]
    up_to: Option<Version>,
    #[command(flatten)]
    place: Where,
    /// Do not ask before changing production (for pipelines)
    #[arg(long)]
    yes: bool,
}

/// How many of the differences are said.
const SHOWN: usize = 10;

/// What the comparison leaves open.
#[derive(Default)]
struct Doubts {
    /// The names of what is there were compared with what migrations make, and nothing else of it.
    by_names: bool,
    /// Migrations that leave no trace in it.
    untold: Vec<String>,
    /// What no migration makes.
    others: Vec<String>,
    /// Where nothing is recorded as applied: the migrations up to which what is there is theirs.
    fits: Vec<MigrationName>,
    /// Where nothing is recorded as applied: what is there that migrations make too.
    present: Vec<String>,
    /// The migration that comes closest to leaving it.
    nearest: Option<MigrationName>,
}

/// What is in a database that has tables and no history, or one in which nothing is recorded yet.
fn untracked(one: &One, sources: &Sources) -> Result<Option<Objects>, Vec<Problem>> {
    let mut objects = None;
    let status = one.with_migrator(sources, async |migrator, client| {
        objects = Some(Objects::of(client).await);
        migrator.status_async(client).await
    })?;
    let is_recorded = |state: &MigrationState| state.status != MigrationStatus::Pending;
    let is_untracked = match status.history {
        HistoryKind::Ours => !status.migrations.iter().any(is_recorded),
        history => history == HistoryKind::Untracked,
    };
    match objects {
        Some(objects) if is_untracked => objects.map(Some).map_err(|error| {
            let what = format!("cannot read the tables of {}", one.reach.describe());
            vec![Problem::new(Exit::Failed, what).why(error.to_string())]
        }),
        _ => Ok(None),
    }
}

fn misfit(misfit: &Misfit) -> String {
    match misfit {
        Misfit::Missing { what, by } => format!("{what} is missing, which {by} makes"),
        Misfit::Later { what, by } => format!("{what} is there, which only {by} makes"),
        Misfit::Dropped { what, by } => format!("{what} is there, which {by} drops"),
    }
}

/// The first of them, and how many more there are.
fn some(all: &[String]) -> String {
    let mut text = all
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if let Some(more) = all.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

fn names(names: &[MigrationName]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

impl Adopt {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let (adoption, doubts) = match self.adopt(&globals.sources()) {
            Ok(adopted) => adopted,
            Err(problems) => return Ok(globals.fail(&problems)),
        };
        if globals.is_json() {
            print_json(&serde_json::json!({
                "name": self.database, "adopted": names(&adoption.adopted), "left": names(&adoption.left), "kept_as": adoption.kept_as,
                "unchecked": doubts.untold, "others": doubts.others, "fits": names(&doubts.fits),
                "present": doubts.present,
            }));
        } else {
            print(&self.show(&adoption, &doubts));
        }
        Ok(Exit::Done)
    }

    fn adopt(&self, sources: &Sources) -> Result<(Adoption, Doubts), Vec<Problem>> {
        let mut options = AdoptOptions::new().ignore_checksums(self.ignore_checksums);
        let one = self.place.one(&one(&self.database))?;
        let mut doubts = Doubts::default();
        let mut what = "would adopt the existing history".to_owned();
        if let Some(last) = self.up_to {
            options = options.up_to(last);
            if let Some(objects) = untracked(&one, sources)? {
                doubts = self.compare(&objects, last, &one, sources)?;
                what = format!("would record the migrations up to {last} as applied");
            }
        } else if let Some(objects) = untracked(&one, sources)?.filter(|found| !found.is_empty()) {
            // It is advice: where there is no PostgreSQL for a throwaway server, none is given.
            if let Ok(baseline) = Baseline::observe(one.entry, sources) {
                doubts.fits = baseline.fitting(&objects).into_iter().cloned().collect();
                doubts.present = baseline.present(&objects);
                doubts.nearest = baseline.nearest(&objects).map(|(name, _)| name.clone());
            }
            if let Some(last) = doubts.fits.last() {
                let version = last.version();
                what = format!(
                    "would record nothing as applied, though what is there is what the migrations up to {version} leave (--up-to {version})"
                );
            } else if !doubts.present.is_empty() {
                what = format!(
                    "would record nothing as applied, though migrations make what is there too: {}",
                    some(&doubts.present)
                );
            }
        }
        one.ask(&Question {
            what: &what,
            yes: self.yes,
            always: None,
        })?;
        let adoption = one.with_migrator(sources, async |migrator, client| {
            migrator.adopt_async(client, options).await
        })?;
        Ok((adoption, doubts))
    }

    /// Refuses tables that are not those of the migrations up to `last`.
    fn compare(
        &self,
        objects: &Objects,
        last: Version,
        one: &One,
        sources: &Sources,
    ) -> Result<Doubts, Vec<Problem>> {
        let baseline = Baseline::observe(one.entry, sources)?;
        if let Some(end) = baseline.last().filter(|end| *end < last) {
            let what = format!("there is no migration {last} of {}", self.database);
            let adopt = further(&format!("migrate adopt {} --up-to {end}", self.database));
            return Err(vec![
                Problem::new(Exit::Failed, what)
                    .why(format!("the last one is {end}"))
                    .hint(format!(
                        "name the last migration that was applied; if that is it:\n{adopt}"
                    )),
            ]);
        }
        let misfits = baseline.misfits(objects, last);
        if misfits.is_empty() {
            let untold = baseline
                .untold(last)
                .into_iter()
                .cloned()
                .collect::<Vec<_>>();
            return Ok(Doubts {
                by_names: true,
                untold: names(&untold),
                others: baseline.others(objects),
                ..Doubts::default()
            });
        }
        let mut why: Vec<String> = misfits.iter().take(SHOWN).map(misfit).collect();
        if let Some(more) = misfits.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            why.push(format!("… and {more} more"));
        }
        let database = &self.database;
        let fitting = baseline.fitting(objects);
        let hint = match (fitting.first(), fitting.last()) {
            (Some(first), Some(last)) => {
                let of = match first == last {
                    true => format!("what is there is what {last} leaves"),
                    false => format!(
                        "what is there is what {first} to {last} leave: name the last that was applied"
                    ),
                };
                let version = last.version();
                let adopt = further(&format!("migrate adopt {database} --up-to {version}"));
                format!("{of}:\n{adopt}")
            }
            _ => self.hint(&baseline, objects, last),
        };
        Err(vec![
            Problem::new(
                Exit::Refused,
                format!(
                    "{database} is not what the migrations up to {last} leave ({})",
                    one.reach.describe()
                ),
            )
            .why(why.join("\n"))
            .hint(hint),
        ])
    }

    /// What to do where no migration leaves what is there.
    fn hint(&self, baseline: &Baseline, objects: &Objects, last: Version) -> String {
        let adopt = format!("migrate adopt {}", self.database);
        let Some((name, misfits)) = baseline.nearest(objects) else {
            return format!(
                "nothing that a migration makes is there: check that this is the right database; to take over the tables of others, with nothing recorded as applied:\n{}",
                further(&adopt)
            );
        };
        let version = name.version();
        let up_to = further(&format!("{adopt} --up-to {version}"));
        if version == last {
            format!(
                "no migration leaves what is there, and this one comes closest: correct in the database what is named here, then:\n{up_to}"
            )
        } else {
            let differences = count(misfits.len(), "difference");
            format!(
                "no migration leaves what is there; {name} comes closest, with {differences}, which this names:\n{up_to}"
            )
        }
    }

    fn show(&self, adoption: &Adoption, doubts: &Doubts) -> String {
        let database = &self.database;
        let mut text = match adoption.from {
            HistoryKind::Ours => return format!("{database:<12} is adopted already\n"),
            HistoryKind::Untracked if adoption.adopted.is_empty() => {
                format!("{database:<12} adopted, with nothing recorded as applied\n")
            }
            _ => format!(
                "{database:<12} adopted, with {} recorded as applied\n",
                count(adoption.adopted.len(), "migration")
            ),
        };
        for name in &adoption.adopted {
            text.push_str(&format!("  {name}\n"));
        }
        if !adoption.left.is_empty() {
            text.push_str(&format!(
                "  not applied yet: {}\n",
                names(&adoption.left).join(", ")
            ));
        }
        if let Some(table) = adoption.kept_as {
            text.push_str(&format!("  the earlier table is kept as public.{table}\n"));
        }
        if !doubts.untold.is_empty() {
            text.push_str(&format!(
                "  not checked, since they make no table, column, index, view or function: {}\n",
                doubts.untold.join(", ")
            ));
        }
        if !doubts.others.is_empty() {
            text.push_str(&format!(
                "  made by no migration: {}\n",
                doubts.others.join(", ")
            ));
        }
        if doubts.by_names && !is_installed() {
            let drift = further(&format!("drift {database}"));
            text.push_str(&format!(
                "names were compared; to compare types, keys and all else:\n{drift}\n"
            ));
        }
        let next = further(&format!("migrate {database}"));
        if !adoption.adopted.is_empty() || doubts.present.is_empty() {
            text.push_str(&format!("next:\n{next}\n"));
            return text;
        }
        let up_to = |last: &MigrationName| {
            let last = last.version();
            let adopt = format!("migrate adopt {database} --up-to {last}");
            (last, further(&adopt))
        };
        if let Some((last, record)) = doubts.fits.last().map(up_to) {
            text.push_str(&format!(
                "  what is there is what the migrations up to {last} leave\nto record them as applied:\n{record}\n"
            ));
        } else {
            text.push_str(&format!(
                "  migrations make what is there too: {}\n",
                some(&doubts.present)
            ));
            if let Some((last, compare)) = doubts.nearest.as_ref().map(up_to) {
                text.push_str(&format!(
                    "  it is closest to what the migrations up to {last} leave; what differs is said by:\n{compare}\n"
                ));
            }
        }
        text.push_str(&format!("to apply all of them to what is there:\n{next}\n"));
        text
    }
}
