//! The rule `add-column-rewrite`.

use std::ops::Range;

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::locks::LockMode;
use crate::syntax::{
    AlterTable, ObjectName, SqlType, Statement, Volatility, name_of_call, tree, words_of,
};

rule! {
    /// A new column that rewrites every row of a table in use.
    ///
    /// ## Why it hurts
    ///
    /// `ADD COLUMN` takes ACCESS EXCLUSIVE on the table. Without a default, or with one that is the
    /// same for all rows (a constant, `now()`), only the catalogs change. But where each row needs
    /// its own value, PostgreSQL rewrites the whole table and all its indexes, and nobody can read
    /// or write it until then. That is the case for
    ///
    /// - a `DEFAULT` that calls a volatile function: `gen_random_uuid()`, `random()`,
    ///   `clock_timestamp()`, `nextval()`;
    /// - `serial` and `GENERATED … AS IDENTITY`, which number the rows;
    /// - `GENERATED ALWAYS AS (…) STORED`;
    /// - a domain with a constraint.
    ///
    /// ## Instead
    ///
    /// Add the column without a default. Set the default for new rows with `ALTER COLUMN … SET
    /// DEFAULT`. Fill old rows in batches, in migrations of their own. From PostgreSQL 18 on, a
    /// generated column may be `VIRTUAL`, which stores nothing.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE users ADD COLUMN IF NOT EXISTS invite_code uuid DEFAULT gen_random_uuid();
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER TABLE users ADD COLUMN IF NOT EXISTS invite_code uuid;
    /// ALTER TABLE users ALTER COLUMN invite_code SET DEFAULT gen_random_uuid();
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `adding-field-with-default` reports every call with arguments and every generated
    /// column, `VIRTUAL` ones too; it finds neither `serial` nor domains.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: ALTER TABLE, `ADD COLUMN` and "Notes"; "Function Volatility Categories".
    "add-column-rewrite", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(alter) = context.alter_in_use(statement) else {
        return;
    };
    for action in &alter.actions {
        if let ast::AlterTableAction::AddColumn(add) = action {
            check_column(statement, context, &alter, add, found);
        }
    }
}

/// What makes PostgreSQL write every row.
struct Cause {
    range: Range<usize>,
    /// What it is, as a clause.
    what: String,
    instead: String,
    /// Whether that is so for sure.
    sure: bool,
}

fn check_column(
    statement: &Statement<'_>,
    context: &Context<'_>,
    alter: &AlterTable,
    add: &ast::AddColumn,
    found: &mut Found<'_>,
) {
    let AlterTable { table, written, .. } = alter;
    let Some(column) = add.column_name() else {
        return;
    };
    let (name, column) = (column.text(), words_of(&column));
    let ty = add.ty();
    let plain = ty.as_ref().map_or_else(String::new, words_of);
    let fill = format!("`ALTER TABLE {written} ADD COLUMN IF NOT EXISTS {column}");
    let of_type = ty.and_then(|ty| {
        let range = statement.range_of(&ty);
        let ty = SqlType::of(&ty, None)?;
        of_type(context, &ty, range, &fill)
    });
    let of_constraint = add.constraints().find_map(|constraint| {
        of_constraint(
            statement,
            context,
            &constraint,
            (&fill, &plain, written, &column),
        )
    });
    let Some(cause) = of_type.or(of_constraint) else {
        return;
    };
    let unless = if cause.sure {
        ""
    } else {
        ", unless the function is stable or immutable"
    };
    found.add(
        cause.range,
        format!("new column `{name}` of `{table}` {}", cause.what),
        format!(
            "{}, while every row and every index is rewritten{unless}",
            LockMode::AccessExclusive.taken_on(table)
        ),
        cause.instead,
    );
}

fn of_type(context: &Context<'_>, ty: &SqlType, range: Range<usize>, fill: &str) -> Option<Cause> {
    let what = if ty.is_serial() {
        format!("is a {ty}, which numbers the rows")
    } else {
        let domain = context.domain(&ty.name)?;
        let constrained = domain.constrained && !ty.array;
        constrained.then(|| format!("is of the domain `{ty}`, which has a constraint"))?
    };
    let base = match context.domain(&ty.name) {
        Some(domain) => domain.base.clone(),
        None => ty.clone().of_values(),
    };
    let instead = if ty.is_serial() {
        format!(
            "{fill} {base}`, fill it in batches, and give it a sequence as `DEFAULT` with `ALTER COLUMN … SET DEFAULT nextval(…)`, which starts above the highest number"
        )
    } else {
        format!(
            "{fill} {base}`, with a `CHECK` of its own that is added `NOT VALID` and validated in a later migration"
        )
    };
    Some(Cause {
        range,
        what,
        instead,
        sure: true,
    })
}

fn of_constraint(
    statement: &Statement<'_>,
    context: &Context<'_>,
    constraint: &ast::Constraint,
    (fill, ty, written, column): (&str, &str, &str, &str),
) -> Option<Cause> {
    let fill = format!("{fill} {ty}`");
    let range = statement.range_of_node(constraint.syntax());
    match constraint {
        ast::Constraint::GeneratedConstraint(generated) => match generated.generated_as()? {
            ast::GeneratedAs::GeneratedIdentity(_) => Some(Cause {
                range,
                what: "is an identity column, which numbers the rows".to_owned(),
                instead: format!(
                    "{fill}, fill it in batches, make it `NOT NULL`, then `ALTER TABLE {written} ALTER COLUMN {column} ADD {}`, and set its sequence above the highest number",
                    words_of(constraint)
                ),
                sure: true,
            }),
            // Without a word, PostgreSQL 18 takes it for VIRTUAL; those before demand STORED.
            ast::GeneratedAs::GeneratedStored(stored) => match stored.generated_kind()? {
                ast::GeneratedKind::Virtual(_) => None,
                ast::GeneratedKind::Stored(_) => Some(Cause {
                    range,
                    what: "is generated and stored".to_owned(),
                    instead: format!(
                        "{fill}, fill it in batches, and maintain it with a trigger; from PostgreSQL 18 on, `VIRTUAL` instead of `STORED` costs nothing"
                    ),
                    sure: true,
                }),
            },
        },
        ast::Constraint::DefaultConstraint(default) => {
            let expr = default.expr()?;
            let (function, volatility) = worst_call(&expr, context)?;
            let sure = volatility == Volatility::Volatile;
            let mut instead = format!(
                "{fill}, then `ALTER TABLE {written} ALTER COLUMN {column} SET DEFAULT {}`, which is for new rows only, and fill old rows in batches",
                words_of(&expr)
            );
            if !sure {
                instead.push_str("; if the function is declared `STABLE` or `IMMUTABLE`, allow this with that as the reason");
            }
            Some(Cause {
                range,
                what: match sure {
                    true => format!("has a default that calls the volatile function `{function}`"),
                    false => {
                        format!("has a default that calls `{function}`, which may be volatile")
                    }
                },
                instead,
                sure,
            })
        }
        _ => None,
    }
}

/// The call in a default that is the worst to have.
fn worst_call(expr: &ast::Expr, context: &Context<'_>) -> Option<(ObjectName, Volatility)> {
    tree::all::<ast::CallExpr>(expr.syntax())
        .filter_map(|call| name_of_call(&call))
        .map(|name| {
            let volatility = context.catalog.volatility(&name);
            (name, volatility)
        })
        .filter(|(_, volatility)| *volatility != Volatility::NotVolatile)
        .max_by_key(|(_, volatility)| *volatility)
}
