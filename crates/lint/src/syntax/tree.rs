//! Short ways through a tree.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::AstNode;

/// The nodes of a kind at a node and below it, in the order of the text.
pub(crate) fn all<N: AstNode>(node: &SyntaxNode) -> impl Iterator<Item = N> + use<N> {
    node.descendants().filter_map(N::cast)
}

/// The first of them.
pub(crate) fn first<N: AstNode>(node: &SyntaxNode) -> Option<N> {
    all(node).next()
}

/// Whether there is one.
pub(crate) fn has<N: AstNode>(node: &SyntaxNode) -> bool {
    node.descendants().any(|inner| N::can_cast(inner.kind()))
}

/// The children of a kind.
pub(crate) fn children<N: AstNode>(node: &SyntaxNode) -> impl Iterator<Item = N> + use<N> {
    node.children().filter_map(N::cast)
}

/// The first of them.
pub(crate) fn child<N: AstNode>(node: &SyntaxNode) -> Option<N> {
    children(node).next()
}

/// The text of a node in lower case.
pub(crate) fn lower(node: &SyntaxNode) -> String {
    node.text().to_string().to_lowercase()
}
