//! `migrate --after`: a command that is told of each database that was migrated.

use crate::support::{Place, Said, assert_said};

fn run(place: &Place, line: &str, command: &str) -> Said {
    let mut process = place.command(line);
    place.said(process.args(["--after", command]).output().unwrap())
}

#[test]
fn a_command_gets_the_result_of_a_run() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    assert_said!(run(&place, "migrate codex --migrations m", "echo told; cat"), @r#"
    codex        1 migration applied in <time>
      0001_users <time>
    ---- stderr
    told
    {"name":"codex","environment":"development","target":"postgres@/socket:5432/jubilee_codex","outcome":"applied","applied":[{"version":1,"name":"0001_users","execution_ms": <ms>}],"error":null}
    ---- exit 0
    "#);
    assert_said!(run(&place, "migrate codex --migrations m --format json", "cat"), @r#"
    {
      "databases": [
        {
          "name": "codex",
          "environment": "development",
          "target": "postgres@/socket:5432/jubilee_codex",
          "outcome": "nothing_to_do",
          "applied": [],
          "error": null
        }
      ]
    }
    ---- stderr
    {"name":"codex","environment":"development","target":"postgres@/socket:5432/jubilee_codex","outcome":"nothing_to_do","applied":[],"error":null}
    ---- exit 0
    "#);
    // A dry run is no run, and a command need not read.
    assert_said!(run(&place, "migrate codex --migrations m --dry-run", "echo told"), @"
    codex        nothing to do
    ---- stderr
    ---- exit 0
    ");
    assert_said!(run(&place, "migrate codex --migrations m", "true"), @"
    codex        nothing to do in <time>
    ---- stderr
    ---- exit 0
    ");
}

#[test]
fn a_run_that_fails_is_not_told_and_a_command_that_fails_is() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    assert_said!(run(&place, "migrate codex --migrations m", "echo no such channel; exit 3"), @"
    codex        1 migration applied in <time>
      0001_users <time>
    ---- stderr
    no such channel

      error: the command after the run of codex failed: echo no such channel; exit 3
      ╰─▶ it ended with exit status: 3
      help: codex is migrated all the same: only the command is to be mended
    ---- exit 1
    ");
    place.migration(2, "broken", "", "SELECT nope;");
    assert_said!(run(&place, "migrate codex --migrations m", "echo told"), @r#"
    codex        not migrated in <time>
    ---- stderr

      error: 0002_broken failed on codex (postgres@/socket:5432/jubilee_codex)
      ╰─▶ PostgreSQL says: column "nope" does not exist (SQLSTATE 42703)
       ╭─[m/codex/0002_broken.sql:7:8]
     6 │ 
     7 │ SELECT nope;
       ·        ^^^^
       ╰────
      help: it was rolled back and nothing of it is left; its failure is recorded
            correct the file, then run this again:
            cargo xtask migrate codex --migrations m --after 'echo told'
    ---- exit 1
    "#);
}
