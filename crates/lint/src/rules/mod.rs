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
    future_date
    allow_comment
    unparsed

    create_if_not_exists
    create_or_replace
    create_guarded
    drop_if_exists
    add_column_if_not_exists
    add_constraint_guarded
    alter_guarded
    rename_guarded
    enum_value_if_not_exists
    insert_on_conflict
    update_converges
    create_as_select
    sequence_value

    three_part_name
    other_database
    foreign_data
    replication
    database_statement
    server_configuration
    server_file
    history_table
    psql_meta_command

    password_literal
    connection_string
    private_key
    access_token
    secret_literal

    index_concurrently
    drop_index_concurrently
    reindex_concurrently
    detach_concurrently
    refresh_concurrently
    foreign_key_not_valid
    check_not_valid
    validate_separately
    set_not_null
    column_type
    add_column_rewrite
    unique_using_index
    exclusion_constraint
    attach_partition
    table_rewrite
    needs_no_transaction
    no_transaction_single
    no_transaction_repeatable
    several_strong_locks
    data_with_schema
    rename_in_use

    drop_data
    truncate
    write_without_where

    outer_pair
    set_local
    search_path
    lock_table
    listen_notify
    session_state

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
    enum_value_used
}

/// The rule of that name.
pub(crate) fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.name == name).copied()
}
