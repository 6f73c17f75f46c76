use std::ops::Range;
use std::rc::Rc;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode};

use super::code::without_meta_commands;
use super::limits::{Refused, admit, without_rows};
use super::statement::{Place, Places, bytes};
use super::{Guard, Statement, guard};

/// What the walk over a statement of a file comes by.
pub(crate) enum Reading<'s, 'a> {
    /// A statement that runs.
    Statement(&'s Statement<'a>),
    /// SQL that cannot be read, or not wholly: rules may overlook something in it.
    Unread {
        /// Where.
        range: Range<usize>,
        /// Why.
        reason: Refused,
    },
}

/// Visits a statement of the file and all statements inside of it that run when it runs.
pub(crate) fn walk<'a>(
    text: &'a str,
    range: &Range<usize>,
    visit: &mut dyn FnMut(Reading<'_, 'a>),
) {
    let start = range.start;
    let Some(sql) = text.get(range.clone()) else {
        return;
    };
    let mut walker = Walker { text, visit };
    walker.sql(
        &without_meta_commands(sql),
        Rc::new(move |inner| start + inner.start..start + inner.end),
        Place::Top,
        &[],
    );
}

struct Walker<'a, 'v> {
    text: &'a str,
    visit: &'v mut dyn FnMut(Reading<'_, 'a>),
}

impl Walker<'_, '_> {
    /// Reads SQL that stands in the file, or in a string constant there.
    fn sql(&mut self, sql: &str, places: Places, place: Place, guards: &[Guard]) {
        let short;
        let sql = match admit(sql) {
            Ok(()) => sql,
            Err(reason) => match without_rows(sql).filter(|s| admit_short(s)) {
                Some(cut) if reason == Refused::Length => {
                    short = cut;
                    &short
                }
                _ => {
                    (self.visit)(Reading::Unread {
                        range: places(0..sql.len().min(40)),
                        reason,
                    });
                    return;
                }
            },
        };
        let parse = SourceFile::parse(sql);
        if let Some(error) = parse.errors().first() {
            let at = usize::from(error.range().start()).min(sql.len());
            (self.visit)(Reading::Unread {
                range: places(word_at(sql, at)),
                reason: Refused::Syntax,
            });
        }
        for stmt in parse.tree().stmts() {
            self.stmt(stmt, &places, place, guards);
        }
    }

    fn stmt(&mut self, stmt: ast::Stmt, places: &Places, place: Place, guards: &[Guard]) {
        let node = stmt.syntax().clone();
        self.emit(node.clone(), Some(stmt.clone()), places, place, guards);
        match stmt {
            ast::Stmt::Do(block) => self.block(&block, places, guards),
            ast::Stmt::CreateSchema(schema) => {
                for element in schema.schema_elements() {
                    if let Some(inner) = ast::Stmt::cast(element.syntax().clone()) {
                        self.stmt(inner, places, Place::Inside, guards);
                    }
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
                        self.emit(node, Some(inner), places, Place::Inside, guards);
                    }
                }
            }
            _ => {}
        }
    }

    fn emit(
        &mut self,
        node: SyntaxNode,
        sql: Option<ast::Stmt>,
        places: &Places,
        place: Place,
        guards: &[Guard],
    ) {
        let mut statement = Statement {
            range: 0..0,
            sql,
            node,
            guards: guards.to_vec(),
            place,
            text: self.text,
            places: Rc::clone(places),
        };
        let mut range = statement.range_of_node(&statement.node);
        if self
            .text
            .get(range.clone())
            .is_some_and(|t| t.ends_with(';'))
        {
            range.end -= 1;
        }
        statement.range = range;
        (self.visit)(Reading::Statement(&statement));
    }

    fn block(&mut self, block: &ast::Do, places: &Places, guards: &[Guard]) {
        let Some(literal) = block.body() else { return };
        let Some(decoded) = literal.decoded_value() else {
            return;
        };
        if let Err(reason) = admit(decoded.text()) {
            (self.visit)(Reading::Unread {
                range: places(bytes(literal.syntax().text_range())),
                reason,
            });
            return;
        }
        // A block in another language is not read: it is no SQL.
        let Some(body) = block.plpgsql() else { return };
        let outer = Rc::clone(places);
        let source = body.clone();
        let inner: Places =
            Rc::new(move |range| outer(bytes(source.source_range(text_range(range)))));
        if let Some(block) = body.tree().block() {
            self.plpgsql_block(&block, &inner, guards);
        }
    }

    fn plpgsql_block(&mut self, block: &ast::PlpgsqlBlock, places: &Places, guards: &[Guard]) {
        if let Some(declarations) = block.declare_section() {
            self.expression(declarations.syntax(), places, guards);
        }
        let handlers: Vec<ast::PlpgsqlExceptionHandler> = block
            .exception()
            .map(|exception| exception.handlers().collect())
            .unwrap_or_default();
        let mut inside = guards.to_vec();
        if !handlers.is_empty() {
            let caught = handlers.iter().flat_map(|handler| handler.conditions());
            inside.push(Guard::Handler(
                caught
                    .map(|condition| caught_condition(&condition))
                    .collect(),
            ));
        }
        self.body(block.body(), places, &inside);
        for handler in handlers {
            self.body(handler.body(), places, guards);
        }
    }

    fn body(&mut self, body: Option<ast::PlpgsqlBody>, places: &Places, guards: &[Guard]) {
        for stmt in body.into_iter().flat_map(|body| body.stmts()) {
            self.plpgsql_stmt(stmt, places, guards);
        }
    }

    fn plpgsql_stmt(&mut self, stmt: ast::PlpgsqlStmt, places: &Places, guards: &[Guard]) {
        use ast::PlpgsqlStmt as S;
        match stmt {
            S::PlpgsqlBlock(block) => self.plpgsql_block(&block, places, guards),
            S::PlpgsqlIfStmt(choice) => self.choice(&choice, places, guards),
            S::PlpgsqlCaseStmt(case) => {
                for when in case.whens() {
                    self.body(when.body(), places, guards);
                }
                self.body(case.else_clause().and_then(|e| e.body()), places, guards);
            }
            S::PlpgsqlLoopStmt(l) => self.body(l.body(), places, guards),
            S::PlpgsqlWhileStmt(l) => {
                if let Some(condition) = l.cond() {
                    self.expression(condition.syntax(), places, guards);
                }
                self.body(l.body(), places, guards);
            }
            S::PlpgsqlForIStmt(l) => self.body(l.body(), places, guards),
            S::PlpgsqlForEachStmt(l) => self.body(l.body(), places, guards),
            S::PlpgsqlForCursorStmt(l) => self.body(l.body(), places, guards),
            S::PlpgsqlForDynStmt(l) => self.body(l.body(), places, guards),
            S::PlpgsqlForQueryStmt(l) => {
                if let Some(query) = l.query() {
                    self.stmt(query, places, Place::Block, guards);
                }
                self.body(l.body(), places, guards);
            }
            S::PlpgsqlExecSqlStmt(exec) => {
                if let Some(inner) = exec.stmt() {
                    self.stmt(inner, places, Place::Block, guards);
                }
            }
            S::PlpgsqlDoStmt(exec) => {
                if let Some(block) = exec.do_() {
                    self.stmt(ast::Stmt::Do(block), places, Place::Block, guards);
                }
            }
            S::PlpgsqlDynExecuteStmt(execute) => {
                self.expression(execute.syntax(), places, guards);
                self.dynamic(&execute, places, guards);
            }
            other => self.expression(other.syntax(), places, guards),
        }
    }

    fn choice(&mut self, choice: &ast::PlpgsqlIfStmt, places: &Places, guards: &[Guard]) {
        let mut before = Vec::new();
        let elsifs = choice.elsifs().map(|elsif| (elsif.cond(), elsif.body()));
        let branches = std::iter::once((choice.cond(), choice.then_body())).chain(elsifs);
        for (condition, body) in branches {
            let mut facts = before.clone();
            if let Some(condition) = &condition {
                self.expression(condition.syntax(), places, guards);
                facts.extend(guard::facts(condition, true));
                before.extend(guard::facts(condition, false));
            }
            let mut inside = guards.to_vec();
            inside.push(Guard::Condition(facts));
            self.body(body, places, &inside);
        }
        let mut inside = guards.to_vec();
        inside.push(Guard::Condition(before));
        let otherwise = choice.else_clause().and_then(|clause| clause.body());
        self.body(otherwise, places, &inside);
    }

    /// An expression: it may call functions.
    fn expression(&mut self, node: &SyntaxNode, places: &Places, guards: &[Guard]) {
        self.emit(node.clone(), None, places, Place::Block, guards);
    }

    /// `EXECUTE 'constant'`: what it will be is known. What `format` makes is not.
    fn dynamic(&mut self, execute: &ast::PlpgsqlDynExecuteStmt, places: &Places, guards: &[Guard]) {
        let query = execute.query().and_then(|query| query.target_list());
        let Some(ast::Expr::Literal(literal)) = query
            .and_then(|list| list.targets().next())
            .and_then(|target| target.expr())
        else {
            return;
        };
        let Some(decoded) = literal.decoded_value() else {
            return;
        };
        let outer = Rc::clone(places);
        let source = decoded.clone();
        self.sql(
            decoded.text(),
            Rc::new(move |range| outer(bytes(source.source_range(text_range(range))))),
            Place::Block,
            guards,
        );
    }
}

fn admit_short(sql: &str) -> bool {
    // What was cut out is white space now, which costs the parser nothing.
    admit(&sql.split_whitespace().collect::<Vec<_>>().join(" ")).is_ok()
}

fn caught_condition(condition: &ast::PlpgsqlCondition) -> String {
    let text = condition.syntax().text().to_string().to_lowercase();
    match text.strip_prefix("sqlstate") {
        Some(code) => code.trim().trim_matches('\'').to_owned(),
        None => text.trim().to_owned(),
    }
}

/// The word at a place, or else behind it: the parser stops between words.
fn word_at(sql: &str, at: usize) -> Range<usize> {
    let rest = sql.get(at..).unwrap_or_default();
    let start = at + (rest.len() - rest.trim_start().len());
    let word = sql.get(start..).unwrap_or_default();
    let end = word
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(word.len());
    if word.is_empty() {
        let last = sql.trim_end().char_indices().next_back();
        return last.map_or(0..0, |(at, c)| at..at + c.len_utf8());
    }
    start..start + end.max(word.chars().next().map_or(0, char::len_utf8))
}

fn text_range(range: Range<usize>) -> rowan::TextRange {
    let offset = |at: usize| rowan::TextSize::new(u32::try_from(at).unwrap_or(u32::MAX));
    rowan::TextRange::new(offset(range.start), offset(range.end.max(range.start)))
}
