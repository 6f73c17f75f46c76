//! The schema of the database **inspire** (ministry content and conversations): its migrations, embedded, and the
//! functions that apply them.

jubilee_runner::database_crate!(jubilee_core::Database {
    name: "inspire",
    holds: "ministry content and conversations",
    change_rate: jubilee_core::ChangeRate::Moderate,
    review: jubilee_core::Review::Standard,
    development_port: 5433,
});
