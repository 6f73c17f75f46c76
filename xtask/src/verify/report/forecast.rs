//! How long statements take and locks are held where there are many rows: in words, and for programs.

use jubilee_core::{MigrationFile, Position};
use jubilee_verify::{Forecast, LockMode, Span};
use serde_json::{Value, json};

use crate::output::{duration, grouped};

/// From how many milliseconds on a statement is worth a line that keeps nobody waiting.
const LONG: f64 = 1000.0;

/// A line of the forecast: the line of the file, what takes how long, and what that means.
pub(super) type Line = (usize, String, &'static str);

/// What the forecast is.
pub(super) fn heading(forecast: &Forecast) -> String {
    let [less, more] = forecast.rows.map(grouped);
    match (&forecast.failed, &forecast.like) {
        (Some(reason), _) => format!("not made: {reason}"),
        (None, Some(name)) => {
            format!("for {name}, from measurements at {less} and {more} rows a table")
        }
        (None, None) => format!("measured at {more} rows a table"),
    }
}

/// The statements that keep others waiting, or run long.
pub(super) fn lines(forecast: &Forecast, file: &MigrationFile) -> Vec<Line> {
    let mut lines = Vec::new();
    for statement in &forecast.statements {
        let line = Position::of(file.text(), statement.range.start).line;
        let felt = statement.locks.iter();
        let felt = felt.filter(|lock| lock.mode >= LockMode::ShareUpdateExclusive);
        for lock in felt {
            let time = time(&lock.held);
            let what = format!("{} on {} {time}", lock.mode, lock.table);
            lines.push((line, what, lock.mode.short()));
        }
        match &statement.takes {
            Ok(span) if span.to_ms < LONG => {}
            takes => lines.push((line, format!("runs {}", time(takes)), "")),
        }
    }
    lines
}

/// How large the tables are that the forecast is for, and those that could not be made large.
pub(super) fn notes(forecast: &Forecast) -> Vec<String> {
    let name = forecast.like.as_deref().unwrap_or_default();
    let sized = forecast.tables.iter().filter_map(|table| {
        let live = table.live?;
        let (table, rows, size) = (&table.table, grouped(live.rows), size(live.bytes));
        Some(match live.counted {
            true if live.rows == 0 => format!("{table} has no rows in {name}"),
            true => {
                format!("{table} has about {rows} rows ({size}) in {name}, as estimated by ANALYZE")
            }
            false => format!(
                "how many rows {table} has in {name} is unknown, since it was never analyzed: \
                 taken for {rows}, by its size ({size})"
            ),
        })
    });
    let few = forecast
        .not_multiplied
        .iter()
        .map(|table| format!("{} could not be made large: {}", table.table, table.reason));
    sized.chain(few).collect()
}

fn time(span: &Result<Span, String>) -> String {
    match span {
        Ok(span) => format!("for {}", words(*span)),
        Err(reason) => format!("for a time that is not known: {reason}"),
    }
}

/// `40 to 90 s`, `under 10 ms`.
fn words(span: Span) -> String {
    let Span { from_ms, to_ms } = span;
    if from_ms == to_ms {
        return duration(to_ms.ceil() as u64);
    }
    if to_ms < 10.0 {
        return "under 10 ms".to_owned();
    }
    let (unit, size) = match to_ms {
        ..1000.0 => ("ms", 1.0),
        ..120_000.0 => ("s", 1000.0),
        ..7_200_000.0 => ("min", 60_000.0),
        _ => ("h", 3_600_000.0),
    };
    match (short(from_ms / size), short(to_ms / size)) {
        (from, to) if from == to => format!("about {to} {unit}"),
        (from, to) if from == "0" => format!("up to {to} {unit}"),
        (from, to) => format!("{from} to {to} {unit}"),
    }
}

/// A number with two digits that count.
fn short(number: f64) -> String {
    match number {
        ..0.05 => "0".to_owned(),
        ..10.0 => {
            let text = format!("{number:.1}");
            text.strip_suffix(".0")
                .map_or(text.clone(), ToOwned::to_owned)
        }
        ..100.0 => format!("{number:.0}"),
        _ => grouped(((number / 10.0).round() * 10.0) as u64),
    }
}

/// A size in the unit that reads best.
fn size(bytes: u64) -> String {
    let units = [("GB", 1u64 << 30), ("MB", 1 << 20), ("kB", 1 << 10)];
    let unit = units.into_iter().find(|(_, unit)| bytes >= *unit);
    match unit {
        Some((name, unit)) => format!("{} {name}", short(bytes as f64 / unit as f64)),
        None => format!("{bytes} bytes"),
    }
}

/// The same for programs.
pub(super) fn json(forecast: &Forecast, file: &MigrationFile) -> Value {
    let span = |span: &Result<Span, String>| match span {
        Ok(span) => json!({ "from_ms": round(span.from_ms), "to_ms": round(span.to_ms) }),
        Err(reason) => json!({ "unknown": reason }),
    };
    let statements: Vec<Value> = forecast
        .statements
        .iter()
        .map(|statement| {
            let locks = statement.locks.iter().map(|lock| {
                json!({
                    "table": lock.table,
                    "mode": lock.mode.to_string(),
                    "blocks": lock.mode.blocks(),
                    "held": span(&lock.held),
                })
            });
            json!({
                "line": Position::of(file.text(), statement.range.start).line,
                "tables": statement.tables,
                "measured_ms": statement.took_ms.map(round),
                "grows_with": statement.growth,
                "takes": span(&statement.takes),
                "locks": locks.collect::<Vec<_>>(),
            })
        })
        .collect();
    let tables = forecast.tables.iter().map(|table| {
        json!({
            "table": table.table,
            "measured_rows": table.rows,
            "rows": table.live.map(|live| live.rows),
            "rows_are": table.live.map(|live| if live.counted { "estimated" } else { "unknown" }),
            "bytes": table.live.map(|live| live.bytes),
        })
    });
    let few = forecast.not_multiplied.iter();
    let few = few.map(|table| json!({ "table": table.table, "reason": table.reason }));
    json!({
        "like": forecast.like,
        "measured_rows": forecast.rows,
        "failed": forecast.failed,
        "tables": tables.collect::<Vec<_>>(),
        "statements": statements,
        "not_multiplied": few.collect::<Vec<_>>(),
    })
}

/// Milliseconds with three digits behind the point.
fn round(milliseconds: f64) -> f64 {
    (milliseconds * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        let of = |from_ms, to_ms| words(Span { from_ms, to_ms });
        assert_eq!(of(0.5, 4.0), "under 10 ms");
        assert_eq!(of(0.5, 44.4), "0.5 to 44 ms");
        assert_eq!(of(0.01, 44.4), "up to 44 ms");
        assert_eq!(of(39_700.0, 90_300.0), "40 to 90 s");
        assert_eq!(of(900.0, 4_040.0), "0.9 to 4 s");
        assert_eq!(of(300_000.0, 1_234_000.0), "5 to 21 min");
        assert_eq!(of(7_200_000.0, 360_000_000.0), "2 to 100 h");
        assert_eq!(of(1234.0, 1234.0), "1.23 s");
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!([size(8192), size(3 << 30)], ["8 kB", "3 GB"]);
    }
}
