//! What every PostgreSQL has, from 13 to 18: functions, types and settings.

mod functions;
mod settings;
mod types;

pub(crate) use functions::is_builtin_function;
pub(crate) use settings::{is_builtin_setting, nearest_setting};
pub(crate) use types::{BUILTIN_TYPES, is_builtin_type, takes_modifiers};
