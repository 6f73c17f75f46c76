//! What a migration is, and the rules for its name, header and form, as pure functions.
//!
//! A migration is one file `NNNN_descriptive_name.sql` in the folder of its database. This
//! crate reads its name, its header and its statements, and says everything that is wrong with
//! a folder at once ([`MigrationSet::load`]).
//!
//! It opens no file, socket or process, starts no thread and knows no database driver: it
//! cannot fail for a reason outside its input.

mod date;
mod environment;
mod file;
mod findings;
mod header;
mod name;
mod script;
mod set;
mod splitter;
mod statement;
mod text;
mod token;
mod violation;

pub use date::parse_date;
pub use environment::Environment;
pub use file::{MigrationFile, Parsed, SourceFile, parse};
pub use header::{Header, Placeholder, TransactionMode, UnknownField};
pub use name::{MigrationName, NameError, Version, snake_case};
pub use script::Script;
pub use set::{MigrationSet, MigrationTexts, numbering};
pub use splitter::split;
pub use statement::Statement;
pub use text::{Lines, Position, TextError, normalise};
pub use token::{LexError, Token, TokenKind, tokens};
pub use violation::{Rule, Violation, Violations};

pub use time::Date;
