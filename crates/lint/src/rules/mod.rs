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
    future_date

    create_if_not_exists

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

    drop_data
    truncate
    write_without_where

    outer_pair
    set_local
    search_path
    lock_table
    listen_notify
    session_state
}

/// The rule of that name.
pub(crate) fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.name == name).copied()
}
