//! Whether a guard lets its body run only once, since the body takes away what it asks for.

use jubilee_core::{TokenKind, tokens};
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::guard::Fact;
use super::{ObjectName, identifier, string_of};

/// Whether one of the statements makes what a fact says is not there, or drops or renames what it
/// says is there: then none of them runs a second time.
pub(super) fn runs_once(facts: &[Fact], statements: impl Iterator<Item = SyntaxNode>) -> bool {
    let asked: Vec<(&Fact, Vec<String>)> = facts
        .iter()
        .filter(|fact| fact.is_of_catalog())
        .map(|fact| (fact, fact.names()))
        .filter(|(_, names)| !names.is_empty())
        .collect();
    if asked.is_empty() {
        return false;
    }
    let mut made = Vec::new();
    let mut gone = Vec::new();
    for node in statements.flat_map(|statement| statement.descendants()) {
        note(&node, &mut made, &mut gone);
    }
    asked.iter().any(|(fact, names)| {
        let done: &Vec<Done> = if fact.exists { &gone } else { &made };
        done.iter().any(|done| {
            let sources = || fact.sources.iter();
            names.contains(&done.name)
                && done.on.as_ref().is_none_or(|on| fact.may_be_of(on))
                && done
                    .known_as
                    .iter()
                    .any(|part| sources().any(|source| source.contains(part)))
        })
    })
}

/// Something that a statement makes, or drops or renames.
struct Done {
    name: String,
    /// The table of a part, where it is known.
    on: Option<ObjectName>,
    /// Parts of the names of the catalogs, views and functions that know it.
    known_as: &'static [&'static str],
}

/// What the node that names an object says of it.
enum Effect {
    /// It is made.
    Made,
    /// It is dropped, or gets another name: the node holds the name.
    Gone,
    /// It gets another name or schema: the statement around the node begins with the old one.
    Renamed,
}

/// What a node does to an object, and what the catalogs that know it are called.
fn effect(kind: SyntaxKind) -> Option<(Effect, &'static [&'static str])> {
    use Effect::{Gone, Made, Renamed};
    use SyntaxKind as S;
    const COLUMN: &[&str] = &["attribute", "columns"];
    const CONSTRAINT: &[&str] = &["constraint", "usage"];
    const TYPE: &[&str] = &["type", "domain"];
    const ROUTINE: &[&str] = &["proc", "routine"];
    const SCHEMA: &[&str] = &["namespace", "schema"];
    const RELATION: &[&str] = &["class", "table", "view", "index", "sequence"];
    Some(match kind {
        S::COLUMN_NAME => (Made, COLUMN),
        S::DROP_COLUMN | S::RENAME_COLUMN => (Gone, COLUMN),
        S::CONSTRAINT_NAME => (Made, CONSTRAINT),
        S::DROP_CONSTRAINT | S::RENAME_CONSTRAINT => (Gone, CONSTRAINT),
        S::TYPE_NAME | S::DOMAIN => (Made, TYPE),
        S::DROP_TYPE | S::DROP_DOMAIN => (Gone, TYPE),
        S::TYPE_RENAME_TO => (Renamed, TYPE),
        S::FUNCTION_NAME | S::PROCEDURE_NAME => (Made, ROUTINE),
        S::DROP_FUNCTION => (Gone, ROUTINE),
        S::FUNCTION_RENAME_TO => (Renamed, ROUTINE),
        S::SCHEMA => (Made, SCHEMA),
        S::DROP_SCHEMA => (Gone, SCHEMA),
        S::SCHEMA_RENAME_TO => (Renamed, SCHEMA),
        S::TRIGGER => (Made, &["trigger"]),
        S::DROP_TRIGGER => (Gone, &["trigger"]),
        S::POLICY => (Made, &["polic"]),
        S::DROP_POLICY => (Gone, &["polic"]),
        S::ROLE => (Made, &["role", "user", "group", "authid"]),
        S::EXTENSION => (Made, &["extension"]),
        S::RENAME_VALUE => (Gone, &["enum"]),
        S::TABLE_NAME | S::INDEX | S::VIEW | S::SEQUENCE => (Made, RELATION),
        S::DROP_TABLE | S::DROP_INDEX | S::DROP_VIEW | S::DROP_MATERIALIZED_VIEW => {
            (Gone, RELATION)
        }
        S::DROP_SEQUENCE => (Gone, RELATION),
        S::TABLE_RENAME_TO | S::VIEW_RENAME_TO | S::INDEX_RENAME_TO => (Renamed, RELATION),
        S::SEQUENCE_RENAME_TO | S::SET_SCHEMA => (Renamed, RELATION),
        _ => return None,
    })
}

/// SQL in a string is not looked at that closely.
const ANYHOW: &[&str] = &[""];

/// The table that an `ALTER TABLE` around a node is about.
fn altered(node: &SyntaxNode) -> Option<ObjectName> {
    let alter = node.ancestors().find_map(ast::AlterTable::cast)?;
    ObjectName::of(alter.table_relation_name())
}

fn note(node: &SyntaxNode, made: &mut Vec<Done>, gone: &mut Vec<Done>) {
    let Some((effect, known_as)) = effect(node.kind()) else {
        // EXECUTE 'ALTER TABLE …'
        if let Some(text) = ast::Literal::cast(node.clone()).and_then(|l| string_of(&l)) {
            note_text(&text, made, gone);
        }
        return;
    };
    let done = |name, on| Done { name, on, known_as };
    match effect {
        Effect::Made => {
            made.extend(ObjectName::of_node(node).map(|name| done(name.name, altered(node))));
        }
        Effect::Gone => {
            let on = altered(node);
            gone.extend(names(node).into_iter().map(|name| done(name, on.clone())));
        }
        Effect::Renamed => {
            let old = node.parent().and_then(|alter| first_child(&alter));
            let old = old.and_then(|old| ObjectName::of_node(&old));
            gone.extend(old.map(|name| done(name.name, None)));
        }
    }
}

fn first_child(alter: &SyntaxNode) -> Option<SyntaxNode> {
    alter
        .descendants()
        .find(|inner| inner.kind() == SyntaxKind::PATH_REF)
}

/// The names that a `DROP` or a `RENAME` holds: those behind `TO` are new.
fn names(node: &SyntaxNode) -> Vec<String> {
    let leaves = node
        .descendants()
        .filter(|inner| inner.children().next().is_none());
    leaves
        .map(|leaf| {
            ast::normalize_name_node(&leaf)
                .trim_matches('\'')
                .to_owned()
        })
        .collect()
}

/// The same for SQL in a string.
fn note_text(text: &str, made: &mut Vec<Done>, gone: &mut Vec<Done>) {
    let mut makes = false;
    let mut drops = false;
    for token in tokens(text) {
        let Ok(token) = token else { return };
        let word = &text[token.range];
        if !matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier) {
            continue;
        }
        let name = identifier(word).into_owned();
        match name.as_str() {
            "create" | "add" => (makes, drops) = (true, false),
            "drop" | "rename" => (makes, drops) = (false, true),
            _ if makes => made.push(in_string(name)),
            _ if drops => gone.push(in_string(name)),
            _ => {}
        }
    }
}

fn in_string(name: String) -> Done {
    Done {
        name,
        on: None,
        known_as: ANYHOW,
    }
}
