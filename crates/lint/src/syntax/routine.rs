//! Functions and procedures whose bodies migrations show.

use std::collections::HashMap;
use std::rc::Rc;

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::{ObjectName, tree};

/// The functions and procedures that are known, by name.
pub(crate) type Routines = HashMap<ObjectName, Rc<Routine>>;

/// A function or procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Routine {
    /// In which language its body is.
    pub(crate) language: Language,
    /// Its body.
    pub(crate) body: String,
    /// The names of its parameters; empty for those without one.
    pub(crate) parameters: Vec<String>,
}

/// The languages that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Sql,
    Plpgsql,
    Other,
}

impl Routine {
    /// The function or procedure that a statement defines.
    pub(crate) fn of(sql: &ast::Stmt) -> Option<(ObjectName, Self)> {
        let (name, options, parameters, body) = match sql {
            ast::Stmt::CreateFunction(s) => (
                ObjectName::of(s.name()),
                s.option_list(),
                s.param_list(),
                s.body(),
            ),
            ast::Stmt::CreateProcedure(s) => (
                ObjectName::of(s.name()),
                s.option_list(),
                s.param_list(),
                s.body(),
            ),
            _ => return None,
        };
        let mut language = Language::Other;
        let mut text = None;
        for option in options.into_iter().flat_map(|list| list.options()) {
            match option {
                ast::FuncOption::LanguageFuncOption(option) => {
                    let name = option.language_name().map(|language| language.name);
                    language = match name.as_deref() {
                        Some("plpgsql") => Language::Plpgsql,
                        Some("sql") => Language::Sql,
                        _ => Language::Other,
                    };
                }
                ast::FuncOption::AsFuncOption(option) => {
                    if let Some(ast::AsFuncTarget::AsDefinition(definition)) =
                        option.as_func_target()
                    {
                        let decoded = definition.literal().and_then(|l| l.decoded_value());
                        text = decoded.map(|decoded| decoded.text().to_owned());
                    }
                }
                _ => {}
            }
        }
        if let Some(body) = body {
            language = Language::Sql;
            text = Some(inline(&body));
        }
        let parameters = parameters
            .into_iter()
            .flat_map(|list| list.params())
            .map(|parameter| {
                let name = parameter.name();
                name.map_or_else(String::new, |name| ast::normalize_name_node(name.syntax()))
            })
            .collect();
        let routine = Self {
            language,
            body: text?,
            parameters,
        };
        Some((name?.key(), routine))
    }
}

/// Whether a function in PL/pgSQL raises an error.
pub(crate) fn raises(create: &ast::CreateFunction) -> bool {
    let body = create.plpgsql();
    let block = body.as_ref().and_then(|body| body.tree().block());
    block.is_some_and(|block| raises_in(block.syntax()))
}

/// Whether something in PL/pgSQL raises an error, the one that is being handled included.
pub(super) fn raises_in(node: &SyntaxNode) -> bool {
    let mut raised = tree::all::<ast::PlpgsqlRaiseStmt>(node);
    raised.any(|raise| {
        raise
            .level()
            .is_none_or(|level| tree::lower(level.syntax()) == "exception")
    })
}

/// `BEGIN ATOMIC … END`, or `RETURN expression`, as statements.
fn inline(body: &ast::RoutineBody) -> String {
    let text = body.syntax().text().to_string();
    let text = text.trim();
    match ast::AtomicBody::cast(body.syntax().clone()) {
        Some(atomic) => {
            let statements = atomic.routine_body_stmts();
            let texts = statements.map(|stmt| stmt.syntax().text().to_string());
            texts.collect::<Vec<_>>().join(";\n")
        }
        None => match text.get(..6) {
            Some(word) if word.eq_ignore_ascii_case("return") => format!("SELECT {}", &text[6..]),
            _ => text.to_owned(),
        },
    }
}
