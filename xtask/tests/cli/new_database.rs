//! `new-database`: everything that a further database needs, or nothing.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Place, Said, assert_said, filters, remove_variables, server};

/// The files of this checkout that git knows or would take.
fn files() -> Vec<PathBuf> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let names = String::from_utf8(output.stdout).unwrap();
    let names = names.split_terminator('\0').map(PathBuf::from);
    names
        .filter(|name| workspace().join(name).is_file())
        .collect()
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Copies this checkout. Files keep their times, so that cargo sees which of them changed.
fn copy_to(folder: &Path) {
    for name in files() {
        let (from, to) = (workspace().join(&name), folder.join(&name));
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(&from, &to).unwrap();
        let time = fs::metadata(&from).unwrap().modified().unwrap();
        let file = File::options().write(true).open(&to).unwrap();
        file.set_modified(time).unwrap();
    }
}

/// All files below a folder, with what they hold.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).unwrap();
                found.insert(path, bytes);
            }
        }
    }
    found
}

fn with_author(place: Place) -> Place {
    place
        .set("GIT_CONFIG_COUNT", "1")
        .set("GIT_CONFIG_KEY_0", "user.name")
        .set("GIT_CONFIG_VALUE_0", "Ada Lovelace")
}

/// A copy of this checkout in which nothing is built.
fn copy() -> Place {
    let place = with_author(Place::unconfigured());
    copy_to(place.folder.path());
    place
}

/// A copy of this checkout that is built. It lies where cargo keeps files of tests, and its target
/// folder stays there, so that only the first run builds everything. That it is not the target
/// folder of this run spares the programs in there, which other tests are running.
struct Built {
    place: Place,
    root: PathBuf,
    target: PathBuf,
    /// Another run of the tests has to wait.
    _lock: File,
}

impl Built {
    fn new(place: Place) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-database");
        fs::create_dir_all(&folder).unwrap();
        let lock = File::create(folder.join("lock")).unwrap();
        lock.lock().unwrap();
        let root = folder.join("checkout");
        let _ = fs::remove_dir_all(&root);
        copy_to(&root);
        Self {
            place: with_author(place),
            root,
            target: folder.join("target"),
            _lock: lock,
        }
    }

    fn xtask(&self, line: &str) -> Said {
        let output = self.place.command(line).current_dir(&self.root).output();
        self.place.said(output.unwrap())
    }

    /// `cargo`, without a network.
    fn cargo(&self, line: &str) -> Said {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        remove_variables(&mut command, &["CARGO_MANIFEST", "CARGO_PKG"]);
        let output = command
            .args(line.split(' '))
            .current_dir(&self.root)
            .envs(self.place.variables())
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_NET_OFFLINE", "true")
            // It is no part of the checkout around it.
            .env("GIT_CEILING_DIRECTORIES", env!("CARGO_TARGET_TMPDIR"))
            .output()
            .unwrap();
        self.place.said(output)
    }

    /// What a command wrote that succeeded; standard error has words of cargo's too.
    fn succeeds(&self, line: &str) -> String {
        let said = self.cargo(line);
        assert_eq!(said.code, Some(0), "cargo {line}: {}", said.all());
        said.stdout
    }
}

#[test]
fn a_further_database_is_built_and_migrated() {
    server().create_database("new_database").unwrap();
    let place = Place::new().set("DB_TEST_LEDGER_URL", &server().url("new_database"));
    let built = Built::new(place);
    assert_said!(built.xtask("new-database test_ledger"), @"
    new      migrations/test_ledger/0001_initial_schema.sql
    new      migrations/test_ledger/0002_add_roles.sql
    new      crates/test_ledger/Cargo.toml
    new      crates/test_ledger/build.rs
    new      crates/test_ledger/src/lib.rs
    changed  xtask/src/databases.rs
    changed  .env.example
    changed  README.md
    changed  docker-compose.yml
    next:
    cargo xtask check test_ledger --fix   (writes the checksums of its migrations)
    cargo xtask migrate test_ledger
    ---- stderr
    ---- exit 0
    ");
    built.succeeds("fmt --all --check");
    // As a service builds it: a migration that breaks a rule does not compile. Cargo itself has
    // completed Cargo.lock then.
    built.succeeds("build --package jubilee-test_ledger");
    built.succeeds("build --locked --package jubilee-test_ledger");
    // The program that knows the new database would list it in the same way.
    built.succeeds("xtask codegen --check");

    insta::with_settings!({ filters => filters() }, {
        insta::assert_snapshot!(built.succeeds("xtask check test_ledger --fix"), @"
        test_ledger  2 migrations, 2 new: nothing found; needs standard review
        2 migrations, all treated as new: nothing found
        ");
        insta::assert_snapshot!(built.succeeds("xtask migrate test_ledger"), @"
        test_ledger  2 migrations applied in <time>
          0001_initial_schema <time>
          0002_add_roles <time>
        ");
        insta::assert_snapshot!(built.succeeds("xtask migrate test_ledger"), @"test_ledger  nothing to do in <time>");
        insta::assert_snapshot!(built.succeeds("xtask migrate status test_ledger"), @"
        test_ledger (development, postgres@/socket:5432/new_database)
          0001_initial_schema  completed  <when> <time>
          0002_add_roles       completed  <when> <time>
        ");
    });
    let all = built.succeeds("xtask migrate status");
    assert!(
        all.starts_with("codex (") && all.contains("\ntest_ledger (development, "),
        "{all}"
    );
    assert_eq!(
        built.succeeds("xtask new test_ledger add_entries"),
        "migrations/test_ledger/0003_add_entries.sql\n"
    );

    // The program that knows it takes the next one, and not the same.
    let again = built.cargo("xtask new-database test_ledger");
    assert!(
        again.code == Some(2)
            && again
                .stderr
                .contains("error: the database test_ledger exists already"),
        "{}",
        again.all()
    );
    built.succeeds("xtask new-database test_journal --review senior --changes rare");
    built.succeeds("build --package jubilee-test_journal");
}

#[test]
fn what_is_made() {
    let place = copy();
    assert_said!(place.run("new-database test_ledger --holds debts --format json"), @r#"
    {
      "changed": [
        "xtask/src/databases.rs",
        ".env.example",
        "README.md",
        "docker-compose.yml"
      ],
      "created": [
        "migrations/test_ledger/0001_initial_schema.sql",
        "migrations/test_ledger/0002_add_roles.sql",
        "crates/test_ledger/Cargo.toml",
        "crates/test_ledger/build.rs",
        "crates/test_ledger/src/lib.rs"
      ],
      "name": "test_ledger"
    }
    ---- stderr
    ---- exit 0
    "#);
    let read = |name: &str| fs::read_to_string(place.folder.path().join(name)).unwrap();
    let migration = read("migrations/test_ledger/0001_initial_schema.sql");
    let header: String = migration.split_inclusive('\n').take(7).collect();
    insta::with_settings!({ filters => filters() }, {
        insta::assert_snapshot!(header, @"
        -- Migration: 0001_initial_schema
        -- Database: test_ledger
        -- Author: Ada Lovelace
        -- Date: <day>
        -- Description: the function that keeps updated_at truthful, for all tables to come

        BEGIN;
        ");
    });
    insta::assert_snapshot!(read("crates/test_ledger/Cargo.toml"), @r#"
    [package]
    name = "jubilee-test_ledger"
    description = "The schema of the database test_ledger: debts"
    version.workspace = true
    edition.workspace = true
    rust-version.workspace = true
    license.workspace = true
    publish.workspace = true

    [lints]
    workspace = true

    [features]
    default = ["postgres", "tokio-postgres"]
    # `migrate` and `status` over a blocking client.
    postgres = ["jubilee-runner/postgres"]
    # `migrate_async` and `status_async` over an asynchronous client.
    tokio-postgres = ["jubilee-runner/tokio-postgres"]
    # `testing`: a database for each test.
    testing = ["postgres", "dep:jubilee-testing"]

    [dependencies]
    jubilee-runner = { workspace = true }
    jubilee-testing = { workspace = true, optional = true }

    [build-dependencies]
    jubilee-embed = { workspace = true }
    "#);
}

#[test]
fn bad_names() {
    let place = copy();
    let before = contents(place.folder.path());
    let long = format!("new-database {}", "archive_of_".repeat(5) + "everything");
    assert_said!(place.run("new-database Audit-Log"), @"
    ---- stderr

      error: `Audit-Log` cannot be the name of a database
      ╰─▶ it names a folder, a crate, variables and a database, so it must be snake_case (lower-case letters, digits, single `_`, a letter first)
      help: cargo xtask new-database audit_log
    ---- exit 2
    ");
    assert_said!(place.run("new-database 日本"), @"
    ---- stderr

      error: `日本` cannot be the name of a database
      ╰─▶ it names a folder, a crate, variables and a database, so it must be snake_case (lower-case letters, digits, single `_`, a letter first)
      help: choose another in English letters: cargo xtask new-database archive
    ---- exit 2
    ");
    assert_said!(place.run(&long), @"
    ---- stderr

      error: `archive_of_archive_of_archive_of_archive_of_archive_of_everything` cannot be the name of a database
      ╰─▶ PostgreSQL truncates the identifier archive_of_archive_of_archive_of_archive_of_archive_of_everything_readwrite to 63 bytes, so a name has at most 53
      help: cargo xtask new-database archive_of_archive_of_archive_of_archive_of_archive
    ---- exit 2
    ");
    assert_said!(place.run("new-database type"), @"
    ---- stderr

      error: `type` cannot be the name of a database
      ╰─▶ it is a keyword in Rust
      help: cargo xtask new-database type_data
    ---- exit 2
    ");
    assert_said!(place.run("new-database core"), @"
    ---- stderr

      error: `core` cannot be the name of a database
      ╰─▶ crates/core exists
      help: cargo xtask new-database core_data
    ---- exit 2
    ");
    assert_said!(place.run("new-database pg_local"), @"
    ---- stderr

      error: `pg_local` cannot be the name of a database
      ╰─▶ crates/pg-local exists
      help: cargo xtask new-database pg_local_data
    ---- exit 2
    ");
    assert_said!(place.run("new-database status"), @"
    ---- stderr

      error: `status` cannot be the name of a database
      ╰─▶ `cargo xtask migrate` uses that word for something else
      help: cargo xtask new-database status_data
    ---- exit 2
    ");
    assert_said!(place.run("new-database migrate"), @"
    ---- stderr

      error: `migrate` cannot be the name of a database
      ╰─▶ docker-compose.yml uses that word for something else
      help: cargo xtask new-database migrate_data
    ---- exit 2
    ");
    assert_said!(place.run("new-database codex"), @"
    ---- stderr

      error: the database codex exists already
      ╰─▶ migrations/codex exists
      help: cargo xtask new codex descriptive_name   (a further migration for it)
    ---- exit 2
    ");
    assert_said!(place.run("new-database test_ledger --holds a|b"), @"
    ---- stderr

      error: --holds is not a phrase that can be used
      ╰─▶ `|` has a meaning in code or tables; letters, digits, spaces and , ; ( ) ' & / + - are allowed
      help: for example: --holds 'user data, activity and subscriptions'
    ---- exit 2
    ");
    assert_eq!(contents(place.folder.path()), before, "nothing was changed");
}

#[test]
fn where_it_cannot_be_made() {
    assert_said!(with_author(Place::unconfigured()).run("new-database test_ledger"), @"
    ---- stderr

      error: no migrations/ folder here or in a parent folder
      ╰─▶ the command writes files of a checkout
      help: run it in a checkout
    ---- exit 1
    ");
    assert_said!(with_author(Place::checkout()).run("new-database test_ledger"), @"
    ---- stderr

      error: cannot read crates/codex/Cargo.toml
      ╰─▶ No such file or directory (os error 2)
      help: `git checkout crates/codex/Cargo.toml` restores it

      error: cannot read crates/codex/build.rs
      ╰─▶ No such file or directory (os error 2)
      help: `git checkout crates/codex/build.rs` restores it

      error: cannot read crates/codex/src/lib.rs
      ╰─▶ No such file or directory (os error 2)
      help: `git checkout crates/codex/src/lib.rs` restores it

      error: cannot read xtask/src/databases.rs
      ╰─▶ No such file or directory (os error 2)
      help: `git checkout xtask/src/databases.rs` restores it

      error: cannot read .env.example
      ╰─▶ No such file or directory (os error 2)
      help: `git checkout .env.example` restores it

      error: cannot read .github/CODEOWNERS
      ╰─▶ No such file or directory (os error 2)
      help: `git checkout .github/CODEOWNERS` restores it

      error: cannot read README.md
      ╰─▶ No such file or directory (os error 2)
      help: `git checkout README.md` restores it

      error: cannot read docker-compose.yml
      ╰─▶ No such file or directory (os error 2)
      help: `git checkout docker-compose.yml` restores it
    ---- exit 1
    ");

    let place = copy().set("GIT_CONFIG_VALUE_0", "");
    assert_said!(place.run("new-database test_ledger"), @"
    ---- stderr

      error: the author of the first migrations is unknown
      ╰─▶ git has no user.name for you
      help: git config user.name 'Ada Lovelace'
    ---- exit 1
    ");

    let place = copy();
    for (file, part) in [
        ("README.md", "<!-- end of databases -->"),
        ("docker-compose.yml", "# databases:"),
        ("xtask/src/databases.rs", "\n];\n"),
    ] {
        let text = fs::read_to_string(place.folder.path().join(file)).unwrap();
        place.file(file, text.replace(part, "").as_bytes());
    }
    fs::remove_file(place.folder.path().join(".env.example")).unwrap();
    let before = contents(place.folder.path());
    assert_said!(place.run("new-database test_ledger"), @"
    ---- stderr

      error: xtask/src/databases.rs has no place for the list of databases
      ╰─▶ one line `];` must end the list, and there are 0
      help: see `git log -p xtask/src/databases.rs` for it, and put it back

      error: cannot read .env.example
      ╰─▶ No such file or directory (os error 2)
      help: `git checkout .env.example` restores it

      error: README.md has no place for the list of databases
      ╰─▶ the line `<!-- end of databases -->` is missing
      help: see `git log -p README.md` for it, and put it back

      error: docker-compose.yml has no place for the list of databases
      ╰─▶ the line `# databases: written by `cargo xtask codegen` from xtask/src/databases.rs` is missing
      help: see `git log -p docker-compose.yml` for it, and put it back
    ---- exit 1
    ");
    assert_eq!(contents(place.folder.path()), before, "nothing was changed");
}

#[test]
fn what_is_generated_is_up_to_date_and_what_is_not_is_named() {
    let place = copy();
    assert_said!(place.run("codegen --check"), @"
    all generated files are up to date
    ---- stderr
    ---- exit 0
    ");
    let path = place.folder.path();
    let readme = fs::read_to_string(path.join("README.md")).unwrap();
    place.file("README.md", readme.replace("**codex**", "codex").as_bytes());
    place.file("docs/rules/no-rule.md", b"");
    fs::remove_file(path.join("docs/rules/naming.md")).unwrap();
    assert_said!(place.run("codegen --check"), @"
    ---- stderr

      error: out of date: README.md, docs/rules/no-rule.md, docs/rules/naming.md
      ╰─▶ they are generated from crates/lint/src/rules and xtask/src/databases.rs
      help: cargo xtask codegen
    ---- exit 1
    ");
    assert_said!(place.run("codegen"), @"
    ---- stderr
    wrote README.md
    removed docs/rules/no-rule.md
    wrote docs/rules/naming.md
    ---- exit 0
    ");
    assert_said!(place.run("codegen --check"), @"
    all generated files are up to date
    ---- stderr
    ---- exit 0
    ");
    assert_eq!(fs::read_to_string(path.join("README.md")).unwrap(), readme);
}
