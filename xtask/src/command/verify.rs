//! `cargo xtask verify`.

use clap::Args;
use clap::builder::PossibleValuesParser;
use jubilee_verify::Proof;

use crate::argument::{database_or_all_parser, selected};
use crate::check::{BaseChoice, Bases, Folder};
use crate::command::check::migrations;
use crate::exit::Exit;
use crate::globals::Globals;
use crate::output::{eprint, print};
use crate::problem::Problem;
use crate::verify::{self, Manner, Migrations, report};

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
    /// Rows that each table has when a migration runs
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = rows_parser())]
    rows: u32,
    /// Number that the rows are made from; the same number makes the same rows
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Make this proof only, and see whether the migration applies; repeat for several [default: all]
    #[arg(long, value_name = "PROOF", value_parser = PossibleValuesParser::new(Proof::ALL.map(Proof::name)))]
    only: Vec<String>,
}

/// The parser of a number of rows.
pub(super) fn rows_parser() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=1000)
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
        let bases = if self.all { None } else { self.bases(&folder)? };
        let mut all = Vec::new();
        for entry in selected(&self.databases) {
            let folder = Folder::new(entry, &folder, &shown);
            if folder.path.is_dir() {
                all.push(Migrations::read(&folder, bases.as_ref(), self.all)?);
            }
        }
        let manner = Manner {
            rows: self.rows as usize,
            seed: self.seed,
            proofs: self.proofs(),
        };
        let verified = verify::run(all, &manner)?;
        print(&report::write(
            globals.format,
            &verified,
            globals.color.for_output(),
            self.all,
        ));
        Ok(if verified.fails() {
            Exit::Failed
        } else {
            Exit::Done
        })
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
