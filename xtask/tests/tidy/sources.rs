//! The workspace's own source files.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file, with its path from the root of the workspace.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl Source {
    /// Its text without its tests and without comments.
    pub(crate) fn code(&self) -> String {
        let text = match self.text.split_once("\n#[cfg(test)]\nmod tests {") {
            Some((code, _)) => code,
            None => &self.text,
        };
        let without_comment = |line: &'_ str| match line.trim_start().starts_with("//") {
            true => String::new(),
            false => line.to_owned(),
        };
        let lines: Vec<String> = text.lines().map(without_comment).collect();
        lines.join("\n")
    }

    /// Whether it holds nothing but tests.
    pub(crate) fn is_test(&self) -> bool {
        self.path.ends_with("tests.rs") || self.path.components().any(|c| c.as_os_str() == "tests")
    }
}

pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// All source files below a folder.
pub(crate) fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![workspace().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            // A crate of its own may have been built in place.
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(Source {
                    text: fs::read_to_string(&path).unwrap(),
                    path: path.strip_prefix(workspace()).unwrap().to_owned(),
                });
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no source file");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Those of the program and its crates, without tests.
pub(crate) fn all_code() -> Vec<Source> {
    let mut all = sources("crates");
    all.extend(sources("xtask/src"));
    all.retain(|source| !source.is_test());
    all
}
