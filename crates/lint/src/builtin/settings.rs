//! The settings that `SET` knows.

use std::collections::HashSet;
use std::sync::LazyLock;

/// `SELECT name FROM pg_settings`, of 15 and 18, in lower case.
static NAMES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("settings.txt").lines().collect());

/// Names that `SET` and `SHOW` take besides, and settings of other versions.
const BESIDES: [&str; 14] = [
    "all",
    "default_with_oids",
    "force_parallel_mode",
    "is_superuser",
    "names",
    "old_snapshot_threshold",
    "operator_precedence_warning",
    "role",
    "seed",
    "session_authorization",
    "transaction_timeout",
    "stats_temp_directory",
    "vacuum_cleanup_index_scale_factor",
    "vacuum_defer_cleanup_age",
];

/// Whether PostgreSQL has a setting of that name; one with a dot belongs to whoever names it.
pub(crate) fn is_builtin_setting(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains('.') || NAMES.contains(name.as_str()) || BESIDES.contains(&name.as_str())
}

/// The setting whose name is nearest.
pub(crate) fn nearest_setting(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    crate::suggest::nearest(&name, NAMES.iter().copied())
}
