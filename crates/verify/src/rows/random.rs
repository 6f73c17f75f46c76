//! Values that do not depend on the type they are for: identifiers, times, JSON.

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Value;

use super::mine::Hints;
use super::real;

/// 2024-01-01, in seconds since 1970: rows do not depend on the day on which they are made.
pub(super) const EPOCH: i64 = 1_704_067_200;
pub(super) const YEAR: i64 = 31_536_000;

/// A random UUID (RFC 9562, version 4).
pub(super) fn uuid(rng: &mut StdRng) -> String {
    let hex = real::hex(16, rng);
    format!(
        "{}-{}-4{}-a{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..]
    )
}

pub(super) fn date(seconds: i64) -> String {
    timestamp(seconds)[..10].to_owned()
}

/// A time as PostgreSQL reads it: `2024-01-31 12:00:00`.
pub(super) fn timestamp(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

/// Any JSON: most often an object, with the names that the expressions speak of.
pub(super) fn json(hints: &Hints, rng: &mut StdRng) -> Value {
    const TYPES: [&str; 6] = ["object", "array", "string", "number", "boolean", "null"];
    let scalar = |rng: &mut StdRng| match rng.random_range(0..4u8) {
        0 => Value::from(choose(&hints.strings, rng).unwrap_or_else(|| "text".to_owned())),
        1 => match hints
            .numbers
            .get(rng.random_range(0..hints.numbers.len().max(1)))
        {
            Some(number) if number.fract() == 0.0 => Value::from(*number as i64),
            Some(number) => Value::from(*number),
            None => Value::from(rng.random_range(0..100)),
        },
        2 => Value::from(rng.random::<bool>()),
        _ => Value::from(real::text("", rng)),
    };
    let elements = |rng: &mut StdRng| (0..rng.random_range(0..3)).map(|_| scalar(rng)).collect();
    match rng.random_range(0..10u8) {
        0..7 => {
            let mut object = serde_json::Map::new();
            let keys = hints
                .strings
                .iter()
                .filter(|s| !TYPES.contains(&s.as_str()) && !s.is_empty());
            for key in keys {
                if rng.random_range(0..4u8) > 0 {
                    let value = if rng.random_range(0..5u8) == 0 {
                        Value::Array(elements(rng))
                    } else {
                        scalar(rng)
                    };
                    object.insert(key.clone(), value);
                }
            }
            if rng.random_range(0..3u8) == 0 {
                object.insert("note".to_owned(), scalar(rng));
            }
            Value::Object(object)
        }
        7 | 8 => Value::Array(elements(rng)),
        _ => scalar(rng),
    }
}

/// One of them.
pub(super) fn choose(from: &[String], rng: &mut StdRng) -> Option<String> {
    from.get(rng.random_range(0..from.len().max(1))).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_a_date() {
        assert_eq!(timestamp(EPOCH), "2024-01-01 00:00:00");
        assert_eq!(timestamp(EPOCH + 59 * 86_400 + 3661), "2024-02-29 01:01:01");
    }
}
