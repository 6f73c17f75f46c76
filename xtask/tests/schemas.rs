//! The schemas themselves: safe to run again, and as the house wants them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::OnceLock;

use jubilee_core::{MigrationSet, SourceFile, TransactionMode};
use jubilee_pg_local::{Options, TempServer};
use jubilee_runner::Migrator;
use postgres::{Client, NoTls, SimpleQueryMessage};
use xtask::databases::ALL;

/// The databases whose schemas are large, so that a fingerprint that finds little is a wrong one.
const LARGE: [&str; 3] = ["codex", "inspire", "continuum"];

fn databases() -> impl Iterator<Item = (&'static str, &'static [SourceFile<'static>])> {
    ALL.iter()
        .map(|entry| (entry.database.name, entry.embedded))
}

fn server() -> &'static TempServer {
    static SERVER: OnceLock<TempServer> = OnceLock::new();
    SERVER.get_or_init(|| TempServer::start(&Options::default()).unwrap())
}

/// A database of its own, migrated.
fn migrated(test: &str, name: &'static str, files: &[SourceFile<'static>]) -> Client {
    let database = format!("{test}_{name}");
    server().create_database(&database).unwrap();
    let url = server().url(&database);
    let runner = jubilee_runner::embedded_runner(files).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (mut client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls)
            .await
            .unwrap();
        tokio::spawn(connection);
        Migrator::new(name, runner)
            .run_async(&mut client)
            .await
            .unwrap();
    });
    Client::connect(&url, NoTls).unwrap()
}

fn lines(client: &mut Client, query: &str) -> Vec<String> {
    let rows = client.simple_query(query).unwrap();
    rows.iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(
                (0..row.len())
                    .map(|i| row.get(i).unwrap_or("NULL"))
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
            _ => None,
        })
        .collect()
}

/// Everything in schema `public` that a migration can have made, as text; and how many rows
/// each table has.
fn fingerprint(client: &mut Client) -> Vec<String> {
    let mut all = lines(
        client,
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, a.attidentity,
                pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
         WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND c.relkind IN ('r', 'p', 'v', 'm')
           AND c.relname <> 'schema_migrations' ORDER BY 1, a.attnum",
    );
    for query in [
        "SELECT conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
        "SELECT tgrelid::regclass, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
        "SELECT oid::regprocedure, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' ORDER BY 1",
        "SELECT c.relname, obj_description(c.oid, 'pg_class') FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') ORDER BY 1",
    ] {
        all.extend(lines(client, query));
    }
    for table in lines(
        client,
        "SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1",
    ) {
        let count = lines(client, &format!("SELECT count(*) FROM {table}"));
        all.push(format!("{table} {}", count.join("")));
    }
    all
}

#[test]
fn every_file_is_safe_to_run_again() {
    for (name, files) in databases() {
        let mut client = migrated("again", name, files);
        let before = fingerprint(&mut client);
        assert!(
            before.len() > if LARGE.contains(&name) { 100 } else { 0 },
            "{name} has a schema"
        );
        for file in MigrationSet::load(name, files.to_vec()).unwrap().files() {
            let run = |client: &mut Client, sql: &str| {
                let result = client.batch_execute(sql);
                assert!(
                    result.is_ok(),
                    "{} run again: {:?}",
                    file.name(),
                    result.unwrap_err().as_db_error()
                );
            };
            if file.header().transaction == TransactionMode::None {
                for statement in file.script().statements() {
                    run(&mut client, &file.text()[statement.range.clone()]);
                }
            } else {
                run(&mut client, file.text());
            }
        }
        assert_eq!(fingerprint(&mut client), before, "{name} is as it was");
    }
}

/// Asserts that a query on the catalogs finds nothing in any of the schemas.
#[test]
fn the_schemas_keep_the_rules() {
    let rules = [
        ("a table without primary key", "SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
            AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p')"),
        ("a table without comment", "SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
            AND c.relname <> 'schema_migrations' AND obj_description(c.oid, 'pg_class') IS NULL"),
        ("a foreign key without index", "SELECT k.conrelid::regclass, k.conname FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
            AND k.conparentid = 0 AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indpred IS NULL
                AND (SELECT array_agg(x ORDER BY x) FROM unnest((i.indkey::int2[])[0:cardinality(k.conkey) - 1]) x) = (SELECT array_agg(x ORDER BY x) FROM unnest(k.conkey) x))"),
        ("a column type that the house does without", "SELECT a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
            AND a.atttypid IN ('timestamp'::regtype, 'varchar'::regtype, 'char'::regtype, 'bpchar'::regtype, 'json'::regtype, 'money'::regtype)"),
        ("a constraint that was never validated", "SELECT conrelid::regclass, conname FROM pg_constraint WHERE NOT convalidated"),
        ("an index that is not valid", "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"),
        ("updated_at without a trigger", "SELECT a.attrelid::regclass FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'updated_at'
            AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND (t.tgtype & 16) > 0)"),
    ];
    for (name, files) in databases() {
        let mut client = migrated("rules", name, files);
        for (what, query) in rules {
            assert_eq!(
                lines(&mut client, query),
                Vec::<String>::new(),
                "{name}: {what}"
            );
        }
    }
}

#[test]
fn what_a_user_owns_in_continuum_can_be_distributed_by_user() {
    let (name, files) = databases().find(|(name, _)| *name == "continuum").unwrap();
    let mut client = migrated("distribution", name, files);
    let others = lines(
        &mut client,
        "SELECT k.conrelid::regclass FROM pg_constraint k
         WHERE k.contype = 'p' AND k.connamespace = 'public'::regnamespace
           AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attname = 'user_id' AND a.attnotnull)
           AND (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1]) <> 'user_id'",
    );
    assert_eq!(
        others,
        Vec::<String>::new(),
        "primary keys that do not begin with user_id"
    );
}
