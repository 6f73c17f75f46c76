//! What is seen of statements: the lock on the table, whether its file is replaced, and what the server
//! says; against the PostgreSQL manual ("ALTER TABLE", "Explicit Locking").

use std::fmt::Write;

use jubilee_verify::Proof;

use crate::support::{migration, prove};

const BASE: &str = "CREATE TABLE t (id bigint PRIMARY KEY, n integer, s varchar(10), label text NOT NULL, at timestamptz);
CREATE TABLE u (id bigint PRIMARY KEY, t bigint);
CREATE INDEX t_n_idx ON t (n);
CREATE UNIQUE INDEX t_label_n_idx ON t (label, n);
ALTER TABLE t ADD CONSTRAINT t_n_check CHECK (n IS NOT NULL) NOT VALID;
ALTER TABLE u ADD CONSTRAINT u_t_fkey FOREIGN KEY (t) REFERENCES t NOT VALID;
CREATE TABLE p (at date NOT NULL, n integer) PARTITION BY RANGE (at);
CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE q (at date NOT NULL, n integer);
CREATE VIEW v AS SELECT id FROM t;
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
CREATE UNIQUE INDEX m_id_key ON m (id);";

/// What is seen of one migration on a schema without rows that could stand in its way, a line a table.
fn seen(sql: &str) -> String {
    let proved = prove(&[BASE, sql], &[Proof::Locks]);
    let mut text = String::new();
    for observed in &proved.observed {
        for lock in observed.locks.iter().filter(|lock| !lock.index) {
            let _ = write!(text, "{} {}; ", lock.relation, lock.mode);
        }
        for table in &observed.rewritten {
            let _ = write!(text, "new file {table}; ");
        }
        for reason in &observed.reasons {
            let _ = write!(text, "{reason}; ");
        }
    }
    if proved.observed.is_empty() {
        let first = &proved.outcomes[0];
        let _ = write!(text, "{:?}", first.verdict);
    }
    text.trim_end_matches("; ").to_owned()
}

#[test]
fn each_form_takes_the_lock_that_the_manual_says() {
    let forms = [
        "SELECT count(*) FROM t",
        "INSERT INTO u (id) VALUES (-1) ON CONFLICT DO NOTHING",
        "UPDATE t SET n = 1 WHERE n IS NULL",
        "LOCK TABLE t IN SHARE MODE",
        "SELECT id FROM t FOR UPDATE",
        "TRUNCATE u",
        "ALTER TABLE t ADD COLUMN a integer",
        "ALTER TABLE t ADD COLUMN a integer DEFAULT 1",
        "ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid()",
        "ALTER TABLE t ADD COLUMN a integer GENERATED ALWAYS AS (n + 1) STORED",
        "ALTER TABLE t DROP COLUMN at",
        "ALTER TABLE t ALTER COLUMN s TYPE varchar(20)",
        "ALTER TABLE t ALTER COLUMN s TYPE text",
        "ALTER TABLE t ALTER COLUMN n TYPE bigint",
        "ALTER TABLE t ALTER COLUMN n SET DEFAULT 1",
        "ALTER TABLE t ALTER COLUMN n DROP DEFAULT",
        "ALTER TABLE t ALTER COLUMN label DROP NOT NULL",
        "ALTER TABLE t ALTER COLUMN n SET STATISTICS 100",
        "ALTER TABLE t ALTER COLUMN label SET STORAGE external",
        "ALTER TABLE t SET (fillfactor = 80)",
        "ALTER TABLE q SET UNLOGGED",
        "ALTER TABLE t REPLICA IDENTITY FULL",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE t DISABLE TRIGGER USER",
        "ALTER TABLE t RENAME TO t2",
        "ALTER TABLE t RENAME COLUMN n TO m",
        "ALTER TABLE t ADD CHECK (id > -100)",
        "ALTER TABLE t ADD CHECK (id > 0) NOT VALID",
        "ALTER TABLE t VALIDATE CONSTRAINT t_n_check",
        "ALTER TABLE t DROP CONSTRAINT t_n_check",
        "ALTER TABLE u ADD FOREIGN KEY (t) REFERENCES t",
        "ALTER TABLE u ADD FOREIGN KEY (t) REFERENCES t NOT VALID",
        "ALTER TABLE u VALIDATE CONSTRAINT u_t_fkey",
        "ALTER TABLE u DROP CONSTRAINT u_t_fkey",
        "ALTER TABLE u ADD UNIQUE (id)",
        "ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX t_label_n_idx",
        "CREATE INDEX ON t (label)",
        "REINDEX TABLE t",
        "ALTER INDEX t_n_idx RENAME TO i",
        "ALTER INDEX t_n_idx SET (fillfactor = 70)",
        "DROP INDEX t_n_idx",
        "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE RULE r AS ON DELETE TO u DO INSTEAD NOTHING",
        "CREATE POLICY y ON t USING (true)",
        "CREATE STATISTICS z ON n, label FROM t",
        "CREATE VIEW w AS SELECT n FROM t",
        "CREATE OR REPLACE VIEW v AS SELECT id FROM t",
        "DROP VIEW v",
        "COMMENT ON TABLE t IS 'x'",
        "ANALYZE t",
        "CLUSTER t USING t_pkey",
        "REFRESH MATERIALIZED VIEW m",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
        "CREATE TABLE p_2 PARTITION OF p FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
        "ALTER TABLE p DETACH PARTITION p_1",
        "ALTER TABLE q ADD CHECK (at > '1900-01-01')",
        "CREATE TABLE c (id bigint PRIMARY KEY, t bigint REFERENCES t)",
        "DROP TABLE u",
        "-- Transaction: none\n\nCREATE INDEX CONCURRENTLY i ON t (label)",
        "-- Transaction: none\n\nDROP INDEX CONCURRENTLY t_n_idx",
        "-- Transaction: none\n\nREINDEX INDEX CONCURRENTLY t_n_idx",
        "-- Transaction: none\n\nREINDEX TABLE CONCURRENTLY t",
        "-- Transaction: none\n\nALTER TABLE p DETACH PARTITION p_1 CONCURRENTLY",
        "-- Transaction: none\n\nVACUUM t",
        "-- Transaction: none\n\nVACUUM FULL t",
    ];
    let mut table = String::new();
    for form in forms {
        let shown = form.rsplit("\n\n").next().unwrap();
        let _ = writeln!(table, "{shown}\n    {}", seen(form));
    }
    insta::assert_snapshot!(table, @r#"
    SELECT count(*) FROM t
        t ACCESS SHARE
    INSERT INTO u (id) VALUES (-1) ON CONFLICT DO NOTHING
        u ROW EXCLUSIVE
    UPDATE t SET n = 1 WHERE n IS NULL
        t ROW EXCLUSIVE
    LOCK TABLE t IN SHARE MODE
        t SHARE
    SELECT id FROM t FOR UPDATE
        t ROW SHARE
    TRUNCATE u
        u ACCESS EXCLUSIVE; new file u; building index "u_pkey" on table "u" serially
    ALTER TABLE t ADD COLUMN a integer
        t ACCESS EXCLUSIVE
    ALTER TABLE t ADD COLUMN a integer DEFAULT 1
        t ACCESS EXCLUSIVE
    ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid()
        t ACCESS EXCLUSIVE; new file t; rewriting table "t"; building index "t_pkey" on table "t" serially; building index "t_n_idx" on table "t" serially; building index "t_label_n_idx" on table "t" serially
    ALTER TABLE t ADD COLUMN a integer GENERATED ALWAYS AS (n + 1) STORED
        t ACCESS EXCLUSIVE; new file t; rewriting table "t"; building index "t_pkey" on table "t" serially; building index "t_n_idx" on table "t" serially; building index "t_label_n_idx" on table "t" serially
    ALTER TABLE t DROP COLUMN at
        t ACCESS EXCLUSIVE
    ALTER TABLE t ALTER COLUMN s TYPE varchar(20)
        t ACCESS EXCLUSIVE
    ALTER TABLE t ALTER COLUMN s TYPE text
        t ACCESS EXCLUSIVE
    ALTER TABLE t ALTER COLUMN n TYPE bigint
        t ACCESS EXCLUSIVE; new file t; rewriting table "t"; building index "t_pkey" on table "t" serially; building index "t_n_idx" on table "t" serially; building index "t_label_n_idx" on table "t" serially
    ALTER TABLE t ALTER COLUMN n SET DEFAULT 1
        t ACCESS EXCLUSIVE
    ALTER TABLE t ALTER COLUMN n DROP DEFAULT
        t ACCESS EXCLUSIVE
    ALTER TABLE t ALTER COLUMN label DROP NOT NULL
        t ACCESS EXCLUSIVE
    ALTER TABLE t ALTER COLUMN n SET STATISTICS 100
        t SHARE UPDATE EXCLUSIVE
    ALTER TABLE t ALTER COLUMN label SET STORAGE external
        t ACCESS EXCLUSIVE
    ALTER TABLE t SET (fillfactor = 80)
        t SHARE UPDATE EXCLUSIVE
    ALTER TABLE q SET UNLOGGED
        q ACCESS EXCLUSIVE; new file q; rewriting table "q"
    ALTER TABLE t REPLICA IDENTITY FULL
        t ACCESS EXCLUSIVE
    ALTER TABLE t ENABLE ROW LEVEL SECURITY
        t ACCESS EXCLUSIVE
    ALTER TABLE t DISABLE TRIGGER USER
        t SHARE ROW EXCLUSIVE
    ALTER TABLE t RENAME TO t2
        t ACCESS EXCLUSIVE
    ALTER TABLE t RENAME COLUMN n TO m
        t ACCESS EXCLUSIVE
    ALTER TABLE t ADD CHECK (id > -100)
        t ACCESS EXCLUSIVE; verifying table "t"
    ALTER TABLE t ADD CHECK (id > 0) NOT VALID
        t ACCESS EXCLUSIVE
    ALTER TABLE t VALIDATE CONSTRAINT t_n_check
        t SHARE UPDATE EXCLUSIVE; verifying table "t"
    ALTER TABLE t DROP CONSTRAINT t_n_check
        t ACCESS EXCLUSIVE
    ALTER TABLE u ADD FOREIGN KEY (t) REFERENCES t
        t SHARE ROW EXCLUSIVE; u SHARE ROW EXCLUSIVE; validating foreign key constraint "u_t_fkey1"
    ALTER TABLE u ADD FOREIGN KEY (t) REFERENCES t NOT VALID
        t SHARE ROW EXCLUSIVE; u SHARE ROW EXCLUSIVE
    ALTER TABLE u VALIDATE CONSTRAINT u_t_fkey
        t ROW SHARE; u SHARE UPDATE EXCLUSIVE; validating foreign key constraint "u_t_fkey"
    ALTER TABLE u DROP CONSTRAINT u_t_fkey
        t ACCESS EXCLUSIVE; u ACCESS EXCLUSIVE
    ALTER TABLE u ADD UNIQUE (id)
        u ACCESS EXCLUSIVE; building index "u_id_key" on table "u" serially
    ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX t_label_n_idx
        t ACCESS EXCLUSIVE
    CREATE INDEX ON t (label)
        t SHARE; building index "t_label_idx" on table "t" serially
    REINDEX TABLE t
        t SHARE; building index "t_pkey" on table "t" serially; building index "t_n_idx" on table "t" serially; building index "t_label_n_idx" on table "t" serially
    ALTER INDEX t_n_idx RENAME TO i
        
    ALTER INDEX t_n_idx SET (fillfactor = 70)
        
    DROP INDEX t_n_idx
        t ACCESS EXCLUSIVE
    CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()
        t SHARE ROW EXCLUSIVE
    CREATE RULE r AS ON DELETE TO u DO INSTEAD NOTHING
        u ACCESS EXCLUSIVE
    CREATE POLICY y ON t USING (true)
        t ACCESS EXCLUSIVE
    CREATE STATISTICS z ON n, label FROM t
        t SHARE UPDATE EXCLUSIVE
    CREATE VIEW w AS SELECT n FROM t
        t ACCESS SHARE
    CREATE OR REPLACE VIEW v AS SELECT id FROM t
        t ACCESS SHARE; v ACCESS EXCLUSIVE
    DROP VIEW v
        v ACCESS EXCLUSIVE
    COMMENT ON TABLE t IS 'x'
        t SHARE UPDATE EXCLUSIVE
    ANALYZE t
        t SHARE UPDATE EXCLUSIVE
    CLUSTER t USING t_pkey
        t ACCESS EXCLUSIVE; new file t; building index "t_pkey" on table "t" serially; building index "t_n_idx" on table "t" serially; building index "t_label_n_idx" on table "t" serially
    REFRESH MATERIALIZED VIEW m
        m ACCESS EXCLUSIVE; t ACCESS SHARE; new file m; building index "m_id_key" on table "m" serially
    REFRESH MATERIALIZED VIEW CONCURRENTLY m
        m EXCLUSIVE; t ACCESS SHARE
    CREATE TABLE p_2 PARTITION OF p FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
        p ACCESS EXCLUSIVE
    ALTER TABLE p DETACH PARTITION p_1
        p ACCESS EXCLUSIVE; p_1 ACCESS EXCLUSIVE
    ALTER TABLE q ADD CHECK (at > '1900-01-01')
        q ACCESS EXCLUSIVE; verifying table "q"
    CREATE TABLE c (id bigint PRIMARY KEY, t bigint REFERENCES t)
        t SHARE ROW EXCLUSIVE
    DROP TABLE u
        t ACCESS EXCLUSIVE; u ACCESS EXCLUSIVE
    CREATE INDEX CONCURRENTLY i ON t (label)
        t SHARE UPDATE EXCLUSIVE; building index "i" on table "t" serially
    DROP INDEX CONCURRENTLY t_n_idx
        t SHARE UPDATE EXCLUSIVE
    REINDEX INDEX CONCURRENTLY t_n_idx
        t SHARE UPDATE EXCLUSIVE; building index "t_n_idx_ccnew" on table "t" serially
    REINDEX TABLE CONCURRENTLY t
        t SHARE UPDATE EXCLUSIVE; building index "t_pkey_ccnew" on table "t" serially; building index "t_n_idx_ccnew" on table "t" serially; building index "t_label_n_idx_ccnew" on table "t" serially
    ALTER TABLE p DETACH PARTITION p_1 CONCURRENTLY
        p SHARE UPDATE EXCLUSIVE; p_1 ACCESS EXCLUSIVE
    VACUUM t
        t SHARE UPDATE EXCLUSIVE
    VACUUM FULL t
        t ACCESS EXCLUSIVE; building index "t_pkey" on table "t" serially; building index "t_n_idx" on table "t" serially; building index "t_label_n_idx" on table "t" serially
    "#);
}

#[test]
fn within_a_block_each_command_has_its_line() {
    let sql = "DO $$\nBEGIN\n    UPDATE t SET n = 2 WHERE n = 1;\n    ALTER TABLE t ADD CHECK (id > -100);\n    CREATE INDEX t_at_idx ON t (at);\nEND $$;";
    let proved = prove(&[BASE, sql], &[Proof::Locks]);
    let file = migration(2, sql);
    let lines: Vec<String> = proved
        .observed
        .iter()
        .map(|o| {
            let locks: Vec<String> = o
                .locks
                .iter()
                .filter(|l| !l.index)
                .map(|l| format!("{} {}", l.relation, l.mode))
                .collect();
            format!(
                "{}: {} {}",
                &file.text()[o.range.clone()].lines().next().unwrap(),
                locks.join(", "),
                o.reasons.join("; ")
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    DO $$: t ROW EXCLUSIVE 
    ALTER TABLE t ADD CHECK (id > -100);: t ACCESS EXCLUSIVE verifying table "t"
    CREATE INDEX t_at_idx ON t (at);:  building index "t_at_idx" on table "t" serially
    "#);
}
