//! The rule `future-date`.

use std::ops::Range;

use crate::context::Context;
use crate::finding::Found;

rule! {
    /// A header whose `Date` is in the future.
    ///
    /// ## Why it hurts
    ///
    /// The date tells readers when the schema changed. A typing error or a wrong clock puts the
    /// migration in the wrong year.
    ///
    /// ## Instead
    ///
    /// Write the day on which the migration was written, as `cargo xtask new` does. The date may be
    /// that of any time zone: it is compared with the day in UTC+14, where it begins first.
    ///
    /// ## Bad
    ///
    /// ```sql file
    /// -- Migration: 0001_example
    /// -- Database: codex
    /// -- Author: Ada Lovelace
    /// -- Date: 2062-11-22
    /// -- Description: adds teams
    ///
    /// BEGIN;
    /// SELECT 1;
    /// COMMIT;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql file
    /// -- Migration: 0001_example
    /// -- Database: codex
    /// -- Author: Ada Lovelace
    /// -- Date: 2026-11-22
    /// -- Description: adds teams
    ///
    /// BEGIN;
    /// SELECT 1;
    /// COMMIT;
    /// ```
    "future-date", Files, Error, Check::File(check)
}

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    let (Some(date), Some(today)) = (context.date, context.scope.today) else {
        return;
    };
    if date > today {
        found.add(
            line(context.text),
            format!("`Date: {date}` is in the future"),
            format!(
                "it is {today} where the day begins first (UTC+14), and the date says when the migration was written"
            ),
            "write the day on which the migration was written",
        );
    }
}

/// The header's line with the date.
fn line(text: &str) -> Range<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let comment = line.strip_prefix("--").unwrap_or_default();
        if comment.trim_start().starts_with("Date:") {
            return start..start + line.trim_end().len();
        }
        start += line.len();
    }
    0..0
}
