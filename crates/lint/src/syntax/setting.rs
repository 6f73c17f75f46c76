//! Settings, and how long a statement may wait for a lock by them.

use squawk_syntax::ast::{self, AstNode};

/// How long a statement may wait for a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// No longer than others can be made to wait; or the setting is about something else.
    Short,
    Long,
    Endless,
}

/// The longest time that others can be made to wait, in milliseconds.
const LONGEST: f64 = 10_000.0;

/// What a setting says of it.
pub(crate) fn patience(name: &str, value: &str) -> Patience {
    if !["lock_timeout", "deadlock_timeout"].contains(&name) {
        return Patience::Short;
    }
    match milliseconds(value) {
        Some(time) if time <= 0.0 && name == "lock_timeout" => Patience::Endless,
        Some(time) if time > LONGEST => Patience::Long,
        None if value == "default" && name == "lock_timeout" => Patience::Endless,
        _ => Patience::Short,
    }
}

/// The setting and its value as text.
pub(crate) fn assigned_setting(set: &ast::Set) -> Option<(String, String)> {
    let ast::SetTarget::SetConfig(config) = set.set_target()? else {
        return None;
    };
    let name = config.config_parameter_ref()?.syntax().text().to_string();
    let value = config.config_assignment()?.syntax().text().to_string();
    let value = value.trim().trim_start_matches('=').trim();
    let value = match value.get(..3) {
        Some(to) if to.eq_ignore_ascii_case("to ") => &value[3..],
        _ => value,
    };
    let value = value.trim().trim_matches('\'').to_lowercase();
    Some((name.trim().to_lowercase(), value))
}

/// A time as PostgreSQL reads it, in milliseconds: `2s`, `500`, `1 min`.
fn milliseconds(value: &str) -> Option<f64> {
    let digits = value.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-');
    let (number, unit) = value.split_at(digits.unwrap_or(value.len()));
    let number: f64 = number.parse().ok()?;
    let factor = match unit.trim() {
        "" | "ms" => 1.0,
        "us" => 0.001,
        "s" => 1_000.0,
        "min" => 60_000.0,
        "h" => 3_600_000.0,
        "d" => 86_400_000.0,
        _ => return None,
    };
    Some(number * factor)
}
