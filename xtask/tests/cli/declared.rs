//! `verify` where a header declares what is found, and where what follows cannot be proved.

use crate::support::Place;
use crate::verify::{USERS, assert_proved};

#[test]
fn what_the_header_declares_is_said() {
    let place = Place::unconfigured();
    place.migration(1, "create_users", "", USERS);
    place.migration(
        2,
        "drop_bio",
        "-- Contract: release 9\n-- Destructive: nobody reads it\n",
        "ALTER TABLE users DROP COLUMN IF EXISTS bio;",
    );
    let line = "verify codex --migrations m --progress none --only old-release --only keeps-data --only locks";
    assert_proved!(place.run(line), @r#"
    m/codex/0001_create_users.sql
      applies      holds      to an empty database and to <n> rows
      keeps-data   holds      <n> rows compared
      old-release  holds      <n> statements
      locks        holds      none on what was there
    m/codex/0002_drop_bio.sql
      applies      holds      to an empty database and to <n> rows
      keeps-data   declared   1 loss (Destructive: nobody reads it)
      old-release  declared   2 breaks (Contract: release 9)
      locks        holds      1 lock
        line 9     ACCESS EXCLUSIVE on users  blocks reads and writes
      declared: line 9: the column `users.bio` and its <n> values are gone
      declared: line 9: SELECT of `users.bio` no longer works, and 3 more statements: column "bio" does not exist
      declared: line 9: INSERT into `users` with all columns no longer works, and 7 more statements: column "bio" of relation "users" does not exist

    2 migrations on PostgreSQL <version>, seed 1, in <time>: all proofs hold; 2 breaks declared (Contract), 1 loss declared (Destructive)
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    ---- exit 0
    "#);

    let report = |format: &str| place.run(&format!("{line} --format {format}")).stdout;
    let json: serde_json::Value = serde_json::from_str(&report("json")).unwrap();
    assert_eq!(
        (
            &json["holds"],
            &json["declared_breaks"],
            &json["declared_losses"]
        ),
        (&true.into(), &2.into(), &1.into())
    );
    let markdown = report("markdown");
    let declared: Vec<&str> = markdown
        .lines()
        .filter(|line| {
            line.starts_with("###") || line.contains("declared") || line.starts_with("  - ")
        })
        .collect();
    insta::with_settings!({ filters => vec![
        (r"PostgreSQL \d+\.\d+", "PostgreSQL <version>"),
        (r"its \d+ values", "its <n> values"),
    ] }, {
        insta::assert_snapshot!(declared.join("\n"), @r#"
        ### Proofs on PostgreSQL <version>: all proofs hold; 2 breaks declared (Contract), 1 loss declared (Destructive)
        | `0002_drop_bio` | ✓ | declared | declared | ✓ |
        #### `m/codex/0001_create_users.sql`
        #### `m/codex/0002_drop_bio.sql`
        - **declared** keeps-data: 1 loss (Destructive: nobody reads it)
          - `m/codex/0002_drop_bio.sql:9`: the column `users.bio` and its <n> values are gone
        - **declared** old-release: 2 breaks (Contract: release 9)
          - `m/codex/0002_drop_bio.sql:9`: SELECT of `users.bio` no longer works, and 3 more statements: column "bio" does not exist
          - `m/codex/0002_drop_bio.sql:9`: INSERT into `users` with all columns no longer works, and 7 more statements: column "bio" of relation "users" does not exist
        | keeps-data | declared | 1 loss (Destructive: nobody reads it) |
        | old-release | declared | 2 breaks (Contract: release 9) |
        "#);
    });
    let sarif: serde_json::Value = serde_json::from_str(&report("sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let why = |result: &serde_json::Value| result["suppressions"][0]["justification"].clone();
    assert_eq!(
        results.iter().map(why).collect::<Vec<_>>(),
        [
            "Destructive: nobody reads it",
            "Contract: release 9",
            "Contract: release 9"
        ]
    );
}

const EVIDENCE: &str = "CREATE TABLE IF NOT EXISTS evidence (evidence_id uuid PRIMARY KEY, what text NOT NULL);
CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE OR REPLACE TRIGGER evidence_refuse
    BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse();";

#[test]
fn a_guard_that_goes() {
    let place = Place::unconfigured();
    place.migration(1, "create_evidence", "", EVIDENCE);
    let drop = "DROP TRIGGER IF EXISTS evidence_refuse ON evidence;";
    place.migration(2, "drop_guard", "", drop);
    let line = "verify codex --migrations m --progress none --only keeps-guards";
    assert_proved!(place.run(line), @"
    m/codex/0001_create_evidence.sql
      applies      holds      to an empty database and to <n> rows, with 1 of its functions run
      keeps-guards holds      <n> refused statements, <n> guards compared
    m/codex/0002_drop_guard.sql
      applies      holds      to an empty database and to <n> rows
      keeps-guards fails      1 finding
        line 7     ACCESS EXCLUSIVE on evidence  blocks reads and writes

      error[keeps-guards]: UPDATE, DELETE and TRUNCATE of `evidence` were refused (evidence is append-only), and are accepted now
      ╰─▶ others rely on its being refused, and nothing of theirs fails when it no longer is
       ╭─[m/codex/0002_drop_guard.sql:7:1]
     6 │ 
     7 │ DROP TRIGGER IF EXISTS evidence_refuse ON evidence;
       · ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       ╰────
      help: keep what refuses it, or make what takes its place in the same migration; or say in the header why it may be: `-- Loosens: …`

    2 migrations on PostgreSQL <version>, seed 1, in <time>: 1 proof fails
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    ---- exit 1
    ");

    place.migration(2, "drop_guard", "-- Loosens: nobody needs it\n", drop);
    assert_proved!(place.run(line), @"
    m/codex/0001_create_evidence.sql
      applies      holds      to an empty database and to <n> rows, with 1 of its functions run
      keeps-guards holds      <n> refused statements, <n> guards compared
    m/codex/0002_drop_guard.sql
      applies      holds      to an empty database and to <n> rows
      keeps-guards declared   1 loosened guard (Loosens: nobody needs it)
        line 8     ACCESS EXCLUSIVE on evidence  blocks reads and writes
      declared: line 8: UPDATE, DELETE and TRUNCATE of `evidence` were refused (evidence is append-only), and are accepted now

    2 migrations on PostgreSQL <version>, seed 1, in <time>: all proofs hold; 1 loosened guard declared (Loosens)
    ---- stderr
    no base to compare with, so every migration is treated as new: not a git repository (or any of the parent directories): .git
    ---- exit 0
    ");
    let json = place.run(&format!("{line} --format json")).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&json["holds"], &json["declared_loosened"]),
        (&true.into(), &1.into())
    );
}

#[test]
fn what_is_behind_one_that_does_not_apply_is_named() {
    let place = Place::unconfigured();
    place.migration(1, "create_users", "", "SELECT 1/0;");
    place.migration(2, "add_posts", "", USERS);
    place.migration(3, "add_likes", "", USERS);
    let line = "verify codex --migrations m --progress none --only race";
    let why = "2 migrations not proved, since 0001_create_users.sql does not apply: 0002_add_posts.sql, 0003_add_likes.sql";
    let said = place.run(line).stdout;
    assert!(said.contains(&format!("codex: {why}\n")), "{said}");
    let said = place.run(&format!("{line} --format markdown")).stdout;
    assert!(said.contains(&format!("**codex**: {why}\n")), "{said}");
    let json = place.run(&format!("{line} --format json")).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json["databases"][0]["not_proved"],
        serde_json::json!(["0002_add_posts.sql", "0003_add_likes.sql"])
    );
}
