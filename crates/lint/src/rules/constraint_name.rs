//! The rule `constraint-name`.

use std::collections::HashSet;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::quote::quote_ident;

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{ConstraintKind, LONGEST_NAME, NewConstraint, Place, Statement};

rule! {
    /// A constraint without a name, where nobody can tell the name that it gets.
    ///
    /// ## Why it hurts
    ///
    /// PostgreSQL generates a name from the table and the columns, adds a number if it is taken, and
    /// cuts it at 63 bytes. A later migration that drops or validates the constraint has to guess it.
    /// Errors contain the name, and applications use it to tell one violation from another. A `CHECK`
    /// or `EXCLUDE` is always reported: there are often several on the same columns, and a name can say
    /// what they are about. The names of other constraints are reported only where PostgreSQL adds a
    /// number or cuts: `teams_pkey`, `teams_slug_key` and `teams_owner_id_fkey` are what one expects.
    ///
    /// ## Instead
    ///
    /// `CONSTRAINT name` before it. The proposed name is the one that PostgreSQL would generate, so
    /// that databases created before and after the change have the same name.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS teams (
    ///     team_id uuid NOT NULL,
    ///     slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z]+$'),
    ///     CONSTRAINT teams_pkey PRIMARY KEY (team_id)
    /// );
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS teams (
    ///     team_id uuid NOT NULL,
    ///     slug text NOT NULL UNIQUE CONSTRAINT teams_slug_check CHECK (slug ~ '^[a-z]+$'),
    ///     CONSTRAINT teams_pkey PRIMARY KEY (team_id)
    /// );
    /// ```
    "constraint-name", Quality, Warning, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let constraints = statement.new_constraints();
    let mut taken: HashSet<String> = constraints.iter().filter_map(NewConstraint::name).collect();
    for constraint in constraints {
        if constraint.name().is_some() || is_said_already(statement, context, constraint) {
            continue;
        }
        let free = |name: &String| {
            !taken.contains(name)
                && !context.file.keys.has_name(name)
                && !context.schema.keys.has_name(name)
        };
        let name = constraint
            .generated_names()
            .and_then(|mut names| names.find(free));
        if name.is_some() && is_expected(constraint, name.as_ref()) {
            taken.extend(name);
            continue;
        }
        let (instead, fix) = match &name {
            Some(name) => {
                let clause = format!("CONSTRAINT {}", quote_ident(name));
                (
                    format!("write `{clause}` before it, as PostgreSQL would name it itself"),
                    statement.insert_before(&constraint.node, &format!("{clause} ")),
                )
            }
            None => {
                let (table, label) = (&constraint.owner.name, constraint.kind.label());
                (
                    format!("write `CONSTRAINT {table}_…_{label}` before it"),
                    None,
                )
            }
        };
        let keywords = constraint.keywords();
        let words: Vec<&str> = keywords.iter().map(|word| word.text()).collect();
        let range = match (keywords.first(), keywords.last()) {
            (Some(first), Some(last)) => {
                statement.range_of_token(first).start..statement.range_of_token(last).end
            }
            _ => statement.range_of_node(&constraint.node),
        };
        found.add_with_fix(
            range,
            format!("this `{}` constraint of `{}` has no name", words.join(" "), constraint.owner),
            "PostgreSQL generates a name that depends on existing names, and later migrations and applications have to guess it",
            instead,
            fix,
        );
        taken.extend(name);
    }
}

/// Whether the name is the one that anybody expects: neither numbered nor cut, and of a constraint that
/// its columns tell from others.
fn is_expected(constraint: &NewConstraint, name: Option<&String>) -> bool {
    let mut names = constraint.generated_names().into_iter().flatten();
    let is_told = !matches!(
        constraint.kind,
        ConstraintKind::Check | ConstraintKind::Exclude
    );
    let parts = [&constraint.owner.name, &constraint.columns.join("_")];
    let length: usize = parts.iter().map(|part| part.len() + 1).sum();
    is_told
        && name == names.next().as_ref()
        && length + constraint.kind.label().len() <= LONGEST_NAME
}

/// Whether the constraint is added by a statement of its own, without a guard: a second run adds it
/// again, so `add-constraint-guarded` asks for the name.
fn is_said_already(
    statement: &Statement<'_>,
    context: &Context<'_>,
    constraint: &NewConstraint,
) -> bool {
    let parent = constraint.node.parent();
    statement.place == Place::Top
        && parent.is_some_and(|parent| ast::AddConstraint::can_cast(parent.kind()))
        && !context
            .file
            .again
            .is_made_anew(&constraint.owner, &statement.range)
}
