//! What `docs/comparison.md` says of the rules here.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jubilee_lint::rules;

fn comparison() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/comparison.md");
    fs::read_to_string(path).unwrap()
}

/// The rows of the table: what others have, and what is here for it.
fn rows(text: &str) -> Vec<(&str, &str)> {
    let (_, table) = text.split_once("\n|---|---|\n").unwrap();
    let rows = table.lines().map_while(|line| line.strip_prefix("| "));
    rows.map(|row| row.trim_end_matches(" |").split_once(" | ").unwrap())
        .collect()
}

/// The names in the links to pages of rules: `[name](rules/name.md)`.
fn linked(text: &str) -> impl Iterator<Item = &str> {
    let links = text.split("](rules/").skip(1);
    links.map(|link| link.split(".md)").next().unwrap())
}

/// The rules that stand alone: those in the paragraph about what nobody else has.
fn alone(text: &str) -> BTreeSet<&str> {
    let (_, rest) = text.split_once("\nNone of the six, ").unwrap();
    let paragraph = rest.split("\n\n").next().unwrap();
    paragraph.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_rule_is_compared_once_or_stands_alone() {
    let text = comparison();
    let names: BTreeSet<&str> = rules().iter().map(|rule| rule.name).collect();
    let here = rows(&text).into_iter().map(|(_, here)| here);
    let compared = here.filter(|here| !here.starts_with("none: "));
    let mut found: Vec<&str> = compared.flat_map(linked).collect();
    found.extend(alone(&text));
    found.sort_unstable();
    assert_eq!(found, names.iter().copied().collect::<Vec<_>>());
    for name in linked(&text) {
        assert!(names.contains(name), "no rule is called {name}");
    }
}

#[test]
fn what_is_not_here_has_a_reason() {
    for (theirs, here) in rows(&comparison()) {
        let reason = here.strip_prefix("none: ");
        let answer = reason.map_or(linked(here).count() > 0, |reason| reason.len() > 10);
        assert!(answer, "{theirs}: {here}");
    }
}
