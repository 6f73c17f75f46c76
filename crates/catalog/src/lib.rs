//! The schema of a PostgreSQL database as a value: read, compared, written as SQL.
//!
//! This crate opens no connection and no file. It gives a message for the server ([`READ`], or [`QUERY`]
//! alone inside a transaction of the caller's), takes the rows, and makes a [`Catalog`] of them.
//!
//! ```no_run
//! use jubilee_catalog::{Catalog, READ, diff};
//! use postgres::{Client, SimpleQueryMessage};
//!
//! fn read(client: &mut Client) -> Result<Catalog, Box<dyn std::error::Error>> {
//!     let mut rows = Vec::new();
//!     for message in client.simple_query(READ)? {
//!         if let SimpleQueryMessage::Row(row) = message {
//!             rows.push([0, 1, 2, 3].map(|column| row.get(column).unwrap_or_default().to_owned()));
//!         }
//!     }
//!     Ok(Catalog::from_rows(rows)?)
//! }
//!
//! fn compare(a: &mut Client, b: &mut Client) -> Result<(), Box<dyn std::error::Error>> {
//!     for change in diff(&read(a)?, &read(b)?) {
//!         // "column public.users.email: type is character varying(254), was text"
//!         eprintln!("{change}");
//!     }
//!     Ok(())
//! }
//! ```
//!
//! Two catalogs are equal in the sense of [`diff`] if no user of the database could tell the schemas apart,
//! rows aside. The server's version makes no difference (PostgreSQL 13 to 18), but for the text of views
//! and of functions with an SQL body, which some versions write differently.
//!
//! What is not read is never passed over: an object of another kind is in the catalog by its description
//! ([`Catalog::not_read`]), and [`Catalog::not_compared`] says which properties of objects that are there
//! were left out, such as passwords.

mod change;
mod diff;
mod kind;
mod model;
mod read;
mod sql;

pub use change::{Change, Difference, What};
pub use diff::diff;
pub use kind::Kind;
pub use model::{Catalog, Name, Object};
pub use read::ReadError;
pub use sql::{
    Exchanged, Loss, Rename, Script, Step, careful_script, ddl, exchanged, literal, renames, roles,
    roles_of, script, to_sql, unquoted,
};

/// The query: rows of kind, identity, attribute and value, in no order. Run it with the settings of
/// [`BEGIN`], on which the values depend.
pub const QUERY: &str = include_str!("catalog.sql");

/// Begins a transaction that reads one state of the catalogs and writes nothing.
pub const BEGIN: &str = include_str!("begin.sql");

/// [`BEGIN`], [`QUERY`] and the end of the transaction, as one message of the simple query protocol.
pub const READ: &str = concat!(
    include_str!("begin.sql"),
    include_str!("catalog.sql"),
    ";\nCOMMIT;\n"
);
