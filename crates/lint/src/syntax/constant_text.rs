//! Texts that an expression of PL/pgSQL is known to come to: `'a' || x`, `format('… %I', t)`. Where it
//! chooses between constants (`CASE`), it comes to one of several.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode, BinOp};

use super::call::arguments;
use super::condition::Variables;
use super::{ObjectName, name_of_call, string_of};

/// The name in the place of what is not known.
pub(crate) const UNKNOWN: &str = "jubilee_unknown";
/// Variables that stand for others are followed this far.
const DEPTH: usize = 8;
/// An expression that comes to one of more texts is not read.
const TEXTS: usize = 16;

/// The texts to one of which an expression comes, where only constants go into it.
pub(super) fn constant_texts(expr: &ast::Expr, known: &Variables) -> Option<Vec<String>> {
    let reader = Reader {
        known,
        unknown: None,
    };
    reader.texts(expr, 0)
}

/// The one text that it comes to.
pub(super) fn constant_text(expr: &ast::Expr, known: &Variables) -> Option<String> {
    only(constant_texts(expr, known)?)
}

/// The texts with a name in the place of what is not known: which kind of statement it is.
pub(super) fn skeletons(expr: &ast::Expr, known: &Variables) -> Option<Vec<String>> {
    let reader = Reader {
        known,
        unknown: Some(UNKNOWN),
    };
    reader.texts(expr, 0)
}

/// What a query that reads nothing gives: the expressions of `SELECT 'a', 'b'`.
pub(super) fn selected(query: &SyntaxNode) -> Option<Vec<ast::Expr>> {
    let select = ast::Select::cast(query.clone())?;
    let is_plain = select.from_clause().is_none()
        && select.where_clause().is_none()
        && select.group_by_clause().is_none()
        && select.having_clause().is_none()
        && select.tail_clauses().next().is_none();
    let list = select.select_clause()?.target_list().filter(|_| is_plain)?;
    list.targets().map(|target| target.expr()).collect()
}

struct Reader<'a> {
    known: &'a Variables,
    /// What stands for parts that are not known.
    unknown: Option<&'a str>,
}

impl Reader<'_> {
    /// A part of the text.
    fn part(&self, expr: &ast::Expr, depth: usize) -> Option<Vec<String>> {
        let known = self.texts(expr, depth + 1);
        known.or_else(|| Some(vec![self.unknown?.to_owned()]))
    }

    fn texts(&self, expr: &ast::Expr, depth: usize) -> Option<Vec<String>> {
        if depth > DEPTH {
            return None;
        }
        match expr {
            ast::Expr::Literal(literal) => {
                let number = || number(&literal.syntax().text().to_string());
                string_of(literal).or_else(number).map(|text| vec![text])
            }
            ast::Expr::ParenExpr(paren) => self.texts(&paren.expr()?, depth + 1),
            ast::Expr::CastExpr(cast) => match cast.expr() {
                Some(inner) => self.texts(&inner, depth + 1),
                None => Some(vec![cast.literal()?.string_value()?]),
            },
            ast::Expr::BinExpr(binary) => match binary.op()? {
                BinOp::CustomOp(op) if op.syntax().text().to_string().trim() == "||" => {
                    let sides = [binary.lhs()?, binary.rhs()?];
                    let sides = sides.iter().map(|side| self.part(side, depth));
                    combined(&sides.collect::<Option<Vec<_>>>()?, |texts| {
                        Some(texts.concat())
                    })
                }
                _ => None,
            },
            ast::Expr::NameRef(name) => self.variable(&name.text(), depth),
            ast::Expr::FieldExpr(field) => {
                let name = field.syntax().text().to_string().trim().to_lowercase();
                self.variable(&name, depth)
            }
            ast::Expr::CaseExpr(case) => self.case(case, depth),
            ast::Expr::CallExpr(call) => self.call(call, depth),
            _ => None,
        }
    }

    fn variable(&self, name: &str, depth: usize) -> Option<Vec<String>> {
        let value = self.known.get(name)?;
        self.texts(&ast::Expr::cast(value.clone())?, depth + 1)
    }

    /// The results of `CASE … ELSE … END`; of `CASE x WHEN 'a'`, the one for a known `x`. Without `ELSE`
    /// it may be NULL.
    fn case(&self, case: &ast::CaseExpr, depth: usize) -> Option<Vec<String>> {
        let otherwise = case.else_clause()?.expr()?;
        let asked = case.expr().map(|asked| self.texts(&asked, depth + 1));
        let asked = asked.and_then(|texts| only(texts?));
        let mut results = Vec::new();
        for when in case.when_clause_list()?.when_clauses() {
            let mut parts = when.syntax().children().filter_map(ast::Expr::cast);
            let (condition, result) = (parts.next()?, parts.next()?);
            let compared = self.texts(&condition, depth + 1).and_then(only);
            match (&asked, compared) {
                (Some(asked), Some(compared)) if *asked == compared => {
                    results.extend(self.texts(&result, depth + 1)?);
                    return few(results);
                }
                (Some(_), Some(_)) => {}
                _ => results.extend(self.texts(&result, depth + 1)?),
            }
        }
        results.extend(self.texts(&otherwise, depth + 1)?);
        few(results)
    }

    fn call(&self, call: &ast::CallExpr, depth: usize) -> Option<Vec<String>> {
        let name = name_of_call(call)?.name;
        let of_values = name == "format";
        let arguments = arguments(call).into_iter().enumerate();
        let arguments = arguments.map(|(at, argument)| match of_values && at > 0 {
            true => self.part(&argument, depth),
            false => self.texts(&argument, depth + 1),
        });
        let arguments: Vec<Vec<String>> = arguments.collect::<Option<_>>()?;
        combined(&arguments, |texts| match (name.as_str(), texts) {
            ("format", [template, values @ ..]) => formatted(template, values),
            ("quote_ident", [text]) => Some(quoted(text)),
            ("quote_literal" | "quote_nullable", [text]) => Some(literal(text)),
            ("concat", texts) => Some(texts.concat()),
            ("concat_ws", [between, texts @ ..]) => Some(texts.join(between)),
            ("lower", [text]) => Some(text.to_lowercase()),
            ("upper", [text]) => Some(text.to_uppercase()),
            ("btrim", [text]) => Some(text.trim_matches(' ').to_owned()),
            ("ltrim", [text]) => Some(text.trim_start_matches(' ').to_owned()),
            ("rtrim", [text]) => Some(text.trim_end_matches(' ').to_owned()),
            // Nothing stands for an empty text.
            ("replace", [text, from, _]) if from.is_empty() => Some(text.clone()),
            ("replace", [text, from, to]) => Some(text.replace(from, to)),
            _ => None,
        })
    }
}

/// What comes of each choice of one text from each part.
fn combined(
    parts: &[Vec<String>],
    make: impl Fn(&[String]) -> Option<String>,
) -> Option<Vec<String>> {
    let mut chosen: Vec<Vec<String>> = vec![Vec::new()];
    for texts in parts {
        let longer = chosen.iter().flat_map(|before| {
            let with = |text: &String| before.iter().chain([text]).cloned().collect();
            texts.iter().map(with).collect::<Vec<_>>()
        });
        chosen = few(longer.collect())?;
    }
    chosen.iter().map(|texts| make(texts)).collect()
}

fn few<T>(all: Vec<T>) -> Option<Vec<T>> {
    (all.len() <= TEXTS).then_some(all)
}

fn only(texts: Vec<String>) -> Option<String> {
    <[String; 1]>::try_from(texts).ok().map(|[text]| text)
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
