//! All rules: one file and one line each.

use crate::rule::Rule;

macro_rules! rules {
    ($($module:ident)*) => {
        $(pub(crate) mod $module;)*
        /// All rules, by category.
        pub(crate) static ALL: &[&Rule] = &[$(&$module::RULE),*];
    };
}

rules! {
    naming
    layout
    encoding
    header
    syntax
    transaction_control
    allow_comment
    unparsed

    create_if_not_exists

    drop_index_concurrently
    reindex_concurrently
    detach_concurrently
    refresh_concurrently
    table_rewrite
    needs_no_transaction
    no_transaction_single
    no_transaction_repeatable
    several_strong_locks
    data_with_schema
    rename_in_use
}

/// The rule of that name.
pub(crate) fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.name == name).copied()
}
