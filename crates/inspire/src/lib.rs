//! The schema of the database **inspire** (ministry content and conversations): its migrations, embedded, and the
//! functions that apply them.
#![doc = include_str!(concat!(env!("OUT_DIR"), "/front_page.md"))]

jubilee_runner::database_crate!("inspire");

#[cfg(feature = "testing")]
jubilee_testing::testing_module!();
