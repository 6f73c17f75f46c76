//! Texts that an expression of PL/pgSQL is known to come to: `'a' || x`, `format('… %I', t)`.

use squawk_syntax::ast::{self, AstNode, BinOp};

use super::call::arguments;
use super::condition::Variables;
use super::{ObjectName, name_of_call, string_of};

/// The name in the place of what is not known.
pub(super) const UNKNOWN: &str = "jubilee_unknown";
/// Variables that stand for others are followed this far.
const DEPTH: usize = 8;

/// The text that an expression comes to, where only constants go into it.
pub(super) fn constant_text(expr: &ast::Expr, known: &Variables) -> Option<String> {
    let reader = Reader {
        known,
        unknown: None,
    };
    reader.text(expr, 0)
}

/// The same with a name in the place of what is not known: which kind of statement it is.
pub(super) fn skeleton(expr: &ast::Expr, known: &Variables) -> Option<String> {
    let reader = Reader {
        known,
        unknown: Some(UNKNOWN),
    };
    reader.text(expr, 0)
}

struct Reader<'a> {
    known: &'a Variables,
    /// What stands for parts that are not known.
    unknown: Option<&'a str>,
}

impl Reader<'_> {
    /// A part of the text.
    fn part(&self, expr: &ast::Expr, depth: usize) -> Option<String> {
        let known = self.text(expr, depth + 1);
        known.or_else(|| self.unknown.map(ToOwned::to_owned))
    }

    fn text(&self, expr: &ast::Expr, depth: usize) -> Option<String> {
        if depth > DEPTH {
            return None;
        }
        match expr {
            ast::Expr::Literal(literal) => {
                string_of(literal).or_else(|| number(&literal.syntax().text().to_string()))
            }
            ast::Expr::ParenExpr(paren) => self.text(&paren.expr()?, depth + 1),
            ast::Expr::CastExpr(cast) => match cast.expr() {
                Some(inner) => self.text(&inner, depth + 1),
                None => cast.literal()?.string_value(),
            },
            ast::Expr::BinExpr(binary) => match binary.op()? {
                BinOp::CustomOp(op) if op.syntax().text().to_string().trim() == "||" => {
                    let (lhs, rhs) = (binary.lhs()?, binary.rhs()?);
                    Some(self.part(&lhs, depth)? + &self.part(&rhs, depth)?)
                }
                _ => None,
            },
            ast::Expr::NameRef(name) => {
                let value = self.known.get(&name.text())?;
                self.text(&ast::Expr::cast(value.clone())?, depth + 1)
            }
            ast::Expr::FieldExpr(field) => {
                let name = field.syntax().text().to_string().trim().to_lowercase();
                let value = self.known.get(&name)?;
                self.text(&ast::Expr::cast(value.clone())?, depth + 1)
            }
            ast::Expr::CallExpr(call) => self.call(call, depth),
            _ => None,
        }
    }

    fn call(&self, call: &ast::CallExpr, depth: usize) -> Option<String> {
        let name = name_of_call(call)?;
        let expressions = arguments(call);
        if name.name == "format" {
            let (template, values) = expressions.split_first()?;
            let values: Option<Vec<String>> =
                values.iter().map(|value| self.part(value, depth)).collect();
            return formatted(&self.text(template, depth + 1)?, &values?);
        }
        let arguments: Option<Vec<String>> = expressions
            .iter()
            .map(|e| self.text(e, depth + 1))
            .collect();
        match (name.name.as_str(), arguments?.as_slice()) {
            ("quote_ident", [text]) => Some(quoted(text)),
            ("quote_literal" | "quote_nullable", [text]) => Some(literal(text)),
            ("concat", texts) => Some(texts.concat()),
            ("lower", [text]) => Some(text.to_lowercase()),
            ("upper", [text]) => Some(text.to_uppercase()),
            _ => None,
        }
    }
}

fn number(text: &str) -> Option<String> {
    let text = text.trim();
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.to_owned())
}

fn quoted(text: &str) -> String {
    ObjectName::new(None, text).sql()
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// PostgreSQL manual, "format": `%s`, `%I`, `%L`, with positions.
fn formatted(template: &str, values: &[String]) -> Option<String> {
    let mut text = String::new();
    let mut next = 0;
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix('%') {
            text.push('%');
            rest = behind;
            continue;
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if rest[digits..].starts_with('$') {
            next = rest[..digits].parse::<usize>().ok()?.checked_sub(1)?;
            rest = &rest[digits + 1..];
        }
        let value = values.get(next)?;
        next += 1;
        let kind = rest.chars().next()?;
        rest = &rest[kind.len_utf8()..];
        match kind {
            's' => text.push_str(value),
            'I' => text.push_str(&quoted(value)),
            'L' => text.push_str(&literal(value)),
            _ => return None,
        }
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_is_applied_as_postgresql_does() {
        let values = ["teams".to_owned(), "it's".to_owned(), "Odd".to_owned()];
        let text = |template| formatted(template, &values);
        assert_eq!(text("a %I = %L"), Some("a teams = 'it''s'".to_owned()));
        assert_eq!(text("%3$I %1$s 5%%"), Some("\"Odd\" teams 5%".to_owned()));
        assert_eq!(text("%I %I %I %I"), None);
        assert_eq!(text("%10s"), None);
    }
}
