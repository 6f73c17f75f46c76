//! The tokens and words of a node.

use rowan::NodeOrToken;
use squawk_syntax::ast::AstNode;
use squawk_syntax::{SyntaxNode, SyntaxToken};

/// The tokens below a node, without white space and comments.
pub(crate) fn tokens_of(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| !token.kind().is_trivia())
}

/// The last of these tokens, found from the end: most of a long statement is not looked at.
pub(super) fn last_token_of(node: &SyntaxNode) -> Option<SyntaxToken> {
    let mut last = node.last_child_or_token();
    while let Some(element) = last {
        let token = match &element {
            NodeOrToken::Token(token) => Some(token.clone()).filter(|t| !t.kind().is_trivia()),
            NodeOrToken::Node(node) => last_token_of(node),
        };
        if token.is_some() {
            return token;
        }
        last = element.prev_sibling_or_token();
    }
    None
}

/// The SQL of a node on one line, without comments: to be repeated in a message.
pub(crate) fn words_of(node: &impl AstNode) -> String {
    let mut text = String::new();
    let mut gap = false;
    let tokens = node.syntax().descendants_with_tokens();
    for token in tokens.filter_map(|element| element.into_token()) {
        if token.kind().is_trivia() {
            gap = true;
            continue;
        }
        let bracket = text.ends_with('(') || token.text() == ")";
        if gap && !text.is_empty() && !bracket {
            text.push(' ');
        }
        gap = false;
        text.push_str(token.text());
    }
    text
}

/// A text on one line.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
