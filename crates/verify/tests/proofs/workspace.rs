//! The migrations of this workspace: all proofs of all of them.

use std::path::Path;

use jubilee_core::{MigrationFile, MigrationSet, SourceFile};
use jubilee_verify::{Proof, Verdict, Wish};

use crate::support::verifier;

fn files(database: &str) -> Vec<MigrationFile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../migrations")
        .join(database);
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| {
        let entry = entry.unwrap();
        SourceFile {
            name: entry.file_name().into_string().unwrap().into(),
            bytes: std::fs::read(entry.path()).unwrap().into(),
        }
    });
    MigrationSet::load(database, entries).unwrap().into_files()
}

/// All proofs hold, but for a break that the header declares, and every table has rows, but for those
/// that wait for the books of the Bible, which the next migration inserts.
#[track_caller]
fn all_hold(database: &str) {
    let files = files(database);
    let wish = Wish { rows: 20, seed: 1 };
    let proved = verifier()
        .prove(database, &files, 0, wish, &Proof::ALL, &mut |_, _| {})
        .unwrap();
    for one in &proved {
        for outcome in &one.outcomes {
            let holds = match &outcome.verdict {
                Verdict::Holds(_) | Verdict::NotAsked => true,
                Verdict::Declared(..) => one.name.to_string() == "0025_search_complete_messages",
                _ => false,
            };
            assert!(holds, "{} {outcome:#?}", one.name);
        }
        let empty: Vec<&str> = one.unfilled.iter().map(|t| t.table.as_str()).collect();
        let waiting: &[&str] = match one.name.to_string().as_str() {
            "0004_create_administration" if database == "codex" => {
                &["bible_books", "bible_verse_references"]
            }
            _ => &[],
        };
        assert_eq!(empty, waiting, "{}: {:?}", one.name, one.unfilled);
    }
    assert_eq!(proved.len(), files.len());
}

#[test]
fn all_of_codex_hold() {
    all_hold("codex");
}

#[test]
fn all_of_inspire_hold() {
    all_hold("inspire");
}

#[test]
fn all_of_continuum_hold() {
    all_hold("continuum");
}
