//! What a reviewer must not miss: what is destroyed, what is suppressed, which locks are taken.

use super::{Checkout, whole};
use crate::support::{Said, assert_said};

/// A pull request of codex that drops a table with a reason, and builds an index in a transaction
/// although it blocks writes.
fn pull_request() -> Checkout {
    let checkout = Checkout::new();
    checkout.git("checkout --quiet main");
    checkout.write(
        "0003_create_oauth_clients",
        "CREATE TABLE IF NOT EXISTS oauth_clients (\n    \
         client_id uuid CONSTRAINT oauth_clients_pkey PRIMARY KEY DEFAULT gen_random_uuid()\n);",
    );
    checkout.run("check codex --fix");
    checkout.commit("clients");
    checkout.git("checkout --quiet work");
    checkout.git("merge --quiet main");

    let name = "0004_drop_oauth_clients";
    let body = "DROP TABLE IF EXISTS oauth_clients;\n\
                ALTER TABLE teams DROP COLUMN IF EXISTS motto;";
    let text = whole("codex", name, body).replace(
        ": an example\n",
        ": sign-in by OAuth has ended\n\
         -- Destructive: the last client was moved to SSO in release 2026.10\n",
    );
    let path = format!("migrations/codex/{name}.sql");
    checkout.place.file(&path, text.as_bytes());
    checkout.write(
        "0005_index_teams",
        "-- check:allow index-concurrently: 40 teams, [half](x) a *millisecond*, says @ada\n\
         CREATE INDEX IF NOT EXISTS teams_reversed_idx ON teams (team_id DESC);",
    );
    let fixed = checkout.run("check codex --fix");
    assert_eq!(fixed.code, Some(0), "{}", fixed.all());
    checkout.commit("pull-request");
    checkout
}

/// With the commit's name made the same in each run.
fn said(checkout: &Checkout, line: &str) -> Said {
    let commit = checkout.git("rev-parse HEAD");
    let commit = commit.trim();
    let mut said = checkout.run(line);
    said.stdout = said.stdout.replace(commit, "COMMIT");
    said.stdout = said.stdout.replace(&commit[..8], "COMMIT");
    said
}

#[test]
fn each_format_says_what_is_destroyed_suppressed_and_locked() {
    let checkout = pull_request();
    assert_said!(said(&checkout, "check codex"), @"
      warning[several-strong-locks]: strong locks on 2 tables in one transaction
      ╰─▶ they are taken in the order `oauth_clients`, `teams`, and `oauth_clients` stays locked (ACCESS EXCLUSIVE) while the migration waits for `teams`: a transaction that takes them in another order causes a deadlock
        ╭─[migrations/codex/0004_drop_oauth_clients.sql:11:1]
     10 │ DROP TABLE IF EXISTS oauth_clients;
     11 │ ALTER TABLE teams DROP COLUMN IF EXISTS motto;
        · ^^^^^^^^^^^
        ╰────
      help: give each table a migration of its own
            see docs/rules/several-strong-locks.md

    DESTRUCTIVE
      migrations/codex/0004_drop_oauth_clients.sql:10  drops `oauth_clients` and its data
      migrations/codex/0004_drop_oauth_clients.sql:11  drops column `motto` of `teams` and its data
        reason given: the last client was moved to SSO in release 2026.10

    suppressed
      migrations/codex/0005_index_teams.sql:9  index-concurrently: `CREATE INDEX` on `teams` without `CONCURRENTLY`
        reason given: 40 teams, [half](x) a *millisecond*, says @ada; written by Ada in COMMIT

    locks on tables in use
      migrations/codex/0004_drop_oauth_clients.sql:10  ACCESS EXCLUSIVE on oauth_clients  blocks reads and writes, briefly
      migrations/codex/0004_drop_oauth_clients.sql:11  ACCESS EXCLUSIVE on teams          blocks reads and writes, briefly
      migrations/codex/0005_index_teams.sql:10         SHARE on teams                     blocks writes, while an index is built

    codex        5 migrations, 2 new: 1 warning; needs senior review
    5 migrations, 2 new against main: 1 warning
    ---- stderr
    ---- exit 0
    ");
    checkout.git("remote add origin https://ada:secret@github.com/jubilee-solutions/databases.git");
    assert_said!(said(&checkout, "check --format markdown").of_shown_databases(), @r#"
    ### Migrations: 1 warning, **1 destructive**, **1 suppressed**

    > [!CAUTION]
    > - **DESTRUCTIVE**: drops `oauth_clients` and its data (line [10](https://github.com/jubilee-solutions/databases/blob/COMMIT/migrations/codex/0004_drop_oauth_clients.sql#L10)), drops column `motto` of `teams` and its data (line [11](https://github.com/jubilee-solutions/databases/blob/COMMIT/migrations/codex/0004_drop_oauth_clients.sql#L11)); reason given: the last client was moved to SSO in release 2026.10<br>[`migrations/codex/0004_drop_oauth_clients.sql`](https://github.com/jubilee-solutions/databases/blob/COMMIT/migrations/codex/0004_drop_oauth_clients.sql)

    > [!WARNING]
    > **1 suppressed**, by a comment
    > - [index-concurrently](https://github.com/jubilee-solutions/databases/blob/COMMIT/docs/rules/index-concurrently.md): `CREATE INDEX` on `teams` without `CONCURRENTLY`; reason given: 40 teams, \[half\](x) a \*millisecond\*, says @<!-- -->ada; written by Ada in COMMIT<br>[`migrations/codex/0005_index_teams.sql:9`](https://github.com/jubilee-solutions/databases/blob/COMMIT/migrations/codex/0005_index_teams.sql#L9)

    | database | new | review | found |
    |---|---|---|---|
    | codex | 2 of 5 | **senior** | 1 warning |
    | inspire | 0 of 1 | – | nothing found |
    | continuum | 0 of 1 | – | nothing found |

    | locks on tables in use | | |
    |---|---|---|
    | [`migrations/codex/0004_drop_oauth_clients.sql:10`](https://github.com/jubilee-solutions/databases/blob/COMMIT/migrations/codex/0004_drop_oauth_clients.sql#L10) | **ACCESS EXCLUSIVE** on `oauth_clients` | blocks reads and writes, briefly |
    | [`migrations/codex/0004_drop_oauth_clients.sql:11`](https://github.com/jubilee-solutions/databases/blob/COMMIT/migrations/codex/0004_drop_oauth_clients.sql#L11) | **ACCESS EXCLUSIVE** on `teams` | blocks reads and writes, briefly |
    | [`migrations/codex/0005_index_teams.sql:10`](https://github.com/jubilee-solutions/databases/blob/COMMIT/migrations/codex/0005_index_teams.sql#L10) | **SHARE** on `teams` | blocks writes, while an index is built |

    #### codex

    - **warning** [several-strong-locks](https://github.com/jubilee-solutions/databases/blob/COMMIT/docs/rules/several-strong-locks.md) [`migrations/codex/0004_drop_oauth_clients.sql:11:1`](https://github.com/jubilee-solutions/databases/blob/COMMIT/migrations/codex/0004_drop_oauth_clients.sql#L11): strong locks on 2 tables in one transaction: they are taken in the order `oauth_clients`, `teams`, and `oauth_clients` stays locked (ACCESS EXCLUSIVE) while the migration waits for `teams`: a transaction that takes them in another order causes a deadlock. Instead: give each table a migration of its own
    ---- stderr
    ---- exit 0
    "#);
    assert_said!(said(&checkout, "check codex --format github"), @"
    ::warning file=migrations/codex/0004_drop_oauth_clients.sql,line=10,endLine=10,col=22,endColumn=35,title=DESTRUCTIVE::DESTRUCTIVE: drops `oauth_clients` and its data; reason given: the last client was moved to SSO in release 2026.10
    ::warning file=migrations/codex/0004_drop_oauth_clients.sql,line=11,endLine=11,col=19,endColumn=46,title=DESTRUCTIVE::DESTRUCTIVE: drops column `motto` of `teams` and its data; reason given: the last client was moved to SSO in release 2026.10
    ::warning file=migrations/codex/0005_index_teams.sql,line=10,endLine=10,col=1,endColumn=13,title=suppressed index-concurrently::1 suppressed: index-concurrently: `CREATE INDEX` on `teams` without `CONCURRENTLY`; reason given: 40 teams, [half](x) a *millisecond*, says @ada; written by Ada in COMMIT
    ::warning file=migrations/codex/0004_drop_oauth_clients.sql,line=11,endLine=11,col=1,endColumn=12,title=several-strong-locks::strong locks on 2 tables in one transaction: they are taken in the order `oauth_clients`, `teams`, and `oauth_clients` stays locked (ACCESS EXCLUSIVE) while the migration waits for `teams`: a transaction that takes them in another order causes a deadlock%0Agive each table a migration of its own%0Asee https://github.com/jubilee-solutions/databases/blob/COMMIT/docs/rules/several-strong-locks.md
    ::notice file=migrations/codex/0004_drop_oauth_clients.sql,line=10,endLine=10,col=1,endColumn=1,title=lock::ACCESS EXCLUSIVE on oauth_clients, which blocks reads and writes, briefly
    ::notice file=migrations/codex/0004_drop_oauth_clients.sql,line=11,endLine=11,col=1,endColumn=1,title=lock::ACCESS EXCLUSIVE on teams, which blocks reads and writes, briefly
    ::notice file=migrations/codex/0005_index_teams.sql,line=10,endLine=10,col=1,endColumn=1,title=lock::SHARE on teams, which blocks writes, while an index is built
    ---- stderr
    ---- exit 0
    ");
    let json = said(&checkout, "check codex --format json");
    let report: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let codex = &report["databases"][0];
    let stdout = format!("{:#}\n{:#}\n", codex["suppressed"], codex["destructive"]);
    assert_said!(Said { stdout, ..json }, @r#"
    [
      {
        "category": "locks",
        "column": 1,
        "database": "codex",
        "destructive": null,
        "end_column": 13,
        "end_line": 10,
        "file": "migrations/codex/0005_index_teams.sql",
        "fix": null,
        "instead": "move it into a migration of its own with `-- Transaction: none`: `CREATE INDEX CONCURRENTLY IF NOT EXISTS teams_reversed_idx ON teams (team_id DESC)`",
        "line": 10,
        "link": "https://github.com/jubilee-solutions/databases/blob/COMMIT/migrations/codex/0005_index_teams.sql#L10",
        "loosens": null,
        "page": "https://github.com/jubilee-solutions/databases/blob/COMMIT/docs/rules/index-concurrently.md",
        "range": {
          "end": 215,
          "start": 203
        },
        "rule": "index-concurrently",
        "severity": "error",
        "suppressed": {
          "author": "Ada",
          "commit": "COMMIT",
          "line": 9,
          "reason": "40 teams, [half](x) a *millisecond*, says @ada"
        },
        "what": "`CREATE INDEX` on `teams` without `CONCURRENTLY`",
        "why": "takes SHARE on `teams`, which blocks every write to it, until the index is built and the migration is committed"
      }
    ]
    [
      {
        "file": "migrations/codex/0004_drop_oauth_clients.sql",
        "findings": [
          {
            "category": "destructive",
            "column": 22,
            "database": "codex",
            "destructive": "the last client was moved to SSO in release 2026.10",
            "end_column": 35,
            "end_line": 10,
            "file": "migrations/codex/0004_drop_oauth_clients.sql",
            "fix": null,
            "instead": "stop using `oauth_clients` first; then drop it with `-- Destructive: why nobody needs it any more` in the header",
            "line": 10,
            "link": "https://github.com/jubilee-solutions/databases/blob/COMMIT/migrations/codex/0004_drop_oauth_clients.sql#L10",
            "loosens": null,
            "page": "https://github.com/jubilee-solutions/databases/blob/COMMIT/docs/rules/drop-data.md",
            "range": {
              "end": 246,
              "start": 233
            },
            "rule": "drop-data",
            "severity": "error",
            "suppressed": null,
            "what": "drops `oauth_clients` and its data",
            "why": "what is lost can only be restored from a backup"
          },
          {
            "category": "destructive",
            "column": 19,
            "database": "codex",
            "destructive": "the last client was moved to SSO in release 2026.10",
            "end_column": 46,
            "end_line": 11,
            "file": "migrations/codex/0004_drop_oauth_clients.sql",
            "fix": null,
            "instead": "stop reading and writing `motto` first; then drop it with `-- Destructive: why nobody needs it any more` in the header",
            "line": 11,
            "link": "https://github.com/jubilee-solutions/databases/blob/COMMIT/migrations/codex/0004_drop_oauth_clients.sql#L11",
            "loosens": null,
            "page": "https://github.com/jubilee-solutions/databases/blob/COMMIT/docs/rules/drop-data.md",
            "range": {
              "end": 293,
              "start": 266
            },
            "rule": "drop-data",
            "severity": "error",
            "suppressed": null,
            "what": "drops column `motto` of `teams` and its data",
            "why": "what is lost can only be restored from a backup"
          }
        ],
        "reason": "the last client was moved to SSO in release 2026.10"
      }
    ]
    ---- stderr
    ---- exit 0
    "#);
    let sarif = said(&checkout, "check codex --format sarif");
    let log: serde_json::Value = serde_json::from_str(&sarif.stdout).unwrap();
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(
        driver["informationUri"],
        "https://github.com/jubilee-solutions/databases/blob/COMMIT/docs/rules/README.md"
    );
    let results = run["results"].as_array().unwrap();
    let shown: Vec<String> = results
        .iter()
        .map(|result| {
            format!(
                "{} {} {}\n  {}\n  {}\n",
                result["ruleId"],
                result["level"],
                result["kind"],
                result["message"]["text"],
                result["suppressions"]
            )
        })
        .collect();
    insta::assert_snapshot!(shown.concat(), @r#"
    "several-strong-locks" "warning" null
      "strong locks on 2 tables in one transaction: they are taken in the order `oauth_clients`, `teams`, and `oauth_clients` stays locked (ACCESS EXCLUSIVE) while the migration waits for `teams`: a transaction that takes them in another order causes a deadlock\ngive each table a migration of its own\nsee https://github.com/jubilee-solutions/databases/blob/COMMIT/docs/rules/several-strong-locks.md"
      null
    "index-concurrently" "error" null
      "`CREATE INDEX` on `teams` without `CONCURRENTLY`: takes SHARE on `teams`, which blocks every write to it, until the index is built and the migration is committed\nmove it into a migration of its own with `-- Transaction: none`: `CREATE INDEX CONCURRENTLY IF NOT EXISTS teams_reversed_idx ON teams (team_id DESC)`\nsee https://github.com/jubilee-solutions/databases/blob/COMMIT/docs/rules/index-concurrently.md"
      [{"justification":"40 teams, [half](x) a *millisecond*, says @ada (written by Ada in COMMIT)","kind":"inSource","location":{"physicalLocation":{"artifactLocation":{"uri":"migrations/codex/0005_index_teams.sql"},"region":{"startLine":9}}},"status":"accepted"}]
    "destructive" "none" "review"
      "DESTRUCTIVE: drops `oauth_clients` and its data; reason given: the last client was moved to SSO in release 2026.10"
      null
    "destructive" "none" "review"
      "DESTRUCTIVE: drops column `motto` of `teams` and its data; reason given: the last client was moved to SSO in release 2026.10"
      null
    "strong-lock" "none" "review"
      "ACCESS EXCLUSIVE on oauth_clients, which blocks reads and writes, briefly"
      null
    "strong-lock" "none" "review"
      "ACCESS EXCLUSIVE on teams, which blocks reads and writes, briefly"
      null
    "strong-lock" "none" "review"
      "SHARE on teams, which blocks writes, while an index is built"
      null
    "#);
    super::formats::assert_sarif(&log);
}

#[test]
fn what_is_allowed_from_then_on_is_in_each_format_with_the_reason() {
    let checkout = Checkout::with_our_migrations();
    let name = "0016_open_audit_log";
    let body = "DROP TRIGGER IF EXISTS audit_log_refuse_change ON audit_log;\n\
                GRANT DELETE ON audit_log TO codex_readwrite;";
    checkout.write(name, body);
    let refused = checkout.run("check codex --format github");
    assert_eq!(refused.code, Some(1), "{}", refused.all());
    let errors = refused.stdout.matches("title=guard-removed::").count();
    assert_eq!(errors, 2, "{}", refused.all());

    let text = whole("codex", name, body).replace(
        ": an example\n",
        ": entries can be erased\n-- Loosens: a court has ordered it\n",
    );
    let path = format!("migrations/codex/{name}.sql");
    checkout.place.file(&path, text.as_bytes());
    let said = checkout.run("check codex");
    assert_eq!(said.code, Some(0), "{}", said.all());
    let section = said.stdout.split("LOOSENS\n").nth(1).unwrap();
    insta::assert_snapshot!(section.split("\n\n").next().unwrap(), @r"
      migrations/codex/0016_open_audit_log.sql:10  the trigger `audit_log_refuse_change` of `audit_log` is dropped
      migrations/codex/0016_open_audit_log.sql:11  `codex_readwrite` is granted `DELETE` on `audit_log`
        reason given: a court has ordered it
    ");
    let what = "LOOSENS: the trigger `audit_log_refuse_change` of `audit_log` is dropped; reason given: a court has ordered it";
    for format in ["github", "sarif"] {
        let said = checkout.run(&format!("check codex --format {format}"));
        assert!(said.stdout.contains(what), "{}", said.all());
    }
    let markdown = checkout.run("check codex --format markdown").stdout;
    for part in [
        "**1 loosened**",
        "**LOOSENS**: the trigger",
        "a court has ordered it",
    ] {
        assert!(markdown.contains(part), "{markdown}");
    }
    let json = checkout.run("check codex --format json").stdout;
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let loosens = &report["databases"][0]["loosens"][0];
    assert_eq!(loosens["reason"], "a court has ordered it");
    assert_eq!(loosens["findings"].as_array().unwrap().len(), 2, "{json}");
    assert_eq!(report["errors"], 0);
}

#[test]
fn what_a_comment_lets_be_destroyed_is_called_so() {
    let checkout = Checkout::new();
    checkout.write(
        "0003_drop_motto",
        "-- check:allow drop-data: never written\nALTER TABLE teams DROP COLUMN IF EXISTS motto;",
    );
    for format in ["human", "markdown", "github"] {
        let said = checkout.run(&format!("check codex --format {format}"));
        let what = "DESTRUCTIVE: drops column `motto` of `teams` and its data; reason given: never";
        let stdout = said.stdout.replace("\n    reason", "; reason");
        assert!(stdout.contains(what), "{}", said.all());
    }
}

#[test]
fn a_comment_that_is_not_committed_has_no_author() {
    let checkout = pull_request();
    checkout.git("reset --quiet --soft main");
    let said = checkout.run("check codex");
    let line = "says @ada; not committed yet\n";
    assert!(said.stdout.contains(line), "{}", said.all());
}

#[test]
fn links_begin_as_one_says() {
    let checkout = pull_request();
    let said = checkout.run("check codex --format markdown --link-base https://git.example/x/");
    let link = "(https://git.example/x/migrations/codex/0004_drop_oauth_clients.sql#L10)";
    assert!(said.stdout.contains(link), "{}", said.all());
    assert_said!(checkout.run("check codex --link-base git.example"), @"
    ---- stderr

      error: `git.example` cannot begin a link
      ╰─▶ a link begins with https:// or http://
      help: --link-base https://github.com/OWNER/NAME/blob/REVISION
    ---- exit 2
    ");
}

/// A reason and a suppressed secret are shown to everybody who sees the pull request.
#[test]
fn no_secret_is_shown_with_what_is_suppressed() {
    let checkout = Checkout::new();
    checkout.write(
        "0003_set_password",
        "-- check:allow password-literal: sw0rdfish-77 is only for tests\n\
         ALTER ROLE ada PASSWORD 'sw0rdfish-77';",
    );
    for format in ["human", "markdown", "github", "json", "sarif"] {
        let said = checkout.run(&format!("check codex --format {format}"));
        assert!(said.stdout.contains("only for tests"), "{}", said.all());
        assert!(!said.stdout.contains("sw0rdfish"), "{}", said.all());
    }
}
