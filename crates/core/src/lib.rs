//! The rules of the house for migrations, as pure functions.
//!
//! A migration is one file `NNNN_descriptive_name.sql` in the folder of its database. This
//! crate reads its name, its header and its statements, and says everything that is wrong with
//! a folder at once ([`MigrationSet::load`]).
//!
//! It opens no file, socket or process, starts no thread and knows no database driver: it
//! cannot fail for a reason outside its input.

mod database;
mod environment;
mod file;
mod header;
mod name;
mod script;
mod set;
mod splitter;
mod suggest;
mod text;
mod token;
mod violation;

pub use database::{ChangeRate, Database, Review};
pub use environment::{Environment, EnvironmentError, ProductionConsent};
pub use file::{MigrationFile, Parsed, SourceFile, parse};
pub use header::{Date, Header, Placeholder, TransactionMode};
pub use name::{MigrationName, NameError, Version, snake_case};
pub use script::{Script, Statement};
pub use set::{MigrationSet, numbering};
pub use splitter::split;
pub use suggest::nearest;
pub use text::{Lines, Position, TextError, normalise};
pub use token::{LexError, Token, TokenKind, tokens};
pub use violation::{Rule, Violation, Violations};
