//! One migration with thirty mistakes: each is found, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::{check_entries, findings, shown};
use jubilee_core::SourceFile;

#[test]
fn thirty_mistakes_are_thirty_findings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
    let entries = ["0001_create_people.sql", "0002_thirty_mistakes.sql"].map(|name| SourceFile {
        name: name.into(),
        bytes: fs::read(folder.join(name)).unwrap().into(),
    });
    let reports = check_entries(entries.into());
    assert!(
        reports[0].findings.is_empty(),
        "the first one has no mistake"
    );
    let found: Vec<String> = findings(&reports).map(|(r, f)| shown(r, f)).collect();
    insta::with_settings!({
        snapshot_path => &folder,
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!("0002_thirty_mistakes", found.concat()) });
    assert_eq!(found.len(), 30);
    let different: BTreeSet<&str> = findings(&reports).map(|(_, f)| f.what.as_str()).collect();
    assert_eq!(different.len(), 30);
}
