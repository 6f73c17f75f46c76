//! From two times to a third.

use super::work::{Growth, Size};

/// How much faster than the scratch server a live one is taken to be at most.
const FASTER: f64 = 0.5;

/// How much slower at most: it writes a log, flushes it, and has others to serve.
const SLOWER: f64 = 2.0;

/// How fast a table is read at least that is not in memory, in bytes a millisecond.
const READ: f64 = 100_000.0;

/// How much narrower or wider than the scratch server's a live row is taken to be at most.
const WIDTHS: (f64, f64) = (0.1, 10.0);

/// From one time to another, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Span {
    /// The least.
    pub from_ms: f64,
    /// The most.
    pub to_ms: f64,
}

impl std::ops::Add for Span {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            from_ms: self.from_ms + other.from_ms,
            to_ms: self.to_ms + other.to_ms,
        }
    }
}

/// How long a statement takes with as many rows as a live database has. `took` and `sizes` are of the
/// smaller and of the larger measurement.
pub(super) fn estimate(took: [f64; 2], sizes: [Size; 2], growth: Growth, live: Size) -> Span {
    let least = took[0].min(took[1]);
    let most = took[0].max(took[1]);
    let work = |size: Size| growth.work(size.rows);
    let [less, more] = [work(sizes[0]), work(sizes[1])];
    if growth == Growth::Constant || more <= less {
        return Span {
            from_ms: least * FASTER,
            to_ms: most * SLOWER,
        };
    }
    // What each row costs, and what is left for the statement itself. The larger measurement counts: an
    // interruption weighs less in it.
    let each = ((took[1] - took[0]) / (more - less)).max(0.0);
    let constant = (took[1] - each * more).max(0.0);
    let expected = constant + each * work(live);
    let width = match (sizes[1].width(), live.width()) {
        (Some(here), Some(there)) => there / here,
        _ => 1.0,
    };
    // A statement that finds its rows by an index reads few of the table's pages.
    let is_whole = each * more > constant;
    let read = if is_whole { live.bytes / READ } else { 0.0 };
    Span {
        from_ms: expected * FASTER * width.clamp(WIDTHS.0, 1.0),
        to_ms: expected * SLOWER * width.clamp(1.0, WIDTHS.1) + read,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(rows: f64) -> Size {
        Size {
            rows,
            bytes: rows * 100.0,
        }
    }

    fn of(took: [f64; 2], growth: Growth, live: f64) -> (u64, u64) {
        let span = estimate(took, [size(10_000.0), size(100_000.0)], growth, size(live));
        (span.from_ms.round() as u64, span.to_ms.round() as u64)
    }

    #[test]
    fn what_does_not_grow_stays() {
        assert_eq!(of([2.0, 3.0], Growth::Constant, 1e9), (1, 6));
    }

    #[test]
    fn the_constant_part_is_not_multiplied() {
        // 10 ms, and 1 ms for each thousand rows; a hundred bytes each are read at 100 MB a second.
        assert_eq!(of([20.0, 110.0], Growth::Rows, 1e6), (505, 2020 + 1000));
    }

    #[test]
    fn an_index_grows_a_little_faster_than_its_table() {
        let table = of([10.0, 100.0], Growth::Rows, 1e8);
        let index = of([8.0, 100.0], Growth::Sorted, 1e8);
        assert!(
            index.0 > table.0 && index.1 < 2 * table.1,
            "{table:?} {index:?}"
        );
    }

    #[test]
    fn a_wider_row_costs_more() {
        let wide = Size {
            rows: 1e6,
            bytes: 4e8,
        };
        let span = estimate(
            [20.0, 110.0],
            [size(10_000.0), size(100_000.0)],
            Growth::Rows,
            wide,
        );
        assert_eq!(span.from_ms.round() as u64, 505);
        assert_eq!(span.to_ms.round() as u64, 2020 * 4 + 4000);
    }

    #[test]
    fn noise_makes_no_negative_time() {
        assert_eq!(of([5.0, 4.0], Growth::Rows, 1e9), (2, 8));
    }
}
