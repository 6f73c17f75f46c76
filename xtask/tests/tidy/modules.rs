//! Which modules of a crate may know which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::paths::{lent, paths};
use crate::sources::sources;

/// A module, and the modules of its crate that it may use; what is not listed uses none.
type Table = &'static [(&'static str, &'static str)];

const CATALOG: Table = &[
    ("change", "kind model"),
    ("diff", "change kind model"),
    ("model", "kind"),
    ("read", "kind model"),
    ("sql", "kind model"),
];

const CORE: Table = &[
    ("file", "findings header name script text violation"),
    ("findings", "text violation"),
    ("header", "date findings name violation"),
    ("script", "findings header splitter statement violation"),
    ("set", "file name text violation"),
    ("splitter", "statement token"),
    ("violation", "name text"),
];

const LINT: Table = &[
    ("allow", "checked finding rules suggest"),
    ("append_only", "finding rules"),
    ("builtin", "suggest syntax"),
    ("catalog", "object syntax"),
    (
        "check",
        "allow catalog checked context facts finding locks rule rules secrets syntax",
    ),
    ("checked", "context finding rule syntax"),
    ("context", "catalog facts locks object secrets syntax"),
    ("facts", "locks object syntax"),
    ("finding", "catalog fix object rule syntax"),
    ("locks", "syntax"),
    ("object", "syntax"),
    (
        "rules",
        "builtin catalog checked context facts finding fix locks object secrets suggest syntax",
    ),
    ("secrets", "syntax"),
    ("sums", "finding rules"),
    ("syntax", "fix"),
    ("undo", "object syntax"),
];

/// Not yet without circles.
const RUNNER: Table = &[
    ("activity", "driver engine error link message sql"),
    ("driver", "link message"),
    (
        "engine",
        "error event history left link message migrator options refusal sql state target",
    ),
    ("error", "event history left message refusal state target"),
    ("history", "message"),
    ("link", "message"),
    (
        "migrator",
        "activity driver engine error event link options refusal session state target",
    ),
    ("refusal", "history target"),
    ("session", "driver engine error event link options state"),
    ("state", "activity history"),
    ("target", "message"),
];

const VERIFY: Table = &[
    ("apply", "error place"),
    ("case", "data error queries scratch steps"),
    ("data", "error sql"),
    ("forecast", "error observe rows savepoint scratch sql steps"),
    ("observe", "error place scratch steps"),
    ("old", "data error rows sql"),
    (
        "proofs",
        "apply case data error observe old place proof queries rows savepoint schema sql steps",
    ),
    (
        "prove",
        "apply case data error forecast observe old picture place proof proofs queries rows schema scratch",
    ),
    ("queries", "data error old rows sql"),
    ("rows", "data error savepoint sql"),
    ("savepoint", "error"),
    ("schema", "error"),
    ("scratch", "error"),
    ("steps", "error"),
];

const XTASK: Table = &[
    ("activity", "output"),
    ("advice", "activity invocation"),
    ("after", "exit outcome problem run"),
    ("aftermath", "query target"),
    ("allowed", "exit problem"),
    ("argument", "databases"),
    (
        "baseline",
        "databases exit explain problem query scratch sources",
    ),
    (
        "check",
        "databases excerpt exit files git invocation output problem",
    ),
    ("cli", "command exit globals invocation output problem"),
    ("codegen", "databases exit files problem"),
    (
        "command",
        "after allowed argument baseline check codegen completions confirm connection databases drift exit explain files git globals header invocation local new_database observer outcome output plan problem progress run scratch seen snapshot sources target template terminal verify workspace",
    ),
    ("completions", "databases workspace"),
    ("confirm", "exit kind output problem"),
    ("connection", "databases invocation"),
    (
        "drift",
        "allowed databases exit explain header invocation output problem schema scratch sources target",
    ),
    ("environment", "exit kind problem"),
    ("explain", "advice exit invocation kind problem"),
    ("files", "exit problem"),
    ("git", "exit problem"),
    ("globals", "exit output problem sources"),
    ("kind", "exit"),
    ("local", "connection databases output problem workspace"),
    ("merged", "check"),
    (
        "new_database",
        "codegen databases exit files header problem",
    ),
    ("observer", "activity connection output"),
    ("outcome", "exit output problem run"),
    ("patience", "problem progress stop"),
    (
        "plan",
        "databases outcome output problem run sources target",
    ),
    ("problem", "connection excerpt exit kind"),
    ("progress", "activity exit output terminal"),
    (
        "run",
        "activity advice aftermath connection databases exit explain invocation kind observer output patience problem progress runtime sources stop target",
    ),
    ("runtime", "exit problem"),
    (
        "seen",
        "activity connection databases exit explain observer output problem target",
    ),
    ("schema", "exit problem query"),
    (
        "scratch",
        "connection databases explain local problem runtime schema sources target",
    ),
    (
        "snapshot",
        "allowed databases exit output problem query schema scratch sources",
    ),
    (
        "sources",
        "connection databases exit explain invocation kind merged problem workspace",
    ),
    (
        "target",
        "confirm connection databases environment exit explain invocation local observer output problem query runtime sources",
    ),
    ("template", "header"),
    (
        "verify",
        "check databases exit output problem progress runtime stop target terminal",
    ),
    ("workspace", "exit invocation problem"),
];

/// By folder, the modules that a module in it uses, as far as both lie in that folder.
type Uses = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

fn uses(root: &str) -> Uses {
    let files: Vec<(Vec<String>, String)> = sources(root)
        .into_iter()
        .filter(|source| !source.is_test())
        .map(|source| {
            let path = source.path.strip_prefix(root).unwrap();
            (module(path), source.code())
        })
        .collect();
    let lends: BTreeMap<&[String], BTreeMap<String, String>> = files
        .iter()
        .map(|(module, code)| (module.as_slice(), lent(code).into_iter().collect()))
        .collect();
    let exists = |path: &[String]| files.iter().any(|(module, _)| module.starts_with(path));
    let mut uses = Uses::new();
    for (user, code) in &files {
        for path in paths(code, user) {
            let shared = user.iter().zip(&path).take_while(|(a, b)| a == b).count();
            let (Some(from), Some(name)) = (user.get(shared), path.get(shared)) else {
                continue;
            };
            let folder = &user[..shared];
            let mut to = folder.to_vec();
            to.push(name.clone());
            // What is no module was lent by the folder from one.
            let to = match lends.get(folder).and_then(|lent| lent.get(name)) {
                _ if exists(&to) => name,
                Some(module) => module,
                None => continue,
            };
            if to != from {
                let folder = uses.entry(folder.join("::")).or_default();
                folder.entry(from.clone()).or_default().insert(to.clone());
            }
        }
    }
    uses
}

fn module(path: &Path) -> Vec<String> {
    let path = path.with_extension("");
    let mut names: Vec<String> = path
        .iter()
        .map(|name| name.to_str().unwrap().to_owned())
        .collect();
    names.pop_if(|name| ["lib", "main", "mod"].contains(&name.as_str()));
    names
}

/// What the modules of a crate use besides what a table lets them.
fn forbidden(root: &str, table: Table) -> Vec<String> {
    let allowed: BTreeMap<&str, BTreeSet<&str>> = table
        .iter()
        .map(|(module, others)| (*module, others.split(' ').collect()))
        .collect();
    let mut found = Vec::new();
    for (module, others) in uses(root).remove("").unwrap_or_default() {
        for other in others {
            let known = allowed.get(module.as_str());
            if !known.is_some_and(|known| known.contains(other.as_str())) {
                found.push(format!("{root}: `{module}` uses `{other}`"));
            }
        }
    }
    found
}

/// Modules from which a way leads back to themselves.
fn circles(uses: &BTreeMap<String, BTreeSet<String>>) -> Vec<&String> {
    let reaches_itself = |start: &&String| {
        let mut seen = BTreeSet::new();
        let mut open = vec![*start];
        while let Some(module) = open.pop() {
            for next in uses.get(module).into_iter().flatten() {
                if next == *start {
                    return true;
                }
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    };
    uses.keys().filter(reaches_itself).collect()
}

#[test]
fn modules_know_only_what_the_table_lets_them() {
    let found: Vec<String> = [
        ("crates/catalog/src", CATALOG),
        ("crates/core/src", CORE),
        ("crates/lint/src", LINT),
        ("crates/runner/src", RUNNER),
        ("crates/verify/src", VERIFY),
        ("xtask/src", XTASK),
    ]
    .into_iter()
    .flat_map(|(root, table)| forbidden(root, table))
    .collect();
    assert!(
        found.is_empty(),
        "{}\nuntie them, or say in {} that it may be so",
        found.join("\n"),
        file!()
    );
}

#[test]
fn no_modules_of_catalog_core_lint_and_xtask_know_each_other() {
    for root in [
        "crates/catalog/src",
        "crates/core/src",
        "crates/lint/src",
        "xtask/src",
    ] {
        for (folder, uses) in uses(root) {
            assert_eq!(circles(&uses), [""; 0], "{root}, folder `{folder}`");
        }
    }
}

#[test]
fn a_circle_is_seen() {
    let uses = BTreeMap::from([
        ("a".to_owned(), BTreeSet::from(["b".to_owned()])),
        ("b".to_owned(), BTreeSet::from(["c".to_owned()])),
        ("c".to_owned(), BTreeSet::from(["b".to_owned()])),
    ]);
    assert_eq!(circles(&uses), ["b", "c"]);
}
