//! What the shells complete.

use std::path::Path;
use std::process::Command;

use crate::support::{Place, remove_variables};

/// A checkout with two migrations of codex.
fn place() -> Place {
    let place = Place::checkout();
    for name in ["0001_users", "0002_teams"] {
        place.file(&format!("migrations/codex/{name}.sql"), b"");
    }
    place
}

/// What may come next, without what it means.
fn next(place: &Place, words: &str) -> String {
    let index = words.split(' ').count() - 1;
    let mut command = place.command(&format!("complete {index} --"));
    command.args(words.split(' '));
    let said = place.said(command.output().unwrap());
    let words = said
        .stdout
        .lines()
        .filter_map(|line| line.split('\t').next());
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn commands_databases_numbers_and_values() {
    let place = place();
    for (words, expected) in [
        ("xtask mig", "migrate"),
        ("xtask new-", "new-database"),
        ("xtask migrate cod", "codex"),
        ("xtask migrate codex ins", "inspire"),
        ("xtask migrate st", "status"),
        ("xtask migrate codex --prod", "--production"),
        ("xtask migrate codex --target ", "0001 0002"),
        ("xtask migrate codex --target=0002", "--target=0002"),
        ("xtask migrate resolve codex ", "0001 0002"),
        ("xtask new codex undo --reverts 0002", "0002"),
        ("xtask --format j", "json"),
        ("xtask db url con", "continuum"),
        ("xtask completions z", "zsh"),
    ] {
        assert_eq!(next(&place, words), expected, "{words}");
    }
}

/// Runs what follows the script in that shell; `None` where it is not installed. Where `CI` is set, it must
/// be.
fn shell(place: &Place, shell: &str, before: &str, after: &str) -> Option<String> {
    let script = place.run(&format!("completions {shell}")).stdout;
    let path = place.file(&format!("script.{shell}"), script.as_bytes());
    let program = ["/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin"]
        .map(|folder| Path::new(folder).join(shell))
        .into_iter()
        .find(|program| program.exists());
    let Some(program) = program else {
        assert!(
            std::env::var_os("CI").is_none(),
            "{shell} must be installed where CI is set"
        );
        return None;
    };
    let mut command = Command::new(program);
    command
        .args([
            "-c",
            &format!("{before}\nsource '{}'\n{after}", path.display()),
        ])
        .current_dir(place.folder.path())
        .env("HOME", place.folder.path());
    remove_variables(&mut command, &["CARGO"]);
    let said = place.said(command.output().unwrap());
    assert_eq!(said.stderr, "", "{shell}");
    Some(said.stdout)
}

#[test]
fn bash_asks_for_cargo_xtask_and_leaves_cargo_to_others() {
    let before = "_of_cargo() { COMPREPLY=(build); }; complete -F _of_cargo cargo";
    let after = "
        ask() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _cargo_xtask; echo \"${COMPREPLY[@]}\"; }
        ask cargo xtask migrate resolve codex ''
        ask cargo xtask migrate codex --dry
        ask cargo bui
        complete -p cargo";
    if let Some(said) = shell(&place(), "bash", before, after) {
        assert_eq!(
            said,
            "0001 0002\n--dry-run\nbuild\ncomplete -o default -F _cargo_xtask cargo\n"
        );
    }
}

#[test]
fn zsh_asks_for_cargo_xtask_and_leaves_cargo_to_others() {
    let before = "autoload -Uz compinit; compinit -D -u
        _of_cargo() { print build }; compdef _of_cargo cargo
        _describe() { print -l -- \"${(@P)2}\" }";
    let after = "
        ask() { words=(\"$@\"); CURRENT=$#; _cargo_xtask }
        ask cargo xtask migrate resolve codex ''
        ask cargo xtask migrate status inspi
        ask cargo bui
        print $_comps[cargo]";
    if let Some(said) = shell(&place(), "zsh", before, after) {
        assert_eq!(
            said,
            "0001:0001_users\n0002:0002_teams\ninspire:\nbuild\n_cargo_xtask\n"
        );
    }
}

#[test]
fn fish_asks_for_cargo_xtask() {
    let after = "
        complete -C 'cargo xtask migrate resolve codex '
        complete -C 'cargo xtask migrate codex --dry'";
    if let Some(said) = shell(&place(), "fish", "", after) {
        let words = said.lines().filter_map(|line| line.split('\t').next());
        assert_eq!(
            words.collect::<Vec<_>>(),
            ["0001", "0002", "--dry-run"],
            "{said}"
        );
    }
}
