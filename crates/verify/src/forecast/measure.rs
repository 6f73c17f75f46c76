//! Runs a migration on databases of two sizes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Instant;

use jubilee_core::MigrationFile;
use jubilee_lint::LockMode;
use postgres::Client;

use super::estimate::{Span, estimate};
use super::like::{Like, SIZES};
use super::multiply::Growing;
use super::work::{Growth, Size, live, tables_of};
use crate::error::Error;
use crate::observe::Observed;
use crate::scratch::Scratch;
use crate::steps::{is_transactional, run_watched, statements};

/// How often each size is measured: whatever else the machine does makes a run slower, never faster.
const RUNS: usize = 2;

/// A table of so many rows costs next to nothing, however many it had when it was measured.
const FEW: f64 = 1000.0;

/// How long the statements of a migration take.
#[derive(Debug, Clone, Default)]
pub struct Forecast {
    /// How many rows the tables were made to have, at the smaller and at the larger measurement.
    pub rows: [u64; 2],
    /// Of what it was made for, its name.
    pub like: Option<String>,
    /// The tables that the statements work on.
    pub tables: Vec<SizedTable>,
    /// The statements that were measured; not those that are over at once and lock nothing.
    pub statements: Vec<ForecastStatement>,
    /// The tables that have as few rows as ever, with the reason.
    pub not_multiplied: Vec<NotMultiplied>,
    /// Why nothing was measured.
    pub failed: Option<String>,
}

/// A table that could not be made large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotMultiplied {
    /// With its schema, unless that is `public`.
    pub table: String,
    /// What the server says against further rows.
    pub reason: String,
}

/// How large a table is.
#[derive(Debug, Clone, PartialEq)]
pub struct SizedTable {
    /// With its schema, unless that is `public`.
    pub table: String,
    /// Its rows at the two measurements.
    pub rows: [u64; 2],
    /// How large it is in the live database, as far as known.
    pub live: Option<LiveSize>,
}

/// How large a table is in a live database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveSize {
    /// Its rows: an estimate.
    pub rows: u64,
    /// Whether `ANALYZE` made the estimate; else it is made from the size.
    pub counted: bool,
    /// Its size on disk without indexes.
    pub bytes: u64,
}

/// What was measured of a statement, and what follows.
#[derive(Debug, Clone, PartialEq)]
pub struct ForecastStatement {
    /// Its place in bytes of the migration's text.
    pub range: Range<usize>,
    /// How long it took at the two sizes, in milliseconds.
    pub took_ms: [f64; 2],
    /// With what its time grows: `constant`, `rows`, or `rows-log-rows` where an index is built.
    pub growth: &'static str,
    /// The tables whose rows it goes through.
    pub tables: Vec<String>,
    /// How long it takes: at the larger size, or in the live database. Or why that is not known.
    pub takes: Result<Span, String>,
    /// The locks that it is the first to take.
    pub locks: Vec<HeldLock>,
}

/// A lock, and how long it is held.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldLock {
    /// The table; with its schema, unless that is `public`.
    pub table: String,
    /// The mode.
    pub mode: LockMode,
    /// From the statement to `COMMIT`, or why that is not known.
    pub held: Result<Span, String>,
}

/// Measures a migration on copies of `before` in which the tables that were seen at work are large.
pub(crate) fn forecast(
    scratch: &Scratch,
    before: &str,
    file: &MigrationFile,
    observed: &[Observed],
    rows: u64,
    like: Option<&Like>,
) -> Result<Forecast, Error> {
    let mut forecast = Forecast {
        rows: [rows / 10, rows],
        like: like.map(|like| like.name.clone()),
        ..Forecast::default()
    };
    let touched = observed
        .iter()
        .flat_map(|one| &one.touched)
        .map(|t| &t.table);
    let locked = observed.iter().flat_map(|one| &one.locks);
    let locked = locked.filter(|lock| !lock.index).map(|lock| &lock.relation);
    let wanted: BTreeSet<String> = touched.chain(locked).cloned().collect();
    if wanted.is_empty() {
        return Ok(forecast);
    }
    let large = scratch.copy(before)?;
    let measured = measure(scratch, &large, file, &wanted, &mut forecast);
    scratch.drop(&large);
    let Some((took, sizes)) = measured? else {
        return Ok(forecast);
    };
    let known: BTreeMap<String, [Size; 2]> = sizes;
    forecast.tables = known
        .iter()
        .filter(|(table, _)| wanted.contains(*table))
        .map(|(table, [less, more])| SizedTable {
            table: table.clone(),
            rows: [less.rows as u64, more.rows as u64],
            live: like.and_then(|like| {
                let size = live(like, table, *more).ok()?;
                Some(LiveSize {
                    rows: size.rows as u64,
                    counted: like.tables.get(table)?.rows.is_some(),
                    bytes: size.bytes as u64,
                })
            }),
        })
        .collect();
    forecast.statements = statements(file)
        .zip(took)
        .map(|(range, took_ms)| {
            let seen: Vec<&Observed> = observed
                .iter()
                .filter(|one| range.start <= one.range.start && one.range.end <= range.end)
                .collect();
            let growth = Growth::of(&seen);
            let tables = tables_of(&seen, &known);
            let takes = takes(
                took_ms,
                growth,
                &tables,
                &known,
                &forecast.not_multiplied,
                like,
            );
            let locks = seen.iter().flat_map(|one| {
                let locks = one.locks.iter();
                locks.filter(|lock| !lock.index && !lock.is_along_with(&one.locks))
            });
            let locks = locks.map(|lock| HeldLock {
                table: lock.relation.clone(),
                mode: lock.mode,
                held: Ok(Span::default()),
            });
            ForecastStatement {
                locks: locks.collect(),
                growth: growth.name(),
                range,
                took_ms,
                tables,
                takes,
            }
        })
        .collect();
    hold(&mut forecast.statements, is_transactional(file));
    Ok(forecast)
}

/// A lock is held until the last statement of the transaction is done.
fn hold(statements: &mut [ForecastStatement], whole: bool) {
    let mut rest: Result<Span, String> = Ok(Span::default());
    for statement in statements.iter_mut().rev() {
        rest = match (whole, rest, &statement.takes) {
            (true, Ok(rest), Ok(takes)) => Ok(rest + *takes),
            (true, Err(reason), _) => Err(reason),
            (_, _, takes) => takes.clone(),
        };
        for lock in &mut statement.locks {
            lock.held = rest.clone();
        }
    }
}

/// How long a statement takes with the rows of the live database, else at the larger measurement.
fn takes(
    took: [f64; 2],
    growth: Growth,
    tables: &[String],
    known: &BTreeMap<String, [Size; 2]>,
    not_multiplied: &[NotMultiplied],
    like: Option<&Like>,
) -> Result<Span, String> {
    let size = |table: &String, which: usize| {
        let sizes = known.get(table).copied().unwrap_or_default();
        sizes[which]
    };
    if growth != Growth::Constant && tables.is_empty() {
        return Err("it works on no table that could be made large".to_owned());
    }
    let Some(like) = like else {
        return Ok(Span {
            from_ms: took[1],
            to_ms: took[1],
        });
    };
    let mut there = Size::default();
    let mut here = [Size::default(); 2];
    if growth != Growth::Constant {
        for table in tables {
            let live = live(like, table, size(table, 1))?;
            let is_stuck = not_multiplied.iter().any(|stuck| stuck.table == *table);
            if is_stuck && live.rows > FEW {
                return Err(format!("`{table}` could not be made large"));
            }
            there = there + live;
            here = [here[0] + size(table, 0), here[1] + size(table, 1)];
        }
    }
    Ok(estimate(took, here, growth, there))
}

/// The times of the statements, and the sizes of the tables, at both sizes.
type Measured = (Vec<[f64; 2]>, BTreeMap<String, [Size; 2]>);

fn measure(
    scratch: &Scratch,
    large: &str,
    file: &MigrationFile,
    wanted: &BTreeSet<String>,
    forecast: &mut Forecast,
) -> Result<Option<Measured>, Error> {
    let mut client = scratch.connect(large)?;
    let mut growing = Growing::of(&mut client, wanted, forecast.rows[1])?;
    let mut took: Vec<[f64; 2]> = vec![[f64::INFINITY; 2]; statements(file).count()];
    let mut sizes: BTreeMap<String, [Size; 2]> = BTreeMap::new();
    for (which, rows) in forecast.rows.into_iter().enumerate() {
        growing.grow(&mut client, rows)?;
        for (table, size) in read_sizes(&mut client)? {
            sizes.entry(table).or_default()[which] = size;
        }
        drop(client);
        for _ in 0..RUNS {
            match run(scratch, large, file)? {
                Ok(times) => {
                    for (all, one) in took.iter_mut().zip(times) {
                        all[which] = all[which].min(one);
                    }
                }
                Err(said) => {
                    forecast.failed =
                        Some(format!("it fails with {rows} rows in each table: {said}"));
                    return Ok(None);
                }
            }
        }
        client = scratch.connect(large)?;
    }
    let grown = growing.names();
    let few = growing.not_multiplied.into_iter();
    forecast.not_multiplied = few.filter(|table| wanted.contains(&table.table)).collect();
    sizes.retain(|table, _| {
        grown.contains(table) || forecast.not_multiplied.iter().any(|n| n.table == *table)
    });
    Ok(Some((took, sizes)))
}

/// Runs the migration on a copy, and gives the time of each statement, in milliseconds.
fn run(
    scratch: &Scratch,
    of: &str,
    file: &MigrationFile,
) -> Result<Result<Vec<f64>, String>, Error> {
    let copy = scratch.copy(of)?;
    let mut client = scratch.connect(&copy)?;
    let mut times = Vec::new();
    let mut last = Instant::now();
    let result = run_watched(&mut client, file, |_, _| {
        times.push(last.elapsed().as_secs_f64() * 1000.0);
        last = Instant::now();
        Ok(None::<()>)
    })?;
    // What is checked at COMMIT is the last statement's.
    if let Some(time) = times.last_mut() {
        *time += last.elapsed().as_secs_f64() * 1000.0;
    }
    drop(client);
    scratch.drop(&copy);
    Ok(match result {
        Ok(_) => Ok(times),
        Err(refused) => Err(refused.error.message().to_owned()),
    })
}

fn read_sizes(client: &mut Client) -> Result<BTreeMap<String, Size>, Error> {
    let rows = client.query(SIZES, &[]);
    let rows = rows.map_err(|error| Error::server("read the sizes", &error))?;
    let sizes = rows.iter().map(|row| {
        let size = Size {
            rows: row.get::<_, Option<f64>>(1).unwrap_or_default(),
            bytes: row.get(2),
        };
        (row.get(0), size)
    });
    Ok(sizes.collect())
}
