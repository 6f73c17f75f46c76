//! The schema of the database **continuum** (user data, activity and subscriptions): its migrations, embedded, and the
//! functions that apply them.

jubilee_runner::database_crate!("continuum");
