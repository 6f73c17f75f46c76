//! The pages of the rules, docs/rules/.

use std::collections::BTreeMap;

use jubilee_lint::{Category, Rule, rules};

const BANNER: &str =
    "<!-- Written by `cargo xtask codegen`. Do not edit: the text is the rule's own. -->";

/// The page of each rule and their index, by file name.
pub(crate) fn pages() -> BTreeMap<String, String> {
    let mut pages: BTreeMap<String, String> = rules()
        .iter()
        .map(|rule| (format!("{}.md", rule.name), page(rule)))
        .collect();
    pages.insert("README.md".to_owned(), index());
    pages
}

fn page(rule: &Rule) -> String {
    format!(
        "{BANNER}\n\n# {}\n\n[{}](README.md#{}) · {}\n\n{}\n",
        rule.name,
        rule.category,
        rule.category,
        rule.severity,
        rule.markdown()
    )
}

fn index() -> String {
    let mut text = format!(
        "{BANNER}\n\n# Rules\n\n\
         What `cargo xtask check` reports. Errors make it fail; warnings do with `--deny warnings`.\n\
         `-- check:allow RULE: reason` on the line above a statement suppresses one finding of it.\n\
         In the examples, `-- next migration` stands between two files.\n"
    );
    for category in Category::ALL {
        text.push_str(&format!(
            "\n## {category}\n\n| rule | | what it finds |\n|---|---|---|\n"
        ));
        for rule in rules().iter().filter(|rule| rule.category == category) {
            text.push_str(&format!(
                "| [{0}]({0}.md) | {1} | {2} |\n",
                rule.name,
                rule.severity,
                rule.summary().replace('|', "\\|")
            ));
        }
    }
    text
}
