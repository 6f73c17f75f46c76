//! Where a name stands for something else than before, or the files are not what was applied, a correction would be
//! of something else than it says.

use std::fs;

use super::{authored, succeeds};
use crate::support::{Place, Said, assert_said};

const SCHEMA: &str = "
CREATE TABLE tasks (id bigint CONSTRAINT tasks_pkey PRIMARY KEY, made_by text, done_by text);
INSERT INTO tasks VALUES (1, 'ada', 'bob');";

fn with_tasks() -> Place {
    let place = authored();
    place.migration(1, "tasks", "", &format!("BEGIN;\n{SCHEMA}\nCOMMIT;"));
    succeeds(&place, "migrate codex --migrations m");
    place
}

/// Neither correction is written.
fn refused(place: &Place) -> Said {
    let folder = place.folder.path().join("m/codex");
    let files = || fs::read_dir(&folder).unwrap().count();
    let before = files();
    let adopted = place.run("drift codex --migrations m --adopt more");
    let restored = place.run("drift codex --migrations m --restore back --rebuild");
    assert_eq!(
        (adopted.code, adopted.stderr, files()),
        (Some(1), restored.stderr.clone(), before)
    );
    restored
}

#[test]
fn two_columns_whose_names_were_exchanged() {
    let place = with_tasks();
    place.sql(
        "codex",
        "ALTER TABLE tasks RENAME made_by TO t;
         ALTER TABLE tasks RENAME done_by TO made_by;
         ALTER TABLE tasks RENAME t TO done_by",
    );
    assert_said!(refused(&place), @"
    ---- stderr

      error: codex: no migration was written
      ╰─▶ column public.tasks.made_by is called public.tasks.done_by now, and another has its name: perhaps they were exchanged
          column public.tasks.done_by is called public.tasks.made_by now, and another has its name: perhaps they were exchanged
      help: give the names back in a migration of your own:
            cargo xtask new codex give_names_back --migrations m
    ---- exit 1
    ");
    let said = place.run("drift codex --migrations m").stdout;
    let note = "column public.tasks.made_by is called public.tasks.done_by now";
    assert!(said.contains(note), "{said}");
}

#[test]
fn a_column_and_a_table_in_whose_place_others_were_made() {
    let place = with_tasks();
    place.sql(
        "codex",
        "ALTER TABLE tasks RENAME made_by TO author; ALTER TABLE tasks ADD made_by text",
    );
    let said = refused(&place).stderr;
    let why = "column public.tasks.made_by is called public.tasks.author now";
    assert!(said.contains(why), "{said}");

    let place = with_tasks();
    place.sql(
        "codex",
        "ALTER TABLE tasks RENAME TO tasks_old; CREATE TABLE tasks AS TABLE tasks_old",
    );
    let said = refused(&place).stderr;
    let why = "table public.tasks is called public.tasks_old now";
    assert!(said.contains(why), "{said}");
}

/// Dropped and added again, it has its values no more; nothing else has its place.
#[test]
fn a_column_that_was_dropped_and_added_is_not_taken_for_exchanged() {
    let place = with_tasks();
    place.sql(
        "codex",
        "ALTER TABLE tasks DROP made_by; ALTER TABLE tasks ADD made_by text, ADD more text",
    );
    succeeds(&place, "drift codex --migrations m --restore back");
}

#[test]
fn files_that_are_not_what_was_applied() {
    let place = with_tasks();
    let other = SCHEMA.replace("done_by text", "done_by text, more text");
    place.migration(1, "tasks", "", &format!("BEGIN;\n{other}\nCOMMIT;"));
    assert_said!(refused(&place), @"
    ---- stderr

      error: codex: no migration was written
      ╰─▶ 0001_tasks was changed since it was applied: what was changed in it looks like drift
      help: bring back the files that were applied:
            cargo xtask migrate status codex --migrations m
    ---- exit 1
    ");
    place.migration(1, "tasks", "", &format!("BEGIN;\n{SCHEMA}\nCOMMIT;"));
    let later = place.migration(2, "later", "", "BEGIN;\nCREATE TABLE later ();\nCOMMIT;");
    succeeds(&place, "migrate codex --migrations m");
    fs::remove_file(later).unwrap();
    let said = refused(&place).stderr;
    assert!(said.contains("0002_later is recorded"), "{said}");
}
