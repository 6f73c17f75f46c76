//! What a change of a column's type costs.

use squawk_syntax::ast;

use super::Context;
use crate::syntax::{Change, ObjectName, SqlType};

impl Context<'_> {
    /// What a new type of a column costs; `None` where the old type is not known.
    pub(crate) fn type_change(
        &self,
        table: &ObjectName,
        column: &str,
        set: &ast::SetType,
    ) -> Option<Change> {
        let collate = set.collate();
        let new = SqlType::of(&set.ty()?, collate.as_ref())?;
        let using = set.using_expr();
        if using.is_some_and(|using| !is_the_column(&using, column, &new)) {
            return Some(Change::Rewrite);
        }
        let old = self.relation(table)?.column_named(column)?.ty.as_ref()?;
        Some(self.becoming(old, &new))
    }

    /// What the change costs, once domains are seen for what they stand for.
    pub(crate) fn becoming(&self, old: &SqlType, new: &SqlType) -> Change {
        let domain = |ty: &SqlType| self.domain(&ty.name).filter(|_| !ty.array);
        if old == new {
            return Change::Catalog;
        }
        if domain(new).is_some_and(|domain| domain.constrained) {
            return Change::Rewrite;
        }
        // In UTC both hold the same numbers.
        let is_time = |ty: &SqlType| ty.is("timestamp") || ty.is("timestamp with time zone");
        if self.in_utc && is_time(old) && is_time(new) && old.modifiers == new.modifiers {
            return Change::Catalog;
        }
        let values = |ty: &SqlType| match domain(ty) {
            Some(domain) => domain.base.clone().with_collation_of(ty),
            None => ty.clone(),
        };
        values(old).becoming(&values(new))
    }
}

/// Whether `USING` says no more than the column, or the column cast to the new type.
pub(crate) fn is_the_column(using: &ast::UsingExpr, column: &str, new: &SqlType) -> bool {
    match using.expr() {
        Some(ast::Expr::NameRef(name)) => name.text() == column,
        Some(ast::Expr::CastExpr(cast)) => {
            matches!(cast.expr(), Some(ast::Expr::NameRef(name)) if name.text() == column)
                && cast.ty().and_then(|ty| SqlType::of(&ty, None)).as_ref() == Some(new)
        }
        _ => false,
    }
}
