//! The report in each format.

use std::fs;
use std::path::Path;

use super::Checkout;
use crate::support::{Said, assert_said};

/// A checkout with one error and one warning in a new migration.
fn with_findings() -> Checkout {
    let checkout = Checkout::new();
    checkout.write(
        "0003_add_bands",
        "CREATE SCHEMA bands;\nCREATE TABEL bands;",
    );
    checkout
}

#[test]
fn each_format() {
    let checkout = with_findings();
    assert_said!(checkout.run("check codex"), @"
      error[create-if-not-exists]: `CREATE SCHEMA` of `bands` without `IF NOT EXISTS`
      ╰─▶ if the migration runs again, this fails with 42P06 (`duplicate_schema`)
        ╭─[migrations/codex/0003_add_bands.sql:9:1]
      8 │ 
      9 │ CREATE SCHEMA bands;
        · ^^^^^^^^^^^^^
     10 │ CREATE TABEL bands;
        ╰────
      help: write `CREATE SCHEMA IF NOT EXISTS bands`
            check --fix writes: CREATE SCHEMA IF NOT EXISTS bands;
            see docs/rules/create-if-not-exists.md

      error[unparsed]: this cannot be parsed as SQL: no statement begins with `CREATE` and the words behind it
      ╰─▶ the server rejects it when the migration runs, and other rules may have missed something
        ╭─[migrations/codex/0003_add_bands.sql:10:1]
      9 │ CREATE SCHEMA bands;
     10 │ CREATE TABEL bands;
        · ^^^^^^
        ╰────
      help: correct it; if the server accepts it, allow this finding with the reason
            see docs/rules/unparsed.md

    codex        3 migrations, 1 new: 2 errors; needs senior review
    3 migrations, 1 new against main: 2 errors
    ---- stderr
    ---- exit 1
    ");
    assert_said!(checkout.run("check codex --format json"), @r#"
    {
      "base": "main",
      "errors": 2,
      "warnings": 0,
      "databases": [
        {
          "name": "codex",
          "review": "senior",
          "migrations": 3,
          "new": 1,
          "findings": [
            {
              "rule": "create-if-not-exists",
              "category": "idempotency",
              "severity": "error",
              "database": "codex",
              "file": "migrations/codex/0003_add_bands.sql",
              "range": {
                "start": 119,
                "end": 132
              },
              "line": 9,
              "column": 1,
              "end_line": 9,
              "end_column": 14,
              "what": "`CREATE SCHEMA` of `bands` without `IF NOT EXISTS`",
              "why": "if the migration runs again, this fails with 42P06 (`duplicate_schema`)",
              "instead": "write `CREATE SCHEMA IF NOT EXISTS bands`",
              "page": "docs/rules/create-if-not-exists.md",
              "link": null,
              "suppressed": null,
              "destructive": null,
              "loosens": null,
              "fix": [
                {
                  "start": 132,
                  "end": 132,
                  "text": " IF NOT EXISTS"
                }
              ]
            },
            {
              "rule": "unparsed",
              "category": "files",
              "severity": "error",
              "database": "codex",
              "file": "migrations/codex/0003_add_bands.sql",
              "range": {
                "start": 140,
                "end": 146
              },
              "line": 10,
              "column": 1,
              "end_line": 10,
              "end_column": 7,
              "what": "this cannot be parsed as SQL: no statement begins with `CREATE` and the words behind it",
              "why": "the server rejects it when the migration runs, and other rules may have missed something",
              "instead": "correct it; if the server accepts it, allow this finding with the reason",
              "page": "docs/rules/unparsed.md",
              "link": null,
              "suppressed": null,
              "destructive": null,
              "loosens": null,
              "fix": null
            }
          ],
          "suppressed": [],
          "destructive": [],
          "loosens": [],
          "locks": []
        }
      ]
    }
    ---- stderr
    ---- exit 1
    "#);
    assert_said!(checkout.run("check codex --format github"), @"
    ::error file=migrations/codex/0003_add_bands.sql,line=9,endLine=9,col=1,endColumn=14,title=create-if-not-exists::`CREATE SCHEMA` of `bands` without `IF NOT EXISTS`: if the migration runs again, this fails with 42P06 (`duplicate_schema`)%0Awrite `CREATE SCHEMA IF NOT EXISTS bands`%0Asee docs/rules/create-if-not-exists.md
    ::error file=migrations/codex/0003_add_bands.sql,line=10,endLine=10,col=1,endColumn=7,title=unparsed::this cannot be parsed as SQL: no statement begins with `CREATE` and the words behind it: the server rejects it when the migration runs, and other rules may have missed something%0Acorrect it; if the server accepts it, allow this finding with the reason%0Asee docs/rules/unparsed.md
    ---- stderr
    ---- exit 1
    ");
    assert_said!(checkout.run("check --format markdown").of_shown_databases(), @"
    ### Migrations: 2 errors

    | database | new | review | found |
    |---|---|---|---|
    | codex | 1 of 3 | **senior** | 2 errors |
    | inspire | 0 of 1 | – | nothing found |
    | continuum | 0 of 1 | – | nothing found |

    #### codex

    - **error** [create-if-not-exists](docs/rules/create-if-not-exists.md) `migrations/codex/0003_add_bands.sql:9:1`: `CREATE SCHEMA` of `bands` without `IF NOT EXISTS`: if the migration runs again, this fails with 42P06 (`duplicate_schema`). Instead: write `CREATE SCHEMA IF NOT EXISTS bands`
    - **error** [unparsed](docs/rules/unparsed.md) `migrations/codex/0003_add_bands.sql:10:1`: this cannot be parsed as SQL: no statement begins with `CREATE` and the words behind it: the server rejects it when the migration runs, and other rules may have missed something. Instead: correct it; if the server accepts it, allow this finding with the reason
    ---- stderr
    ---- exit 1
    ");
    // Each run says the same.
    let first = checkout.run("check --all").all();
    assert_eq!(first, checkout.run("check --all").all());
    assert_said!(checkout.run("migrate all --format sarif"), @"
    ---- stderr

      error: this command does not support that format
      ╰─▶ `check` supports all, `verify` sarif and markdown too, `drift` and `snapshot` markdown, the others human and json
      help: omit --format, or use --format json
    ---- exit 2
    ");
}

#[test]
fn what_one_rule_finds_many_times_in_a_file_is_said_once() {
    let checkout = Checkout::new();
    let schemas: String = (1..=5)
        .map(|n| format!("CREATE SCHEMA bands_{n};\n"))
        .collect();
    checkout.write("0003_add_bands", &schemas);
    assert_said!(checkout.run("check codex"), @"
      error[create-if-not-exists]: `CREATE SCHEMA` of `bands_1` without `IF NOT EXISTS`
      ╰─▶ if the migration runs again, this fails with 42P06 (`duplicate_schema`)
        ╭─[migrations/codex/0003_add_bands.sql:9:1]
      8 │ 
      9 │ CREATE SCHEMA bands_1;
        · ^^^^^^^^^^^^^
     10 │ CREATE SCHEMA bands_2;
        ╰────
      help: write `CREATE SCHEMA IF NOT EXISTS bands_1`
            check --fix writes: CREATE SCHEMA IF NOT EXISTS bands_1;
            the rule finds 4 more in this file, on lines 10, 11, 12, 13
            see docs/rules/create-if-not-exists.md

    codex        3 migrations, 1 new: 5 errors; needs senior review
    3 migrations, 1 new against main: 5 errors
    ---- stderr
    ---- exit 1
    ");
    let all = checkout.run("check codex --verbose");
    assert_eq!(all.stdout.matches("error[create-if-not-exists]").count(), 5);
}

#[test]
fn sarif_keeps_its_schema() {
    let checkout = with_findings();
    let said = checkout.run("check codex --format sarif");
    let log: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_sarif(&log);
    assert_said!(
        Said { stdout: format!("{:#}\n", log["runs"][0]["results"]), ..said },
        @r#"
    [
      {
        "level": "error",
        "locations": [
          {
            "physicalLocation": {
              "artifactLocation": {
                "uri": "migrations/codex/0003_add_bands.sql"
              },
              "region": {
                "endColumn": 14,
                "endLine": 9,
                "startColumn": 1,
                "startLine": 9
              }
            }
          }
        ],
        "message": {
          "text": "`CREATE SCHEMA` of `bands` without `IF NOT EXISTS`: if the migration runs again, this fails with 42P06 (`duplicate_schema`)\nwrite `CREATE SCHEMA IF NOT EXISTS bands`\nsee docs/rules/create-if-not-exists.md"
        },
        "ruleId": "create-if-not-exists",
        "ruleIndex": 12
      },
      {
        "level": "error",
        "locations": [
          {
            "physicalLocation": {
              "artifactLocation": {
                "uri": "migrations/codex/0003_add_bands.sql"
              },
              "region": {
                "endColumn": 7,
                "endLine": 10,
                "startColumn": 1,
                "startLine": 10
              }
            }
          }
        ],
        "message": {
          "text": "this cannot be parsed as SQL: no statement begins with `CREATE` and the words behind it: the server rejects it when the migration runs, and other rules may have missed something\ncorrect it; if the server accepts it, allow this finding with the reason\nsee docs/rules/unparsed.md"
        },
        "ruleId": "unparsed",
        "ruleIndex": 10
      }
    ]
    ---- stderr
    ---- exit 1
    "#
    );
}

/// Holds a log against OASIS's schema.
pub(super) fn assert_sarif(log: &serde_json::Value) {
    let schema = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/check/sarif/sarif-schema-2.1.0.json"),
    )
    .unwrap();
    // OASIS's pattern of a language has a bracket that does not open: a regular expression by
    // JavaScript's lenient rules only.
    let schema = schema.replace("{2}]?$", r"{2}\\]?$");
    let schema = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(log)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0]);
    // It is the schema that is kept, not just anything.
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0" })));
}
