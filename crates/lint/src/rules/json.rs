//! The rule `json`.

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::Statement;

rule! {
    /// A column of type `json` instead of `jsonb`.
    ///
    /// ## Why it hurts
    ///
    /// `json` keeps the text as it was written, and parses it again for every access. It has no
    /// equality: `SELECT DISTINCT`, `GROUP BY` and `UNION` on the column fail with "could not
    /// identify an equality operator for type json" (42883), also in the middle of a query that
    /// names the column only through `*`. It cannot be indexed, and has neither `@>` nor `?`.
    ///
    /// ## Instead
    ///
    /// `jsonb`. Where the exact text matters, such as the body of a signed request, store it as
    /// `text` or `bytea`.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE teams ADD COLUMN IF NOT EXISTS settings json;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER TABLE teams ADD COLUMN IF NOT EXISTS settings jsonb;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "JSON Types".
    "json", Quality, Warning, Check::Statement(check)
}

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    for column in statement.typed_columns() {
        if column.type_word() != Some("json") {
            continue;
        }
        // Not mechanical: functions on json do not take jsonb, in a view further down either.
        found.add(
            statement.range_of(&column.ty),
            format!("`{column}` is of type `json`"),
            "it has no equality operator, so `DISTINCT`, `GROUP BY` and `UNION` fail on it, and it is parsed again for every access",
            "write `jsonb`, and the functions that begin with `jsonb_`",
        );
    }
}
