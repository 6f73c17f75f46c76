//! `check`: migrations against the rules, the git base and the sums.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{Place, Said, databases};

mod base;
mod formats;
mod renumber;
mod reviewer;
mod staged;
mod sums_and_fixes;

/// A checkout in a git repository of its own, with two released migrations of codex on `main`,
/// and a branch `work` on which the test works.
pub(crate) struct Checkout {
    pub(crate) place: Place,
}

impl Checkout {
    pub(crate) fn new() -> Self {
        let checkout = Self {
            place: Place::checkout(),
        };
        checkout.place.file("crates/codex/Cargo.toml", b"");
        checkout.write("0001_create_teams", CREATE_TEAMS);
        checkout.write(
            "0002_add_motto",
            "ALTER TABLE teams ADD COLUMN IF NOT EXISTS motto text;",
        );
        for folder in databases().filter(|name| *name != "codex") {
            let text = whole(folder, "0001_start", "CREATE SCHEMA IF NOT EXISTS start;");
            let path = format!("migrations/{folder}/0001_start.sql");
            checkout.place.file(&path, text.as_bytes());
        }
        checkout.git("init --quiet --initial-branch main");
        let fixed = checkout.run("check --fix");
        assert_eq!(fixed.code, Some(0), "{}", fixed.all());
        checkout.commit("release");
        checkout.git("checkout --quiet -b work");
        checkout
    }

    /// The same with the migrations of this repository.
    pub(crate) fn with_our_migrations() -> Self {
        let checkout = Self {
            place: Place::checkout(),
        };
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for folder in ["migrations/codex", "crates/codex"] {
            for entry in fs::read_dir(ours.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    let name = path.file_name().unwrap().to_string_lossy();
                    let bytes = fs::read(&path).unwrap();
                    checkout.place.file(&format!("{folder}/{name}"), &bytes);
                }
            }
        }
        checkout.git("init --quiet --initial-branch main");
        checkout.commit("release");
        checkout.git("checkout --quiet -b work");
        checkout
    }

    pub(crate) fn write(&self, name: &str, body: &str) {
        let path = format!("migrations/codex/{name}.sql");
        self.place
            .file(&path, whole("codex", name, body).as_bytes());
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder().join(format!("migrations/codex/{name}.sql"))
    }

    pub(crate) fn folder(&self) -> &Path {
        self.place.folder.path()
    }

    pub(crate) fn run(&self, line: &str) -> Said {
        self.place.run(line)
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git("add --all");
        self.git(&format!("commit --quiet -m {message}"));
    }

    pub(crate) fn git(&self, line: &str) -> String {
        let output = self.try_git(line);
        assert!(output.status.success(), "git {line}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn try_git(&self, line: &str) -> Output {
        let mut command = Command::new("git");
        command.args(line.split_whitespace());
        command.current_dir(self.folder());
        // Nothing of whoever runs the tests.
        for (name, value) in [
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "Ada"),
            ("GIT_AUTHOR_EMAIL", "ada@example.org"),
            ("GIT_COMMITTER_NAME", "Ada"),
            ("GIT_COMMITTER_EMAIL", "ada@example.org"),
        ] {
            command.env(name, value);
        }
        for name in [
            "GIT_DIR",
            "GIT_INDEX_FILE",
            "GIT_WORK_TREE",
            "CARGO_MANIFEST_DIR",
        ] {
            command.env_remove(name);
        }
        command.output().unwrap()
    }
}

const CREATE_TEAMS: &str = "CREATE TABLE IF NOT EXISTS teams (\n    \
    team_id uuid CONSTRAINT teams_pkey PRIMARY KEY DEFAULT gen_random_uuid()\n);";

fn whole(database: &str, name: &str, body: &str) -> String {
    format!(
        "-- Migration: {name}\n-- Database: {database}\n-- Author: Ada\n-- Date: 2026-11-22\n\
         -- Description: an example\n\nBEGIN;\n\n{body}\n\nCOMMIT;\n"
    )
}
