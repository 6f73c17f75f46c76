//! `verify`: what is proved, and how it is said.

use crate::local_server::Cleanup;
use crate::support::{Place, Said};

pub(crate) const USERS: &str = "CREATE TABLE IF NOT EXISTS users (
    user_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL UNIQUE,
    bio text
);";

/// With what differs from run to run and from server to server made the same.
macro_rules! assert_proved {
    ($said:expr, @$snapshot:literal) => {
        insta::with_settings!({ filters => vec![
            (r"PostgreSQL \d+\.\d+", "PostgreSQL <version>"),
            (r"in \d+(\.\d+)? (ms|s|min \d+ s)\b", "in <time>"),
            (r"\d+ objects", "<n> objects"),
            (r"\d+ rows", "<n> rows"),
            (r"\d+ statements", "<n> statements"),
            (r"\d+ refused statements, \d+ guards", "<n> refused statements, <n> guards"),
            (r"its \d+ values", "its <n> values"),
        ] }, {
            insta::assert_snapshot!($said.all(), @$snapshot)
        })
    };
}

pub(crate) use assert_proved;

fn verify(sql: &str, more: &str) -> Said {
    let place = Place::unconfigured();
    place.migration(1, "create_users", "", USERS);
    place.migration(2, "change_users", "", sql);
    place.run(&format!(
        "verify codex --migrations m --progress none {more}"
    ))
}

#[test]
fn a_good_migration() {
    let said = verify("ALTER TABLE users ADD COLUMN IF NOT EXISTS name text;", "");
    assert_proved!(said, @"
    m/codex/0001_create_users.sql
      applies      holds      to an empty database and to <n> rows
      again        holds      <n> objects, <n> rows compared
      crash        holds      1 crash
      race         holds      2 runners
      keeps-data   holds      <n> rows compared
      same-schema  holds      <n> objects compared
      old-release  holds      <n> statements
      keeps-guards holds      <n> refused statements, <n> guards compared
      undoes       not asked
      locks        holds      none on what was there
    m/codex/0002_change_users.sql
      applies      holds      to an empty database and to <n> rows
      again        holds      <n> objects, <n> rows compared
      crash        holds      1 crash
      race         holds      2 runners
      keeps-data   holds      <n> rows compared
      same-schema  holds      <n> objects compared
      old-release  holds      <n> statements
      keeps-guards holds      <n> refused statements, <n> guards compared
      undoes       not asked
      locks        holds      1 lock
        line 7     ACCESS EXCLUSIVE on users  blocks reads and writes

    2 migrations on PostgreSQL <version>, seed 1, in <time>: all proofs hold
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    ---- exit 0
    ");
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let said = verify(
        "DO $$
BEGIN
    ALTER TABLE users DROP COLUMN IF EXISTS bio;
    CREATE INDEX IF NOT EXISTS users_email_idx ON users (email);
END $$;
ALTER TABLE users ADD COLUMN age integer;",
        "",
    );
    assert_proved!(said, @r#"
    m/codex/0001_create_users.sql
      applies      holds      to an empty database and to <n> rows
      again        holds      <n> objects, <n> rows compared
      crash        holds      1 crash
      race         holds      2 runners
      keeps-data   holds      <n> rows compared
      same-schema  holds      <n> objects compared
      old-release  holds      <n> statements
      keeps-guards holds      <n> refused statements, <n> guards compared
      undoes       not asked
      locks        holds      none on what was there
    m/codex/0002_change_users.sql
      applies      holds      to an empty database and to <n> rows
      again        fails      1 finding
      crash        holds      2 crashes
      race         holds      2 runners
      keeps-data   fails      1 finding
      same-schema  holds      <n> objects compared
      old-release  fails      2 findings
      keeps-guards holds      <n> refused statements, <n> guards compared
      undoes       not asked
      locks        holds      1 lock
        line 9     ACCESS EXCLUSIVE on users                                   blocks reads and writes
        line 10    building index "users_email_idx" on table "users" serially

      error[again]: a second run fails: column "age" of relation "users" already exists
      ╰─▶ a migration that was interrupted, or is applied by hand, is run again
        ╭─[m/codex/0002_change_users.sql:12:1]
     11 │ END $$;
     12 │ ALTER TABLE users ADD COLUMN age integer;
        · ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        ╰────
      help: write `IF NOT EXISTS` or `OR REPLACE` where there is such a form; else a `DO` block that looks in the catalog first

      error[keeps-data]: the column `users.bio` and its <n> values are gone
      ╰─▶ what is lost in production cannot be brought back by a new migration
        ╭─[m/codex/0002_change_users.sql:9:5]
      8 │ BEGIN
      9 │     ALTER TABLE users DROP COLUMN IF EXISTS bio;
        ·     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     10 │     CREATE INDEX IF NOT EXISTS users_email_idx ON users (email);
        ╰────
      help: keep it; or say in the header why it may be lost: `-- Destructive: …`

      error[old-release]: SELECT of `users.bio` no longer works, and 3 more statements: column "bio" does not exist
      ╰─▶ while a release is rolled out, the one before still runs
        ╭─[m/codex/0002_change_users.sql:9:5]
      8 │ BEGIN
      9 │     ALTER TABLE users DROP COLUMN IF EXISTS bio;
        ·     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     10 │     CREATE INDEX IF NOT EXISTS users_email_idx ON users (email);
        ╰────
      help: change it in two releases: add the new form first, and remove the old one when nobody uses it; or declare the break in the header: `-- Contract: release`

      error[old-release]: INSERT into `users` with all columns no longer works, and 7 more statements: column "bio" of relation "users" does not exist
      ╰─▶ while a release is rolled out, the one before still runs
       ╭─[m/codex/0002_change_users.sql:7:1]
     6 │ 
     7 │ DO $$
       · ^^^^^
     8 │ BEGIN
       ╰────
      help: change it in two releases: add the new form first, and remove the old one when nobody uses it; or declare the break in the header: `-- Contract: release`

    2 migrations on PostgreSQL <version>, seed 1, in <time>: 3 proofs fail
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    ---- exit 1
    "#);
}

#[test]
fn one_that_does_not_apply() {
    let said = verify("ALTER TABLE users ADD COLUMN age integer NOT NULL;", "");
    assert_proved!(said, @r#"
    m/codex/0001_create_users.sql
      applies      holds      to an empty database and to <n> rows
      again        holds      <n> objects, <n> rows compared
      crash        holds      1 crash
      race         holds      2 runners
      keeps-data   holds      <n> rows compared
      same-schema  holds      <n> objects compared
      old-release  holds      <n> statements
      keeps-guards holds      <n> refused statements, <n> guards compared
      undoes       not asked
      locks        holds      none on what was there
    m/codex/0002_change_users.sql
      applies      fails      1 finding
      again        not made   it does not apply
      crash        not made   it does not apply
      race         not made   it does not apply
      keeps-data   not made   it does not apply
      same-schema  not made   it does not apply
      old-release  not made   it does not apply
      keeps-guards not made   it does not apply
      undoes       not made   it does not apply
      locks        not made   it does not apply

      error[applies]: it fails on a database with rows: column "age" of relation "users" contains null values
      ╰─▶ production has rows, so it fails there too
       ╭─[m/codex/0002_change_users.sql:7:1]
     6 │ 
     7 │ ALTER TABLE users ADD COLUMN age integer NOT NULL;
       · ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       ╰────
      help: give the column a default, or fill it before it becomes NOT NULL

    2 migrations on PostgreSQL <version>, seed 1, in <time>: 1 proof fails, 9 proofs could not be made
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    ---- exit 1
    "#);
}

#[test]
fn only_what_is_asked_for() {
    let said = verify(
        "ALTER TABLE users ADD COLUMN age integer;",
        "--only race --only locks",
    );
    assert_proved!(said, @"
    m/codex/0001_create_users.sql
      applies      holds      to an empty database and to <n> rows
      race         holds      2 runners
      locks        holds      none on what was there
    m/codex/0002_change_users.sql
      applies      holds      to an empty database and to <n> rows
      race         holds      2 runners
      locks        holds      1 lock
        line 7     ACCESS EXCLUSIVE on users  blocks reads and writes

    2 migrations on PostgreSQL <version>, seed 1, in <time>: all proofs hold
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    ---- exit 0
    ");
}

#[test]
fn for_a_pull_request() {
    let said = verify(
        "UPDATE users SET bio = NULL WHERE bio IS NOT NULL;",
        "--format markdown --only keeps-data",
    );
    assert_proved!(said, @"
    ### Proofs on PostgreSQL <version>: 1 proof fails

    | migration | applies | keeps-data |
    |---|:-:|:-:|
    | `0001_create_users` | ✓ | ✓ |
    | `0002_change_users` | ✓ | **✗** |

    #### `m/codex/0001_create_users.sql`

    <details><summary>Schema: 1 object changed</summary>

    - table public.users: added, with 3 columns, 2 constraints

    </details>

    <details><summary>How it was proved</summary>

    | proof | | |
    |---|---|---|
    | applies | holds | to an empty database and to <n> rows |
    | keeps-data | holds | <n> rows compared |

    </details>

    #### `m/codex/0002_change_users.sql`

    - **error** keeps-data `m/codex/0002_change_users.sql:7`: `users.bio` changed in <n> rows: 'adipisci porro officiis voluptatem.adipi…' became NULL
      what is lost in production cannot be brought back by a new migration. Instead: keep it; or say in the header why it may be lost: `-- Destructive: …`

    <details><summary>How it was proved</summary>

    | proof | | |
    |---|---|---|
    | applies | holds | to an empty database and to <n> rows |
    | keeps-data | fails | 1 finding |

    </details>
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    ---- exit 1
    ");
}

#[test]
fn for_programs() {
    let said = verify(
        "UPDATE users SET bio = 'none' WHERE bio IS NOT NULL;",
        "--format json --only keeps-data",
    );
    let report: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let migration = &report["databases"][0]["migrations"][1];
    assert_eq!(migration["path"], "m/codex/0002_change_users.sql");
    assert_eq!(migration["holds"], false);
    let proof = &migration["proofs"][1];
    assert_eq!(
        (&proof["proof"], &proof["result"]),
        (&"keeps-data".into(), &"fails".into())
    );
    assert_eq!(proof["findings"][0]["line"], 7);
    assert_eq!(said.code, Some(1));

    let said = verify(
        "UPDATE users SET bio = 'none' WHERE bio IS NOT NULL;",
        "--format sarif --only keeps-data",
    );
    let log: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "keeps-data");
    assert_eq!(
        result["locations"][0]["physicalLocation"]["region"]["startLine"],
        7
    );
}

#[test]
fn what_breaks_the_rules_cannot_be_proved() {
    let place = Place::unconfigured();
    place.migration(1, "create_users", "", "SELECT 'open");
    assert_proved!(place.run("verify codex --migrations m --progress none"), @"
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git

      error: 1 place of codex breaks the rules
      ╰─▶ 0001_create_users.sql: a quoted string (`'`) is not closed
          a migration that is not well-formed cannot be run, so nothing can be proved of it
      help: cargo xtask check codex
    ---- exit 1
    ");
}

#[test]
fn the_local_databases_get_rows() {
    let place = Place::checkout();
    let _cleanup = Cleanup(&place);
    let first = place.run("db seed codex");
    assert_eq!(
        first.stdout, "codex        no tables; first: cargo xtask migrate codex\n",
        "{}",
        first.stderr
    );
    assert_eq!(place.run("migrate codex").code, Some(0));
    let said = place.run("db seed codex --rows 5");
    assert!(
        said.stdout.starts_with("codex ") && said.stdout.contains(" rows added to "),
        "{}",
        said.all()
    );
    let again = place.run("db seed codex --rows 5");
    assert!(
        again.stdout.contains(" 0 rows added to "),
        "{}",
        again.all()
    );
}

#[test]
fn of_very_many_findings_five_are_shown() {
    let place = Place::unconfigured();
    let tables = |sql: &dyn Fn(u32) -> String| (1..=9).map(sql).collect::<String>();
    let made = tables(&|n| format!("CREATE TABLE IF NOT EXISTS t{n} (id int PRIMARY KEY);\n"));
    let dropped = tables(&|n| format!("DROP TABLE IF EXISTS t{n};\n"));
    place.migration(1, "make_tables", "", &made);
    place.migration(2, "drop_tables", "", &dropped);
    let said = place.run("verify codex --migrations m --only keeps-data");
    let shown = said.stdout.matches("error[keeps-data]").count();
    assert_eq!(shown, 5, "{}", said.all());
    assert!(
        said.stdout
            .contains("… and 4 more of keeps-data: --format json and --report FILE have all"),
        "{}",
        said.all()
    );
    assert_eq!(said.code, Some(1));
}

#[test]
fn where_the_check_does_not_say_what_was_observed() {
    let said = verify(
        "CREATE FUNCTION index_it(on_what regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE INDEX IF NOT EXISTS i ON %s (bio)', on_what);
END $$;
SELECT index_it('users');
DO $$
BEGIN
    IF current_setting('application_name') = 'none' THEN
        ALTER TABLE users ADD COLUMN IF NOT EXISTS name text;
    END IF;
END $$;
ALTER TABLE users RENAME TO people;
COMMENT ON TABLE people IS 'Who they are';",
        "--only locks",
    );
    let notes: Vec<&str> = said
        .stdout
        .lines()
        .filter(|l| l.contains("note:"))
        .collect();
    insta::assert_snapshot!(notes.join("\n"), @"  note: line 15: check says ACCESS EXCLUSIVE on users; observed SHARE");
}

#[test]
fn locks_are_counted_as_they_are_listed() {
    let said = verify(
        "CREATE TABLE IF NOT EXISTS posts (user_id uuid REFERENCES users (user_id));
UPDATE users SET bio = bio;
ALTER TABLE users ALTER COLUMN bio TYPE varchar(4000);
CREATE INDEX IF NOT EXISTS users_bio_idx ON users (bio);",
        "--only locks",
    );
    let (_, second) = said.stdout.split_once("0002").unwrap();
    let lines: Vec<&str> = second
        .lines()
        .filter(|l| l.contains("lock") || l.contains("line "))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    locks        holds      2 locks
      line 7     SHARE ROW EXCLUSIVE on users                                blocks writes
      line 9     ACCESS EXCLUSIVE on users                                   blocks reads and writes
      line 9     rewriting table "users"
      line 9     building index "users_pkey" on table "users" serially
      line 9     building index "users_email_key" on table "users" serially
      line 10    building index "users_bio_idx" on table "users" serially
    "#);

    let said = verify("UPDATE users SET bio = bio;", "--only locks");
    assert!(
        said.stdout
            .contains("locks        holds      none but those of every reader and writer\n"),
        "{}",
        said.all()
    );
}
