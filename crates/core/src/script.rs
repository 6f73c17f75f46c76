//! The statements of a migration as they are sent, and the statements that cannot be.

use std::ops::Range;

use crate::findings::Findings;
use crate::splitter::{self, Control, Raw};
use crate::{Rule, Statement, TransactionMode};

/// The statements of a migration, as the runner sends them: the outer `BEGIN; … COMMIT;` is
/// left out, since the runner opens the transaction itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    statements: Vec<Statement>,
    outer_pair: bool,
}

impl Script {
    fn of(statements: Vec<Raw>, outer_pair: bool) -> Self {
        Self {
            statements: statements
                .into_iter()
                .map(|s| Statement { range: s.range })
                .collect(),
            outer_pair,
        }
    }

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
    let mut all = match splitter::read(text) {
        Ok(all) => all,
        Err(error) => {
            findings.add(
                Rule::Syntax,
                Some(error.offset..error.offset + 1),
                error.to_string(),
                "everything after it would be part of it",
                "add the missing closing delimiter".to_owned(),
            );
            return None;
        }
    };

    let is_meta_command = |raw: &&Raw| text[raw.range.clone()].starts_with('\\');
    let meta_commands: Vec<Range<usize>> = all
        .iter()
        .filter(is_meta_command)
        .map(|raw| line(text, raw.range.start))
        .collect();
    if !meta_commands.is_empty() {
        for range in meta_commands {
            let command = text[range.clone()].split_whitespace().next();
            findings.add(
                Rule::Syntax,
                Some(range.clone()),
                format!("`{}` is a psql meta-command, not SQL", command.unwrap_or_default()),
                "the server does not know it, and takes all up to the next semicolon for a part of it",
                "delete the line, or write it as SQL".to_owned(),
            );
        }
        // What is swallowed may be a `COMMIT`, so nothing more can be said of the form.
        return Some(Script::of(all, false));
    }
    for copy in all.iter().filter(|s| s.copies_to_client) {
        findings.add(
            Rule::Syntax,
            Some(copy.range.clone()),
            "`COPY` from or to the client".to_owned(),
            "a migration cannot send or receive the data",
            "write the rows as `INSERT … VALUES … ON CONFLICT …`".to_owned(),
        );
    }
    for set in all.iter().filter(|s| s.sets_strings) {
        findings.add(
            Rule::Syntax,
            Some(set.range.clone()),
            "`standard_conforming_strings` is set".to_owned(),
            "it changes where a string, and so a statement, ends",
            "write `E'…'` where a backslash is an escape".to_owned(),
        );
    }
    let outer_pair = take_outer_pair(&mut all, mode, findings);
    for control in all.iter().filter(|s| s.control.is_some()) {
        findings.add(
            Rule::Transaction,
            Some(control.range.clone()),
            format!("`{}` inside the migration", first_line(&text[control.range.clone()])),
            "the runner commits the migration together with its history row, so nothing may end or divide the transaction",
            match mode {
                TransactionMode::Transactional => "delete it; a migration may have one `BEGIN;` at the top and one `COMMIT;` at the end",
                TransactionMode::None => "delete it; with `Transaction: none` each statement runs on its own",
            }
            .to_owned(),
        );
    }
    if all.is_empty() {
        findings.add(
            Rule::Syntax,
            None,
            "the migration holds no statement".to_owned(),
            "an empty migration would use up its number",
            "write the migration, or delete the file".to_owned(),
        );
    }
    Some(Script::of(all, outer_pair))
}

/// The rest of the line that begins there.
fn line(text: &str, start: usize) -> Range<usize> {
    let line = text[start..].lines().next().unwrap_or_default();
    start..start + line.trim_end().len()
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
                "in psql, the migration would be rolled back when the session ends",
                "end the file with `COMMIT;`; if it is there, a `;` is missing before it"
                    .to_owned(),
            );
            false
        }
        (TransactionMode::Transactional, _, Some(Control::Commit)) => {
            if let Some(raw) = all.pop() {
                findings.add(
                    Rule::Transaction,
                    Some(raw.range),
                    "`COMMIT` without a `BEGIN` at the top".to_owned(),
                    "in psql, each statement would be committed on its own",
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

#[cfg(test)]
mod tests {
    use super::*;

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
                "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SELECT 2",
                "1:1 `SET TRANSACTION ISOLATION LEVEL` inside the migration",
            ),
            (
                "SELECT 1;\nSTART TRANSACTION;\nSELECT 2",
                "2:1 `START TRANSACTION` inside the migration",
            ),
            ("BEGIN; COMMIT;", " the migration holds no statement"),
            (
                "COPY t (a) FROM STDIN; SELECT 1",
                "1:1 `COPY` from or to the client",
            ),
            (
                "SET LOCAL standard_conforming_strings = off; SELECT 1",
                "1:1 `standard_conforming_strings` is set",
            ),
            (
                "SET \"Standard_Conforming_Strings\" TO off; SELECT 1",
                "1:1 `standard_conforming_strings` is set",
            ),
            ("SELECT 'a", "1:8 a quoted string (`'`) is not closed"),
            (
                "BEGIN;\nSELECT 1;\n\\d users\nCOMMIT;",
                "3:1 `\\d` is a psql meta-command, not SQL",
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
}
