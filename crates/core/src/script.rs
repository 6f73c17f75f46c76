use std::ops::Range;

use crate::file::Findings;
use crate::{Rule, Token, TokenKind, TransactionMode, tokens};

/// The statements of a migration, as the runner sends them: the outer `BEGIN; … COMMIT;` is
/// left out, since the runner opens the transaction itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    statements: Vec<Statement>,
    outer_pair: bool,
}

/// One statement: where it stands in the migration's text, in bytes, from its first token to
/// its last, without the semicolon and the comments around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Where it stands.
    pub range: Range<usize>,
}

impl Script {
    /// The statements in order.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Whether the file has the outer `BEGIN; … COMMIT;`.
    #[must_use]
    pub fn has_outer_pair(&self) -> bool {
        self.outer_pair
    }
}

/// Splits the text into statements and reports what the runner cannot send. `None` when the
/// text cannot be read to its end.
pub(crate) fn read(
    text: &str,
    mode: TransactionMode,
    findings: &mut Findings<'_>,
) -> Option<Script> {
    let mut splitter = Splitter::default();
    for token in tokens(text) {
        match token {
            Ok(token) => splitter.token(text, &token),
            Err(error) => {
                findings.add(
                    Rule::Syntax,
                    Some(error.offset..error.offset + 1),
                    error.to_string(),
                    "everything after it would be taken for its content",
                    "close it where it should end".to_owned(),
                );
                return None;
            }
        }
    }
    splitter.end_statement();
    let mut all = splitter.done;

    for copy in all.iter().filter(|s| s.copies_to_client) {
        findings.add(
            Rule::Syntax,
            Some(copy.range.clone()),
            "`COPY` from or to the client".to_owned(),
            "a migration has no client that could send or take the data",
            "write the rows as `INSERT … VALUES … ON CONFLICT …`".to_owned(),
        );
    }
    for set in all.iter().filter(|s| s.sets_strings) {
        findings.add(
            Rule::Syntax,
            Some(set.range.clone()),
            "`standard_conforming_strings` is set".to_owned(),
            "it changes where the server sees the end of a string, and so of a statement",
            "write `E'…'` where a backslash is to escape".to_owned(),
        );
    }
    let outer_pair = take_outer_pair(&mut all, mode, findings);
    for control in all.iter().filter(|s| s.control.is_some()) {
        findings.add(
            Rule::Transaction,
            Some(control.range.clone()),
            format!("`{}` inside the migration", first_line(&text[control.range.clone()])),
            "the runner commits the migration together with its history row, so nothing in between may end or divide the transaction",
            match mode {
                TransactionMode::Transactional => "delete it; one `BEGIN;` at the top and one `COMMIT;` at the end are all that a migration may have",
                TransactionMode::None => "delete it; with `Transaction: none` each statement runs on its own",
            }
            .to_owned(),
        );
    }
    if all.is_empty() {
        findings.add(
            Rule::Syntax,
            None,
            "the migration is still to be written: it holds no statement".to_owned(),
            "its number would be used up for nothing",
            "write the migration, or delete the file".to_owned(),
        );
    }
    Some(Script {
        statements: all
            .into_iter()
            .map(|s| Statement { range: s.range })
            .collect(),
        outer_pair,
    })
}

fn take_outer_pair(all: &mut Vec<Raw>, mode: TransactionMode, findings: &mut Findings<'_>) -> bool {
    let first = all.first().and_then(|s| s.control);
    let last = all.last().and_then(|s| s.control);
    match (mode, first, last) {
        (TransactionMode::Transactional, Some(Control::Begin), Some(Control::Commit)) => {
            all.pop();
            all.remove(0);
            true
        }
        (TransactionMode::Transactional, Some(Control::Begin), _) => {
            let range = all.remove(0).range;
            findings.add(
                Rule::Transaction,
                Some(range),
                "`BEGIN` without a `COMMIT` at the end".to_owned(),
                "run by hand in psql, the migration would be rolled back when the session ends",
                "end the file with `COMMIT;`; if it does, a `;` is missing before it".to_owned(),
            );
            false
        }
        (TransactionMode::Transactional, _, Some(Control::Commit)) => {
            if let Some(raw) = all.pop() {
                findings.add(
                    Rule::Transaction,
                    Some(raw.range),
                    "`COMMIT` without a `BEGIN` at the top".to_owned(),
                    "run by hand in psql, each statement would be committed on its own",
                    "write `BEGIN;` before the first statement".to_owned(),
                );
            }
            false
        }
        _ => false,
    }
}

fn first_line(statement: &str) -> String {
    let line = statement.lines().next().unwrap_or_default();
    line.split_whitespace()
        .take(4)
        .collect::<Vec<_>>()
        .join(" ")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Control {
    /// Exactly `BEGIN [WORK | TRANSACTION]`.
    Begin,
    /// Exactly `COMMIT | END [WORK | TRANSACTION]`.
    Commit,
    /// Any other statement that begins, ends or divides a transaction.
    Other,
}

#[derive(Debug)]
struct Raw {
    range: Range<usize>,
    control: Option<Control>,
    copies_to_client: bool,
    sets_strings: bool,
}

/// Finds where statements end, as psql does: at a semicolon outside of brackets and outside of
/// the `BEGIN ATOMIC … END` body of an SQL-standard function.
#[derive(Default)]
struct Splitter {
    done: Vec<Raw>,
    range: Option<Range<usize>>,
    /// The first words, upper-cased, to know the statement's kind.
    head: Vec<String>,
    tokens: usize,
    brackets: usize,
    /// Depth of `BEGIN ATOMIC` and of the `CASE`s in it, each closed by an `END`.
    atomic: usize,
    previous_word: String,
    copies_to_client: bool,
    sets_strings: bool,
}

impl Splitter {
    fn token(&mut self, text: &str, token: &Token) {
        if token.kind.is_trivia() {
            return;
        }
        match token.kind {
            TokenKind::Symbol(';') if self.brackets == 0 && self.atomic == 0 => {
                self.end_statement();
                return;
            }
            TokenKind::Symbol('(' | '[') => self.brackets += 1,
            TokenKind::Symbol(')' | ']') => self.brackets = self.brackets.saturating_sub(1),
            TokenKind::Word => self.word(&text[token.range.clone()]),
            _ => {}
        }
        if token.kind != TokenKind::Word {
            self.previous_word.clear();
        }
        self.tokens += 1;
        let start = self.range.as_ref().map_or(token.range.start, |r| r.start);
        self.range = Some(start..token.range.end);
    }

    fn word(&mut self, word: &str) {
        let word = if word.len() <= 32 {
            word.to_ascii_uppercase()
        } else {
            String::new()
        };
        let creates = self.head.first().is_some_and(|first| first == "CREATE");
        match word.as_str() {
            "ATOMIC" if creates && self.previous_word == "BEGIN" => self.atomic += 1,
            "CASE" if self.atomic > 0 => self.atomic += 1,
            "END" if self.atomic > 0 => self.atomic -= 1,
            "STANDARD_CONFORMING_STRINGS" => {
                self.sets_strings |= self.head.first().is_some_and(|first| first == "SET");
            }
            "STDIN" if self.previous_word == "FROM" => self.copies_to_client = self.is_copy(),
            "STDOUT" if self.previous_word == "TO" => self.copies_to_client = self.is_copy(),
            _ => {}
        }
        if self.tokens < 4 {
            self.head.push(word.clone());
        }
        self.previous_word = word;
    }

    fn is_copy(&self) -> bool {
        self.copies_to_client || self.head.first().is_some_and(|first| first == "COPY")
    }

    fn end_statement(&mut self) {
        if let Some(range) = self.range.take() {
            let control = self.control();
            self.done.push(Raw {
                range,
                control,
                copies_to_client: self.copies_to_client,
                sets_strings: self.sets_strings,
            });
        }
        *self = Self {
            done: std::mem::take(&mut self.done),
            ..Self::default()
        };
    }

    fn control(&self) -> Option<Control> {
        let head: Vec<&str> = self.head.iter().map(String::as_str).collect();
        let plain = self.tokens == 1
            || (self.tokens == 2 && matches!(head.get(1), Some(&("WORK" | "TRANSACTION"))));
        match head.as_slice() {
            ["BEGIN", ..] if plain => Some(Control::Begin),
            ["COMMIT" | "END", ..] if plain => Some(Control::Commit),
            [
                "BEGIN" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "SAVEPOINT" | "RELEASE",
                ..,
            ]
            | ["START" | "PREPARE", "TRANSACTION", ..] => Some(Control::Other),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(sql: &str) -> Vec<&str> {
        let mut findings = Findings::new("test.sql", sql);
        read(sql, TransactionMode::Transactional, &mut findings).map_or_else(Vec::new, |script| {
            script
                .statements
                .into_iter()
                .map(|s| &sql[s.range])
                .collect()
        })
    }

    fn problems(sql: &str) -> Vec<String> {
        let mut findings = Findings::new("test.sql", sql);
        read(sql, TransactionMode::Transactional, &mut findings);
        findings
            .into_list()
            .into_iter()
            .map(|v| {
                format!(
                    "{} {}",
                    v.position.map(|p| p.to_string()).unwrap_or_default(),
                    v.what
                )
            })
            .collect()
    }

    #[test]
    fn semicolons_inside_of_things_do_not_end_a_statement() {
        let statements = [
            "SELECT ';', \";\", E'\\';', $$;$$, $a$;$$;$a$ -- ;\n /* ; /* ; */ */ , 1",
            "CREATE RULE r AS ON INSERT TO t DO (INSERT INTO a VALUES (1); INSERT INTO b VALUES (2))",
            "CREATE FUNCTION f(x int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN x > 0 THEN 1 ELSE 2 END; SELECT 2; END",
            "DO $$ BEGIN PERFORM 1; END $$",
        ];
        assert_eq!(split(&statements.join(";\n")), statements);
        assert_eq!(split(";; SELECT 1 ;;; -- end\n"), ["SELECT 1"]);
    }

    #[test]
    fn the_outer_pair_is_not_part_of_what_is_sent() {
        assert_eq!(split("-- x\nBEGIN;\nSELECT 1;\nCOMMIT;\n"), ["SELECT 1"]);
        assert_eq!(split("begin work; SELECT 1; end transaction"), ["SELECT 1"]);
        assert_eq!(split("SELECT 1; SELECT 2"), ["SELECT 1", "SELECT 2"]);
    }

    #[test]
    fn any_other_transaction_control_is_named_with_its_place() {
        for (sql, expected) in [
            (
                "BEGIN; SELECT 1; COMMIT; SELECT 2; COMMIT;",
                "1:18 `COMMIT` inside the migration",
            ),
            (
                "BEGIN; SELECT 1;",
                "1:1 `BEGIN` without a `COMMIT` at the end",
            ),
            (
                "SELECT 1; COMMIT;",
                "1:11 `COMMIT` without a `BEGIN` at the top",
            ),
            (
                "SELECT 1; ROLLBACK TO SAVEPOINT a; SELECT 1",
                "1:11 `ROLLBACK TO SAVEPOINT a` inside the migration",
            ),
            (
                "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; COMMIT AND CHAIN;",
                "1:1 `BEGIN ISOLATION LEVEL SERIALIZABLE` inside the migration",
            ),
            (
                "SELECT 1; PREPARE TRANSACTION 'x'; SELECT 2",
                "1:11 `PREPARE TRANSACTION 'x'` inside the migration",
            ),
            (
                "SELECT 1;\nSTART TRANSACTION;\nSELECT 2",
                "2:1 `START TRANSACTION` inside the migration",
            ),
            (
                "BEGIN; COMMIT;",
                " the migration is still to be written: it holds no statement",
            ),
            (
                "COPY t (a) FROM STDIN; SELECT 1",
                "1:1 `COPY` from or to the client",
            ),
            (
                "SET LOCAL standard_conforming_strings = off; SELECT 1",
                "1:1 `standard_conforming_strings` is set",
            ),
            (
                "SELECT 'a",
                "1:8 a quoted string (`'`) is opened and never closed",
            ),
        ] {
            assert_eq!(
                problems(sql).first().map(String::as_str),
                Some(expected),
                "{sql}"
            );
        }
        assert_eq!(
            problems("PREPARE q AS SELECT 1; COPY (SELECT 1) TO PROGRAM 'x'"),
            Vec::<String>::new()
        );
    }

    proptest! {
        #[test]
        fn no_text_is_lost_but_separators_and_comments(sql in "[a-z;'\"$() \\n-]{0,60}") {
            let mut findings = Findings::new("test.sql", &sql);
            if let Some(script) = read(&sql, TransactionMode::None, &mut findings) {
                let mut rest = sql.clone();
                for s in script.statements.iter().rev() {
                    rest.replace_range(s.range.clone(), "");
                }
                let left: Vec<_> = tokens(&rest).filter_map(Result::ok).filter(|t| !t.kind.is_trivia() && t.kind != TokenKind::Symbol(';')).collect();
                prop_assert!(left.is_empty(), "{:?}", left);
            }
        }
    }
}
