//! `cargo xtask verify`.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;
use jubilee_core::Environment;
use jubilee_verify::{Like, Proof, Query, Wish};

use crate::argument::{database_or_all_parser, selected};
use crate::check::{BaseChoice, Bases, Folder, Links};
use crate::command::check::migrations;
use crate::command::migrate::ProgressOptions;
use crate::exit::Exit;
use crate::files::{self, Change, cause};
use crate::globals::Globals;
use crate::output::{eprint, print};
use crate::problem::Problem;
use crate::target::Where;
use crate::verify::{self, Manner, Migrations, Shown, report};

/// `cargo xtask verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Databases whose migrations to prove [default: all]
    #[arg(value_parser = database_or_all_parser(), value_name = "DATABASE")]
    databases: Vec<String>,
    /// Treat migrations in this revision as released [default: the default branch]
    #[arg(
        long,
        value_name = "REV",
        allow_hyphen_values = true,
        conflicts_with = "all"
    )]
    base: Option<String>,
    /// Prove released migrations too
    #[arg(long)]
    all: bool,
    /// Rows that each table has when a migration runs; more than 1000: proofs keep 20, and how long
    /// each statement takes and holds its locks is measured with so many
    #[arg(long, value_name = "N", default_value_t = FEW, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    rows: u32,
    /// Forecast how long statements take and hold their locks in an environment: its numbers of rows and
    /// its sizes are read, in one query
    #[arg(long, value_name = "ENVIRONMENT", value_parser = PossibleValuesParser::new(Environment::ALL.map(Environment::name)))]
    like: Option<String>,
    /// Read production, with `--like production`
    #[arg(long, requires = "like")]
    production: bool,
    /// Number that the rows are made from; the same number makes the same rows
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Make this proof only, and see whether the migration applies; repeat for several [default: all]
    #[arg(long, value_name = "PROOF", value_parser = PossibleValuesParser::new(Proof::ALL.map(Proof::name)))]
    only: Vec<String>,
    /// Replay the queries of services before and after each migration: the files DIR/**/*.sql, with `$1`
    /// for parameters; of several databases, those in DIR/<database>
    #[arg(long, value_name = "DIR")]
    queries: Option<PathBuf>,
    /// Write a page for a browser too: proofs, locks over the statements, changes of the schema
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Begin links to files with this, such as https://github.com/OWNER/NAME/blob/REVISION
    #[arg(long, value_name = "URL")]
    link_base: Option<String>,
    #[command(flatten)]
    progress: ProgressOptions,
}

/// How many rows there are for the proofs, if nothing else is wanted.
const FEW: u32 = 20;

/// How many rows are made one by one at most; with more, tables are multiplied and measured.
const MOST: u32 = 1000;

/// With how many rows statements are measured, if nothing else is wanted.
const MANY: u64 = 100_000;

/// The parser of a number of rows.
pub(super) fn rows_parser() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=i64::from(MOST))
}

impl Verify {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let (folder, shown) = migrations(globals)?;
        if !folder.is_dir() {
            return Err(Problem::new(
                Exit::Failed,
                format!("the folder {} does not exist", shown.display()),
            )
            .why("it holds a folder with the migrations of each database")
            .hint("check the path: migrations are expected in DIR/<database>/NNNN_name.sql"));
        }
        if let Some(path) = &self.report {
            check_place(path)?;
        }
        let bases = if self.all { None } else { self.bases(&folder)? };
        let mut all = Vec::new();
        for entry in selected(&self.databases) {
            let folder = Folder::new(entry, &folder, &shown);
            if folder.path.is_dir() {
                all.push(Migrations::read(&folder, bases.as_ref(), self.all)?);
            }
        }
        let queries = self.queries(&all)?;
        let links = match &self.link_base {
            Some(base) => Links::given(base)?,
            None => Links::default(),
        };
        let many = self.rows > MOST;
        let manner = Manner {
            wish: Wish {
                rows: if many { FEW } else { self.rows } as usize,
                seed: self.seed,
            },
            proofs: self.proofs(),
            queries,
            forecast: match many {
                true => Some(self.rows.into()),
                false => self.like.as_ref().map(|_| MANY),
            },
            like: self.sizes(&all)?,
            shown: Shown {
                mode: self.progress.progress,
                heartbeat: self.progress.heartbeat,
                for_program: globals.is_json(),
            },
        };
        let stopped = || {
            let problem = Problem::new(Exit::Stopped, "stopped on request")
                .why("not all migrations were proved; the scratch server goes with this process")
                .hint("run it again");
            std::process::exit(globals.fail(&[problem]).code().into());
        };
        let verified = verify::run(all, &manner, &stopped)?;
        print(&report::write(
            globals.format,
            &verified,
            &links,
            globals.color.for_output(),
            self.all,
        ));
        if let Some(path) = &self.report {
            write_page(path, report::html::write(&verified))?;
        }
        Ok(if verified.fails() {
            Exit::Failed
        } else {
            Exit::Done
        })
    }

    /// How large the tables are in the environment that is named, by database.
    fn sizes(&self, all: &[Migrations]) -> Result<BTreeMap<&'static str, Like>, Problem> {
        let Some(name) = &self.like else {
            return Ok(BTreeMap::new());
        };
        let wanted = all.iter().filter(|migrations| migrations.count() > 0);
        let wanted: Vec<String> = wanted.map(|m| m.database.to_owned()).collect();
        if wanted.is_empty() {
            return Ok(BTreeMap::new());
        }
        let place = Where {
            production: self.production,
        };
        let targets = place.targets_named("--like", name, &selected(&wanted))?;
        let read = targets.targets.into_iter().map(|target| {
            let database = target.entry.database.name;
            Ok((database, verify::read_like(target, name)?))
        });
        read.collect()
    }

    /// The queries of services, by database.
    fn queries(&self, all: &[Migrations]) -> Result<BTreeMap<&'static str, Vec<Query>>, Problem> {
        let Some(folder) = &self.queries else {
            return Ok(BTreeMap::new());
        };
        if !self.proofs().contains(&Proof::OldRelease) {
            return Err(
                Problem::new(Exit::Usage, "`--queries` without the proof `old-release`")
                    .why("that proof is what the queries are for, and `--only` leaves it out")
                    .hint("add it: --only old-release"),
            );
        }
        let databases: Vec<&'static str> = all.iter().map(|m| m.database).collect();
        verify::read_queries(folder, &databases)
    }

    fn proofs(&self) -> Vec<Proof> {
        let is_wanted = |proof: &Proof| {
            self.only.is_empty() || self.only.iter().any(|name| name == proof.name())
        };
        Proof::ALL.into_iter().filter(is_wanted).collect()
    }

    fn bases(&self, folder: &std::path::Path) -> Result<Option<Bases>, Problem> {
        let choice = match &self.base {
            Some(revision) => BaseChoice::Revision(revision.clone()),
            None => BaseChoice::Default,
        };
        Ok(match Bases::find(&choice, folder)? {
            Ok(bases) => Some(bases),
            Err(reason) => {
                eprint(&format!(
                    "no base to compare with, so every migration is treated as new: {reason}\n"
                ));
                None
            }
        })
    }
}

/// Whether a page can be written there: that is said before anything is proved.
fn check_place(path: &Path) -> Result<(), Problem> {
    let refused = |why: String| {
        Problem::new(Exit::Usage, format!("cannot write {}", path.display()))
            .why(why)
            .hint("name a file in a folder that is there and can be written, for example: --report proofs.html")
    };
    match fs::metadata(path) {
        Ok(there) if !there.is_file() => {
            return Err(refused("it is there, and is not a file".to_owned()));
        }
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(refused(error.to_string()));
        }
        _ => {}
    }
    let absolute = std::path::absolute(path).map_err(|error| refused(error.to_string()))?;
    let folder = absolute.parent().unwrap_or(&absolute);
    if !folder.is_dir() {
        return Err(refused(format!(
            "the folder {} does not exist",
            folder.display()
        )));
    }
    tempfile::tempfile_in(folder).map_err(|error| {
        let why = cause(&error);
        refused(format!(
            "nothing can be written in {}: {why}",
            folder.display()
        ))
    })?;
    Ok(())
}

/// Writes the page, in place of one that is there.
fn write_page(path: &Path, text: String) -> Result<(), Problem> {
    let failed = |error: std::io::Error| {
        Problem::new(Exit::Failed, format!("cannot write {}", path.display()))
            .why(error.to_string())
            .hint("check the permissions of the file and its folder")
    };
    let before = match fs::read(path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    files::write(&[Change {
        path: std::path::absolute(path).map_err(failed)?,
        before,
        after: Some(text.into_bytes()),
    }])?;
    eprint(&format!("wrote {}\n", path.display()));
    Ok(())
}
