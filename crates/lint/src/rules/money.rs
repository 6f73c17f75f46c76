//! The rule `money`.

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::Statement;

rule! {
    /// A column of type `money`.
    ///
    /// ## Why it hurts
    ///
    /// `money` does not store its currency. The setting `lc_monetary` of the session decides which
    /// currency is shown, and with how many decimals: after a dump is loaded into a database with
    /// another setting, the amounts differ. Division discards fractions of the smallest unit.
    ///
    /// ## Instead
    ///
    /// The amount in the currency's smallest unit as `bigint`, or as `numeric`, and the currency in
    /// a column of its own.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE invoices ADD COLUMN IF NOT EXISTS discount money;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER TABLE invoices
    ///     ADD COLUMN IF NOT EXISTS discount_minor bigint,
    ///     ADD COLUMN IF NOT EXISTS currency_code text;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Monetary Types".
    "money", Quality, Warning, Check::Statement(check)
}

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    for column in statement.typed_columns() {
        if column.type_word() == Some("money") {
            found.add(
                statement.range_of(&column.ty),
                format!("`{column}` is of type `money`"),
                "it stores no currency: the session's `lc_monetary` decides how the amount is shown",
                "write `bigint` for the amount in the smallest unit, or `numeric`, and the currency in a column of its own",
            );
        }
    }
}
