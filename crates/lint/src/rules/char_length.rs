//! The rule `char-length`.

use squawk_syntax::ast;

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{Origin, Statement};

rule! {
    /// A column of type `char(n)`, which pads its values with blanks.
    ///
    /// ## Why it hurts
    ///
    /// `char(n)` pads every value with blanks and ignores them in comparisons, but not in `LIKE`
    /// and regular expressions, and removes them in a cast to `text`. So it neither saves space nor
    /// ensures that a value has that length. `char` alone means `char(1)`.
    ///
    /// ## Instead
    ///
    /// `text`, with a named `CHECK` on the length or, better, on the form.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE teams ADD COLUMN IF NOT EXISTS country_code char(2);
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS countries (
    ///     country_code text NOT NULL,
    ///     CONSTRAINT countries_pkey PRIMARY KEY (country_code),
    ///     CONSTRAINT countries_country_code_check CHECK (country_code ~ '^[A-Z]{2}$')
    /// );
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `ban-char-field` finds these too, but not in `DO` blocks, nor in domains and
    /// composite types.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Character Types".
    "char-length", Quality, Warning, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    for column in statement.typed_columns() {
        let is_padded = matches!(column.ty, ast::Type::CharacterType(_))
            || column.type_word() == Some("bpchar");
        if !is_padded {
            continue;
        }
        // Alone, `char` has one character, but `bpchar` any number.
        let alone = || matches!(column.ty, ast::Type::CharacterType(_)).then(|| "1".to_owned());
        let length = column.type_argument().or_else(alone);
        let comparison = match column.origin {
            // The values there may be shorter.
            Origin::Changed => "<=",
            _ => "=",
        };
        let check = length
            .as_ref()
            .and_then(|n| column.length_check(&format!("{comparison} {n}")));
        let in_use = context.alter_in_use(statement).is_some();
        found.add(
            statement.range_of(&column.ty),
            format!("`{column}` is a `{}`", column.type_text()),
            match length {
                Some(_) => "its values are padded with blanks, which are significant in some comparisons and not in others",
                None => "trailing blanks are significant in some comparisons and not in others",
            },
            column.as_text(check, in_use),
        );
    }
}
