//! PL/pgSQL that the server would refuse when it creates the function.

use std::ops::Range;

use jubilee_core::{TokenKind, tokens};
use squawk_syntax::SourceFile;
use squawk_syntax::ast;
use squawk_syntax::plpgsql::Plpgsql;

use super::into::without_into;
use super::statement::bytes;
use super::tokens::{blanked, word_at};

/// Around a body that is parsed by itself: no body holds this.
const QUOTE: &str = "$jubilee_body$";

/// What is wrong with a body: where in its text, and how the parser says it.
pub(super) fn first_error(body: &Plpgsql) -> Option<(Range<usize>, String)> {
    // Most bodies are read well as they are.
    match body.errors().is_empty() {
        true => None,
        false => error_in(body.text()),
    }
}

fn error_in(body: &str) -> Option<(Range<usize>, String)> {
    // The clause `INTO variable` is not known to the parser everywhere.
    let body = without_into_clauses(body);
    let block = format!("DO {QUOTE}{body}{QUOTE};");
    let start = "DO ".len() + QUOTE.len();
    let parse = SourceFile::parse(&block);
    let ast::Stmt::Do(parsed) = parse.tree().stmts().next()? else {
        return None;
    };
    let error = parsed.plpgsql()?.errors().into_iter().next()?;
    let range = bytes(error.range());
    let at = range.start.saturating_sub(start).min(body.len());
    Some((word_at(&body, at), error.message().to_owned()))
}

/// The body with spaces in the place of each `INTO` clause.
fn without_into_clauses(body: &str) -> String {
    let clauses = statements(body).into_iter().filter_map(|statement| {
        let clause = without_into(body.get(statement.clone())?)?.clause;
        Some(statement.start + clause.start..statement.start + clause.end)
    });
    blanked(body, clauses)
}

/// Where statements of SQL may stand in a body: between `;`, `THEN`, `BEGIN` and similar words.
fn statements(body: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start: Option<usize> = None;
    let mut cases = 0_usize;
    for token in tokens(body) {
        let Ok(token) = token else { break };
        if token.kind.is_trivia() {
            continue;
        }
        let text = &body[token.range.clone()];
        let is = |words: &[&str]| {
            token.kind == TokenKind::Word && words.iter().any(|w| text.eq_ignore_ascii_case(w))
        };
        if start.is_some() && is(&["case"]) {
            cases += 1;
        } else if cases > 0 && is(&["end"]) {
            cases -= 1;
        }
        let ends = token.kind == TokenKind::Symbol(';')
            || cases == 0 && is(&["then", "else", "begin", "loop"]);
        if ends {
            found.extend(start.take().map(|start| start..token.range.start));
            cases = 0;
        } else {
            start.get_or_insert(token.range.start);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &str) -> Option<String> {
        error_in(body).map(|(_, message)| message)
    }

    #[test]
    fn what_the_server_accepts_is_no_error() {
        for body in [
            "BEGIN SELECT a, b INTO STRICT x, y FROM t WHERE c = 1; END",
            "BEGIN SELECT CASE WHEN a THEN 1 ELSE 2 END INTO x FROM t; RETURN x; END;",
            "BEGIN INSERT INTO t VALUES (1) RETURNING id INTO x; END",
            "BEGIN IF a THEN WITH c AS (SELECT 1) SELECT * INTO r FROM c; ELSE NULL; END IF; END",
            "BEGIN EXECUTE format('SELECT 1') INTO x USING y; GET DIAGNOSTICS n = ROW_COUNT; END",
            "DECLARE r record; BEGIN FOR r IN SELECT 1 LOOP CONTINUE WHEN r.a > 1; END LOOP; END",
            "BEGIN x := 1; y = 2; z[1] := 3; NEW.a := now(); RETURN NEW; END",
            "BEGIN PERFORM f(1); RETURN QUERY SELECT 1; RETURN NEXT x; RAISE NOTICE 'a %', 1; END",
        ] {
            assert_eq!(message(body), None, "{body}");
        }
    }

    #[test]
    fn what_the_server_refuses_is_one() {
        for body in [
            "BEGIN IF a THEN RETURN 1; END",
            "BEGIN RETURN 1 END",
            "BEGIN RETRUN 1; END",
            "BEGIN FOR r IN SELECT 1 LOOP NULL; END; END",
            "BEGIN ALTER TABL t ADD a int; END",
        ] {
            assert!(message(body).is_some(), "{body}");
        }
    }
}
