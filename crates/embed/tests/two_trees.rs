//! Two trees in the same place, one after the other, with one target folder: as in a CI that keeps
//! it, and gives files the times of their commits.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

/// A program that prints what is embedded in it, built as the command line is.
struct Tree(tempfile::TempDir);

impl Tree {
    fn new() -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let workspace = workspace.canonicalize().unwrap();
        let package = |name: &str| workspace.join("crates").join(name).display().to_string();
        let (core, embed) = (package("core"), package("embed"));
        tree.write(
            "program/Cargo.toml",
            &format!(
                "[package]\nname = \"program\"\nedition = \"2024\"\n[workspace]\n[profile.release]\nopt-level = 0\n\
                 [dependencies]\njubilee_runner = {{ package = \"jubilee-core\", path = {core:?} }}\n\
                 [build-dependencies]\njubilee-embed = {{ path = {embed:?} }}\n"
            ),
        );
        tree.write(
            "program/build.rs",
            "fn main() -> std::process::ExitCode {\n    jubilee_embed::embed_unchecked()\n}\n",
        );
        tree.write(
            "program/src/main.rs",
            "mod embedded {\n    include!(concat!(env!(\"OUT_DIR\"), \"/migrations.rs\"));\n}\n\
             fn main() {\n    for file in embedded::CODEX {\n        \
             println!(\"{} {}\", file.name, String::from_utf8_lossy(&file.bytes));\n    }\n}\n",
        );
        fs::copy(
            workspace.join("Cargo.lock"),
            tree.0.path().join("program/Cargo.lock"),
        )
        .unwrap();
        tree
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes a migration with a time long before any build.
    fn migration(&self, name: &str, text: &str) {
        let path = format!("migrations/codex/{name}");
        self.write(&path, text);
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        for path in [path.as_str(), "migrations/codex", "migrations"] {
            let file = File::open(self.0.path().join(path)).unwrap();
            file.set_modified(time).unwrap();
        }
    }

    fn run(&self) -> String {
        let output = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--release", "--offline"])
            .current_dir(self.0.path().join("program"))
            .env("CARGO_TARGET_DIR", self.0.path().join("target"))
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        String::from_utf8(output.stdout).unwrap()
    }
}

#[test]
fn each_build_embeds_its_own_tree() {
    let tree = Tree::new();
    tree.migration("0001_a.sql", "SELECT 'one tree'");
    tree.migration("0002_b.sql", "SELECT 2");
    assert_eq!(
        tree.run(),
        "0001_a.sql SELECT 'one tree'\n0002_b.sql SELECT 2\n"
    );
    fs::remove_file(tree.0.path().join("migrations/codex/0002_b.sql")).unwrap();
    tree.migration("0001_a.sql", "SELECT 'another'");
    assert_eq!(tree.run(), "0001_a.sql SELECT 'another'\n");
}
