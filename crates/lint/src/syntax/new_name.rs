//! Names that a statement gives.

use squawk_syntax::SyntaxKind;
use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::tree;

/// A name that a statement gives to something that stays in the catalog: of a table, a column, a
/// constraint, an index, a function, ….
pub(crate) struct NewName {
    /// What it names: `table`, `column`.
    pub(crate) kind: &'static str,
    /// The name as PostgreSQL understands it, before it is cut.
    pub(crate) name: String,
    /// The name as it is written.
    pub(crate) node: SyntaxNode,
}

impl NewName {
    /// Every such name, in the order of the text. Names inside of the queries of views and in
    /// the bodies of functions are not among them.
    pub(crate) fn all_of(sql: &ast::Stmt) -> Vec<Self> {
        let mut found = Vec::new();
        let root = sql.syntax();
        let gives = root
            .first_token()
            .is_some_and(|t| matches!(t.kind(), SyntaxKind::CREATE_KW | SyntaxKind::ALTER_KW));
        if !gives {
            return found;
        }
        let mut walk = root.preorder();
        while let Some(event) = walk.next() {
            let rowan::WalkEvent::Enter(node) = event else {
                continue;
            };
            if let Some(kind) = kind(node.kind()) {
                found.extend(name_node(&node).map(|node| Self {
                    kind,
                    name: ast::normalize_name_node(&node),
                    node,
                }));
                walk.skip_subtree();
            } else if &node != root && ast::Stmt::can_cast(node.kind()) {
                walk.skip_subtree();
            }
        }
        found
    }

    /// Whether it is written in quotes.
    pub(crate) fn is_quoted(&self) -> bool {
        self.node.text().contains_char('"')
    }
}

/// The last part of `schema.name`, or the name itself.
fn name_node(node: &SyntaxNode) -> Option<SyntaxNode> {
    match tree::child::<ast::Path>(node) {
        Some(path) => Some(path.segment()?.syntax().clone()),
        None => Some(node.clone()),
    }
}

/// The kinds of things whose names are of one's own choice. Those of extensions, languages,
/// collations of the system are not.
fn kind(kind: SyntaxKind) -> Option<&'static str> {
    Some(match kind {
        SyntaxKind::TABLE_NAME => "table",
        SyntaxKind::COLUMN_NAME => "column",
        SyntaxKind::CONSTRAINT_NAME => "constraint",
        SyntaxKind::INDEX => "index",
        SyntaxKind::VIEW => "view",
        SyntaxKind::SEQUENCE => "sequence",
        SyntaxKind::SCHEMA => "schema",
        SyntaxKind::TYPE_NAME => "type",
        SyntaxKind::DOMAIN => "domain",
        SyntaxKind::COMPOSITE_FIELD => "field",
        SyntaxKind::FUNCTION_NAME => "function",
        SyntaxKind::PROCEDURE_NAME => "procedure",
        SyntaxKind::AGGREGATE_NAME => "aggregate",
        SyntaxKind::TRIGGER => "trigger",
        SyntaxKind::EVENT_TRIGGER => "event trigger",
        SyntaxKind::POLICY => "policy",
        SyntaxKind::RULE => "rule",
        SyntaxKind::ROLE => "role",
        SyntaxKind::STATISTICS => "statistics object",
        _ => return None,
    })
}
