//! A database for each test, with the real schema: made by copying a template, gone at the end of
//! the test.
//!
//! A database crate offers this under its feature `testing`, as `testing::TestDatabase`; this crate
//! knows no migrations, only how to have them applied ([`Schema`]).
//!
//! # The server
//!
//! By default all test processes of a user share one PostgreSQL, which the first of them starts in
//! memory and which goes a few seconds after the last one has ended. `JUBILEE_TEST_SERVER_URL` names
//! another one, as CI systems provide them; its role needs `CREATEDB` and no more, unless the
//! migrations do.
//!
//! # What is left
//!
//! Nothing, also when a test process is killed: the session of an owner holds an advisory lock, and
//! the next process drops every test database without one. With `JUBILEE_KEEP=1` databases are kept,
//! and a line says how to open them.

mod database;
mod error;
mod given;
mod janitor;
mod module;
mod pool;
mod server;
mod session;
mod source;

pub use database::{Template, TestDatabase};
pub use error::TestError;
pub use postgres;
pub use source::{BoxError, Schema};
