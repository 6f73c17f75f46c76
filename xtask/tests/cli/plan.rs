//! What would be applied, where, and what that does: before anything is changed.

use std::process::{Command, Stdio};

use crate::support::{Place, assert_said};

/// A database with a table, and two migrations that are pending.
fn place() -> Place {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int, nick text);");
    let applied = place.run("migrate codex --production --yes --migrations m");
    assert_eq!(applied.code, Some(0), "{}", applied.stderr);
    place.migration(
        2,
        "drop_nick",
        "-- Destructive: nobody reads nicknames since release 7",
        "BEGIN;\n\nALTER TABLE users DROP COLUMN IF EXISTS nick;\nCREATE TABLE teams (id int);\nCOMMIT;\n",
    );
    place.migration(
        3,
        "index",
        "-- Transaction: none",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_id ON users (id);\n",
    );
    place
}

#[test]
fn it_says_where_from_what_is_lost_and_what_is_locked() {
    let place = place();
    assert_said!(place.run("migrate codex --production --dry-run --migrations m"), @"
    codex        would apply 2 migrations to postgres@/socket:5432/jubilee_codex, from m/codex
      0002_drop_nick   2 statements
        destructive: nobody reads nicknames since release 7
        line 9: ACCESS EXCLUSIVE on users, blocks reads and writes, briefly
      0003_index   1 statement   without a transaction
        line 7: SHARE UPDATE EXCLUSIVE on users, blocks other schema changes, while an index is built
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("migrate codex --production --dry-run --migrations m --format json"), @r#"
    {
      "databases": [
        {
          "name": "codex",
          "environment": "production",
          "target": "postgres@/socket:5432/jubilee_codex",
          "folder": "m/codex",
          "pending": [
            {
              "version": 2,
              "name": "0002_drop_nick",
              "transaction": true,
              "destructive": "nobody reads nicknames since release 7",
              "locks": [
                {
                  "line": 9,
                  "table": "users",
                  "mode": "ACCESS EXCLUSIVE",
                  "blocks": "blocks reads and writes",
                  "held": "briefly"
                }
              ],
              "statements": [
                "ALTER TABLE users DROP COLUMN IF EXISTS nick",
                "CREATE TABLE teams (id int)"
              ]
            },
            {
              "version": 3,
              "name": "0003_index",
              "transaction": false,
              "destructive": null,
              "locks": [
                {
                  "line": 7,
                  "table": "users",
                  "mode": "SHARE UPDATE EXCLUSIVE",
                  "blocks": "blocks other schema changes",
                  "held": "while an index is built"
                }
              ],
              "statements": [
                "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_id ON users (id)"
              ]
            }
          ],
          "error": null
        }
      ]
    }
    ---- stderr
    ---- exit 0
    "#);
    assert_said!(place.run("migrate codex --production --migrations m"), @"
    ---- stderr
    PRODUCTION
    codex        would apply 2 migrations to postgres@/socket:5432/jubilee_codex, from m/codex
      0002_drop_nick   2 statements
        destructive: nobody reads nicknames since release 7
        line 9: ACCESS EXCLUSIVE on users, blocks reads and writes, briefly
      0003_index   1 statement   without a transaction
        line 7: SHARE UPDATE EXCLUSIVE on users, blocks other schema changes, while an index is built


      error: changing production needs a confirmation
      ╰─▶ standard input is not a terminal, so nobody can be asked
      help: look at it with --dry-run, then add --yes
    ---- exit 3
    ");
}

/// What a person sees on a terminal who answers `answer`.
fn asked(place: &Place, line: &str, answer: &str) -> (Option<i32>, String) {
    let typed = place.command(line);
    let words: Vec<String> = std::iter::once(typed.get_program())
        .chain(typed.get_args())
        .map(|word| shlex(&word.to_string_lossy()))
        .collect();
    let script = format!(
        "printf '%s\\n' {} | script --quiet --return --command {} /dev/null",
        shlex(answer),
        shlex(&format!("{} 2>&1", words.join(" ")))
    );
    let mut command = Command::new("sh");
    command
        .args(["-c", &script])
        .current_dir(place.folder.path())
        .stdin(Stdio::null());
    for (name, value) in typed.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let said = place.said(command.output().unwrap());
    (said.code, said.stdout.replace('\r', ""))
}

fn shlex(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[test]
fn there_is_one_question_for_all() {
    let place = Place::new();
    let line = "migrate codex inspire --production";
    let (code, said) = asked(&place, line, "codex");
    assert_eq!(code, Some(3), "{said}");
    let question = "Type `codex inspire` to apply it: ";
    assert_eq!(said.matches("Type `").count(), 1, "{said}");
    assert!(said.contains(question), "{said}");
    assert!(
        said.contains("the names did not match; nothing was changed"),
        "{said}"
    );
    assert_eq!(
        place.text("codex", "SELECT to_regclass('schema_migrations')"),
        "NULL"
    );

    let (code, said) = asked(&place, line, "codex, inspire");
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("inspire      31 migrations applied"),
        "{said}"
    );
}

#[test]
fn several_databases_can_be_named() {
    let place = Place::new();
    let said = place.run("migrate inspire codex inspire --dry-run");
    let names: Vec<&str> = said
        .stdout
        .lines()
        .filter_map(|line| line.split_once(" would").map(|(name, _)| name.trim()))
        .collect();
    assert_eq!(names, ["codex", "inspire"], "{}", said.stdout);
    let status = place.run("migrate status continuum inspire").stdout;
    assert!(
        status.starts_with("inspire (") && status.contains("\ncontinuum ("),
        "{status}"
    );
}
