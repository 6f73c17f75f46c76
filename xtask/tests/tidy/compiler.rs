//! The oldest compiler that each crate takes.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::sources::workspace;

/// The crates that services embed.
const EMBEDDED: [&str; 6] = [
    "jubilee-core",
    "jubilee-embed",
    "jubilee-runner",
    "jubilee-codex",
    "jubilee-inspire",
    "jubilee-continuum",
];

/// That their own code takes it too, clippy's `incompatible_msrv` sees.
#[test]
fn services_need_no_newer_compiler_than_the_dependencies_do() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let version_of_cargo = Command::new(&cargo).arg("-vV").output().unwrap();
    let version_of_cargo = String::from_utf8(version_of_cargo.stdout).unwrap();
    let host = version_of_cargo
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    // What only other platforms need was not downloaded to build this.
    let output = Command::new(cargo)
        .args(["metadata", "--offline", "--locked", "--format-version", "1"])
        .args(["--filter-platform", host])
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages: BTreeMap<&str, &Value> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| (package["id"].as_str().unwrap(), package))
        .collect();
    let nodes: BTreeMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (node["id"].as_str().unwrap(), node))
        .collect();
    for name in EMBEDDED {
        let root = packages
            .iter()
            .find(|(_, package)| package["name"] == name)
            .unwrap();
        let mut newest = (version("1.85"), "edition 2024");
        let mut seen = BTreeSet::new();
        let mut open = vec![*root.0];
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let package = packages[id];
            // The workspace's own crates declare what is being checked.
            if let (Some(needed), false) = (
                package["rust_version"].as_str(),
                package["source"].is_null(),
            ) {
                newest = newest.max((version(needed), package["name"].as_str().unwrap()));
            }
            let dependencies = nodes[id]["deps"].as_array().unwrap().iter();
            open.extend(
                dependencies
                    .filter(|dependency| is_built(dependency))
                    .map(|dependency| dependency["pkg"].as_str().unwrap()),
            );
        }
        let declared = root.1["rust_version"].as_str().unwrap();
        assert_eq!(
            version(declared),
            newest.0,
            "{name} declares rust-version {declared}; {} needs {:?}",
            newest.1,
            newest.0
        );
    }
}

/// Whether it is needed to build the crate, and not only its tests.
fn is_built(dependency: &Value) -> bool {
    let kinds = dependency["dep_kinds"].as_array().unwrap();
    kinds.iter().any(|kind| kind["kind"] != "dev")
}

fn version(text: &str) -> (u32, u32) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap());
    (parts.next().unwrap(), parts.next().unwrap_or_default())
}
