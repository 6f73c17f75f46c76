//! The schemas of this workspace.

use std::path::Path;

use jubilee_core::{MigrationSet, SourceFile};
use jubilee_verify::{Wish, fill};

use crate::support::{database, short};

fn schema(database: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../migrations")
        .join(database);
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| {
        let entry = entry.unwrap();
        SourceFile::new(
            entry.file_name().into_string().unwrap(),
            std::fs::read(entry.path()).unwrap(),
        )
    });
    let set = MigrationSet::load(database, entries).unwrap();
    let files = set.files().iter().map(|file| {
        let statements = file.script().statements().iter();
        // What asks for a session of its own is sent in a transaction here, as all is.
        let text = statements.map(|s| file.text()[s.range.clone()].replace("CONCURRENTLY", ""));
        text.map(|s| s + ";\n").collect::<String>()
    });
    files.collect()
}

#[test]
fn every_table_of_this_workspace_is_filled() {
    let mut tables = 0;
    for name in ["codex", "inspire", "continuum"] {
        let mut client = database(&schema(name));
        let filled = fill(&mut client, Wish { rows: 20, seed: 1 }).unwrap();
        tables += filled.len();
        // Boundaries and seed data bring more.
        assert_eq!(short(&filled), "", "{name}");
        assert!(
            filled.iter().all(|t| t.before + t.added >= 20),
            "{filled:?}"
        );
    }
    assert!(tables >= 64, "{tables} tables");
}

#[test]
fn the_same_seed_makes_the_same_rows() {
    let rows = |seed| {
        let mut client = database(
            "CREATE TABLE t (id uuid PRIMARY KEY, email text, born date, kind text CHECK (kind IN ('a', 'b')), n numeric(8, 2), payload jsonb)",
        );
        fill(&mut client, Wish { rows: 30, seed }).unwrap();
        let rows = client
            .query("SELECT t::text FROM t ORDER BY 1", &[])
            .unwrap();
        rows.iter().map(|row| row.get(0)).collect::<Vec<String>>()
    };
    let first = rows(7);
    assert!(!first.is_empty());
    assert_eq!(first, rows(7));
    assert_ne!(first, rows(8));
}
