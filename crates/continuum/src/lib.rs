//! The schema of the database **continuum** (user data, activity and subscriptions): its migrations, embedded, and the
//! functions that apply them.
#![doc = include_str!(concat!(env!("OUT_DIR"), "/front_page.md"))]

jubilee_runner::database_crate!("continuum");

#[cfg(feature = "testing")]
jubilee_testing::testing_module!();
