//! The rule `second-run`.

use crate::checked::{Check, rule};
use crate::context::Context;
use crate::finding::Found;
use crate::syntax::ObjectName;

rule! {
    /// A migration whose second run finds something else than the first one did: it reads what it
    /// drops, or renames a table and makes another one under the old name.
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
        // What the file itself makes whenever it runs is there.
        if context.file.again.is_made_anew(&read.relation, &read.range) {
            continue;
        }
        let gone = match run.is_gone(read) {
            true => Some((
                format!("table `{}`", read.relation),
                "42P01 (`undefined_table`)",
            )),
            false => run.gone_columns(read).next().map(|column| {
                let what = format!("column `{column}` of `{}`", read.relation);
                (what, "42703 (`undefined_column`)")
            }),
        };
        let Some((what, code)) = gone else { continue };
        if seen.contains(&(read.range.start, what.clone())) {
            continue;
        }
        seen.push((read.range.start, what.clone()));
        found.add(
            read.range.clone(),
            format!("this reads the {what}, which the same migration drops"),
            format!("if the migration runs again, this fails with {code}"),
            "drop it in a later migration; or look first, in a `DO` block, if it is still there",
        );
    }
    for rename in &context.renamed {
        let Some((old, new)) = &rename.relation else {
            continue;
        };
        if !rename.is_guarded && makes_again(old, context) {
            found.add(
                rename.words.clone(),
                format!("`{}` becomes `{}`, and the same migration makes another `{}`", old, new, old),
                format!("if the migration runs again, it renames the new `{old}`, and fails with 42P07 (`duplicate_table`), since `{new}` is there already"),
                format!("look first, in a `DO` block, if `{new}` is there already: `IF to_regclass('{new}') IS NULL THEN … END IF`"),
            );
        }
    }
}

fn makes_again(old: &ObjectName, context: &Context<'_>) -> bool {
    context.file.creates_table(old) && context.file.names.frees(old)
}
