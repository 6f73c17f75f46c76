//! Visits the statements in a `DO` block and in the bodies of functions that run.

use std::rc::Rc;

use jubilee_core::{TokenKind, tokens};
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::plpgsql::Plpgsql;
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode};

use super::broken;
use super::condition::{self, Variables};
use super::constant_text::{UNKNOWN, constant_texts, skeletons};
use super::guard::{Fact, Guard, GuardKind};
use super::into::without_into;
use super::limits::{Refused, admit};
use super::loops::{self, Pass};
use super::makes::Makes;
use super::once::runs_once;
use super::routine::raises_in;
use super::statement::{Place, Places, bytes, text_range};
use super::tree;
use super::variables;
use super::walker::{At, Reading, Walker};

impl Walker<'_, '_> {
    pub(super) fn block(&mut self, block: &ast::Do, at: At<'_>) {
        let Some(literal) = block.body() else { return };
        let Some(decoded) = literal.decoded_value() else {
            return;
        };
        if let Err(reason) = self.admit(decoded.text()) {
            self.unread((at.places)(bytes(literal.syntax().text_range())), reason);
            return;
        }
        // A block in another language is not read: it is no SQL.
        let Some(body) = block.plpgsql() else { return };
        let outer = Rc::clone(at.places);
        let source = body.clone();
        let places: Places =
            Rc::new(move |range| outer(bytes(source.source_range(text_range(range)))));
        let at = At {
            places: &places,
            known: &Variables::new(),
            ..at
        };
        self.run(&body, at);
    }

    /// A body that runs.
    pub(super) fn run(&mut self, body: &Plpgsql, at: At<'_>) {
        if let Some((range, message)) = broken::first_error(body) {
            self.unread((at.places)(range), Refused::Syntax(message));
        }
        if let Some(block) = body.tree().block() {
            self.plpgsql_block(&block, at);
        }
    }

    fn plpgsql_block(&mut self, block: &ast::PlpgsqlBlock, at: At<'_>) {
        if let Some(declarations) = block.declare_section() {
            self.expression(declarations.syntax(), at);
        }
        let handlers: Vec<ast::PlpgsqlExceptionHandler> = block
            .exception()
            .map(|exception| exception.handlers().collect())
            .unwrap_or_default();
        let mut known = at.known.clone();
        variables::declare(block, &mut known);
        let inside = At {
            known: &known,
            ..at
        };
        if handlers.is_empty() {
            self.body(block.body(), inside);
        } else {
            let forget = handlers
                .iter()
                .filter(|handler| !raises_in(handler.syntax()));
            let conditions = forget.flat_map(|handler| handler.conditions());
            let caught = conditions.map(|condition| caught_condition(&condition));
            let kind = GuardKind::Handler(caught.collect());
            self.guarded(block.body(), kind, inside);
        }
        for handler in handlers {
            self.branch(handler.body(), at);
        }
    }

    /// A body that runs under a guard.
    fn guarded(&mut self, body: Option<ast::PlpgsqlBody>, kind: GuardKind, at: At<'_>) {
        let Some(body) = body else { return };
        let once = match &kind {
            GuardKind::Condition(facts) => runs_once(facts, body.syntax().children()),
            GuardKind::Handler(_) => false,
        };
        let guard = Guard {
            kind,
            once,
            over: None,
            body: (at.places)(bytes(body.syntax().text_range())),
        };
        self.behind(guard, body, at);
    }

    fn behind(&mut self, guard: Guard, body: ast::PlpgsqlBody, at: At<'_>) {
        let guards: Vec<Guard> = at.guards.iter().cloned().chain([guard]).collect();
        let guards = &guards;
        self.body(Some(body), At { guards, ..at });
    }

    /// A body that runs, or does not, for reasons that are not read.
    fn branch(&mut self, body: Option<ast::PlpgsqlBody>, at: At<'_>) {
        let known = &Variables::new();
        let unknown = GuardKind::Condition(Vec::new());
        self.guarded(body, unknown, At { known, ..at });
    }

    fn body(&mut self, body: Option<ast::PlpgsqlBody>, at: At<'_>) {
        let mut known = at.known.clone();
        let mut guards = at.guards.to_vec();
        let nodes = body.iter().flat_map(|body| body.syntax().children());
        let mut nodes = nodes.peekable();
        while let Some(node) = nodes.next() {
            if let Some(stmt) = ast::PlpgsqlStmt::cast(node.clone()) {
                let here = At {
                    places: at.places,
                    guards: &guards,
                    known: &known,
                };
                self.plpgsql_stmt(&stmt, here);
                if let Some(facts) = leaves_unless(&stmt, &known)
                    && let Some(next) = nodes.peek()
                {
                    let rest = std::iter::successors(Some(next.clone()), SyntaxNode::next_sibling);
                    let end = body
                        .iter()
                        .map(|body| body.syntax().text_range().end())
                        .max();
                    let start = next.text_range().start();
                    let end = end.unwrap_or(start).max(start);
                    guards.push(Guard {
                        once: runs_once(&facts, rest),
                        over: None,
                        kind: GuardKind::Condition(facts),
                        body: (at.places)(usize::from(start)..usize::from(end)),
                    });
                }
                variables::note(&stmt, &mut known);
            } else if node.kind() == SyntaxKind::ERROR {
                let guards = &guards;
                self.sets_variables(&node, &mut known, At { guards, ..at });
            }
        }
    }

    /// `SELECT … INTO variable`, which the parser takes for a mistake.
    fn sets_variables(&mut self, node: &SyntaxNode, known: &mut Variables, at: At<'_>) {
        let text = node.text().to_string();
        let Some(without) = without_into(&text) else {
            return;
        };
        let start = usize::from(node.text_range().start());
        let outer = Rc::clone(at.places);
        let parse = SourceFile::parse(&without.sql);
        let places: Places = Rc::new(move |at| outer(start + at.start..start + at.end));
        if let Some(stmt) = parse.tree().stmts().next() {
            variables::note_into(&stmt, &without.variables, known);
            let places = &places;
            self.stmt(stmt, Place::Block, At { places, ..at });
        }
    }

    fn plpgsql_stmt(&mut self, stmt: &ast::PlpgsqlStmt, at: At<'_>) {
        use ast::PlpgsqlStmt as S;
        match stmt {
            S::PlpgsqlBlock(block) => self.plpgsql_block(block, at),
            S::PlpgsqlIfStmt(choice) => self.choice(choice, at),
            S::PlpgsqlCaseStmt(case) => {
                for when in case.whens() {
                    self.branch(when.body(), at);
                }
                self.branch(case.else_clause().and_then(|e| e.body()), at);
            }
            S::PlpgsqlLoopStmt(l) => self.branch(l.body(), at),
            S::PlpgsqlWhileStmt(l) => {
                if let Some(condition) = l.cond() {
                    self.expression(condition.syntax(), at);
                }
                self.branch(l.body(), at);
            }
            S::PlpgsqlForIStmt(l) => {
                let body = l.body();
                let mut inside = body.iter().flat_map(|body| body.syntax().descendants());
                let executes = inside.any(|node| ast::PlpgsqlDynExecuteStmt::can_cast(node.kind()));
                let range = l.range().filter(|_| executes);
                match range.and_then(|range| loops::of_range(&range, &names_of(l.vars()))) {
                    Some(passes) => self.passes(passes, l.body(), at),
                    None => self.branch(l.body(), at),
                }
            }
            S::PlpgsqlForEachStmt(l) => {
                let list = l.array().map(|array| array.syntax().clone());
                self.each(list, names_of(l.vars()), l.body(), at);
            }
            S::PlpgsqlForCursorStmt(l) => self.branch(l.body(), at),
            S::PlpgsqlForDynStmt(l) => self.branch(l.body(), at),
            S::PlpgsqlForQueryStmt(l) => {
                let list = l.query().map(|query| query.syntax().clone());
                if let Some(query) = l.query() {
                    self.stmt(query, Place::Block, at);
                }
                self.each(list, names_of(l.vars()), l.body(), at);
            }
            S::PlpgsqlExecSqlStmt(exec) => {
                if let Some(inner) = exec.stmt() {
                    self.stmt(inner, Place::Block, at);
                }
            }
            S::PlpgsqlDoStmt(exec) => {
                if let Some(block) = exec.do_() {
                    self.stmt(ast::Stmt::Do(block), Place::Block, at);
                }
            }
            S::PlpgsqlDynExecuteStmt(execute) => {
                self.expression(execute.syntax(), at);
                self.dynamic(execute, at);
            }
            other => self.expression(other.syntax(), at),
        }
    }

    fn choice(&mut self, choice: &ast::PlpgsqlIfStmt, at: At<'_>) {
        let mut before = Vec::new();
        let elsifs = choice.elsifs().map(|elsif| (elsif.cond(), elsif.body()));
        let branches = std::iter::once((choice.cond(), choice.then_body())).chain(elsifs);
        for (condition, body) in branches {
            let mut facts = before.clone();
            if let Some(condition) = &condition {
                self.expression(condition.syntax(), at);
                facts.extend(condition::facts(condition, at.known, true));
                before.extend(condition::facts(condition, at.known, false));
            }
            self.guarded(body, GuardKind::Condition(facts), at);
        }
        let otherwise = choice.else_clause().and_then(|clause| clause.body());
        self.guarded(otherwise, GuardKind::Condition(before), at);
    }

    /// An expression: it may call functions.
    fn expression(&mut self, node: &SyntaxNode, at: At<'_>) {
        self.emit(node.clone(), None, Place::Block, at);
        self.functions(node, at);
    }

    /// A loop. Over constants, its body is read for each of them.
    fn each(
        &mut self,
        list: Option<SyntaxNode>,
        variables: Vec<String>,
        body: Option<ast::PlpgsqlBody>,
        at: At<'_>,
    ) {
        let (Some(name), Some(list), Some(body)) = (variables.first(), list, body.clone()) else {
            self.branch(body, at);
            return;
        };
        let Some(passes) = loops::passes(&list, &variables, at.known) else {
            let guard = Guard {
                kind: GuardKind::Condition(Vec::new()),
                once: false,
                over: Some((name.clone(), condition::fact(&list, true))),
                body: (at.places)(bytes(body.syntax().text_range())),
            };
            let known = &loops::computed(&list, &variables);
            return self.behind(guard, body, At { known, ..at });
        };
        self.passes(passes, Some(body), at);
    }

    /// The body of a loop, for each of its passes.
    fn passes(&mut self, passes: Vec<Pass>, body: Option<ast::PlpgsqlBody>, at: At<'_>) {
        let mut known = at.known.clone();
        if let Some(body) = &body {
            variables::forget(body.syntax(), &mut known);
        }
        for pass in passes {
            known.extend(pass);
            let known = &known;
            self.body(body.clone(), At { known, ..at });
        }
    }

    /// What `EXECUTE` runs, where only constants go into it.
    fn dynamic(&mut self, execute: &ast::PlpgsqlDynExecuteStmt, at: At<'_>) {
        let query = execute.query().and_then(|query| query.target_list());
        let expr = query
            .and_then(|list| list.targets().next())
            .and_then(|target| target.expr());
        if let Some(ast::Expr::Literal(literal)) = &expr
            && let Some(decoded) = literal.decoded_value()
        {
            let outer = Rc::clone(at.places);
            let source = decoded.clone();
            let places: Places =
                Rc::new(move |range| outer(bytes(source.source_range(text_range(range)))));
            return self.built(decoded.text(), &places, at);
        }
        let Some(whole) = execute.query() else { return };
        let range = (at.places)(bytes(whole.syntax().text_range()));
        let place = range.clone();
        // Nothing in what is built has a place of its own.
        let places: Places = Rc::new(move |_| place.clone());
        if let Some(texts) = expr.as_ref().and_then(|e| constant_texts(e, at.known)) {
            return texts.iter().for_each(|text| self.built(text, &places, at));
        }
        let texts = expr.and_then(|expr| skeletons(&expr, at.known));
        let texts: Vec<String> = texts.into_iter().flatten().collect();
        for text in texts
            .iter()
            .filter(|text| names_unknown(text) && admit(text).is_ok())
        {
            let parse = SourceFile::parse(text);
            for stmt in parse.tree().stmts().take(1) {
                let node = stmt.syntax().clone();
                let statement = self.statement(
                    node,
                    Some(stmt),
                    Place::Block,
                    At {
                        places: &places,
                        ..at
                    },
                );
                (self.visit)(Reading::Computed(&statement));
            }
        }
        let makes = match texts.iter().all(|text| admit(text).is_ok()) {
            true => Makes::of(&texts),
            false => Makes::Anything,
        };
        let texts = if texts.iter().all(|text| is_readable(text)) {
            texts
        } else {
            Vec::new()
        };
        // Which names it gives rights on is not known, and does no harm.
        if !texts.is_empty() && texts.iter().all(|text| is_harmless(text)) {
            return;
        }
        // Only values are not known: the rest of the statement can be read.
        for text in texts.iter().filter(|text| !names_unknown(text)) {
            self.built(text, &places, at);
        }
        self.unread(range, Refused::Dynamic(makes));
    }

    /// Reads a statement that `EXECUTE` runs.
    fn built(&mut self, text: &str, places: &Places, at: At<'_>) {
        self.in_string(|walker| walker.sql(text, Place::Block, At { places, ..at }));
    }
}

fn caught_condition(condition: &ast::PlpgsqlCondition) -> String {
    let text = tree::lower(condition.syntax());
    match text.strip_prefix("sqlstate") {
        Some(code) => code.trim().trim_matches('\'').to_owned(),
        None => text.trim().to_owned(),
    }
}

/// Whether a computed statement, with a name in the place of what is not known, can be read so.
fn is_readable(text: &str) -> bool {
    admit(text).is_ok() && {
        let parse = SourceFile::parse(text);
        parse.errors().is_empty() && parse.tree().stmts().count() == 1
    }
}

/// Whether a name of the statement is not known.
fn names_unknown(text: &str) -> bool {
    tokens(text)
        .flatten()
        .any(|token| token.kind == TokenKind::Word && text[token.range].contains(UNKNOWN))
}

/// Whether a computed statement is one that changes neither tables nor rows, whatever names it gets.
fn is_harmless(text: &str) -> bool {
    matches!(
        SourceFile::parse(text).tree().stmts().next(),
        Some(
            ast::Stmt::Grant(_)
                | ast::Stmt::Revoke(_)
                | ast::Stmt::CommentOn(_)
                | ast::Stmt::Analyze(_)
                | ast::Stmt::Select(_)
        )
    )
}

/// What is so behind `IF … THEN RETURN; END IF;`, which leaves the block where it is not.
fn leaves_unless(stmt: &ast::PlpgsqlStmt, known: &Variables) -> Option<Vec<Fact>> {
    let ast::PlpgsqlStmt::PlpgsqlIfStmt(choice) = stmt else {
        return None;
    };
    let last = choice.then_body()?.stmts().last()?;
    let leaves = matches!(last, ast::PlpgsqlStmt::PlpgsqlReturnStmt(_));
    let only = choice.elsifs().next().is_none() && choice.else_clause().is_none();
    if !leaves || !only {
        return None;
    }
    Some(condition::facts(&choice.cond()?, known, false))
}

/// The names of the variables of a loop.
fn names_of(variables: impl Iterator<Item = ast::PlpgsqlForVariable>) -> Vec<String> {
    let names = variables.filter_map(|variable| variable.name());
    names
        .map(|name| ast::normalize_name_node(name.syntax()))
        .collect()
}
