//! The rows of `public.schema_migrations`.

use std::fmt;

use jubilee_core::{Environment, MigrationName, Version};
use time::OffsetDateTime;

use crate::message::Row;

/// A row of `public.schema_migrations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HistoryRow {
    pub(crate) name: MigrationName,
    pub(crate) checksum: String,
    pub(crate) status: RowStatus,
    pub(crate) database: String,
    pub(crate) environment: String,
    pub(crate) started_at: Option<String>,
    pub(crate) finished_at: Option<String>,
    pub(crate) execution_ms: Option<u64>,
    pub(crate) applied_by: String,
    pub(crate) runner: String,
    pub(crate) run_id: String,
    pub(crate) error: Option<String>,
    /// For a `running` row: the process of its run, if that is still there.
    pub(crate) process: Option<i32>,
}

impl HistoryRow {
    pub(crate) fn version(&self) -> Version {
        self.name.version()
    }

    /// Whether its error begins like this.
    pub(crate) fn says(&self, mark: &str) -> bool {
        self.error.as_deref().is_some_and(|e| e.starts_with(mark))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowStatus {
    Running,
    Completed,
    Failed,
}

/// With this begins the `error` of a completed row if somebody said that it is completed.
pub(crate) const RESOLVED_AS_COMPLETED: &str = "resolved as completed";

/// With this begins the `error` of a failed row if somebody said that it is to be run again.
pub(crate) const RESOLVED_TO_RERUN: &str = "interrupted; resolved to be run again";

/// A row of the history table that nobody but a person can have made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OddRow {
    /// The row's place when the table is read in order of version, from 1.
    pub row: usize,
    /// What is odd: "version is NULL".
    pub what: String,
}

impl fmt::Display for OddRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}: {}", self.row, self.what)
    }
}

/// Reads the rows of `read_history.sql`.
pub(crate) fn read(rows: &[Row]) -> Result<Vec<HistoryRow>, Vec<OddRow>> {
    let mut good: Vec<HistoryRow> = Vec::with_capacity(rows.len());
    let mut odd = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        match read_row(row) {
            Ok(row)
                if good
                    .last()
                    .is_some_and(|last| last.version() == row.version()) =>
            {
                odd.push(OddRow {
                    row: index + 1,
                    what: format!("version {} stands twice", row.version()),
                });
            }
            Ok(row) => good.push(row),
            Err(what) => odd.push(OddRow {
                row: index + 1,
                what,
            }),
        }
    }
    if odd.is_empty() { Ok(good) } else { Err(odd) }
}

fn read_row(row: &Row) -> Result<HistoryRow, String> {
    const COLUMNS: [&str; 14] = [
        "version",
        "name",
        "checksum",
        "status",
        "database",
        "environment",
        "started_at",
        "finished_at",
        "execution_ms",
        "applied_by",
        "runner",
        "run_id",
        "error",
        "process",
    ];
    let optional = |i: usize| row.get(i).and_then(Option::as_deref);
    let required = |i: usize| optional(i).ok_or_else(|| format!("{} is NULL", COLUMNS[i]));
    let number = required(0)?;
    let version = number
        .parse()
        .ok()
        .and_then(Version::new)
        .ok_or_else(|| format!("version {number} is not between 1 and 9999"))?;
    let name = required(1)?;
    let name = MigrationName::new(version, name)
        .map_err(|_| format!("`{name}` of version {version} is not the name of a migration"))?;
    let status = match required(3)? {
        "running" => RowStatus::Running,
        "completed" => RowStatus::Completed,
        "failed" => RowStatus::Failed,
        other => {
            return Err(format!(
                "status `{other}` of version {version} is unknown (known: running, completed, failed)"
            ));
        }
    };
    let environment = required(5)?;
    if Environment::from_name(environment).is_none() {
        return Err(format!(
            "environment `{environment}` of version {version} is unknown (known: development, staging, production)"
        ));
    }
    Ok(HistoryRow {
        name,
        checksum: required(2)?.to_owned(),
        status,
        database: required(4)?.to_owned(),
        environment: environment.to_owned(),
        started_at: optional(6).and_then(instant),
        finished_at: optional(7).and_then(instant),
        execution_ms: optional(8).and_then(|ms| ms.parse().ok()),
        applied_by: optional(9).unwrap_or_default().to_owned(),
        runner: optional(10).unwrap_or_default().to_owned(),
        run_id: optional(11).unwrap_or_default().to_owned(),
        error: optional(12).map(str::to_owned),
        process: optional(13).and_then(|process| process.parse().ok()),
    })
}

/// Seconds since 1970 as ISO 8601 in UTC with milliseconds; none for PostgreSQL's `infinity`.
fn instant(seconds: &str) -> Option<String> {
    let milliseconds = (seconds.parse::<f64>().ok()? * 1e3).round();
    if !milliseconds.is_finite() {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "no year has so many milliseconds"
    )]
    let nanoseconds = milliseconds as i128 * 1_000_000;
    let at = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).ok()?;
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second, millisecond) = at.to_hms_milli();
    Some(format!(
        "{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z",
        u8::from(month)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(version: Option<&str>, status: &str) -> Row {
        let mut row: Row = vec![Some("x".to_owned()); 14];
        row[0] = version.map(str::to_owned);
        row[3] = Some(status.to_owned());
        row[5] = Some("development".to_owned());
        row
    }

    fn named(version: &str, name: &str) -> Row {
        let mut row = row(Some(version), "completed");
        row[1] = Some(name.to_owned());
        row
    }

    #[test]
    fn seconds_become_a_date_and_a_time() {
        let said = |seconds| instant(seconds).unwrap_or_default();
        assert_eq!(said("1764158649.1234"), "2025-11-26T12:04:09.123Z");
        assert_eq!(said("0"), "1970-01-01T00:00:00.000Z");
        assert_eq!(said("-0.5"), "1969-12-31T23:59:59.500Z");
        assert_eq!(said("Infinity"), "");
    }

    #[test]
    fn every_odd_row_is_named() {
        let odd = read(&[
            row(Some("1"), "completed"),
            row(Some("1"), "completed"),
            row(None, "completed"),
            row(Some("0"), "completed"),
            row(Some("first"), "completed"),
            row(Some("2"), "done"),
            named("3", "It's"),
            row(Some("99999999999999999999"), "completed"),
        ])
        .unwrap_err();
        let odd: Vec<String> = odd.iter().map(ToString::to_string).collect();
        assert_eq!(
            odd,
            [
                "row 2: version 0001 stands twice",
                "row 3: version is NULL",
                "row 4: version 0 is not between 1 and 9999",
                "row 5: version first is not between 1 and 9999",
                "row 6: status `done` of version 0002 is unknown (known: running, completed, failed)",
                "row 7: `It's` of version 0003 is not the name of a migration",
                "row 8: version 99999999999999999999 is not between 1 and 9999",
            ]
        );
    }
}
