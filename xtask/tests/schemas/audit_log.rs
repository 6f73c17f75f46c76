//! The audit log of codex: partitioned without losing a row, append-only, and with one way out.

use postgres::Client;
use postgres::error::SqlState;

use crate::support::{FIRST_RELEASE, lines, migrated, refusal, run_after, with_first};

const ROWS: &str = "SELECT id, occurred_at, actor_kind, action_code, ip_address, user_agent, details FROM audit_log ORDER BY id";

fn add(client: &mut Client, occurred_at: &str) {
    client
        .batch_execute(&format!(
            "INSERT INTO audit_log (occurred_at, actor_kind, action_code, ip_address, user_agent)
             VALUES ({occurred_at}, 'system', 'tests.run', '192.0.2.1', 'test')"
        ))
        .unwrap();
}

/// The partition of the newest row.
fn partition(client: &mut Client) -> String {
    lines(
        client,
        "SELECT tableoid::regclass FROM audit_log ORDER BY id DESC LIMIT 1",
    )
    .remove(0)
}

#[test]
fn rows_grants_and_numbers_outlive_the_partitioning() {
    let mut client = with_first("audit_rows", "codex", FIRST_RELEASE);
    // Months are counted in UTC, wherever the server is and however it writes dates.
    client
        .batch_execute("SET timezone = 'America/New_York'; SET datestyle = 'German'")
        .unwrap();
    client
        .batch_execute(
            "CREATE ROLE audit_writer; CREATE ROLE audit_reader;
             GRANT SELECT, INSERT ON audit_log TO audit_writer;
             GRANT SELECT (id, action_code) ON audit_log TO audit_reader WITH GRANT OPTION",
        )
        .unwrap();
    for when in [
        "now() - interval '3 years'",
        "now() - interval '40 days'",
        "now()",
        "now() + interval '70 days'",
    ] {
        add(&mut client, when);
    }
    client.batch_execute("BEGIN").unwrap();
    add(&mut client, "now()");
    client.batch_execute("ROLLBACK").unwrap();
    let rows = lines(&mut client, ROWS);

    run_after(&mut client, "codex", FIRST_RELEASE);
    assert_eq!(lines(&mut client, ROWS), rows);
    assert_eq!(
        lines(
            &mut client,
            "SELECT DISTINCT tableoid::regclass FROM audit_log"
        ),
        ["audit_log_history"]
    );

    // The number that was rolled back is not given again: the identity goes on.
    client.batch_execute("SET ROLE audit_writer").unwrap();
    add(&mut client, "now()");
    assert_eq!(lines(&mut client, "SELECT max(id) FROM audit_log"), ["6"]);
    client.batch_execute("SET ROLE audit_reader").unwrap();
    assert_eq!(lines(&mut client, "SELECT count(id) FROM audit_log"), ["5"]);
    assert_eq!(
        refusal(&mut client, "SELECT ip_address FROM audit_log"),
        Some(SqlState::INSUFFICIENT_PRIVILEGE)
    );
    client.batch_execute("RESET ROLE").unwrap();

    // The first month comes after the last row, and months follow without a gap.
    client
        .batch_execute(
            "INSERT INTO audit_log (occurred_at, actor_kind, action_code)
             SELECT now() + day * interval '1 day', 'system', 'tests.run' FROM generate_series(0, 360) day",
        )
        .unwrap();
    let month = "SELECT 'audit_log_' || to_char((now() + interval '360 days') AT TIME ZONE 'UTC', 'YYYY_MM')";
    assert_eq!(partition(&mut client), lines(&mut client, month)[0]);
    let without_month = "SELECT occurred_at FROM audit_log_default";
    assert_eq!(lines(&mut client, without_month), Vec::<String>::new());
}

#[test]
fn an_empty_log_begins_with_this_month() {
    let mut client = migrated("audit_empty", "codex");
    add(&mut client, "now()");
    let month = "SELECT 'audit_log_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')";
    assert_eq!(partition(&mut client), lines(&mut client, month)[0]);
    add(&mut client, "now() - interval '1 year'");
    assert_eq!(partition(&mut client), "audit_log_history");
}

#[test]
fn a_row_without_a_month_waits_for_it_in_the_default_partition() {
    let mut client = migrated("audit_default", "codex");
    add(&mut client, "now() + interval '20 months'");
    assert_eq!(partition(&mut client), "audit_log_default");
    let rows = lines(&mut client, ROWS);

    client.batch_execute("SET ROLE codex_readwrite").unwrap();
    let made = lines(&mut client, "SELECT create_audit_log_partitions(20)");
    assert_eq!(made, ["8"]);
    assert_eq!(
        lines(&mut client, "SELECT create_audit_log_partitions(20)"),
        ["0"]
    );
    client.batch_execute("RESET ROLE").unwrap();
    assert_eq!(lines(&mut client, ROWS), rows);
    let month =
        "SELECT 'audit_log_' || to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY_MM') FROM audit_log";
    assert_eq!(partition(&mut client), lines(&mut client, month)[0]);
}

#[test]
fn nothing_but_expiry_takes_a_row_out() {
    let mut client = migrated("audit_expiry", "codex");
    for when in [
        "now() - interval '3 years'",
        "now() - interval '2 months'",
        "now()",
        "now() + interval '3 years'",
    ] {
        add(&mut client, when);
    }
    let partitions = lines(
        &mut client,
        "SELECT relid FROM pg_partition_tree('audit_log')",
    );
    assert!(partitions.len() > 14);
    for table in &partitions {
        for change in ["DELETE FROM", "TRUNCATE"] {
            let refused = refusal(&mut client, &format!("{change} {table}"));
            assert_eq!(
                refused,
                Some(SqlState::RESTRICT_VIOLATION),
                "{change} {table}"
            );
        }
        let refused = refusal(
            &mut client,
            &format!("UPDATE {table} SET outcome = 'denied'"),
        );
        assert_eq!(
            refused,
            Some(SqlState::RESTRICT_VIOLATION),
            "UPDATE {table}"
        );
    }

    // What opens it to its owner's functions opens nothing to anybody else, grants or not.
    client
        .batch_execute(
            "CREATE ROLE audit_intruder; GRANT ALL ON audit_log, audit_log_history TO audit_intruder;
             SET ROLE audit_intruder; SET audit_log.maintenance = 'on'",
        )
        .unwrap();
    for change in ["DELETE FROM audit_log", "DELETE FROM audit_log_history"] {
        assert_eq!(
            refusal(&mut client, change),
            Some(SqlState::RESTRICT_VIOLATION)
        );
    }
    let refused = refusal(&mut client, "SELECT expire_audit_log(12)");
    assert_eq!(refused, Some(SqlState::INSUFFICIENT_PRIVILEGE));
    client
        .batch_execute("RESET ROLE; RESET audit_log.maintenance")
        .unwrap();

    let refused = refusal(&mut client, "SELECT expire_audit_log(11)");
    assert_eq!(refused, Some(SqlState::INVALID_PARAMETER_VALUE));
    assert_eq!(lines(&mut client, "SELECT expire_audit_log(12)"), ["1"]);
    assert_eq!(
        lines(
            &mut client,
            "SELECT id, action_code, details->>'entries' FROM audit_log ORDER BY id"
        ),
        [
            "2 tests.run NULL",
            "3 tests.run NULL",
            "4 tests.run NULL",
            "5 audit_log.expire 1"
        ]
    );
    let refused = refusal(
        &mut client,
        "BEGIN; SELECT expire_audit_log(12); DELETE FROM audit_log",
    );
    assert_eq!(refused, Some(SqlState::RESTRICT_VIOLATION));
    client.batch_execute("ROLLBACK").unwrap();
}

#[test]
fn a_month_that_has_expired_is_dropped() {
    let mut client = migrated("audit_month", "codex");
    // As if the log had been partitioned long ago.
    client
        .batch_execute(
            "ALTER TABLE audit_log DETACH PARTITION audit_log_history;
             CREATE TABLE audit_log_2020_01 PARTITION OF audit_log FOR VALUES FROM ('2020-01-01 00:00Z') TO ('2020-02-01 00:00Z');
             ALTER TABLE audit_log ATTACH PARTITION audit_log_history FOR VALUES FROM (MINVALUE) TO ('2020-01-01 00:00Z')",
        )
        .unwrap();
    add(&mut client, "'2020-01-15 12:00Z'");
    add(&mut client, "now()");
    assert_eq!(lines(&mut client, "SELECT expire_audit_log(24)"), ["1"]);
    assert_eq!(
        lines(&mut client, "SELECT to_regclass('audit_log_2020_01')"),
        ["NULL"]
    );
    assert_eq!(
        lines(&mut client, "SELECT id FROM audit_log ORDER BY id"),
        ["2", "3"]
    );
}
