//! The rule `untrusted-language`.

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast;

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{Statement, tree};

rule! {
    /// A function or a block in a language that is not trusted, such as `plpython3u`, `plperlu` or
    /// `c`.
    ///
    /// ## Why it hurts
    ///
    /// It runs with the rights of the server's own user: it reads and writes files, opens
    /// connections, and no privilege of the database limits it. Only a superuser can create it, and
    /// hosted databases do not have these languages.
    ///
    /// ## Instead
    ///
    /// `plpgsql`, `sql`, or a program outside of the database.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE OR REPLACE FUNCTION list_files() RETURNS text LANGUAGE plpython3u AS $$
    /// import os
    /// return ' '.join(os.listdir('/'))
    /// $$;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE OR REPLACE FUNCTION half(n integer) RETURNS integer LANGUAGE sql
    /// RETURN n / 2;
    /// ```
    "untrusted-language", Privileges, Error, Check::Statement(check)
}

const UNTRUSTED: [&str; 9] = [
    "c",
    "internal",
    "plperlu",
    "plpython2u",
    "plpython3u",
    "plpythonu",
    "plsh",
    "pltclu",
    "plru",
];

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    use ast::Stmt as S;
    if !matches!(
        statement.sql,
        Some(
            S::CreateFunction(_)
                | S::CreateProcedure(_)
                | S::Do(_)
                | S::CreateExtension(_)
                | S::CreateLanguage(_)
        )
    ) {
        return;
    }
    let name = statement.node.descendants().find_map(|node| {
        let is_name = matches!(
            node.kind(),
            SyntaxKind::LANGUAGE_FUNC_OPTION
                | SyntaxKind::DO_LANGUAGE
                | SyntaxKind::EXTENSION
                | SyntaxKind::LANGUAGE
        );
        is_name.then_some(node)
    });
    let Some(node) = name else { return };
    let text = tree::lower(&node);
    let word = text.split_whitespace().last().unwrap_or_default();
    let word = word.trim_matches(['\'', '"']);
    if UNTRUSTED.contains(&word) {
        found.add(
            statement.range_of_node(&node),
            format!("`{word}` is a language that is not trusted"),
            "its code runs with the rights of the server's own user, and no privilege of the database limits it",
            "write it in `plpgsql` or `sql`, or outside of the database",
        );
    }
}
