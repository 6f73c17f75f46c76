//! The rule `unknown-setting`.

use squawk_syntax::ast::{self, AstNode};

use crate::builtin::{is_builtin_setting, nearest_setting};
use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{Statement, tree};

rule! {
    /// `SET` or `SHOW` of a setting that PostgreSQL does not have.
    ///
    /// ## Why it hurts
    ///
    /// The statement fails with 42704 (`undefined_object`): `unrecognized configuration parameter`.
    /// Mostly the name is mistyped, or it is a setting of another database, such as
    /// `FOREIGN_KEY_CHECKS`.
    ///
    /// ## Instead
    ///
    /// The name that is meant. A setting of one's own has a dot in its name: `app.tenant`.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// SET LOCAL lock_timeuot = '2s';
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// SET LOCAL lock_timeout = '2s';
    /// SET LOCAL app.tenant = '17';
    /// ```
    "unknown-setting", Quality, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    let node = match &statement.sql {
        Some(ast::Stmt::Set(set)) => set.syntax(),
        Some(ast::Stmt::Show(show)) => show.syntax(),
        _ => return,
    };
    let Some(parameter) = tree::first::<ast::ConfigParameterRef>(node) else {
        return;
    };
    let text = parameter.syntax().text().to_string();
    let name = text.trim().trim_matches('"');
    if is_builtin_setting(name) {
        return;
    }
    let instead = match nearest_setting(name) {
        Some(near) => format!("write `{near}`, if that is meant"),
        None => {
            "leave it out; a setting of one's own has a dot in its name: `app.tenant`".to_owned()
        }
    };
    found.add(
        statement.range_of(&parameter),
        format!("PostgreSQL has no setting `{name}`"),
        "the statement fails with 42704 (`undefined_object`)",
        instead,
    );
}
