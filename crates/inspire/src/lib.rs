//! The schema of the database **inspire** (ministry content and conversations): its migrations, embedded, and the
//! functions that apply them.

jubilee_runner::database_crate!("inspire");
