//! The rule `second-run`.

use crate::context::Context;
use crate::finding::Found;
use crate::object::ObjectKind;

rule! {
    /// A migration whose second run finds something else than the first one did: it needs what it
    /// drops or renames, makes another table or column under a name that it takes away, or deletes rows
    /// by a value that it then gives to others.
    ///
    /// ## Why it hurts
    ///
    /// A migration that copies a column and then drops it fails when it runs again: the column is not
    /// there any more. `ALTER TABLE IF EXISTS a RENAME TO b` followed by `CREATE TABLE a` renames the
    /// new `a` in the second run.
    ///
    /// ## Instead
    ///
    /// Drop what was copied in a later migration, when no release reads it any more. Or look first, in
    /// a `DO` block, if it is still there.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// -- Destructive: the nickname is part of the name now
    /// UPDATE singers SET name = nickname WHERE name IS NULL;
    /// ALTER TABLE singers DROP COLUMN IF EXISTS nickname;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// UPDATE singers SET name = nickname WHERE name IS NULL;
    /// ```
    "second-run", Idempotency, Error, Check::File(check)
}

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    let run = &context.file.second_run;
    let mut seen = Vec::new();
    for read in run.reads() {
        let gone = match run.is_gone(read) {
            Some(why) => Some((
                format!("table `{}`", read.relation),
                why,
                "42P01 (`undefined_table`)",
            )),
            // The columns of a table that the file makes whenever it runs are there.
            None if context.file.again.is_made_anew(&read.relation, &read.range) => None,
            None => run.gone_columns(read).next().map(|(column, why)| {
                let what = format!("column `{column}` of `{}`", read.relation);
                (what, why, "42703 (`undefined_column`)")
            }),
        };
        let Some((what, why, code)) = gone else {
            continue;
        };
        // A second run gets no further than to the first of them.
        if seen.contains(&what) {
            continue;
        }
        found.add(
            read.range.clone(),
            format!("this needs the {what}, which the same migration {why}"),
            format!("if the migration runs again, this fails with {code}"),
            match why {
                "drops" => "drop it in a later migration; or look first, in a `DO` block, if it is still there",
                _ => "rename it in a later migration; or look first, in a `DO` block, if it still has that name",
            },
        );
        seen.push(what);
    }
    for (delete, (column, value)) in run.deletes_again() {
        let table = &delete.table;
        found.add(
            delete.range.clone(),
            format!("this deletes the rows of `{table}` whose `{column}` is `{value}`, and an `UPDATE` behind it makes others so"),
            "if the migration runs again, it deletes what the first run has changed, without an error",
            format!("delete only what would be in the way: `… AND EXISTS (SELECT 1 FROM {table} WHERE {column} = …)` with the old value"),
        );
    }
    for rename in run.clashes() {
        let (old, new) = (rename.from.written(), rename.to.written());
        let again = rename.to.kind.duplicate();
        found.add(
            rename.words.clone(),
            format!("`{old}` becomes `{new}`, and the same migration makes another `{old}`"),
            format!(
                "if the migration runs again, it renames the new `{old}`, and fails with {} (`{}`), since `{new}` is there already",
                again.code(),
                again.name()
            ),
            match rename.to.kind {
                ObjectKind::Table => format!("look first, in a `DO` block, if `{new}` is there already: `IF to_regclass('{new}') IS NULL THEN … END IF`"),
                _ => format!("look first, in a `DO` block, if `{new}` is there already"),
            },
        );
    }
}
