//! What the check says must not run in a transaction, compared with what PostgreSQL refuses there.

use crate::support::{Form, check, findings};
use jubilee_pg_local::{Options, TempServer};
use postgres::error::SqlState;
use postgres::{Client, NoTls};

const SETUP: &str = "
CREATE TABLE teams (team_id bigint CONSTRAINT teams_pkey PRIMARY KEY, name text);
CREATE INDEX teams_name_idx ON teams (name);
CREATE TABLE visits (visit_id bigint, day date) PARTITION BY RANGE (day);
CREATE INDEX visits_day_idx ON visits (day);
CREATE TABLE visits_old PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE MATERIALIZED VIEW team_names AS SELECT name FROM teams;
CREATE UNIQUE INDEX team_names_idx ON team_names (name);
CREATE TYPE mood AS ENUM ('glad');
";

const STATEMENTS: [&str; 28] = [
    "CREATE INDEX CONCURRENTLY x ON teams (name)",
    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS x ON teams (name)",
    "CREATE INDEX x ON teams (name)",
    "DROP INDEX CONCURRENTLY teams_name_idx",
    "DROP INDEX CONCURRENTLY IF EXISTS nothing",
    "DROP INDEX teams_name_idx",
    "REINDEX TABLE CONCURRENTLY teams",
    "REINDEX (VERBOSE, CONCURRENTLY) INDEX teams_name_idx",
    "REINDEX (CONCURRENTLY off) INDEX teams_name_idx",
    "REINDEX (CONCURRENTLY 'false') INDEX teams_name_idx",
    "REINDEX INDEX teams_name_idx",
    "REINDEX TABLE teams",
    "REINDEX TABLE visits",
    "REINDEX INDEX visits_day_idx",
    "REINDEX TABLE visits_old",
    "REINDEX SCHEMA public",
    "REINDEX SCHEMA CONCURRENTLY public",
    "VACUUM",
    "VACUUM ANALYZE teams",
    "VACUUM (FULL) teams",
    "ANALYZE teams",
    "CLUSTER",
    "CLUSTER VERBOSE",
    "CLUSTER teams USING teams_name_idx",
    "ALTER TABLE visits DETACH PARTITION visits_old",
    "ALTER TABLE visits DETACH PARTITION visits_old CONCURRENTLY",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY team_names",
    "ALTER TYPE mood ADD VALUE 'sad'",
];

#[test]
fn what_postgresql_refuses_in_a_transaction_is_found() {
    let server = TempServer::start(&Options::default()).unwrap();
    server.create_database("refused").unwrap();
    let mut client = Client::connect(&server.url("refused"), NoTls).unwrap();
    client.batch_execute(SETUP).unwrap();
    for statement in STATEMENTS {
        let mut transaction = client.transaction().unwrap();
        let refused = match transaction.batch_execute(statement) {
            Ok(()) => false,
            Err(error) => {
                assert_eq!(
                    error.code(),
                    Some(&SqlState::ACTIVE_SQL_TRANSACTION),
                    "{statement}: {error:?}"
                );
                true
            }
        };
        drop(transaction);
        let reports = check(
            Form::Sql,
            &format!("{SETUP}-- next migration\n{statement};\n"),
        );
        let found = findings(&reports).any(|(_, f)| f.rule.name == "needs-no-transaction");
        assert_eq!(found, refused, "{statement}");
    }
}
