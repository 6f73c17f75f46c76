//! How statements name things.

use crate::kind::Kind;
use crate::model::{Name, Object};

/// A string constant.
pub(super) fn literal(text: &str) -> String {
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
    let mut quoted = false;
    for (at, character) in identity.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '.' if !quoted => return &identity[at + 1..],
            _ => {}
        }
    }
    identity
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
        (Kind::Transform, _) => format!("{keyword} FOR {}", name.identity),
        (Kind::UserMapping, _) => format!("{keyword} FOR {}", name.identity),
        _ => format!("{keyword} {}", name.identity),
    }
}

/// A name of its own in the same schema.
pub(super) fn beside(identity: &str, suffix: &str) -> String {
    /// So that the whole is no longer than a name may be.
    const KEPT: usize = 36;
    let short = without_schema(identity);
    let schema = &identity[..identity.len() - short.len()];
    let plain = unquoted(short);
    let end = plain.char_indices().take_while(|(at, _)| *at < KEPT).last();
    let end = end.map_or(0, |(at, character)| at + character.len_utf8());
    let name = format!("{}{suffix}", &plain[..end]);
    let is_plain = name
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    match is_plain {
        true => format!("{schema}{name}"),
        false => format!("{schema}\"{}\"", name.replace('"', "\"\"")),
    }
}
