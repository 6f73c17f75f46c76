//! Columns.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use crate::syntax::{ObjectName, SqlType, Volatility, name_of_call, one_line, tree, volatility};

/// A column of a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// Its type; `None` where that is not known.
    pub(crate) ty: Option<SqlType>,
    pub(crate) not_null: bool,
    /// What fills it where an `INSERT` leaves it out.
    pub(crate) filled: Filled,
    /// The functions and sequences that fill it.
    pub(crate) filled_by: Vec<ObjectName>,
}

/// What fills a column that an `INSERT` leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filled {
    /// Nothing: it is NULL.
    Null,
    /// A constant, or what is the same within a transaction at least.
    Constant(String),
    /// Another value for each row: a sequence, a random number, the time.
    Anew,
    /// An expression over the other columns.
    Computed,
}

impl Column {
    pub(super) fn new(
        name: String,
        ty: Option<&ast::Type>,
        collate: Option<&ast::Collate>,
        constraints: impl Iterator<Item = ast::Constraint>,
    ) -> Self {
        let ty = ty.and_then(|ty| SqlType::of(ty, collate));
        let is_serial = ty.as_ref().is_some_and(SqlType::is_serial);
        let mut column = Self {
            name,
            ty: ty.map(SqlType::of_values),
            not_null: is_serial,
            filled: match is_serial {
                true => Filled::Anew,
                false => Filled::Null,
            },
            filled_by: Vec::new(),
        };
        for constraint in constraints {
            match constraint {
                ast::Constraint::NotNullConstraint(_)
                | ast::Constraint::PrimaryKeyConstraint(_) => {
                    column.not_null = true;
                }
                ast::Constraint::DefaultConstraint(default) => {
                    column.fill(default.expr().as_ref());
                }
                ast::Constraint::GeneratedConstraint(generated) => match generated.generated_as() {
                    Some(ast::GeneratedAs::GeneratedIdentity(_)) => {
                        column.not_null = true;
                        column.filled = Filled::Anew;
                    }
                    _ => {
                        column.filled = Filled::Computed;
                        column.filled_by = needed(generated.syntax());
                    }
                },
                _ => {}
            }
        }
        column
    }

    /// Gives it a default.
    pub(super) fn fill(&mut self, default: Option<&ast::Expr>) {
        self.filled = Filled::by(default);
        self.filled_by = default.map_or_else(Vec::new, |expr| needed(expr.syntax()));
    }

    /// Takes its default away.
    pub(super) fn empty(&mut self) {
        self.filled = Filled::Null;
        self.filled_by = Vec::new();
    }
}

/// The functions that an expression calls, and the sequences of `nextval('…')`.
fn needed(node: &SyntaxNode) -> Vec<ObjectName> {
    let calls = tree::all::<ast::CallExpr>(node);
    let names = calls.filter_map(|call| {
        let function = name_of_call(&call)?;
        if function.name != "nextval" {
            return Some(function.key());
        }
        let mut literals = tree::all::<ast::Literal>(call.syntax());
        let text = literals.next()?.string_value()?;
        Some(ObjectName::read(&text).key())
    });
    names.collect()
}

impl Filled {
    /// By a default.
    fn by(expr: Option<&ast::Expr>) -> Self {
        let Some(expr) = expr else { return Self::Null };
        let node = expr.syntax();
        let text = one_line(&node.text().to_string());
        if text.eq_ignore_ascii_case("null") {
            Self::Null
        } else if changes(node) {
            Self::Anew
        } else {
            Self::Constant(text)
        }
    }
}

/// Whether an expression gives another value in another run.
fn changes(node: &SyntaxNode) -> bool {
    let by_time = |word: &str| {
        [
            "current_timestamp",
            "current_date",
            "current_time",
            "localtime",
            "localtimestamp",
        ]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
    };
    let times = ["now", "statement_timestamp", "transaction_timestamp"];
    node.descendants().any(|inner| {
        let called = ast::CallExpr::cast(inner.clone()).and_then(|call| name_of_call(&call));
        match called {
            Some(name) => {
                volatility(&name) != Volatility::NotVolatile || times.contains(&name.name.as_str())
            }
            None => ast::NameRef::can_cast(inner.kind()) && by_time(&inner.text().to_string()),
        }
    })
}
