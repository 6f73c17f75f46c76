//! `VACUUM`, `CLUSTER` and `REINDEX`, which say the same in several ways.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::ObjectName;

/// The table of `CLUSTER`, also where it is written `CLUSTER index ON table`.
pub(crate) fn clustered(cluster: &ast::Cluster) -> Option<ObjectName> {
    let table = cluster.table_name_ref();
    let legacy = || cluster.cluster_legacy()?.on_path()?.table_name_ref();
    ObjectName::below(&table.or_else(legacy)?)
}

/// Whether it is `VACUUM FULL`, written as a word or as an option.
pub(crate) fn is_full(vacuum: &ast::Vacuum) -> bool {
    let options = vacuum.vacuum_option_list().into_iter();
    vacuum.full_token().is_some()
        || options
            .flat_map(|list| list.vacuum_options())
            .any(|option| is_on(option.syntax(), "full"))
}

/// Whether it is `REINDEX … CONCURRENTLY`, written as a word or as an option.
pub(crate) fn reindexes_concurrently(reindex: &ast::Reindex) -> bool {
    let options = reindex.reindex_option_list().into_iter();
    reindex
        .reindex_target()
        .is_some_and(|target| target.concurrently_token().is_some())
        || options
            .flat_map(|list| list.reindex_options())
            .any(|option| is_on(option.syntax(), "concurrently"))
}

/// Whether an option of that name is given, and not as `off`.
fn is_on(option: &SyntaxNode, name: &str) -> bool {
    let text = option.text().to_string().to_lowercase();
    let mut words = text.split_whitespace();
    let value = |word: &str| ["off", "false", "no", "0"].contains(&word.trim_matches('\''));
    words.next() == Some(name) && !words.next().is_some_and(value)
}
