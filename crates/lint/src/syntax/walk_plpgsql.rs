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
use super::once::runs_once;
use super::statement::{Place, Places, bytes, text_range};
use super::variables;
use super::walker::Walker;

impl Walker<'_, '_> {
    pub(super) fn block(&mut self, block: &ast::Do, places: &Places, guards: &[Guard]) {
        let Some(literal) = block.body() else { return };
        let Some(decoded) = literal.decoded_value() else {
            return;
        };
        if let Err(reason) = self.admit(decoded.text()) {
            self.unread(places(bytes(literal.syntax().text_range())), reason);
            return;
        }
        // A block in another language is not read: it is no SQL.
        let Some(body) = block.plpgsql() else { return };
        let outer = Rc::clone(places);
        let source = body.clone();
        let inner: Places =
            Rc::new(move |range| outer(bytes(source.source_range(text_range(range)))));
        self.run(&body, &inner, guards, &Variables::new());
    }

    /// A body that runs.
    pub(super) fn run(
        &mut self,
        body: &Plpgsql,
        places: &Places,
        guards: &[Guard],
        known: &Variables,
    ) {
        if let Some((range, message)) = broken::first_error(body) {
            self.unread(places(range), Refused::Syntax(message));
        }
        if let Some(block) = body.tree().block() {
            self.plpgsql_block(&block, places, guards, known);
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
        let once = match &kind {
            GuardKind::Condition(facts) => runs_once(facts, body.syntax().children()),
            GuardKind::Handler(_) => false,
        };
        let mut guards = guards.to_vec();
        guards.push(Guard {
            kind,
            once,
            over: None,
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
        let mut guards = guards.to_vec();
        let nodes = body.iter().flat_map(|body| body.syntax().children());
        let mut nodes = nodes.peekable();
        while let Some(node) = nodes.next() {
            if let Some(stmt) = ast::PlpgsqlStmt::cast(node.clone()) {
                self.plpgsql_stmt(&stmt, places, &guards, &known);
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
                        body: places(usize::from(start)..usize::from(end)),
                    });
                }
                variables::note(&stmt, &mut known);
            } else if node.kind() == SyntaxKind::ERROR {
                self.sets_variables(&node, places, &guards, &mut known);
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
            S::PlpgsqlForIStmt(l) => {
                let body = l.body();
                let mut inside = body.iter().flat_map(|body| body.syntax().descendants());
                let executes = inside.any(|node| ast::PlpgsqlDynExecuteStmt::can_cast(node.kind()));
                let range = l.range().filter(|_| executes);
                match range.and_then(|range| loops::of_range(&range, &names_of(l.vars()))) {
                    Some(passes) => self.passes(passes, l.body(), places, guards, known),
                    None => self.branch(l.body(), places, guards),
                }
            }
            S::PlpgsqlForEachStmt(l) => {
                let list = l.array().map(|array| array.syntax().clone());
                self.each(list, names_of(l.vars()), l.body(), places, guards, known);
            }
            S::PlpgsqlForCursorStmt(l) => self.branch(l.body(), places, guards),
            S::PlpgsqlForDynStmt(l) => self.branch(l.body(), places, guards),
            S::PlpgsqlForQueryStmt(l) => {
                let list = l.query().map(|query| query.syntax().clone());
                if let Some(query) = l.query() {
                    self.stmt(query, places, Place::Block, guards);
                }
                self.each(list, names_of(l.vars()), l.body(), places, guards, known);
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
                self.dynamic(execute, places, guards, known);
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
        self.functions(node, places, guards);
    }

    /// A loop. Over constants, its body is read for each of them.
    fn each(
        &mut self,
        list: Option<SyntaxNode>,
        variables: Vec<String>,
        body: Option<ast::PlpgsqlBody>,
        places: &Places,
        guards: &[Guard],
        known: &Variables,
    ) {
        let (Some(name), Some(list), Some(body)) = (variables.first(), list, body.clone()) else {
            self.branch(body, places, guards);
            return;
        };
        let Some(passes) = loops::passes(&list, &variables, known) else {
            let guard = Guard {
                kind: GuardKind::Condition(Vec::new()),
                once: false,
                over: Some((name.clone(), condition::fact(&list, true).sources)),
                body: places(bytes(body.syntax().text_range())),
            };
            let guards: Vec<Guard> = guards.iter().cloned().chain([guard]).collect();
            self.body(Some(body), places, &guards, &Variables::new());
            return;
        };
        self.passes(passes, Some(body), places, guards, known);
    }

    /// The body of a loop, for each of its passes.
    fn passes(
        &mut self,
        passes: Vec<Pass>,
        body: Option<ast::PlpgsqlBody>,
        places: &Places,
        guards: &[Guard],
        known: &Variables,
    ) {
        let mut known = known.clone();
        if let Some(body) = &body {
            variables::forget(body.syntax(), &mut known);
        }
        for pass in passes {
            known.extend(pass);
            self.body(body.clone(), places, guards, &known);
        }
    }

    /// What `EXECUTE` runs, where only constants go into it.
    fn dynamic(
        &mut self,
        execute: &ast::PlpgsqlDynExecuteStmt,
        places: &Places,
        guards: &[Guard],
        known: &Variables,
    ) {
        let query = execute.query().and_then(|query| query.target_list());
        let expr = query
            .and_then(|list| list.targets().next())
            .and_then(|target| target.expr());
        if let Some(ast::Expr::Literal(literal)) = &expr
            && let Some(decoded) = literal.decoded_value()
        {
            let outer = Rc::clone(places);
            let source = decoded.clone();
            let inner: Places =
                Rc::new(move |range| outer(bytes(source.source_range(text_range(range)))));
            self.in_string(|walker| walker.sql(decoded.text(), inner, Place::Block, guards));
            return;
        }
        let Some(whole) = execute.query() else { return };
        let range = places(bytes(whole.syntax().text_range()));
        // Nothing in it has a place of its own.
        let read = |walker: &mut Self, text: &str| {
            let range = range.clone();
            let inner: Places = Rc::new(move |_| range.clone());
            walker.in_string(|walker| walker.sql(text, inner, Place::Block, guards));
        };
        match expr.as_ref().and_then(|expr| constant_texts(expr, known)) {
            Some(texts) => texts.iter().for_each(|text| read(self, text)),
            None => {
                let texts = expr.and_then(|expr| readable_skeletons(&expr, known));
                let texts = texts.unwrap_or_default();
                // Which names it gives rights on is not known, and does no harm.
                if !texts.is_empty() && texts.iter().all(|text| is_harmless(text)) {
                    return;
                }
                // Only values are not known: the rest of the statement can be read.
                let readable = texts.iter().filter(|text| !names_unknown(text));
                readable.for_each(|text| read(self, text));
                self.unread(range.clone(), Refused::Dynamic);
            }
        }
    }
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

/// The computed statements with a name in the place of what is not known, if all can be read so.
fn readable_skeletons(expr: &ast::Expr, known: &Variables) -> Option<Vec<String>> {
    let texts = skeletons(expr, known)?;
    let is_readable = |text: &String| {
        admit(text).is_ok() && {
            let parse = SourceFile::parse(text);
            parse.errors().is_empty() && parse.tree().stmts().count() == 1
        }
    };
    texts.iter().all(is_readable).then_some(texts)
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
