//! The functions of `pg_catalog`.

use std::collections::HashSet;
use std::sync::LazyLock;

/// `SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace`, of 15
/// and 18.
static NAMES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("functions.txt").lines().collect());

/// Names that the grammar knows, and that stand in no catalog.
const OF_GRAMMAR: [&str; 8] = [
    "coalesce",
    "greatest",
    "least",
    "nullif",
    "grouping",
    "xmlconcat",
    "normalize",
    "row",
];

/// Whether PostgreSQL has a function of that name.
pub(crate) fn is_builtin_function(name: &str) -> bool {
    NAMES.contains(name) || OF_GRAMMAR.contains(&name)
}
