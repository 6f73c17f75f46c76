//! Isolation, secrets, destruction and transactions: where their rules meet each other and the
//! form of the file.

use crate::support::{Form, check, check_entries, findings};
use jubilee_core::SourceFile;
use jubilee_lint::Category;
use proptest::prelude::*;

/// The rules of these categories that the example breaks, with the words at fault.
fn broken(form: Form, text: &str) -> Vec<String> {
    let reports = check(form, text);
    findings(&reports)
        .filter(|(_, finding)| {
            matches!(
                finding.rule.category,
                Category::Isolation
                    | Category::Secrets
                    | Category::Destructive
                    | Category::Transaction
            )
        })
        .map(|(report, finding)| {
            let words = finding.range.clone().map(|r| &report.text[r]);
            format!("{}: {}", finding.rule.name, words.unwrap_or_default())
        })
        .collect()
}

#[test]
fn what_postgresql_refuses_in_a_transaction_is_about_isolation_too() {
    for (sql, expected) in [
        (
            "CREATE DATABASE scratch;",
            "database-statement: CREATE DATABASE",
        ),
        (
            "DROP DATABASE IF EXISTS scratch;",
            "database-statement: DROP DATABASE",
        ),
        (
            "ALTER SYSTEM SET work_mem = '1GB';",
            "server-configuration: ALTER SYSTEM",
        ),
        (
            "CREATE TABLESPACE fast LOCATION '/ssd';",
            "server-configuration: CREATE TABLESPACE",
        ),
        (
            "DROP TABLESPACE IF EXISTS fast;",
            "server-configuration: DROP TABLESPACE",
        ),
        (
            "CREATE SUBSCRIPTION s CONNECTION 'host=a' PUBLICATION p;",
            "replication: CREATE SUBSCRIPTION",
        ),
        (
            "CREATE PUBLICATION p FOR ALL TABLES;",
            "replication: CREATE PUBLICATION",
        ),
        (
            "CREATE FOREIGN DATA WRAPPER w;",
            "foreign-data: CREATE FOREIGN DATA WRAPPER",
        ),
        (
            "IMPORT FOREIGN SCHEMA public FROM SERVER s INTO archive;",
            "foreign-data: IMPORT FOREIGN SCHEMA",
        ),
        (
            "CREATE FOREIGN TABLE t (id bigint) SERVER s;",
            "foreign-data: CREATE FOREIGN TABLE",
        ),
    ] {
        assert_eq!(broken(Form::Sql, sql), [expected], "{sql}");
    }
}

#[test]
fn the_history_is_not_to_be_dropped_or_emptied() {
    for (sql, word) in [
        (
            "DROP TABLE IF EXISTS schema_migrations;",
            "schema_migrations",
        ),
        (
            "TRUNCATE public.schema_migrations;",
            "public.schema_migrations",
        ),
        (
            "CREATE INDEX ON schema_migrations (name);",
            "schema_migrations",
        ),
        ("LOCK TABLE schema_migrations;", "schema_migrations"),
        (
            "MERGE INTO schema_migrations USING v ON false WHEN NOT MATCHED THEN DO NOTHING;",
            "schema_migrations",
        ),
    ] {
        let found = broken(Form::Sql, sql);
        assert!(
            found.contains(&format!("history-table: {word}")),
            "{sql}: {found:?}"
        );
    }
}

#[test]
fn a_user_mapping_with_a_password_breaks_two_rules() {
    let sql = "CREATE USER MAPPING IF NOT EXISTS FOR web SERVER s OPTIONS (user 'u', password 'tea4two');";
    assert_eq!(
        broken(Form::Sql, sql),
        [
            "foreign-data: CREATE USER MAPPING",
            "password-literal: tea4two"
        ]
    );
}

#[test]
fn a_secret_that_two_rules_could_see_is_found_once() {
    for (sql, expected) in [
        (
            "UPDATE settings SET secret = 'AKIAIOSFODNN7EXAMPLE' WHERE id = 1;",
            "access-token: AKIAIOSFODNN7EXAMPLE",
        ),
        (
            "UPDATE settings SET password = 'postgres://u:tea4two@h/d' WHERE id = 1;",
            "connection-string: tea4two",
        ),
    ] {
        assert_eq!(broken(Form::Sql, sql).len(), 1, "{sql}");
        assert_eq!(broken(Form::Sql, sql), [expected]);
    }
}

#[test]
fn a_secret_in_a_comment_can_be_allowed_by_the_line_above() {
    let sql = "-- check:allow access-token: the one of AWS' own manual\n-- AKIAIOSFODNN7EXAMPLE\nSELECT 1;\n";
    let reports = check(Form::Sql, sql);
    assert_eq!(findings(&reports).count(), 0);
}

#[test]
fn without_a_transaction_settings_are_of_the_session() {
    let alone = |sql: &str| broken(Form::Sql, &format!("-- Transaction: none\n{sql}"));
    assert_eq!(alone("SET lock_timeout = '2s';"), [""; 0]);
    assert_eq!(alone("RESET lock_timeout;"), [""; 0]);
    assert_eq!(
        alone("SET LOCAL lock_timeout = '2s';"),
        ["set-local: LOCAL"]
    );
    assert_eq!(
        alone("DO $$ BEGIN SET LOCAL work_mem = '1MB'; END; $$;"),
        [""; 0]
    );
    assert_eq!(alone("SELECT 1;"), [""; 0]);
    assert_eq!(
        alone("CREATE TEMPORARY TABLE IF NOT EXISTS t (id bigint);"),
        [""; 0]
    );
    let batches = "DO $$ BEGIN UPDATE t SET a = 1 WHERE a = 0; COMMIT; END; $$;";
    assert_eq!(alone(batches), [""; 0]);
}

#[test]
fn a_broken_pair_is_not_said_twice() {
    for text in [
        "BEGIN;\nSELECT 1;\n",
        "SELECT 1;\nCOMMIT;\n",
        "START TRANSACTION;\nSELECT 1;\nCOMMIT;\n",
    ] {
        assert_eq!(broken(Form::File, text), [""; 0], "{text}");
    }
}

#[test]
fn the_pair_goes_between_the_comments_of_the_file_and_those_of_its_statements() {
    let text = "-- Why this file is there.\n\n-- Teams.\nCREATE SCHEMA IF NOT EXISTS teams; -- here\n-- Done.\n";
    let reports = check(Form::File, text);
    let (report, finding) = findings(&reports).next().unwrap();
    let fixed = finding.fix.as_ref().unwrap().apply(&report.text);
    let body = fixed.split_once("-- Why").unwrap().1;
    insta::assert_snapshot!(body, @"
     this file is there.

    BEGIN;

    -- Teams.
    CREATE SCHEMA IF NOT EXISTS teams; -- here
    -- Done.

    COMMIT;
    ");
}

#[test]
fn secrets_cannot_be_read_in_a_masked_text() {
    let reports = check(
        Form::Sql,
        "-- über postgres://u:geheimnß@h/d\nALTER ROLE web PASSWORD 'tea4two';\n",
    );
    let text = reports[0].masked_text();
    assert_eq!(text.len(), reports[0].text.len());
    assert_eq!(text.lines().count(), reports[0].text.lines().count());
    assert!(
        !text.contains("geheim") && !text.contains("tea4two"),
        "{text}"
    );
    assert!(text.contains("postgres://u:*********@h/d"), "{text}");
}

#[test]
fn secrets_cannot_be_read_in_messages_that_repeat_sql() {
    let secret = "AKIAIOSFODNN7QWERTYU";
    let text = "\
        CREATE TABLE IF NOT EXISTS shops (id uuid CONSTRAINT shops_pkey PRIMARY KEY, note text);\n\
        -- next migration\n\
        UPDATE shops SET note = note || '{}' WHERE id IS NOT NULL;\n\
        ALTER TABLE shops ADD COLUMN IF NOT EXISTS a text DEFAULT make_slug('{}');\n\
        ALTER TABLE shops ADD COLUMN IF NOT EXISTS b text CONSTRAINT shops_b_check CHECK (b <> '{}');\n\
        CREATE INDEX IF NOT EXISTS shops_note_idx ON shops (id) WHERE note = '{}';\n";
    let reports = check(Form::Sql, &text.replace("{}", secret));
    let messages: Vec<String> = findings(&reports)
        .map(|(_, f)| format!("{} {} {}", f.what, f.why, f.instead))
        .collect();
    let stars = "'********************'";
    let repeating = messages.iter().filter(|message| message.contains(stars));
    assert_eq!(repeating.count(), 4, "{messages:#?}");
    assert!(
        !messages.iter().any(|message| message.contains(secret)),
        "{messages:#?}"
    );
}

proptest! {
    /// Whatever somebody writes, the check answers, and every place that it names is in the text.
    #[test]
    fn no_text_is_too_odd(
        words in proptest::collection::vec(
            prop_oneof![
                Just("PASSWORD"), Just("'"), Just("''"), Just("$$"), Just("$a$"), Just("://"),
                Just("u:p@h"), Just("password="), Just("host=x"), Just("\\d"), Just("\n"), Just(";"),
                Just("("), Just(")"), Just(","), Just("INSERT INTO t"), Just("VALUES"), Just("token"),
                Just("ALTER ROLE ä"), Just("-----BEGIN RSA PRIVATE KEY-----"), Just("DO"), Just("--"),
                Just("inspire"), Just("."), Just("FROM"), Just("ß"), Just("jubilee_inspire"), Just("="),
                Just("COMMENT ON"), Just("DEFAULT"), Just("AKIA"), Just("eyJ"), Just("SELECT"),
            ],
            0..40,
        ),
        spaced in any::<bool>(),
    ) {
        let text = words.join(if spaced { " " } else { "" });
        let entry = SourceFile::new("0001_example.sql", text.into_bytes());
        for report in check_entries(vec![entry]) {
            for range in report.findings.iter().filter_map(|f| f.range.clone()) {
                prop_assert!(report.text.get(range).is_some());
            }
            prop_assert_eq!(report.masked_text().len(), report.text.len());
        }
    }
}
