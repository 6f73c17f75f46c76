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

/// What the catalogs that know an object are called, by the node that names it, drops or renames it.
fn known_as(kind: SyntaxKind) -> &'static [&'static str] {
    use SyntaxKind as S;
    match kind {
        S::COLUMN_NAME | S::DROP_COLUMN | S::RENAME_COLUMN => &["attribute", "columns"],
        S::CONSTRAINT_NAME | S::DROP_CONSTRAINT | S::RENAME_CONSTRAINT => &["constraint", "usage"],
        S::TYPE_NAME | S::DOMAIN | S::DROP_TYPE | S::DROP_DOMAIN | S::TYPE_RENAME_TO => {
            &["type", "domain"]
        }
        S::FUNCTION_NAME | S::PROCEDURE_NAME | S::DROP_FUNCTION | S::FUNCTION_RENAME_TO => {
            &["proc", "routine"]
        }
        S::TRIGGER | S::DROP_TRIGGER => &["trigger"],
        S::POLICY | S::DROP_POLICY => &["polic"],
        S::SCHEMA | S::DROP_SCHEMA | S::SCHEMA_RENAME_TO => &["namespace", "schema"],
        S::ROLE => &["role", "user", "group", "authid"],
        S::EXTENSION => &["extension"],
        S::RENAME_VALUE => &["enum"],
        _ => &["class", "table", "view", "index", "sequence"],
    }
}

/// SQL in a string is not looked at that closely.
const ANYHOW: &[&str] = &[""];

/// The table that an `ALTER TABLE` around a node is about.
fn altered(node: &SyntaxNode) -> Option<ObjectName> {
    let alter = node.ancestors().find_map(ast::AlterTable::cast)?;
    ObjectName::of(alter.table_relation_name())
}

fn note(node: &SyntaxNode, made: &mut Vec<Done>, gone: &mut Vec<Done>) {
    use SyntaxKind as S;
    match node.kind() {
        S::TABLE_NAME
        | S::COLUMN_NAME
        | S::CONSTRAINT_NAME
        | S::INDEX
        | S::VIEW
        | S::SEQUENCE
        | S::SCHEMA
        | S::TYPE_NAME
        | S::DOMAIN
        | S::FUNCTION_NAME
        | S::PROCEDURE_NAME
        | S::TRIGGER
        | S::POLICY
        | S::ROLE
        | S::EXTENSION => {
            let on = altered(node);
            made.extend(ObjectName::of_node(node).map(|name| Done {
                name: name.name,
                on,
                known_as: known_as(node.kind()),
            }));
        }
        S::DROP_COLUMN
        | S::DROP_CONSTRAINT
        | S::DROP_TABLE
        | S::DROP_INDEX
        | S::DROP_VIEW
        | S::DROP_TYPE
        | S::DROP_TRIGGER
        | S::DROP_FUNCTION
        | S::DROP_SEQUENCE
        | S::DROP_SCHEMA
        | S::DROP_POLICY
        | S::DROP_MATERIALIZED_VIEW
        | S::DROP_DOMAIN
        | S::RENAME_COLUMN
        | S::RENAME_CONSTRAINT
        | S::RENAME_VALUE => {
            let on = altered(node);
            gone.extend(names(node).into_iter().map(|name| Done {
                name,
                on: on.clone(),
                known_as: known_as(node.kind()),
            }));
        }
        S::TABLE_RENAME_TO
        | S::VIEW_RENAME_TO
        | S::INDEX_RENAME_TO
        | S::TYPE_RENAME_TO
        | S::SEQUENCE_RENAME_TO
        | S::SCHEMA_RENAME_TO
        | S::FUNCTION_RENAME_TO
        | S::SET_SCHEMA => {
            gone.extend(
                node.parent()
                    .and_then(|alter| ObjectName::of_node(&first_child(&alter)?))
                    .map(|name| Done {
                        name: name.name,
                        on: None,
                        known_as: known_as(node.kind()),
                    }),
            );
        }
        // EXECUTE 'ALTER TABLE …'
        S::LITERAL => {
            if let Some(text) = ast::Literal::cast(node.clone()).and_then(|l| string_of(&l)) {
                note_text(&text, made, gone);
            }
        }
        _ => {}
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
