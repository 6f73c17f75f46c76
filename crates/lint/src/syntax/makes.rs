//! What a computed statement may make, as far as the constant part of its text shows.

use jubilee_core::{TokenKind, tokens};
use squawk_syntax::SourceFile;
use squawk_syntax::ast::{self, AstNode};

use super::constant_text::UNKNOWN;
use super::{ObjectName, Volatility, mentions, name_of_call, tree, volatility};

/// What SQL that is not read may give a name to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Makes {
    Anything,
    /// Relations whose names begin so; nothing where there are none.
    Relations(Vec<String>),
}

/// Statements that begin so give no name to a relation, a column or a type, however they go on.
const MAKE_NOTHING: [&str; 11] = [
    "analyze", "cluster", "comment", "drop", "grant", "lock", "refresh", "reindex", "revoke",
    "truncate", "vacuum",
];

impl Default for Makes {
    fn default() -> Self {
        Self::NOTHING
    }
}

impl Makes {
    pub(crate) const NOTHING: Self = Self::Relations(Vec::new());

    /// What a statement makes that comes to one of these texts, with [`UNKNOWN`] in the place of what is not
    /// known; the parser must be able to read them. Without any, it may be any statement.
    pub(super) fn of(texts: &[String]) -> Self {
        let nothing = match texts {
            [] => Self::Anything,
            _ => Self::NOTHING,
        };
        texts.iter().fold(nothing, |so_far, text| {
            so_far.and(names(text).map_or(Self::Anything, Self::Relations))
        })
    }

    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Relations(a), Self::Relations(b)) => Self::Relations([a, b].concat()),
            _ => Self::Anything,
        }
    }

    /// Whether a relation of that name may be among it.
    pub(crate) fn may_be(&self, name: &ObjectName) -> bool {
        match self {
            Self::Anything => true,
            Self::Relations(begins) => begins.iter().any(|begin| name.name.starts_with(begin)),
        }
    }
}

/// How the names of the relations begin that a statement makes; `None` where it may make something else.
fn names(text: &str) -> Option<Vec<String>> {
    let tokens: Vec<_> = tokens(text).collect::<Result<_, _>>().ok()?;
    let (last, before) = tokens.split_last()?;
    let ends = before.iter().any(|t| t.kind == TokenKind::Symbol(';'));
    // Where names are looked for is changed by a search path.
    if ends || mentions(text, "search_path") {
        return None;
    }
    let first = before.first().unwrap_or(last);
    let first = text[first.range.clone()].to_lowercase();
    if MAKE_NOTHING.contains(&first.as_str()) {
        return Some(Vec::new());
    }
    let parse = SourceFile::parse(text);
    if !parse.errors().is_empty() {
        return None;
    }
    of_statement(&parse.tree().stmts().next()?)
}

fn of_statement(sql: &ast::Stmt) -> Option<Vec<String>> {
    use ast::AlterTableAction as A;
    use ast::Stmt as S;
    let makes_nothing = match sql {
        S::CreateTable(_)
        | S::CreateTableAs(_)
        | S::CreateForeignTable(_)
        | S::CreateView(_)
        | S::CreateMaterializedView(_)
        | S::CreateSequence(_) => {
            let name = ObjectName::below(sql)?.key().name;
            let begin = name.split(UNKNOWN).next().unwrap_or_default();
            return Some(vec![begin.to_owned()]);
        }
        S::CreateIndex(_)
        | S::CreatePolicy(_)
        | S::CreateRule(_)
        | S::CreateStatistics(_)
        | S::CreateTrigger(_)
        | S::AlterIndex(_)
        | S::AlterPolicy(_)
        | S::AlterTrigger(_) => true,
        S::AlterTable(alter) => !alter.actions().any(|action| {
            matches!(
                action,
                A::AddColumn(_)
                    | A::MergePartitions(_)
                    | A::OfType(_)
                    | A::RenameColumn(_)
                    | A::SetSchema(_)
                    | A::SplitPartition(_)
                    | A::TableRenameTo(_)
            )
        }),
        // A function may make something.
        S::Insert(_) | S::Update(_) | S::Delete(_) | S::Merge(_) | S::Select(_) => {
            let mut calls = tree::all::<ast::CallExpr>(sql.syntax());
            calls.all(|call| {
                let name = name_of_call(&call);
                name.is_some_and(|name| volatility(&name) == Volatility::NotVolatile)
            })
        }
        _ => false,
    };
    makes_nothing.then(Vec::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constant_part_shows_what_a_statement_makes() {
        let made = |text: &str| Makes::of(&[text.replace('?', UNKNOWN)]);
        for text in [
            "ALTER TABLE audit_log ADD CONSTRAINT c CHECK (at < '?') NOT VALID",
            "ALTER TABLE audit_log ATTACH PARTITION ? DEFAULT",
            "ALTER TABLE ? OWNER TO ?",
            "CREATE TRIGGER ? BEFORE UPDATE ON ? FOR EACH ROW EXECUTE FUNCTION f()",
            "DROP ? ?",
            "INSERT INTO ? SELECT * FROM users WHERE at < now()",
        ] {
            assert_eq!(made(text), Makes::NOTHING, "{text}");
        }
        for (text, begin) in [
            (
                "CREATE TABLE public.audit_log_? (LIKE audit_log)",
                "audit_log_",
            ),
            ("CREATE TABLE ? PARTITION OF audit_log DEFAULT", ""),
            ("CREATE VIEW report AS SELECT ? FROM users", "report"),
        ] {
            let expected = Makes::Relations(vec![begin.to_owned()]);
            assert_eq!(made(text), expected, "{text}");
        }
        for text in [
            "?",
            "? TABLE users",
            "ALTER TABLE users ?",
            "ALTER TABLE users ADD COLUMN ? text",
            "ALTER TABLE ? RENAME TO ?",
            "CREATE TYPE ? AS ENUM ('a')",
            "DROP TABLE ?; CREATE TABLE a (b int)",
            "INSERT INTO ? SELECT make(a) FROM users",
        ] {
            assert_eq!(made(text), Makes::Anything, "{text}");
        }
    }
}
