//! The schema of the database **continuum** (user data, activity and subscriptions): its migrations, embedded, and the
//! functions that apply them.

jubilee_runner::database_crate!(jubilee_core::Database {
    name: "continuum",
    holds: "user data, activity and subscriptions",
    change_rate: jubilee_core::ChangeRate::Frequent,
    review: jubilee_core::Review::Standard,
    development_port: 5434,
});
