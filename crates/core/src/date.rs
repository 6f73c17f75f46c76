//! Days, as headers write them.

use time::{Date, Month};

/// Reads `YYYY-MM-DD` (ISO 8601), if it is a day that exists.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        let part = parts.next().filter(|part| part.len() == digits)?;
        let all = part.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| part.parse::<u16>().ok()).flatten()
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok()?;
    parts.next().is_none().then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_exist_are_dates() {
        assert_eq!(parse_date("2024-02-29").unwrap().to_string(), "2024-02-29");
        for wrong in [
            "2023-02-29",
            "2026-13-01",
            "2026-04-31",
            "2026-1-01",
            "+026-01-01",
            "2026-01-01-01",
            "22.11.2026",
            "2026-00-10",
            "2026-01-00",
            "",
        ] {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
    }
}
