//! The rule `foreign-key-not-valid`.

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::locks::LockMode;
use crate::syntax::{AddedConstraint, AlterTable, ObjectName, Statement, spares_rows, words_of};

rule! {
    /// A foreign key on a table in use that is checked for all its rows at once.
    ///
    /// ## Why it hurts
    ///
    /// `ADD FOREIGN KEY` takes SHARE ROW EXCLUSIVE on both tables. Nobody can write to either while
    /// PostgreSQL checks every row of one against the other.
    ///
    /// ## Instead
    ///
    /// Add the constraint `NOT VALID`: it holds for new rows from now on, and the lock is held for
    /// a moment only. A later migration runs `VALIDATE CONSTRAINT`, which reads the rows under
    /// locks that allow reads and writes.
    ///
    /// `ADD COLUMN … REFERENCES` is fine without a `DEFAULT`: PostgreSQL knows that the new column
    /// holds only NULL and checks nothing. With a `DEFAULT` it does check, even with `DEFAULT
    /// NULL`. Then add the column first, and the constraint as above.
    ///
    /// On a partitioned table, `NOT VALID` needs PostgreSQL 18. Before that, add and validate the
    /// constraint on each partition.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     ALTER TABLE orders
    ///         ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);
    /// EXCEPTION
    ///     WHEN duplicate_object THEN NULL;
    /// END;
    /// $$;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     ALTER TABLE orders
    ///         ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
    ///         NOT VALID;
    /// EXCEPTION
    ///     WHEN duplicate_object THEN NULL;
    /// END;
    /// $$;
    /// -- next migration
    /// ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `adding-foreign-key-constraint` finds these too. It does not look into `DO` blocks,
    /// and also reports new columns without a default, for which nothing is read.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: ALTER TABLE, `ADD table_constraint [ NOT VALID ]` and "Notes".
    "foreign-key-not-valid", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(alter) = context.alter_in_use(statement) else {
        return;
    };
    let AlterTable { table, written, .. } = &alter;
    for added in alter.added_constraints() {
        let other = match &added.constraint {
            ast::Constraint::ForeignKeyConstraint(key) => key.table_name_ref(),
            ast::Constraint::ReferencesConstraint(key) if has_default(&added) => key.table(),
            _ => continue,
        };
        if spares_rows(&added.constraint) {
            continue;
        }
        let Some(other) = ObjectName::of(other) else {
            continue;
        };
        report(statement, context, &added, (table, written, &other), found);
    }
}

fn report(
    statement: &Statement<'_>,
    context: &Context<'_>,
    added: &AddedConstraint,
    (table, written, other): (&ObjectName, &str, &ObjectName),
    found: &mut Found<'_>,
) {
    let node = added.constraint.syntax();
    let named = added
        .constraint
        .constraint_name()
        .map(|name| words_of(&name));
    let column = added.column.as_ref().and_then(|add| add.column_name());
    let mut instead = match column {
        None => {
            let name = named.unwrap_or_else(|| "…".to_owned());
            format!(
                "add `NOT VALID` here, and in a later migration run `ALTER TABLE {written} VALIDATE CONSTRAINT {name}`"
            )
        }
        Some(column) => {
            let name = named.unwrap_or_else(|| format!("{}_{}_fkey", table.name, column.text()));
            let references = added.constraint.syntax().children_with_tokens();
            let references: String = references
                .skip_while(|part| part.kind() != SyntaxKind::REFERENCES_KW)
                .map(|part| part.to_string())
                .collect();
            format!(
                "add the column without `REFERENCES`, then `ALTER TABLE {written} ADD CONSTRAINT {name} FOREIGN KEY ({}) {references} NOT VALID`, and in a later migration run `ALTER TABLE {written} VALIDATE CONSTRAINT {name}`",
                words_of(&column)
            )
        }
    };
    let partitioned = context.is_partitioned(table);
    if partitioned {
        instead.push_str("; before PostgreSQL 18 a partitioned table does not accept it: do it on each partition");
    }
    let fix = node
        .last_token()
        .filter(|_| added.column.is_none() && !partitioned)
        .and_then(|token| statement.insert_after(&token, " NOT VALID"));
    let lock = LockMode::ShareRowExclusive;
    let locked = match other.may_be(table) {
        true => format!("`{table}`, which blocks every write to it"),
        false => format!("`{table}` and `{other}`, which blocks every write to both"),
    };
    found.add_with_fix(
        statement.range_of_node(node),
        format!("foreign key on `{table}` without `NOT VALID`"),
        format!("takes {lock} on {locked}, while each row of `{table}` is checked"),
        instead,
        fix,
    );
}

/// Without a default, PostgreSQL knows that a new column holds nothing to look up.
fn has_default(added: &AddedConstraint) -> bool {
    added.column.iter().any(|column| {
        column
            .constraints()
            .any(|constraint| matches!(constraint, ast::Constraint::DefaultConstraint(_)))
    })
}
