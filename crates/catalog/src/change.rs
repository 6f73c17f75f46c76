//! A difference between two catalogs, and how it is said in one line.

use std::collections::BTreeMap;
use std::fmt;

use crate::kind::Kind;
use crate::model::Name;

/// Longer values are not quoted in one line.
const LINE: usize = 100;

/// What became of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The object.
    pub name: Name,
    /// What became of it.
    pub what: What,
}

/// What became of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It is new, with what belongs to it.
    Added(Vec<Name>),
    /// It is gone, with what belonged to it.
    Removed(Vec<Name>),
    /// It is another.
    Changed(Vec<Difference>),
}

/// An attribute that differs. `None` is what such an object usually has, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which: "type", "definition", "privileges of reader".
    pub attribute: String,
    /// The value that it had.
    pub from: Option<String>,
    /// The value that it has.
    pub to: Option<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.name)?;
        match &self.what {
            What::Added(parts) => {
                f.write_str("added")?;
                counts(f, parts)
            }
            What::Removed(parts) => {
                f.write_str("removed")?;
                counts(f, parts)
            }
            What::Changed(differences) => {
                for (index, difference) in differences.iter().enumerate() {
                    let separator = if index == 0 { "" } else { "; " };
                    write!(f, "{separator}{difference}")?;
                }
                Ok(())
            }
        }
    }
}

fn counts(f: &mut fmt::Formatter<'_>, parts: &[Name]) -> fmt::Result {
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for part in parts {
        *counts.entry(part.kind).or_default() += 1;
    }
    if counts.is_empty() {
        return Ok(());
    }
    let counts: Vec<String> = counts
        .into_iter()
        .map(|(kind, count)| kind.counted(count))
        .collect();
    write!(f, ", with {}", counts.join(", "))
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (is, was) = match (self.from.as_deref(), self.to.as_deref()) {
            (Some(from), Some(to)) => {
                let (line, was, is) = first_different_line(from, to);
                if from.contains('\n') || to.contains('\n') {
                    write!(f, "{} from line {line}: ", self.attribute)?;
                } else {
                    write!(f, "{} ", self.attribute)?;
                }
                if was.trim() == is.trim() {
                    return f.write_str("other white space");
                }
                around(is.trim(), was.trim())
            }
            (from, to) => {
                write!(f, "{} ", self.attribute)?;
                let usual = match self.attribute.ends_with("validity") {
                    true => "valid",
                    false => "not set",
                };
                let shown = |value: Option<&str>| {
                    value.map_or_else(|| usual.to_owned(), |value| quoted(value.trim(), false))
                };
                (shown(to), shown(from))
            }
        };
        write!(f, "{is}, was {was}")
    }
}

/// The number of the first line in which two texts differ, and what stands there on both sides.
fn first_different_line<'t>(from: &'t str, to: &'t str) -> (usize, &'t str, &'t str) {
    let (mut old, mut new) = (from.split('\n'), to.split('\n'));
    let mut line = 1;
    loop {
        match (old.next(), new.next()) {
            (Some(a), Some(b)) if a == b => line += 1,
            (a, b) => return (line, a.unwrap_or_default(), b.unwrap_or_default()),
        }
    }
}

/// Two different lines; of long ones, what differs and a little of what stands before it.
fn around(one: &str, other: &str) -> (String, String) {
    if one.len() <= LINE && other.len() <= LINE {
        return (quoted(one, false), quoted(other, false));
    }
    let same = one
        .char_indices()
        .zip(other.chars())
        .find(|((_, a), b)| a != b)
        .map_or(one.len().min(other.len()), |((at, _), _)| at);
    // From the third word before it.
    let start = one[..same]
        .rmatch_indices(' ')
        .nth(3)
        .map_or(0, |(space, _)| space + 1);
    let part = |line: &str| quoted(&line[start..], start > 0);
    (part(one), part(other))
}

/// The first line of a value, cut where it is long.
fn quoted(value: &str, is_rest: bool) -> String {
    let line = value.lines().next().unwrap_or_default();
    if line.is_empty() {
        return "nothing".to_owned();
    }
    let before = if is_rest { "… " } else { "" };
    match line.char_indices().nth(LINE) {
        Some((end, _)) => format!("`{before}{} …`", &line[..end]),
        None if line.len() < value.len() => format!("`{before}{line} …`"),
        None => format!("`{before}{line}`"),
    }
}
