//! What `docs/comparison.md` says of the rules here.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jubilee_lint::rules;

fn comparison() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/comparison.md");
    fs::read_to_string(path).unwrap()
}

/// The text below a heading, up to the next one of its level.
fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let begin = format!("\n## {heading}\n");
    let (_, rest) = text.split_once(&begin).unwrap();
    rest.split("\n## ").next().unwrap()
}

/// The cells of the rows of tables in a text, without their heads.
fn rows(text: &str) -> Vec<Vec<&str>> {
    let mut rows: Vec<Vec<&str>> = Vec::new();
    for line in text.lines() {
        if line.starts_with("|---") {
            // What stands above is the head.
            rows.pop();
        } else if let Some(row) = line.strip_prefix("| ") {
            rows.push(row.trim_end_matches(" |").split(" | ").collect());
        }
    }
    rows
}

/// The names in the links to pages of rules: `[name](rules/name.md)`.
fn linked(text: &str) -> Vec<&str> {
    let links = text.split("](rules/").skip(1);
    links
        .map(|link| link.split(".md)").next().unwrap())
        .collect()
}

fn names() -> BTreeSet<&'static str> {
    rules().iter().map(|rule| rule.name).collect()
}

#[test]
fn every_rule_has_one_row_below_its_category() {
    let text = comparison();
    let mut found = Vec::new();
    for part in section(&text, "Rule by rule").split("\n### ").skip(1) {
        let category = part.lines().next().unwrap().to_lowercase();
        for row in rows(part) {
            assert_eq!(row.len(), 7, "a rule and six tools: {row:?}");
            let name = linked(row[0]).concat();
            assert_eq!(row[0], format!("[{name}](rules/{name}.md)"));
            found.push(format!("{category}: {name}"));
        }
    }
    let mut wrong = Vec::new();
    for rule in rules() {
        let expected = format!("{}: {}", rule.category, rule.name);
        match found.iter().position(|row| *row == expected) {
            Some(at) => drop(found.remove(at)),
            None => wrong.push(format!("docs/comparison.md has no row for {expected}")),
        }
    }
    let more = found.iter().map(|row| format!("one row too many: {row}"));
    wrong.extend(more);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_check_of_strong_migrations_has_a_rule_or_a_reason() {
    let text = comparison();
    let list = rows(section(&text, "The list of strong_migrations"));
    assert!(list.len() > 25, "{} operations", list.len());
    for row in list {
        assert_eq!(row.len(), 3, "{row:?}");
        let reason = row[2].starts_with("none: ") || row[2].starts_with("the runner ");
        assert!(reason || !linked(row[2]).is_empty(), "{row:?}");
    }
}

#[test]
fn every_rule_that_is_named_exists() {
    let text = comparison();
    let names = names();
    for name in linked(&text) {
        assert!(names.contains(name), "no rule is called {name}");
    }
    for row in rows(section(&text, "What they have and this lacks, and why")) {
        assert_eq!(row.len(), 2, "what they have, and why not here: {row:?}");
    }
    let alone = section(&text, "What none of them has");
    for name in alone.split('`').skip(1).step_by(2) {
        assert!(names.contains(name), "no rule is called {name}");
    }
}

#[test]
fn what_none_of_them_has_is_so_in_the_tables_too() {
    let text = comparison();
    let alone = section(&text, "What none of them has");
    let (alone, _) = alone.split_once("For others, such as").unwrap();
    for row in rows(section(&text, "Rule by rule")) {
        let name = linked(row[0]).concat();
        let nobody = row[1..].iter().all(|cell| cell.starts_with('–'));
        let said = alone.contains(&format!("`{name}`"));
        assert_eq!(nobody, said, "{name}: {row:?}");
    }
}

#[test]
fn cells_are_short() {
    for row in rows(section(&comparison(), "Rule by rule")) {
        for line in row[1..].iter().flat_map(|cell| cell.split("<br>")) {
            let length = line.chars().count();
            assert!(
                length <= 50,
                "{length} characters, put it into a note: {line}"
            );
        }
    }
}
