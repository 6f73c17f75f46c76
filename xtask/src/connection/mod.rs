//! From environment variables and a dotenv file to an open connection.
//!
//! [`Variables`] says what is configured and where, [`Settings::resolve`] makes sense of it for
//! one database, and [`connect`] opens the connection. Nothing here prints, and no value that
//! leaves this module shows a password: neither `Debug`, nor an error, nor a log line.

mod address;
mod classify;
mod configuration_error;
mod connect;
mod connect_error;
mod dotenv;
mod dotenv_file;
mod hint;
mod host;
mod key;
mod origin;
mod resolve;
mod roots;
mod settings;
mod ssl_mode;
mod stay_open;
mod tls;
mod url;
mod variables;
mod variables_error;
mod verifier;
mod warning;
mod wire;

pub use configuration_error::{ConfigurationError, Problem};
pub use connect::{Canceller, Connection, Warned, connect};
pub use connect_error::{ConnectError, Failure, Phase};
pub use key::Key;
pub use origin::Origin;
pub use settings::{DEFAULT_CONNECT_TIMEOUT, Settings, Source};
pub use ssl_mode::SslMode;
pub use url::UrlFault;
pub use variables::{Place, Variable, Variables};
pub use variables_error::{BrokenLine, VariablesError};
pub use warning::Warning;
