//! What the program is built from, in a checkout and in the image.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{Place, assert_said};

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// cargo may take another tree's build for this one's.
#[test]
fn a_build_of_other_files_than_the_checkouts_is_refused() {
    let place = Place::new();
    place.file("Cargo.toml", b"");
    place.file("migrations/codex/0001_other.sql", b"SELECT 1;");
    let package = place.folder.path().join("xtask");
    let run = || {
        place
            .command("migrate codex")
            .env("CARGO_MANIFEST_DIR", &package)
            .output()
            .unwrap()
    };
    assert_said!(place.said(run()), @"
    codex        not migrated in <time>
    ---- stderr

      error: this build of the program has other files than /folder/migrations/codex
      ╰─▶ cargo took an older build for this tree's: it compares the files' times, not their contents
      help: build it again: cargo clean --package xtask
    ---- exit 1
    ");

    let ours = workspace().join("migrations/codex");
    fs::remove_dir_all(place.folder.path().join("migrations/codex")).unwrap();
    for entry in fs::read_dir(ours).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        place.file(
            &format!("migrations/codex/{name}"),
            &fs::read(&path).unwrap(),
        );
    }
    let said = place.said(run());
    assert_eq!(said.code, Some(0), "{}", said.stderr);
}

/// The files of the checkout that .dockerignore lets into the image's build.
fn context() -> Vec<String> {
    let ignore = fs::read_to_string(workspace().join(".dockerignore")).unwrap();
    let patterns = ignore.lines().filter(|line| !line.starts_with('#'));
    // git reads the file as Docker does, but for `*` alone: it does not look into what that names.
    let text: String = patterns
        .map(|line| line.replace("crates/lint/fuzz", "/crates/lint/fuzz") + "\n")
        .collect();
    let place = Place::unconfigured();
    let path = place.file("ignore", text.replacen("*\n", "/*\n", 1).as_bytes());
    let output = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-per-directory=.gitignore",
        ])
        .current_dir(workspace())
        .output()
        .unwrap();
    let all = String::from_utf8(output.stdout).unwrap();
    let ignored = Command::new("git")
        .args([
            "-c",
            "core.excludesFile=/dev/null",
            "ls-files",
            "--cached",
            "--ignored",
        ])
        .arg(format!("--exclude-from={}", path.display()))
        .current_dir(workspace())
        .output()
        .unwrap();
    let ignored = String::from_utf8(ignored.stdout).unwrap();
    let ignored: Vec<&str> = ignored.lines().collect();
    let kept = all.lines().filter(|file| !ignored.contains(file));
    kept.map(str::to_owned).collect()
}

#[test]
fn a_change_of_the_documents_does_not_rebuild_the_image_and_nothing_is_missing_there() {
    let context = context();
    let has = |path: &str| context.iter().any(|file| file == path);
    for path in [
        "README.md",
        "docs/reference.md",
        "xtask/tests/cli/main.rs",
        ".env.example",
        "Dockerfile",
    ] {
        assert!(!has(path), "{path}");
    }
    // cargo reads the manifests of all members, and looks for the files that they name.
    let copy = Place::unconfigured();
    for file in &context {
        let path = workspace().join(file);
        if path.is_file() {
            copy.file(file, &fs::read(path).unwrap());
        }
    }
    let metadata = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version=1",
            "--locked",
            "--offline",
            "--no-deps",
        ])
        .current_dir(copy.folder.path())
        .output()
        .unwrap();
    assert!(
        metadata.status.success(),
        "{}",
        String::from_utf8_lossy(&metadata.stderr)
    );
    for path in [
        "crates/embed/src/front_page.md",
        "migrations/codex/0001_create_identity.sql",
        "xtask/src/connection/session.sql",
    ] {
        assert!(has(path), "{path}");
    }
}

#[test]
fn builds_of_the_image_share_no_target_folder() {
    let text = fs::read_to_string(workspace().join("Dockerfile")).unwrap();
    let caches: Vec<&str> = text
        .split("target=")
        .skip(1)
        .filter_map(|rest| rest.split([' ', ',', '\\']).next())
        .collect();
    assert_eq!(caches, ["/usr/local/cargo/registry"]);
    assert!(
        !text.starts_with("# syntax"),
        "that line asks a registry for each build"
    );
    // By its name the program knows that it is installed.
    assert!(text.contains("ENTRYPOINT [\"/usr/local/bin/jubilee-migrate\"]"));
}

/// `docker run --env-file` takes each line as it is, quotes too.
#[test]
fn the_example_needs_no_quotes() {
    let text = fs::read_to_string(workspace().join(".env.example")).unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    let mut place = Place::unconfigured();
    for line in lines {
        let (name, value) = line.split_once('=').unwrap();
        place = place.set(name, value);
    }
    assert_said!(place.run("db url codex"), @"
    postgres://jubilee@localhost:5432/jubilee_codex?sslmode=prefer
    ---- stderr
    ---- exit 0
    ");
}
