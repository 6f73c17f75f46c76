//! What the workflows may do.

use std::fs;
use std::path::Path;

fn workflows() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github/workflows");
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// A tag can be moved to other code, a commit cannot.
#[test]
fn actions_are_pinned_to_commits() {
    let mut actions = 0;
    for (name, text) in workflows() {
        for line in text.lines() {
            let Some((_, action)) = line.split_once("uses: ") else {
                continue;
            };
            actions += 1;
            let (commit, version) = action
                .split_once('@')
                .and_then(|(_, revision)| revision.split_once(" # v"))
                .unwrap_or_default();
            let is_commit = commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(is_commit && !version.is_empty(), "{name}: {line}");
        }
    }
    assert!(actions > 0);
}

/// A required check that a filter skips is waited for without end.
#[test]
fn checks_of_pull_requests_have_no_filter() {
    for (name, text) in workflows() {
        let triggers = text
            .split_once("\non:\n")
            .and_then(|(_, rest)| rest.split_once("\npermissions:"));
        let (triggers, _) =
            triggers.unwrap_or_else(|| panic!("{name}: no triggers, or no permissions"));
        if triggers.contains("pull_request") {
            assert!(!triggers.contains("paths"), "{name}: {triggers}");
        }
    }
}
