//! The schema of the database **codex** (identity, SSO and platform configuration): its migrations, embedded, and the
//! functions that apply them.
#![doc = include_str!(concat!(env!("OUT_DIR"), "/front_page.md"))]

jubilee_runner::database_crate!("codex");

#[cfg(feature = "testing")]
jubilee_testing::testing_module!();
