//! README shows what the examples do.

use std::fs;
use std::path::Path;

/// Every line of Rust in README stands in one of the programs that are built.
#[test]
fn what_readme_shows_is_built() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let programs = ["service", "worker"].map(|name| read(&format!("examples/{name}/src/main.rs")));
    let readme = read("README.md");
    let blocks: Vec<&str> = readme
        .split("```rust\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert_eq!(blocks.len(), programs.len());
    for (block, program) in blocks.iter().zip(&programs) {
        let missing: Vec<&str> = block
            .lines()
            .filter(|line| !program.contains(line.trim()))
            .collect();
        assert!(missing.is_empty(), "not in the example: {missing:#?}");
    }
}
