//! The schema of the database **codex** (identity, SSO and platform configuration): its migrations, embedded, and the
//! functions that apply them.

jubilee_runner::database_crate!(jubilee_core::Database {
    name: "codex",
    holds: "identity, SSO and platform configuration",
    change_rate: jubilee_core::ChangeRate::Rare,
    review: jubilee_core::Review::Senior,
    development_port: 5432,
});
