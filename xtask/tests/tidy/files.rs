//! The form of source files.

use crate::sources::{Source, sources};

const FOLDERS: [&str; 3] = ["crates", "xtask", "examples"];

#[test]
fn a_file_is_one_idea() {
    for Source { path, text } in FOLDERS.into_iter().flat_map(sources) {
        assert!(
            text.lines().count() <= 500,
            "{} has more than 500 lines",
            path.display()
        );
    }
}

#[test]
fn a_file_begins_with_what_it_holds() {
    let lacking: Vec<String> = FOLDERS
        .into_iter()
        .flat_map(sources)
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| source.path.display().to_string())
        .collect();
    assert_eq!(lacking, [""; 0], "files without `//!` at their start");
}

/// rustfmt formats only files whose `mod` it can see.
#[test]
fn no_module_hides_in_a_macro() {
    let all: Vec<Source> = FOLDERS.into_iter().flat_map(sources).collect();
    for Source { path, .. } in &all {
        let is_root = |name: &str| path.file_name().is_some_and(|n| n == name);
        let folder = path.parent().unwrap();
        let of_cargo = ["tests", "benches", "fuzz_targets"];
        if is_root("lib.rs")
            || is_root("main.rs")
            || is_root("build.rs")
            || of_cargo.iter().any(|name| folder.ends_with(name))
        {
            continue;
        }
        let (name, folder) = match is_root("mod.rs") {
            true => (folder.file_name().unwrap(), folder.parent().unwrap()),
            false => (path.file_stem().unwrap(), folder),
        };
        let line = format!("mod {};", name.to_str().unwrap());
        let declared = all
            .iter()
            .filter(|other| {
                other.path.parent() == Some(folder) || other.path == folder.with_extension("rs")
            })
            .flat_map(|other| other.text.lines())
            .any(|written| {
                let written = written.trim_start_matches("pub ");
                let written = match written.strip_prefix("pub(") {
                    Some(rest) => rest.split_once(") ").map_or(rest, |(_, rest)| rest),
                    None => written,
                };
                written == line
            });
        assert!(declared, "no line `{line}` for {}", path.display());
    }
}
