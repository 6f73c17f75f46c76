//! What depends on what, among packages.

use std::process::Command;

use crate::sources::workspace;

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
