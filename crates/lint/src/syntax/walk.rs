//! Visits every statement in a statement of the file.

use std::ops::Range;
use std::rc::Rc;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::plpgsql::Plpgsql;
use squawk_syntax::{SourceFile, SyntaxKind};

use super::condition::Variables;
use super::limits::{Refused, admit, without_rows};
use super::psql::without_meta_commands;
use super::routine::Routines;
use super::statement::{Place, Places, bytes, text_range};
use super::tokens::word_at;
use super::tree;
use super::walker::{At, Reading, Walker};
use super::{broken, one_line};

/// Visits a statement of the file and all statements inside of it that run when it runs. The bodies
/// of functions that are called are read too, where they are known.
pub(crate) fn walk<'a>(
    text: &'a str,
    range: &Range<usize>,
    routines: &Routines,
    visit: &mut dyn FnMut(Reading<'_, 'a>),
) {
    let start = range.start;
    let Some(sql) = text.get(range.clone()) else {
        return;
    };
    let mut walker = Walker {
        text,
        strings: 0,
        routines,
        running: Vec::new(),
        visit,
    };
    let places: Places = Rc::new(move |inner| start + inner.start..start + inner.end);
    let at = At {
        places: &places,
        guards: &[],
        known: &Variables::new(),
    };
    walker.sql(&without_meta_commands(sql), Place::Top, at);
}

impl Walker<'_, '_> {
    /// Reads SQL that stands in the file, or in a string constant there.
    pub(super) fn sql(&mut self, sql: &str, place: Place, at: At<'_>) {
        let short;
        let sql = match self.admit(sql) {
            Ok(()) => sql,
            Err(reason) => match without_rows(sql).filter(|s| admit_short(s)) {
                Some(cut) if reason == Refused::Length => {
                    short = cut;
                    &short
                }
                _ => {
                    let end = sql.floor_char_boundary(40);
                    self.unread((at.places)(0..end), reason);
                    return;
                }
            },
        };
        let parse = SourceFile::parse(sql);
        let errors = parse.errors();
        if let Some(error) = errors.first() {
            let start = usize::from(error.range().start()).min(sql.len());
            let reason = Refused::Syntax(error.message().to_owned());
            self.unread((at.places)(word_at(sql, start)), reason);
        }
        // Behind an error the parser takes fragments for statements of their own.
        let readable = if errors.is_empty() { usize::MAX } else { 1 };
        for stmt in parse.tree().stmts().take(readable) {
            self.stmt(stmt, place, at);
        }
    }

    pub(super) fn stmt(&mut self, stmt: ast::Stmt, place: Place, at: At<'_>) {
        let node = stmt.syntax().clone();
        self.emit(node.clone(), Some(stmt.clone()), place, at);
        match stmt.clone() {
            ast::Stmt::Do(block) => self.in_string(|inner| inner.block(&block, at)),
            ast::Stmt::CreateFunction(ref s) => self.definition(s.plpgsql(), at),
            ast::Stmt::CreateProcedure(ref s) => self.definition(s.plpgsql(), at),
            ast::Stmt::Call(ref call) => self.procedure(call, at),
            ast::Stmt::CreateSchema(schema) => {
                for element in schema.schema_elements() {
                    if let Some(inner) = ast::Stmt::cast(element.syntax().clone()) {
                        self.stmt(inner, Place::Inside, at);
                    }
                }
            }
            ast::Stmt::Explain(explain) => {
                let inner = tree::child::<ast::Stmt>(explain.syntax());
                // EXPLAIN ANALYZE runs what it explains.
                if let Some(inner) = inner.filter(|inner| analyzes(&explain, inner)) {
                    self.stmt(inner, Place::Inside, at);
                }
            }
            ast::Stmt::Select(_)
            | ast::Stmt::SelectInto(_)
            | ast::Stmt::CompoundSelect(_)
            | ast::Stmt::Insert(_)
            | ast::Stmt::Update(_)
            | ast::Stmt::Delete(_)
            | ast::Stmt::Merge(_)
            | ast::Stmt::CreateTableAs(_) => {
                // WITH gone AS (DELETE FROM …) SELECT …
                for inner in node.descendants().skip(1) {
                    if matches!(
                        inner.kind(),
                        SyntaxKind::INSERT
                            | SyntaxKind::UPDATE
                            | SyntaxKind::DELETE
                            | SyntaxKind::MERGE
                    ) && let Some(inner) = ast::Stmt::cast(inner)
                    {
                        let node = inner.syntax().clone();
                        self.emit(node, Some(inner), Place::Inside, at);
                    }
                }
            }
            _ => {}
        }
        let is_query = matches!(stmt, ast::Stmt::Select(_) | ast::Stmt::CompoundSelect(_));
        if is_query && place != Place::Inside {
            self.functions(&node, at);
        }
    }

    /// A function that is only defined: its body must be one that the server accepts.
    fn definition(&mut self, body: Option<Plpgsql>, at: At<'_>) {
        let Some(body) = body else { return };
        // What nests too deep has been refused with the statement.
        if let Some((range, message)) = broken::first_error(&body) {
            let range = (at.places)(bytes(body.source_range(text_range(range))));
            self.unread(range, Refused::Syntax(message));
        }
    }
}

fn admit_short(sql: &str) -> bool {
    // What was cut out is white space now, which costs the parser nothing.
    admit(&one_line(sql)).is_ok()
}

/// Whether `ANALYZE` stands between `EXPLAIN` and the statement that is explained.
fn analyzes(explain: &ast::Explain, inner: &ast::Stmt) -> bool {
    let end = inner.syntax().text_range().start();
    let tokens = explain.syntax().descendants_with_tokens();
    tokens
        .filter_map(|element| element.into_token())
        .take_while(|token| token.text_range().start() < end)
        .any(|token| ["analyze", "analyse"].contains(&token.text().to_lowercase().as_str()))
}
