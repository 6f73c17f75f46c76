//! The rule `timestamptz`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{Origin, Statement};

rule! {
    /// A column of type `timestamp`, which has no time zone.
    ///
    /// ## Why it hurts
    ///
    /// `timestamp` stores a date and time without a time zone. `now()` is stored as the local time
    /// of the session's `TimeZone`, so two services with different settings write different values
    /// for the same moment. When daylight saving time ends, one hour occurs twice, and the order is
    /// lost.
    ///
    /// ## Instead
    ///
    /// `timestamptz`. It takes the same eight bytes, stores the moment itself, and is shown in the
    /// session's time zone. For a local time that must not change, such as the time of a meeting,
    /// store the name of the time zone in another column, and allow this finding with that reason.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE teams ADD COLUMN IF NOT EXISTS archived_at timestamp;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER TABLE teams ADD COLUMN IF NOT EXISTS archived_at timestamptz;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `prefer-timestamp-tz` finds these too, but not in `DO` blocks, nor in domains and
    /// composite types.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Date/Time Types".
    "timestamptz", Quality, Warning, Check::Statement(check)
}

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    for column in statement.typed_columns() {
        let ast::Type::TimestampType(ty) = &column.ty else {
            continue;
        };
        if matches!(ty.timezone(), Some(ast::Timezone::WithTimezone(_))) {
            continue;
        }
        let better = match ty.literal() {
            Some(precision) => format!("timestamptz({})", precision.syntax().text()),
            None => "timestamptz".to_owned(),
        };
        let instead = match column.origin {
            Origin::Changed => format!(
                "write `{better}`, and if existing values are in UTC, `USING … AT TIME ZONE 'UTC'`"
            ),
            _ => format!("write `{better}`"),
        };
        // Not mechanical: defaults, indexes and views that use the column may change their meaning.
        found.add(
            statement.range_of(&column.ty),
            format!("`{column}` is of type `timestamp` without time zone"),
            "it stores a local time, not a moment: sessions with different `TimeZone` settings write and read different times",
            instead,
        );
    }
}
