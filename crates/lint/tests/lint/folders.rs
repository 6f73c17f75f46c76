//! The folders of this workspace, migration by migration: the locks that the check says they take,
//! compared with `pg_locks` before each one's `COMMIT`, and each one's second run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::locks::{Locks, mode, strongest};
use jubilee_core::SourceFile;
use jubilee_lint::{FileReport, Scope, check_folder};
use jubilee_pg_local::{Options, TempServer};
use postgres::{Client, NoTls};

/// The relations that are there before a migration, by the names that they have then.
pub(crate) const BEFORE: &str = "DROP TABLE IF EXISTS pg_temp.before;
    CREATE TEMPORARY TABLE before AS
    SELECT c.oid, concat(nullif(nspname, 'public') || '.', relname) AS name
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm') AND nspname !~ '^(pg_|information_schema)'";

pub(crate) const TAKEN: &str = "SELECT name, mode FROM pg_temp.before
    JOIN pg_catalog.pg_locks ON relation = oid WHERE pid = pg_backend_pid()";

const NOT_VALID: &str = "SELECT concat(conrelid::regclass, ' ', conname)
    FROM pg_catalog.pg_constraint WHERE NOT convalidated";

/// Partitions whose names a function computes: nobody can read them from the text.
const COMPUTED: [(&str, &str); 2] = [
    ("0013_add_audit_log_maintenance.sql", "audit_log"),
    ("0013_add_audit_log_maintenance.sql", "audit_log_default"),
];

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "sql"))
        .collect();
    files.sort();
    files
}

fn reports(database: &str, files: &[PathBuf]) -> Vec<FileReport<'static>> {
    let scope = Scope {
        database,
        other_databases: &[],
        today: None,
    };
    let entries = files.iter().map(|path| {
        SourceFile::new(
            path.file_name().unwrap().to_string_lossy().into_owned(),
            fs::read(path).unwrap(),
        )
    });
    check_folder(&scope, entries, &|_| false)
}

pub(crate) fn said(report: &FileReport<'_>) -> Locks {
    strongest(report.locks.iter().map(|lock| {
        let table = lock.table.trim_start_matches("public.");
        (table.to_owned(), lock.mode)
    }))
}

/// Runs a migration up to its `COMMIT`, looks at the locks, and lets it commit.
fn taken(client: &mut Client, text: &str) -> Locks {
    let (body, commit) = text.split_at(text.rfind("COMMIT;").unwrap());
    client.batch_execute(BEFORE).unwrap();
    client.batch_execute(body).unwrap();
    let rows = client.query(TAKEN, &[]).unwrap();
    client.batch_execute(commit).unwrap();
    strongest(rows.iter().map(|row| (row.get(0), mode(row.get(1)))))
}

#[test]
fn our_own_migrations_take_the_locks_and_leave_not_valid_what_is_said() {
    let server = TempServer::start(&Options::default()).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let mut wrong = BTreeMap::new();
    let mut compared = 0;
    for folder in fs::read_dir(root).unwrap() {
        let folder = folder.unwrap().path();
        let database = folder.file_name().unwrap().to_string_lossy().into_owned();
        server.create_database(&database).unwrap();
        let mut client = Client::connect(&server.url(&database), NoTls).unwrap();
        let files = files(&folder);
        let reports = reports(&database, &files);
        let mut said: Vec<String> = reports
            .iter()
            .flat_map(|report| &report.not_validated)
            .map(|(table, name)| format!("{table} {name}"))
            .collect();
        said.sort();
        for (path, report) in files.iter().zip(reports) {
            let text = fs::read_to_string(path).unwrap();
            if text.contains("-- Transaction: none") {
                client.batch_execute(&text).unwrap();
                continue;
            }
            let taken = taken(&mut client, &text);
            compared += taken.len();
            for (table, mode) in taken {
                let computed = COMPUTED.contains(&(report.name.as_str(), table.as_str()));
                let said = self::said(&report).get(&table).copied();
                if said != Some(mode) && !computed {
                    wrong.insert(format!("{}: {table}", report.name), (mode, said));
                }
            }
            client.batch_execute(&text).unwrap();
        }
        let left = client.query(NOT_VALID, &[]).unwrap();
        let mut left: Vec<String> = left.iter().map(|row| row.get(0)).collect();
        left.sort();
        assert_eq!(said, left, "what is left NOT VALID in {database}");
    }
    assert!(wrong.is_empty(), "taken and said: {wrong:#?}");
    assert!(compared > 50, "{compared} locks compared");
}
