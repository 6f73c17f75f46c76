//! The outputs in README.md are what the program says.

use std::fs;
use std::path::Path;

use regex::Regex;

use crate::check::Checkout;
use crate::local_server::Cleanup;
use crate::support::{Place, SHOWN};

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A text with what differs from run to run made the same, and without the lines that a terminal shows
/// as bars.
fn plain(text: &str) -> String {
    let mut text = text.to_owned();
    for (pattern, same) in [
        (r"(?m)^\w+: appl(ying|ied) .*\n", ""),
        (r" +\d+(\.\d\d)? (ms|s)\n", " <time>\n"),
        (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "<when>"),
        (
            r"(starting|initialising) PostgreSQL \S+\n",
            "starting PostgreSQL\n",
        ),
    ] {
        text = Regex::new(pattern)
            .unwrap()
            .replace_all(&text, same)
            .into_owned();
    }
    text
}

fn assert_shown(said: &str) {
    let said = plain(said);
    let readme = plain(&fs::read_to_string(workspace().join("README.md")).unwrap());
    assert!(readme.contains(&said), "README.md does not show:\n{said}");
}

/// What was said of the databases that README's example shows; a further one need not be in it.
fn of_the_example(stdout: &str) -> String {
    let mut of_the_example = true;
    stdout
        .split_inclusive('\n')
        .filter(|line| {
            if !line.starts_with(' ') {
                let name = line.split(' ').next().unwrap_or_default();
                of_the_example = SHOWN.contains(&name);
            }
            of_the_example
        })
        .collect()
}

/// Of the migrations of each database only the first two and the last, as README shows them.
fn shortened(stdout: &str) -> String {
    let lines: Vec<&str> = stdout.split_inclusive('\n').collect();
    let is_migration = |at: usize| lines.get(at).is_some_and(|line| line.starts_with("  "));
    let mut text = String::new();
    let mut of_database = 0;
    for (at, line) in lines.iter().enumerate() {
        of_database = if is_migration(at) { of_database + 1 } else { 0 };
        if of_database < 3 || !is_migration(at + 1) {
            text.push_str(line);
        } else if of_database == 3 {
            text.push_str("  …\n");
        }
    }
    text
}

#[test]
fn what_readme_shows_is_what_the_program_says() {
    let place = Place::checkout();
    let _cleanup = Cleanup(&place);

    let first = place.run("migrate all");
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    // The first time on a machine a cluster is initialised too, which README does not show.
    let stderr: String = first
        .stderr
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("initialising"))
        .collect();
    assert_shown(&format!(
        "{stderr}{}",
        shortened(&of_the_example(&first.stdout))
    ));
    assert_shown(&place.run("migrate status codex").stdout);

    let migrations = workspace().join("migrations/codex");
    for entry in fs::read_dir(migrations).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        place.file(
            &format!("migrations/codex/{name}"),
            &fs::read(&path).unwrap(),
        );
    }
    let broken = "-- Migration: 0016_add_teams\n-- Database: codex\n-- Author: Ada Lovelace\n-- Date: 2026-11-22\n\
        -- Description: users can form teams\n\nBEGIN;\n\nCREATE TABLE IF NOT EXISTS teams (\n    \
        team_id uuid CONSTRAINT teams_pkey PRIMARY KEY DEFAULT gen_random_uuid(),\n    \
        owner_id uuid NOT NULL CONSTRAINT teams_owner_fkey REFERENCES user (user_id)\n);\n\nCOMMIT;\n";
    place.file("migrations/codex/0016_add_teams.sql", broken.as_bytes());
    let failing = place.run("migrate codex --migrations migrations");
    let (note, problem) = failing.stderr.split_once('\n').unwrap();
    assert_shown(&format!("{note}\n{}{problem}", failing.stdout));

    let refused = Place::unconfigured()
        .set("NODE_ENV", "production")
        .run("migrate codex");
    assert_shown(&refused.stderr);
}

#[test]
fn the_check_that_readme_shows() {
    let checkout = Checkout::with_our_migrations();
    let text = "-- Migration: 0016_list_new_users\n-- Database: codex\n-- Author: Ada Lovelace\n\
        -- Date: 2026-11-22\n-- Description: the newest users come first in the administration\n\n\
        BEGIN;\n\nCREATE INDEX IF NOT EXISTS users_created_at_idx ON users (created_at DESC);\n\nCOMMIT;\n";
    let path = "migrations/codex/0016_list_new_users.sql";
    checkout.place.file(path, text.as_bytes());
    let said = checkout.place.run("check codex");
    assert_shown(&said.stdout);
}
