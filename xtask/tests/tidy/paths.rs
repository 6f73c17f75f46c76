//! The paths in a source file, as far as they lead into its own crate.

/// Every path that begins with `crate::`, `super::` or `self::`, in full, seen from a module.
pub(crate) fn paths(code: &str, module: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (word, keep) in [
        ("crate", 0),
        ("super", module.len().saturating_sub(1)),
        ("self", module.len()),
    ] {
        for (at, _) in code.match_indices(&format!("{word}::")) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let mut reader = Reader {
                rest: &code[at + word.len() + 2..],
            };
            let mut start = module[..keep].to_vec();
            while word == "super" && reader.eat("super::") {
                start.pop();
            }
            reader.tree(start, &mut found);
        }
    }
    found
}

/// The names that a module lends from the modules in it: `pub use mode::{Held, LockMode};`.
pub(crate) fn lent(code: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for line in code.split("use ").skip(1) {
        let mut list = Vec::new();
        let mut reader = Reader { rest: line };
        reader.eat("self::");
        reader.tree(Vec::new(), &mut list);
        found.extend(list.into_iter().filter_map(|path| {
            let last = path.last()?.clone();
            (path.len() > 1).then(|| (last, path[0].clone()))
        }));
    }
    found
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// Reads `a::{b, c::d}` behind a path, and adds each whole path.
    fn tree(&mut self, mut path: Vec<String>, found: &mut Vec<Vec<String>>) {
        loop {
            self.rest = self.rest.trim_start();
            if self.eat("{") {
                while !self.eat("}") && !self.rest.is_empty() {
                    self.tree(path.clone(), found);
                    self.eat(",");
                    self.rest = self.rest.trim_start();
                }
                return;
            }
            let end = self
                .rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(self.rest.len());
            let (name, rest) = self.rest.split_at(end);
            if name.is_empty() {
                // `*`, or something that is no path.
                self.rest = rest.get(1..).unwrap_or_default();
                found.push(path);
                return;
            }
            self.rest = rest;
            path.push(name.to_owned());
            if !self.eat("::") {
                found.push(path);
                return;
            }
        }
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

#[test]
fn a_path_is_seen_in_full() {
    let module = ["a".to_owned(), "b".to_owned()];
    let of = |code: &str| {
        let paths = paths(code, &module).into_iter();
        paths.map(|path| path.join("::")).collect::<Vec<_>>()
    };
    assert_eq!(
        of("use crate::{x::{Y, z::Z}, w};"),
        ["x::Y", "x::z::Z", "w"]
    );
    assert_eq!(of("super::c::D; super::super::e"), ["a::c::D", "e"]);
    assert_eq!(of("std::crate_::x; let y = crate::x::f(1);"), ["x::f"]);
    assert_eq!(
        lent("mod m;\npub(crate) use m::{A, n::B};"),
        [
            ("A".to_owned(), "m".to_owned()),
            ("B".to_owned(), "m".to_owned())
        ]
    );
}
