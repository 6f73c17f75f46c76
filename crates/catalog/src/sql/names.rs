//! How statements name things.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::kind::Kind;
use crate::model::{Name, Object};

/// A string constant that means the same whatever `standard_conforming_strings` says.
#[must_use]
pub fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// The last part of an identity: a column's name without its table's.
pub(super) fn last<'n>(name: &'n Name, object: &Object) -> &'n str {
    let whole = object.part_of.as_ref().map_or(0, |whole| {
        let is_in = name.identity.starts_with(&whole.identity)
            && name.identity[whole.identity.len()..].starts_with('.');
        if is_in { whole.identity.len() + 1 } else { 0 }
    });
    &name.identity[whole..]
}

/// A qualified name without its schema.
pub(super) fn without_schema(identity: &str) -> &str {
    split_unquoted(identity, '.').map_or(identity, |(_, rest)| rest)
}

/// The name in `public.total(integer)` and `public.=== (integer, integer)`.
pub(super) fn without_arguments(identity: &str) -> &str {
    let (name, _) = split_unquoted(identity, '(').unwrap_or((identity, ""));
    name.trim_end()
}

/// What stands before and behind the first such character that is not in quotes.
fn split_unquoted(identity: &str, character: char) -> Option<(&str, &str)> {
    let mut quoted = false;
    let (at, _) = identity.char_indices().find(|(_, found)| {
        quoted ^= *found == '"';
        !quoted && *found == character
    })?;
    Some((&identity[..at], &identity[at + character.len_utf8()..]))
}

/// The schema of a qualified name.
pub(super) fn schema(identity: &str) -> &str {
    let end = identity.len() - without_schema(identity).len();
    identity[..end].trim_end_matches('.')
}

/// A name as the catalogs have it: without the quotes that SQL needs.
#[must_use]
pub fn unquoted(name: &str) -> String {
    let inside = name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'));
    inside.map_or_else(|| name.to_owned(), |inside| inside.replace("\"\"", "\""))
}

/// What ALTER, DROP and COMMENT call an object: `TRIGGER t ON public.users`.
pub(super) fn called(name: &Name, object: &Object) -> String {
    let keyword = name.kind.keyword();
    match (name.kind, &object.part_of) {
        (Kind::Constraint | Kind::Trigger | Kind::Rule | Kind::Policy, Some(table)) => {
            format!("{keyword} {} ON {}", last(name, object), table.identity)
        }
        (Kind::DomainConstraint, Some(domain)) => {
            format!(
                "{keyword} {} ON DOMAIN {}",
                last(name, object),
                domain.identity
            )
        }
        (Kind::Transform | Kind::UserMapping, _) => format!("{keyword} FOR {}", name.identity),
        (Kind::Aggregate, _) => match name.identity.strip_suffix("()") {
            Some(bare) => format!("{keyword} {bare}(*)"),
            None => format!("{keyword} {}", name.identity),
        },
        _ => format!("{keyword} {}", name.identity),
    }
}

/// A name of its own in the same schema.
pub(super) fn beside(identity: &str, suffix: &str) -> String {
    /// So that the whole is no longer than a name may be.
    const KEPT: usize = 36;
    let short = without_schema(identity);
    let schema = &identity[..identity.len() - short.len()];
    let mut plain = unquoted(short);
    if plain.len() > KEPT {
        // Others may begin in the same way.
        let mut hasher = DefaultHasher::new();
        plain.hash(&mut hasher);
        let number = hasher.finish() & 0xffff_ffff;
        plain.truncate(plain.floor_char_boundary(KEPT - 9));
        plain.push_str(&format!("_{number:08x}"));
    }
    let name = format!("{plain}{suffix}");
    let is_plain = name
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    match is_plain {
        true => format!("{schema}{name}"),
        false => format!("{schema}\"{}\"", name.replace('"', "\"\"")),
    }
}
