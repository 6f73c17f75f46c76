//! `cargo xtask verify`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;
use jubilee_verify::Proof;

use crate::argument::{database_or_all_parser, selected};
use crate::check::{BaseChoice, Bases, Folder};
use crate::command::check::migrations;
use crate::exit::Exit;
use crate::files::{self, Change};
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
    /// Write a page for a browser too: proofs, locks over the statements, changes of the schema
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
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
        if let Some(path) = &self.report {
            write_page(path, report::html::write(&verified))?;
        }
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

/// Whether a page can be written there: that is said before anything is proved.
fn check_place(path: &Path) -> Result<(), Problem> {
    let refused = |why: String, hint: &str| {
        Problem::new(Exit::Failed, format!("cannot write {}", path.display()))
            .why(why)
            .hint(hint)
    };
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(refused(
            "it is there, and is not a file".to_owned(),
            "name a file, for example: --report proofs.html",
        ));
    }
    let absolute = std::path::absolute(path)
        .map_err(|error| refused(error.to_string(), "name a file: --report proofs.html"))?;
    let folder = absolute.parent().unwrap_or(&absolute);
    if !folder.is_dir() {
        return Err(refused(
            format!("the folder {} does not exist", folder.display()),
            "make the folder, or name another file",
        ));
    }
    tempfile::tempfile_in(folder).map_err(|error| {
        refused(
            format!("nothing can be written in its folder: {}", error.kind()),
            "check the permissions of the folder, and the free space",
        )
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
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
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
