//! From environment variables and a dotenv file to an open connection.
//!
//! [`Configuration`] reads what is configured and where, [`Configuration::source`] makes
//! [`Settings`] of it for one database, and [`connect`] opens the connection. Nothing here prints,
//! and no value that leaves this module shows a password: neither `Debug`, nor an error, nor a log
//! line.

mod classify;
mod configuration;
mod connect;
mod dotenv;
mod failure;
mod fault;
mod key;
mod layer;
mod passfile;
mod resolve;
mod settings;
mod socket;
mod tls;
mod url;
mod value;

pub use configuration::Configuration;
pub use connect::{Canceller, Connection, connect};
pub use failure::{ConnectError, Failure};
pub use fault::{ConfigurationError, Fault};
pub use settings::{Server, Settings, Source};
pub use value::SslMode;
