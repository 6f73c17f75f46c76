//! `crates/<database>/drift.toml`: the objects that migrations do not decide about.

use std::path::Path;

use jubilee_catalog::{Catalog, Name};
use toml_edit::DocumentMut;

use crate::exit::Exit;
use crate::problem::Problem;

/// Patterns of objects that are left out of snapshots and of drift, each with its reason.
#[derive(Debug, Default)]
pub(crate) struct Allowed(pub(crate) Vec<Pattern>);

/// A pattern of names: `*` is anything, `?` a character.
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) object: String,
    pub(crate) reason: String,
}

impl Allowed {
    /// Reads the file of a database; without one, nothing is left out.
    pub(crate) fn read(root: &Path, database: &str) -> Result<Self, Problem> {
        let shown = format!("crates/{database}/drift.toml");
        let path = root.join(&shown);
        if !path.exists() {
            return Ok(Self::default());
        }
        let wrong = |why: String| {
            Problem::new(Exit::Failed, format!("{shown} cannot be used"))
                .why(why)
                .hint("each entry is [[ignore]] with object = \"table public.x_*\" and reason = \"…\"")
        };
        let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
        let document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
            let said = error.to_string();
            wrong(said.lines().next().unwrap_or_default().to_owned())
        })?;
        let mut patterns = Vec::new();
        for (key, item) in document.iter() {
            let tables = item
                .as_array_of_tables()
                .filter(|_| key == "ignore")
                .ok_or_else(|| wrong(format!("unknown key `{key}` (known: ignore)")))?;
            for table in tables {
                if let Some((other, _)) = table
                    .iter()
                    .find(|(key, _)| !["object", "reason"].contains(key))
                {
                    return Err(wrong(format!(
                        "unknown key `{other}` (known: object, reason)"
                    )));
                }
                let text = |key: &str| {
                    let value = table.get(key).and_then(|item| item.as_str());
                    value
                        .filter(|value| !value.trim().is_empty())
                        .map(str::to_owned)
                };
                match (text("object"), text("reason")) {
                    (Some(object), Some(reason)) => patterns.push(Pattern { object, reason }),
                    (Some(object), None) => return Err(wrong(format!("`{object}` has no reason"))),
                    (None, _) => return Err(wrong("an entry names no object".to_owned())),
                }
            }
        }
        Ok(Self(patterns))
    }

    /// Takes what is allowed out of a catalog, with all that belongs to it.
    pub(crate) fn remove_from(&self, catalog: &mut Catalog) {
        catalog.retain(|name, _| !self.allows(name));
    }

    pub(crate) fn allows(&self, name: &Name) -> bool {
        let name = name.to_string();
        self.0.iter().any(|pattern| matches(&pattern.object, &name))
    }
}

/// Whether a text is of a pattern.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&expected) if expected == '?' || expected == text[t] => {
                p += 1;
                t += 1;
            }
            // The last star takes one more.
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, t) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_whole_names() {
        assert!(matches(
            "table public.log_????_??",
            "table public.log_2026_11"
        ));
        assert!(matches("* app.*", "index app.a_idx"));
        assert!(!matches("table public.log_*", "table public.lo"));
        assert!(!matches("table public.log", "table public.logs"));
    }
}
