//! The rule `identifier`.

use squawk_syntax::quote::{is_reserved_word, needs_quoting, quote_ident};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::Statement;

rule! {
    /// A new name that has to be quoted wherever it is used, or that is folded to lower case.
    ///
    /// ## Why it hurts
    ///
    /// A reserved word, or a name with capitals, blanks or special characters, causes an error in
    /// every query without the quotes. Capitals without quotes are folded to lower case: `CREATE
    /// TABLE UserAccounts` makes `useraccounts`, and an application that uses `"UserAccounts"` does
    /// not find it.
    ///
    /// ## Instead
    ///
    /// Use lower-case letters, digits and underscores, and no reserved word.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE teams ADD COLUMN IF NOT EXISTS "order" integer;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER TABLE teams ADD COLUMN IF NOT EXISTS sort_order integer;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Identifiers and Key Words" and appendix "SQL Key Words".
    "identifier", Quality, Warning, Check::Statement(check)
}

const BETTER_WORDS: &str =
    "choose a more specific name, such as `sort_order` for `order`, or `owner_id` for `user`";

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    for new in statement.new_names() {
        let written = new.node.text().to_string();
        let (kind, name) = (new.kind, &new.name);
        let range = || statement.range_of_node(&new.node);
        // What is fit for a name and yet needs quotes is a word of the grammar.
        let is_word = !needs_quoting(name)
            && (is_reserved_word(name) || new.is_quoted() && quote_ident(name) != *name);
        if is_word {
            found.add(
                range(),
                format!("the name of the {kind} `{written}` is a reserved word"),
                "it has to be quoted in every query; without the quotes the query fails or means something else",
                BETTER_WORDS,
            );
        } else if new.is_quoted() && needs_quoting(name) {
            found.add(
                range(),
                format!("the {kind} `{written}` has to be quoted wherever it is used"),
                "without the quotes a query fails, or finds another object",
                better(name),
            );
        } else if !new.is_quoted() && is_mixed(&written) {
            found.add(
                range(),
                format!("the {kind} `{written}` will be called `{name}`"),
                "PostgreSQL folds names without quotes to lower case, so a query that quotes it does not find it",
                better(&written),
            );
        }
    }
}

fn better(name: &str) -> String {
    let snake = snake_case(name);
    if quote_ident(&snake) == snake {
        format!("write `{snake}`")
    } else {
        "choose a name of lower-case letters, digits and underscores that begins with a letter"
            .to_owned()
    }
}

/// Whether a word has both small and capital letters. All capitals are a style, like those of
/// key words.
fn is_mixed(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_uppercase())
        && word.contains(|c: char| c.is_ascii_lowercase())
}

/// `UserAccounts`, `user-accounts` and `User Accounts` as `user_accounts`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut after_small = false;
    for c in name.chars() {
        if !c.is_alphanumeric() && c != '_' && c != '$' {
            if !snake.is_empty() && !snake.ends_with('_') {
                snake.push('_');
            }
            after_small = false;
            continue;
        }
        if c.is_uppercase() && after_small {
            snake.push('_');
        }
        after_small = c.is_lowercase() || c.is_ascii_digit();
        snake.extend(c.to_lowercase());
    }
    snake.trim_end_matches('_').to_owned()
}
