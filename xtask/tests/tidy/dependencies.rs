//! What depends on what, among packages.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use toml_edit::DocumentMut;

use crate::sources::{sources, workspace};

/// Named to hold them at the version of `squawk-syntax`.
const PINNED: [&str; 2] = ["squawk-line-index", "squawk-parser"];

#[test]
fn every_dependency_is_used() {
    let mut members = vec!["xtask".to_owned()];
    for entry in fs::read_dir(workspace().join("crates")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        members.push(format!("crates/{name}"));
    }
    let mut named = BTreeSet::new();
    for member in members {
        let code: String = sources(&member).into_iter().map(|s| s.text).collect();
        for package in dependencies(&format!("{member}/Cargo.toml"), &[]) {
            let used = code.contains(&package.replace('-', "_"));
            assert!(
                used || PINNED.contains(&package.as_str()),
                "{member} does not use {package}"
            );
            named.insert(package);
        }
    }
    let of_workspace = dependencies("Cargo.toml", &["workspace"]);
    assert_eq!(
        of_workspace.difference(&named).collect::<Vec<_>>(),
        [""; 0],
        "dependencies of the workspace that no member has"
    );
}

/// All dependencies that a manifest lists, of all kinds.
fn dependencies(manifest: &str, table: &[&str]) -> BTreeSet<String> {
    let text = fs::read_to_string(workspace().join(manifest)).unwrap();
    let document = text.parse::<DocumentMut>().unwrap();
    let root = table
        .iter()
        .fold(document.as_item(), |item, key| &item[*key]);
    ["dependencies", "dev-dependencies", "build-dependencies"]
        .into_iter()
        .filter_map(|kind| root.get(kind)?.as_table())
        .flat_map(|table| table.iter().map(|(name, _)| name.to_owned()))
        .collect()
}

#[test]
fn a_service_pays_for_no_command_line_parser_or_tls() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "tree",
            "--offline",
            "--package",
            "jubilee-codex",
            "--edges",
            "normal",
            "--prefix",
            "none",
        ])
        .current_dir(workspace())
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(
        tree.contains("jubilee-runner"),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for unwanted in [
        "clap",
        "config",
        "rustls",
        "native-tls",
        "openssl",
        "jubilee-lint",
        "jubilee-embed",
        "squawk-syntax",
        "squawk-parser",
        "strsim",
        "miette",
        "serde_json",
    ] {
        assert!(
            !tree
                .lines()
                .any(|line| line.starts_with(&format!("{unwanted} "))),
            "{unwanted} in\n{tree}"
        );
    }
}
