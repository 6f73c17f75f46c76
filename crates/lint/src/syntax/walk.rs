//! Visits every statement in a statement of a file.

use std::ops::Range;
use std::rc::Rc;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode};

use super::condition::{self, Variables};
use super::guard::{Guard, GuardKind};
use super::into::without_into;
use super::limits::{Refused, STRINGS, admit, without_rows};
use super::parts::Parts;
use super::psql::without_meta_commands;
use super::statement::{Place, Places, bytes};
use super::variables;
use super::{Statement, one_line};

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
    let mut walker = Walker {
        text,
        strings: 0,
        visit,
    };
    walker.sql(
        &without_meta_commands(sql),
        Rc::new(move |inner| start + inner.start..start + inner.end),
        Place::Top,
        &[],
    );
}

struct Walker<'a, 'v> {
    text: &'a str,
    /// In how many strings within strings the code stands that is read now.
    strings: usize,
    visit: &'v mut dyn FnMut(Reading<'_, 'a>),
}

impl Walker<'_, '_> {
    fn admit(&self, code: &str) -> Result<(), Refused> {
        if self.strings > STRINGS {
            return Err(Refused::Depth);
        }
        admit(code)
    }

    /// Reads code that stands in a string of what is read now.
    fn in_string(&mut self, read: impl FnOnce(&mut Self)) {
        self.strings += 1;
        read(self);
        self.strings -= 1;
    }

    /// Reads SQL that stands in the file, or in a string constant there.
    fn sql(&mut self, sql: &str, places: Places, place: Place, guards: &[Guard]) {
        let short;
        let sql = match self.admit(sql) {
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
        let errors = parse.errors();
        if let Some(error) = errors.first() {
            let at = usize::from(error.range().start()).min(sql.len());
            (self.visit)(Reading::Unread {
                range: places(word_at(sql, at)),
                reason: Refused::Syntax,
            });
        }
        // Behind an error the parser takes fragments for statements of their own.
        let readable = if errors.is_empty() { usize::MAX } else { 1 };
        for stmt in parse.tree().stmts().take(readable) {
            self.stmt(stmt, &places, place, guards);
        }
    }

    fn stmt(&mut self, stmt: ast::Stmt, places: &Places, place: Place, guards: &[Guard]) {
        let node = stmt.syntax().clone();
        self.emit(node.clone(), Some(stmt.clone()), places, place, guards);
        match stmt {
            ast::Stmt::Do(block) => self.in_string(|inner| inner.block(&block, places, guards)),
            ast::Stmt::CreateSchema(schema) => {
                for element in schema.schema_elements() {
                    if let Some(inner) = ast::Stmt::cast(element.syntax().clone()) {
                        self.stmt(inner, places, Place::Inside, guards);
                    }
                }
            }
            ast::Stmt::Explain(explain) => {
                let inner = explain.syntax().children().find_map(ast::Stmt::cast);
                // EXPLAIN ANALYZE runs what it explains.
                if let Some(inner) = inner.filter(|inner| analyzes(&explain, inner)) {
                    self.stmt(inner, places, Place::Inside, guards);
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
            parts: Parts::default(),
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
        if let Err(reason) = self.admit(decoded.text()) {
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
            self.plpgsql_block(&block, &inner, guards, &Variables::new());
        }
    }

    fn plpgsql_block(
        &mut self,
        block: &ast::PlpgsqlBlock,
        places: &Places,
        guards: &[Guard],
        known: &Variables,
    ) {
        if let Some(declarations) = block.declare_section() {
            self.expression(declarations.syntax(), places, guards);
        }
        let handlers: Vec<ast::PlpgsqlExceptionHandler> = block
            .exception()
            .map(|exception| exception.handlers().collect())
            .unwrap_or_default();
        let mut known = known.clone();
        variables::declare(block, &mut known);
        if handlers.is_empty() {
            self.body(block.body(), places, guards, &known);
        } else {
            let forget = handlers.iter().filter(|handler| !raises_again(handler));
            let conditions = forget.flat_map(|handler| handler.conditions());
            let caught = conditions.map(|condition| caught_condition(&condition));
            let kind = GuardKind::Handler(caught.collect());
            self.guarded(block.body(), kind, places, guards, &known);
        }
        for handler in handlers {
            self.branch(handler.body(), places, guards);
        }
    }

    /// A body that runs under a guard.
    fn guarded(
        &mut self,
        body: Option<ast::PlpgsqlBody>,
        kind: GuardKind,
        places: &Places,
        guards: &[Guard],
        known: &Variables,
    ) {
        let Some(body) = body else { return };
        let mut guards = guards.to_vec();
        guards.push(Guard {
            kind,
            body: places(bytes(body.syntax().text_range())),
        });
        self.body(Some(body), places, &guards, known);
    }

    /// A body that runs, or does not, for reasons that are not read.
    fn branch(&mut self, body: Option<ast::PlpgsqlBody>, places: &Places, guards: &[Guard]) {
        let unknown = GuardKind::Condition(Vec::new());
        self.guarded(body, unknown, places, guards, &Variables::new());
    }

    fn body(
        &mut self,
        body: Option<ast::PlpgsqlBody>,
        places: &Places,
        guards: &[Guard],
        known: &Variables,
    ) {
        let mut known = known.clone();
        let nodes = body.into_iter().flat_map(|body| body.syntax().children());
        for node in nodes {
            if let Some(stmt) = ast::PlpgsqlStmt::cast(node.clone()) {
                self.plpgsql_stmt(&stmt, places, guards, &known);
                variables::note(&stmt, &mut known);
            } else if node.kind() == SyntaxKind::ERROR {
                self.sets_variables(&node, places, guards, &mut known);
            }
        }
    }

    /// `SELECT … INTO variable`, which the parser takes for a mistake.
    fn sets_variables(
        &mut self,
        node: &SyntaxNode,
        places: &Places,
        guards: &[Guard],
        known: &mut Variables,
    ) {
        let text = node.text().to_string();
        let Some(without) = without_into(&text) else {
            return;
        };
        let start = usize::from(node.text_range().start());
        let outer = Rc::clone(places);
        let parse = SourceFile::parse(&without.sql);
        let inner: Places = Rc::new(move |at| outer(start + at.start..start + at.end));
        if let Some(stmt) = parse.tree().stmts().next() {
            variables::note_into(&stmt, &without.variables, known);
            self.stmt(stmt, &inner, Place::Block, guards);
        }
    }

    fn plpgsql_stmt(
        &mut self,
        stmt: &ast::PlpgsqlStmt,
        places: &Places,
        guards: &[Guard],
        known: &Variables,
    ) {
        use ast::PlpgsqlStmt as S;
        match stmt {
            S::PlpgsqlBlock(block) => self.plpgsql_block(block, places, guards, known),
            S::PlpgsqlIfStmt(choice) => self.choice(choice, places, guards, known),
            S::PlpgsqlCaseStmt(case) => {
                for when in case.whens() {
                    self.branch(when.body(), places, guards);
                }
                self.branch(case.else_clause().and_then(|e| e.body()), places, guards);
            }
            S::PlpgsqlLoopStmt(l) => self.branch(l.body(), places, guards),
            S::PlpgsqlWhileStmt(l) => {
                if let Some(condition) = l.cond() {
                    self.expression(condition.syntax(), places, guards);
                }
                self.branch(l.body(), places, guards);
            }
            S::PlpgsqlForIStmt(l) => self.branch(l.body(), places, guards),
            S::PlpgsqlForEachStmt(l) => self.branch(l.body(), places, guards),
            S::PlpgsqlForCursorStmt(l) => self.branch(l.body(), places, guards),
            S::PlpgsqlForDynStmt(l) => self.branch(l.body(), places, guards),
            S::PlpgsqlForQueryStmt(l) => {
                if let Some(query) = l.query() {
                    self.stmt(query, places, Place::Block, guards);
                }
                self.branch(l.body(), places, guards);
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
                self.dynamic(execute, places, guards);
            }
            other => self.expression(other.syntax(), places, guards),
        }
    }

    fn choice(
        &mut self,
        choice: &ast::PlpgsqlIfStmt,
        places: &Places,
        guards: &[Guard],
        known: &Variables,
    ) {
        let mut before = Vec::new();
        let elsifs = choice.elsifs().map(|elsif| (elsif.cond(), elsif.body()));
        let branches = std::iter::once((choice.cond(), choice.then_body())).chain(elsifs);
        for (condition, body) in branches {
            let mut facts = before.clone();
            if let Some(condition) = &condition {
                self.expression(condition.syntax(), places, guards);
                facts.extend(condition::facts(condition, known, true));
                before.extend(condition::facts(condition, known, false));
            }
            self.guarded(body, GuardKind::Condition(facts), places, guards, known);
        }
        let otherwise = choice.else_clause().and_then(|clause| clause.body());
        let kind = GuardKind::Condition(before);
        self.guarded(otherwise, kind, places, guards, known);
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
            if let Some(query) = execute.query() {
                (self.visit)(Reading::Unread {
                    range: places(bytes(query.syntax().text_range())),
                    reason: Refused::Dynamic,
                });
            }
            return;
        };
        let Some(decoded) = literal.decoded_value() else {
            return;
        };
        let outer = Rc::clone(places);
        let source = decoded.clone();
        let inner: Places =
            Rc::new(move |range| outer(bytes(source.source_range(text_range(range)))));
        self.in_string(|walker| walker.sql(decoded.text(), inner, Place::Block, guards));
    }
}

fn admit_short(sql: &str) -> bool {
    // What was cut out is white space now, which costs the parser nothing.
    admit(&one_line(sql)).is_ok()
}

/// Whether a handler passes on the failure that it caught, or one of its own.
fn raises_again(handler: &ast::PlpgsqlExceptionHandler) -> bool {
    let mut raised = handler
        .syntax()
        .descendants()
        .filter_map(ast::PlpgsqlRaiseStmt::cast);
    raised.any(|raise| {
        raise.level().is_none_or(|level| {
            level
                .syntax()
                .text()
                .to_string()
                .eq_ignore_ascii_case("exception")
        })
    })
}

fn caught_condition(condition: &ast::PlpgsqlCondition) -> String {
    let text = condition.syntax().text().to_string().to_lowercase();
    match text.strip_prefix("sqlstate") {
        Some(code) => code.trim().trim_matches('\'').to_owned(),
        None => text.trim().to_owned(),
    }
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
