//! The schema of the database **codex** (identity, SSO and platform configuration): its migrations, embedded, and the
//! functions that apply them.

jubilee_runner::database_crate!("codex");
