//! How continuum can be distributed: its keys, its comments and docs/citus.md agree.

use std::fs;
use std::path::Path;

use crate::support::{lines, migrated};

/// What the document's migration calls, recorded in place of done.
const CITUS: &str = "
    CREATE TABLE pg_dist_partition (position int GENERATED ALWAYS AS IDENTITY, logicalrel regclass PRIMARY KEY, distributed_by text);
    CREATE FUNCTION create_reference_table(regclass) RETURNS void LANGUAGE sql AS 'INSERT INTO pg_dist_partition (logicalrel) VALUES ($1)';
    CREATE FUNCTION create_distributed_table(regclass, text) RETURNS void LANGUAGE sql
        AS 'INSERT INTO pg_dist_partition (logicalrel, distributed_by) VALUES ($1, $2)'";

/// Tables of the schema with how each is distributed, in the words of its comment.
const COMMENTS: &str = "
    SELECT oid::regclass, substring(obj_description(oid, 'pg_class') FROM '(Distributed by \\w+|Reference table)\\.$')
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1";

const CALLS: &str = "
    SELECT logicalrel, coalesce('Distributed by ' || distributed_by, 'Reference table') FROM pg_dist_partition ORDER BY 1";

/// Keys and unique indexes of distributed tables that lack the column.
const KEYS: &str = "
    SELECT i.indexrelid::regclass
    FROM pg_dist_partition d JOIN pg_index i ON i.indrelid = d.logicalrel
    JOIN pg_attribute a ON a.attrelid = d.logicalrel AND a.attname = d.distributed_by
    WHERE i.indisunique AND NOT a.attnum = ANY (i.indkey::int2[])
        OR i.indisprimary AND i.indkey[0] <> a.attnum";

/// Foreign keys that Citus refuses when the table is distributed: it must refer to a reference table,
/// or, by the column, to a table that is distributed before it.
const FOREIGN_KEYS: &str = "
    SELECT k.conname
    FROM pg_constraint k
    JOIN pg_dist_partition mine ON mine.logicalrel = k.conrelid
    LEFT JOIN pg_dist_partition other ON other.logicalrel = k.confrelid AND other.position <= mine.position
    WHERE k.contype = 'f' AND (
        other.position IS NULL
        OR mine.distributed_by IS NULL AND other.distributed_by IS NOT NULL
        OR other.distributed_by IS NOT NULL AND NOT EXISTS (
            SELECT FROM unnest(k.conkey, k.confkey) AS pair (mine, other)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.mine AND a.attname = mine.distributed_by
            JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = pair.other AND b.attname = other.distributed_by))";

/// Triggers of distributed tables that do more than stamp their row.
const TRIGGERS: &str = "
    SELECT t.tgname FROM pg_trigger t JOIN pg_dist_partition d ON d.logicalrel = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgfoid <> 'set_updated_at()'::regprocedure";

#[test]
fn every_table_of_continuum_can_be_distributed_as_its_comment_and_the_document_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/citus.md");
    let document = fs::read_to_string(path).unwrap();
    let (_, rest) = document.split_once("```sql\n").unwrap();
    let (migration, _) = rest.split_once("```\n").unwrap();

    let mut client = migrated("distribution", "continuum");
    let comments = lines(&mut client, COMMENTS);
    assert!(comments.len() > 15, "continuum has tables");
    client.batch_execute(CITUS).unwrap();
    // As safe to run again as any migration.
    for _ in 0..2 {
        client.batch_execute(migration).unwrap();
        assert_eq!(lines(&mut client, CALLS), comments);
    }
    for (what, query) in [
        ("keys without the column", KEYS),
        ("foreign keys that are refused", FOREIGN_KEYS),
        ("triggers that look beyond their row", TRIGGERS),
    ] {
        assert_eq!(lines(&mut client, query), Vec::<String>::new(), "{what}");
    }
}

#[test]
fn what_a_user_owns_is_distributed_by_user() {
    let mut client = migrated("distribution_keys", "continuum");
    let others = lines(
        &mut client,
        "SELECT k.conrelid::regclass FROM pg_constraint k
         WHERE k.contype = 'p' AND k.connamespace = 'public'::regnamespace
           AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attname = 'user_id' AND a.attnotnull)
           AND (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1]) <> 'user_id'
           -- The number is unique whoever has it.
           AND k.conrelid <> 'invoice_numbers'::regclass",
    );
    assert_eq!(
        others,
        Vec::<String>::new(),
        "primary keys that do not begin with user_id"
    );
}
