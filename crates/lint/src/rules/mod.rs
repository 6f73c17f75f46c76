//! The rules, a file each, and the list of all of them.

use std::ops::Range;

use crate::checked::Checked;
use crate::finding::Finding;
use crate::syntax::{Makes, Refused};

pub(crate) mod access_token;
pub(crate) mod add_column_if_not_exists;
pub(crate) mod add_column_rewrite;
pub(crate) mod add_constraint_guarded;
pub(crate) mod allow_comment;
pub(crate) mod alter_guarded;
pub(crate) mod append_only;
pub(crate) mod attach_partition;
pub(crate) mod char_length;
pub(crate) mod check_not_valid;
pub(crate) mod column_type;
pub(crate) mod computed_sql;
pub(crate) mod connection_string;
pub(crate) mod constraint_name;
pub(crate) mod create_as_select;
pub(crate) mod create_guarded;
pub(crate) mod create_if_not_exists;
pub(crate) mod create_or_replace;
pub(crate) mod data_with_schema;
pub(crate) mod database_statement;
pub(crate) mod default_partition;
pub(crate) mod detach_concurrently;
pub(crate) mod drop_data;
pub(crate) mod drop_if_exists;
pub(crate) mod drop_in_use;
pub(crate) mod drop_index_concurrently;
pub(crate) mod encoding;
pub(crate) mod enum_value_if_not_exists;
pub(crate) mod enum_value_used;
pub(crate) mod exclusion_constraint;
pub(crate) mod foreign_data;
pub(crate) mod foreign_key_index;
pub(crate) mod foreign_key_not_valid;
pub(crate) mod future_date;
pub(crate) mod guard_removed;
pub(crate) mod header;
pub(crate) mod history_table;
pub(crate) mod identifier;
pub(crate) mod identifier_length;
pub(crate) mod if_not_exists_differs;
pub(crate) mod index_concurrently;
pub(crate) mod insert_on_conflict;
pub(crate) mod integer_key;
pub(crate) mod json;
pub(crate) mod layout;
pub(crate) mod listen_notify;
pub(crate) mod lock_table;
pub(crate) mod lock_timeout;
pub(crate) mod money;
pub(crate) mod naming;
pub(crate) mod needs_no_transaction;
pub(crate) mod no_transaction_repeatable;
pub(crate) mod no_transaction_single;
pub(crate) mod other_database;
pub(crate) mod other_sessions;
pub(crate) mod outer_pair;
pub(crate) mod owner_role;
pub(crate) mod password_literal;
pub(crate) mod primary_key;
pub(crate) mod private_key;
pub(crate) mod psql_meta_command;
pub(crate) mod refresh_concurrently;
pub(crate) mod reindex_concurrently;
pub(crate) mod rename_guarded;
pub(crate) mod rename_in_use;
pub(crate) mod replica_identity;
pub(crate) mod replication;
pub(crate) mod row_security;
pub(crate) mod search_path;
pub(crate) mod second_run;
pub(crate) mod secret_literal;
pub(crate) mod security_definer;
pub(crate) mod sequence_value;
pub(crate) mod serial;
pub(crate) mod server_configuration;
pub(crate) mod server_file;
pub(crate) mod session_state;
pub(crate) mod set_local;
pub(crate) mod set_not_null;
pub(crate) mod several_strong_locks;
pub(crate) mod sum_file;
pub(crate) mod syntax;
pub(crate) mod system_catalog;
pub(crate) mod table_rewrite;
pub(crate) mod three_part_name;
pub(crate) mod timestamptz;
pub(crate) mod transaction_control;
pub(crate) mod triggers_off;
pub(crate) mod truncate;
pub(crate) mod unique_using_index;
pub(crate) mod unknown_name;
pub(crate) mod unknown_setting;
pub(crate) mod unknown_type;
pub(crate) mod unparsed;
pub(crate) mod untrusted_language;
pub(crate) mod update_converges;
pub(crate) mod validate_separately;
pub(crate) mod varchar_length;
pub(crate) mod wide_grant;
pub(crate) mod wide_index;
pub(crate) mod work_under_lock;
pub(crate) mod write_without_where;

/// All rules, by category, and within it in the order in which they are best read.
pub(crate) static ALL: &[&Checked] = &[
    &naming::RULE,
    &layout::RULE,
    &encoding::RULE,
    &header::RULE,
    &syntax::RULE,
    &transaction_control::RULE,
    &append_only::RULE,
    &sum_file::RULE,
    &future_date::RULE,
    &allow_comment::RULE,
    &unparsed::RULE,
    &computed_sql::RULE,
    &create_if_not_exists::RULE,
    &if_not_exists_differs::RULE,
    &create_or_replace::RULE,
    &create_guarded::RULE,
    &drop_if_exists::RULE,
    &add_column_if_not_exists::RULE,
    &add_constraint_guarded::RULE,
    &alter_guarded::RULE,
    &rename_guarded::RULE,
    &enum_value_if_not_exists::RULE,
    &insert_on_conflict::RULE,
    &update_converges::RULE,
    &create_as_select::RULE,
    &sequence_value::RULE,
    &second_run::RULE,
    &three_part_name::RULE,
    &other_database::RULE,
    &foreign_data::RULE,
    &replication::RULE,
    &database_statement::RULE,
    &server_configuration::RULE,
    &server_file::RULE,
    &history_table::RULE,
    &psql_meta_command::RULE,
    &system_catalog::RULE,
    &password_literal::RULE,
    &connection_string::RULE,
    &private_key::RULE,
    &access_token::RULE,
    &secret_literal::RULE,
    &wide_grant::RULE,
    &security_definer::RULE,
    &untrusted_language::RULE,
    &guard_removed::RULE,
    &owner_role::RULE,
    &lock_timeout::RULE,
    &index_concurrently::RULE,
    &drop_index_concurrently::RULE,
    &reindex_concurrently::RULE,
    &detach_concurrently::RULE,
    &refresh_concurrently::RULE,
    &foreign_key_not_valid::RULE,
    &check_not_valid::RULE,
    &validate_separately::RULE,
    &set_not_null::RULE,
    &column_type::RULE,
    &add_column_rewrite::RULE,
    &unique_using_index::RULE,
    &exclusion_constraint::RULE,
    &attach_partition::RULE,
    &default_partition::RULE,
    &table_rewrite::RULE,
    &needs_no_transaction::RULE,
    &no_transaction_single::RULE,
    &no_transaction_repeatable::RULE,
    &several_strong_locks::RULE,
    &data_with_schema::RULE,
    &work_under_lock::RULE,
    &rename_in_use::RULE,
    &replica_identity::RULE,
    &drop_data::RULE,
    &drop_in_use::RULE,
    &truncate::RULE,
    &write_without_where::RULE,
    &triggers_off::RULE,
    &row_security::RULE,
    &outer_pair::RULE,
    &set_local::RULE,
    &search_path::RULE,
    &lock_table::RULE,
    &listen_notify::RULE,
    &session_state::RULE,
    &other_sessions::RULE,
    &unknown_name::RULE,
    &unknown_type::RULE,
    &unknown_setting::RULE,
    &foreign_key_index::RULE,
    &primary_key::RULE,
    &constraint_name::RULE,
    &timestamptz::RULE,
    &varchar_length::RULE,
    &char_length::RULE,
    &json::RULE,
    &money::RULE,
    &serial::RULE,
    &integer_key::RULE,
    &wide_index::RULE,
    &identifier::RULE,
    &identifier_length::RULE,
    &enum_value_used::RULE,
];

/// The rule of that name.
pub(crate) fn find(name: &str) -> Option<&'static Checked> {
    ALL.iter()
        .find(|checked| checked.rule.name == name)
        .copied()
}

/// What may have been made by what was not read.
pub(crate) fn made_unread(unread: &[(Range<usize>, Refused)]) -> Option<Makes> {
    let made = unread.iter().filter_map(|(_, reason)| match reason {
        Refused::Routine(name) => (!computed_sql::is_builtin(name)).then_some(Makes::Anything),
        Refused::Dynamic(makes) => Some(makes.clone()),
        _ => Some(Makes::Anything),
    });
    made.reduce(Makes::and)
}

/// What is said of the SQL of a statement that was not read.
pub(crate) fn unread(unread: Vec<(Range<usize>, Refused)>) -> Vec<Finding> {
    let (computed, broken): (Vec<_>, Vec<_>) = unread
        .into_iter()
        .partition(|(_, reason)| matches!(reason, Refused::Dynamic(_) | Refused::Routine(_)));
    let broken = broken
        .into_iter()
        .map(|(range, reason)| unparsed::finding(range, reason));
    broken.chain(computed_sql::findings(computed)).collect()
}
