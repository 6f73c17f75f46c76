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
    append_only
    sum_file
    allow_comment
    unparsed

    create_if_not_exists

    index_concurrently
    foreign_key_not_valid
    check_not_valid
    validate_separately
    set_not_null
    column_type
    add_column_rewrite
    unique_using_index
    exclusion_constraint
    attach_partition

    enum_value_used
    foreign_key_index
    primary_key
    constraint_name
    timestamptz
    varchar_length
    char_length
    json
    money
    serial
    integer_key
    wide_index
    identifier
    identifier_length
}

/// The rule of that name.
pub(crate) fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.name == name).copied()
}
