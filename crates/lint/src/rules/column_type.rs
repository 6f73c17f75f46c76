//! The rule `column-type`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::{Context, is_the_column};
use crate::finding::Found;
use crate::locks::LockMode;
use crate::syntax::{AlterTable, Change, ObjectName, SqlType, Statement, name_of};

rule! {
    /// A change of a column's type or generation expression that reads or rewrites a table in use.
    ///
    /// ## Why it hurts
    ///
    /// `ALTER COLUMN … TYPE` takes ACCESS EXCLUSIVE on the table. For most changes PostgreSQL then
    /// rewrites every row and every index. Nobody can read or write the table until then, and a
    /// second copy needs disk space. Running applications may also fail on the new type.
    ///
    /// These changes only touch the catalogs, and are not reported where the old type is known from
    /// earlier migrations:
    ///
    /// - `varchar(n)` to a longer `varchar`, to `varchar` or `text`; `text` to `varchar`;
    /// - `numeric(p, s)` to a greater `p` with the same `s`, or to `numeric`;
    /// - `timestamp`, `timestamptz`, `time`, `timetz`, `interval` to more digits;
    /// - `varbit(n)` to a longer one or to `varbit`; `cidr` to `inet`; `xml` to `text`;
    /// - to a domain without constraints over the same type, and back from any domain.
    ///
    /// Even then, if the column has a `CHECK`, every row is read again. An index whose expression
    /// or `WHERE` uses the column is rebuilt. Another collation rebuilds every index on the column.
    /// `char(n)` is always rewritten, and so is an array. Between `timestamp` and `timestamptz`
    /// nothing is rewritten only where `TimeZone` is UTC, which a migration should not rely on.
    ///
    /// `ALTER COLUMN … SET EXPRESSION` (since PostgreSQL 17) recomputes a `STORED` column in every
    /// row, under the same lock. For a `VIRTUAL` column nothing is stored, and nothing is reported.
    ///
    /// ## Instead
    ///
    /// Add a column of the new type. Let a trigger or the application write both. Fill it in
    /// batches. Let the application read the new one. Drop the old one in a later migration.
    ///
    /// Where the old type is not known and the change is one of those above, allow it with the old
    /// type as the reason.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE orders ALTER COLUMN total TYPE bigint;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER TABLE orders ADD COLUMN IF NOT EXISTS total_cents bigint;
    /// ```
    ///
    /// ```sql
    /// -- check:allow column-type: it was varchar(40) in the database that was adopted
    /// ALTER TABLE imported_orders ALTER COLUMN reference TYPE text;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `changing-column-type` reports every change of a type, including those that cost
    /// nothing: it does not know the old type from earlier migrations.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: ALTER TABLE, "Notes".
    "column-type", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(alter) = context.alter_in_use(statement) else {
        return;
    };
    for action in &alter.actions {
        let ast::AlterTableAction::AlterColumn(column) = action else {
            continue;
        };
        let Some(name) = name_of(column.column_name_ref()) else {
            continue;
        };
        match column.option() {
            Some(ast::AlterColumnOption::SetType(set)) => {
                check_column(statement, context, (&alter, &name, &set), found);
            }
            Some(ast::AlterColumnOption::SetExpression(set)) => {
                check_expression(statement, context, (&alter.table, &name, &set), found);
            }
            _ => {}
        }
    }
}

fn check_column(
    statement: &Statement<'_>,
    context: &Context<'_>,
    (alter, name, set): (&AlterTable, &str, &ast::SetType),
    found: &mut Found<'_>,
) {
    let AlterTable { table, written, .. } = alter;
    let collate = set.collate();
    let Some(new) = set.ty().and_then(|ty| SqlType::of(&ty, collate.as_ref())) else {
        return;
    };
    let relation = context.relation(table);
    let old = relation.and_then(|r| r.column_named(name)?.ty.as_ref());
    let computed = set
        .using_expr()
        .is_some_and(|using| !is_the_column(&using, name, &new));
    let change = match old {
        _ if computed => Some(Change::Rewrite),
        Some(old) => Some(context.becoming(old, &new)),
        None => spared(&new).is_none().then_some(Change::Rewrite),
    };
    let lock = LockMode::AccessExclusive.taken_on(table);
    let from = old.map_or_else(String::new, |old| format!(", it was `{old}`"));
    let rewrite = format!("{lock}, while every row and every index is rewritten");
    let (why, instead) = match change {
        Some(Change::Catalog) => {
            let Some(check) = relation.and_then(|relation| relation.check_on(name)) else {
                return report_computed(statement, context, (table, name, set), found);
            };
            let check = check.map_or_else(|| "a check".to_owned(), |name| format!("`{name}`"));
            (
                format!("{lock}, while every row is checked: {check} uses the column"),
                match old == Some(&new) {
                    true => "leave it out: nothing changes".to_owned(),
                    false => format!(
                        "drop {check} before, add it again `NOT VALID` after, and validate it in a later migration: `ALTER TABLE {written} VALIDATE CONSTRAINT …`"
                    ),
                },
            )
        }
        Some(Change::Indexes) => (
            format!("{lock}, while every index on the column is rebuilt"),
            match old.filter(|old| old.collation != new.collation) {
                Some(old) => match &old.collation {
                    Some(collation) => {
                        format!("keep the collation: `COLLATE {collation}`; {NO_INDEX}")
                    }
                    None => format!("leave `COLLATE` out; {NO_INDEX}"),
                },
                None => {
                    format!("drop the indexes on it before, at a time of low traffic; {NO_INDEX}")
                }
            },
        ),
        Some(Change::Rewrite) if old == Some(&new) => (
            rewrite,
            "change the values with `UPDATE`, in batches, in migrations of their own".to_owned(),
        ),
        Some(Change::Rewrite) => (
            rewrite,
            format!(
                "add a column of type `{new}`, let applications write both, fill it in batches, let applications read it, and drop `{name}` in a later migration"
            ),
        ),
        None => (
            format!(
                "{rewrite}, unless the old type is {}",
                spared(&new).unwrap_or_default()
            ),
            format!(
                "if the old type is one of these, say so in a line above: `-- check:allow column-type: {name} was …`; else add a column of type `{new}`, let applications write both, fill it in batches, and drop `{name}` in a later migration"
            ),
        ),
    };
    let what = match change {
        Some(Change::Indexes) if old.is_some_and(|old| old.collation != new.collation) => {
            format!("collation of `{name}` of `{table}` changes")
        }
        _ if old == Some(&new) && computed => {
            format!("`{name}` of `{table}` is recomputed with `USING`")
        }
        _ if old == Some(&new) => {
            format!("`{name}` of `{table}` has the type `{new}` already, and gets it again")
        }
        _ => format!("type of `{name}` of `{table}` becomes `{new}`{from}"),
    };
    found.add(statement.range_of_node(set.syntax()), what, why, instead);
}

/// Another expression for a generated column.
fn check_expression(
    statement: &Statement<'_>,
    context: &Context<'_>,
    (table, name, set): (&ObjectName, &str, &ast::SetExpression),
    found: &mut Found<'_>,
) {
    let known = context.relation(table).and_then(|r| r.column_named(name));
    if known.is_some_and(|column| column.is_virtual) {
        return;
    }
    let unless = match known {
        Some(_) => "",
        None => ", unless the column is `VIRTUAL`",
    };
    found.add(
        statement.range_of_node(set.syntax()),
        format!("`{name}` of `{table}` is generated from another expression"),
        format!(
            "{}, while every row and every index is rewritten{unless}",
            LockMode::AccessExclusive.taken_on(table)
        ),
        format!(
            "add a plain column, let a trigger fill it for new rows, fill old rows in batches, let applications read it, and drop `{name}` in a later migration"
        ),
    );
}

/// What spares the way around.
const NO_INDEX: &str = "or, if no index has the column, allow this with that as the reason";

/// A change that is free but for an index whose expression or predicate uses the column.
fn report_computed(
    statement: &Statement<'_>,
    context: &Context<'_>,
    (table, name, set): (&ObjectName, &str, &ast::SetType),
    found: &mut Found<'_>,
) {
    if let Some(index) = context.computed_index(table, name) {
        found.add(
            statement.range_of_node(set.syntax()),
            format!("type of `{name}` of `{table}` changes, which `{index}` is computed from"),
            LockMode::AccessExclusive.held_on(table, "while that index is rebuilt"),
            format!(
                "in migrations of their own with `-- Transaction: none`, `DROP INDEX CONCURRENTLY IF EXISTS {index}` before, and `CREATE INDEX CONCURRENTLY` again after"
            ),
        );
    }
}

/// The types from which this one can be reached without a rewrite, as words.
fn spared(new: &SqlType) -> Option<&'static str> {
    if new.array {
        return None;
    }
    let length = !new.modifiers.is_empty();
    [
        ("text", "`varchar` of any length, or `xml`"),
        (
            "character varying",
            match length {
                true => "a shorter `varchar`",
                false => "`varchar` of any length, or `text`",
            },
        ),
        (
            "numeric",
            match length {
                true => "`numeric` of a smaller precision and the same scale",
                false => "`numeric` of any precision",
            },
        ),
        ("timestamp", "`timestamp` of fewer digits"),
        ("timestamp with time zone", "`timestamptz` of fewer digits"),
        ("time", "`time` of fewer digits"),
        ("time with time zone", "`timetz` of fewer digits"),
        ("interval", "`interval` of fewer digits"),
        ("bit varying", "a shorter `varbit`"),
        ("inet", "`cidr`"),
    ]
    .into_iter()
    .find(|(name, _)| new.is(name))
    .map(|(_, from)| from)
}
