//! What statements that run without a transaction leave, and how the catalog tells.

use crate::engine::Engine;
use crate::engine::words::Words;
use crate::error::RunErrorKind;
use crate::left::{Left, LeftState};
use crate::link::Link;
use crate::message::{Failure, Message};
use crate::sql::{fill, literal};

/// What a statement is to bring about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trace {
    /// `CREATE INDEX`: a valid index.
    Index { name: String, table: String },
    /// `DROP INDEX`: none.
    NoIndex { name: String },
    /// `ALTER TABLE … VALIDATE CONSTRAINT`.
    Validated { table: String, constraint: String },
    /// `ALTER TABLE … DETACH PARTITION … CONCURRENTLY`.
    Detached { table: String, partition: String },
}

impl Trace {
    /// What a statement is to bring about, where that is known.
    pub(crate) fn of(sql: &str) -> Option<Self> {
        let forms = [Self::index, Self::no_index, Self::altered];
        forms.into_iter().find_map(|form| form(&mut Words::of(sql)))
    }

    /// The index that a `CREATE INDEX CONCURRENTLY IF NOT EXISTS` builds.
    pub(crate) fn concurrent_index(sql: &str) -> Option<Self> {
        let words = &mut Words::of(sql);
        words.expect("CREATE")?;
        words.skip("UNIQUE");
        words.expect_all("INDEX CONCURRENTLY IF NOT EXISTS")?;
        Self::index(&mut Words::of(sql))
    }

    fn index(words: &mut Words<'_>) -> Option<Self> {
        words.expect("CREATE")?;
        words.skip("UNIQUE");
        words.expect("INDEX")?;
        words.skip("CONCURRENTLY");
        words.skip_all("IF NOT EXISTS");
        let name = words.name()?;
        words.expect("ON")?;
        words.skip("ONLY");
        let table = words.qualified_name()?.to_owned();
        Some(Self::Index { name, table })
    }

    fn no_index(words: &mut Words<'_>) -> Option<Self> {
        words.expect_all("DROP INDEX")?;
        words.skip("CONCURRENTLY");
        words.skip_all("IF EXISTS");
        let name = words.qualified_name()?.to_owned();
        words.skip("CASCADE");
        words.skip("RESTRICT");
        words.end()?;
        Some(Self::NoIndex { name })
    }

    fn altered(words: &mut Words<'_>) -> Option<Self> {
        words.expect_all("ALTER TABLE")?;
        words.skip_all("IF EXISTS");
        words.skip("ONLY");
        let table = words.qualified_name()?.to_owned();
        if words.skip("VALIDATE") {
            words.expect("CONSTRAINT")?;
            let constraint = words.name()?;
            words.end()?;
            return Some(Self::Validated { table, constraint });
        }
        words.expect_all("DETACH PARTITION")?;
        let partition = words.qualified_name()?.to_owned();
        if !words.skip("FINALIZE") {
            words.expect("CONCURRENTLY")?;
        }
        words.end()?;
        Some(Self::Detached { table, partition })
    }

    /// The names that a later statement would have to name to change what this one left.
    fn name(&self) -> Option<String> {
        match self {
            Self::Index { name, .. } => Some(name.clone()),
            Self::Validated { constraint, .. } => Some(constraint.clone()),
            Self::NoIndex { name } => Words::of(name).names().last(),
            Self::Detached { partition, .. } => Words::of(partition).names().last(),
        }
    }

    /// What several statements are to bring about together; `None` for one that leaves nothing that
    /// is known, or something that a later one names again.
    pub(crate) fn of_all(statements: &[&str]) -> Vec<Option<Self>> {
        let traces = statements.iter().enumerate().map(|(index, sql)| {
            let trace = Self::of(sql)?;
            let name = trace.name()?;
            let names = |sql: &&str| Words::of(sql).names().any(|other| other == name);
            let is_named_again = statements[index + 1..].iter().any(names);
            (!is_named_again).then_some(trace)
        });
        traces.collect()
    }

    fn query(&self) -> String {
        match self {
            Self::Index { name, table } => fill(
                include_str!("../sql/find_index.sql"),
                &[("index", &literal(name)), ("table", &literal(table))],
            ),
            Self::NoIndex { name } => fill(
                include_str!("../sql/find_index_by_name.sql"),
                &[("index", &literal(name))],
            ),
            Self::Validated { table, constraint } => fill(
                include_str!("../sql/find_constraint.sql"),
                &[
                    ("table", &literal(table)),
                    ("constraint", &literal(constraint)),
                ],
            ),
            Self::Detached { table, partition } => fill(
                include_str!("../sql/find_partition.sql"),
                &[
                    ("table", &literal(table)),
                    ("partition", &literal(partition)),
                ],
            ),
        }
    }

    /// What a row of [`Self::query`] says, or that there was none.
    fn read(&self, row: Option<&crate::message::Row>) -> Left {
        let is =
            |i: usize| row.is_some_and(|row| row.get(i).and_then(Option::as_deref) == Some("t"));
        let found = row.and_then(|row| row.first()?.clone());
        let (object, state, done) = match self {
            Self::Index { name, .. } => {
                let state = match (row.is_some(), is(1), is(2)) {
                    (false, ..) => LeftState::Absent,
                    (true, true, _) => LeftState::Valid,
                    (true, false, true) => LeftState::BeingBuilt,
                    (true, false, false) => LeftState::Invalid,
                };
                (
                    format!("index {}", found.as_ref().unwrap_or(name)),
                    state,
                    LeftState::Valid,
                )
            }
            Self::NoIndex { name } => {
                let state = match (row.is_some(), is(1)) {
                    (false, _) => LeftState::Absent,
                    (true, true) => LeftState::Present,
                    (true, false) => LeftState::Invalid,
                };
                (
                    format!("index {}", found.as_ref().unwrap_or(name)),
                    state,
                    LeftState::Absent,
                )
            }
            Self::Validated { table, constraint } => {
                let state = match (row.is_some(), is(1)) {
                    (false, _) => LeftState::Absent,
                    (true, true) => LeftState::Validated,
                    (true, false) => LeftState::NotValidated,
                };
                (
                    format!("constraint {constraint} of {table}"),
                    state,
                    LeftState::Validated,
                )
            }
            Self::Detached { table, partition } => {
                let state = match (row.is_some(), is(1)) {
                    (false, _) => LeftState::Detached,
                    (true, true) => LeftState::HalfDetached,
                    (true, false) => LeftState::Attached,
                };
                (
                    format!("partition {partition} of {table}"),
                    state,
                    LeftState::Detached,
                )
            }
        };
        Left {
            object,
            state,
            done: state == done,
        }
    }
}

impl<L: Link> Engine<'_, L> {
    /// What the catalog says of it.
    pub(crate) async fn look_at(&mut self, trace: &Trace) -> Result<Left, Failure> {
        let query = Message::query(&[&trace.query()]);
        let reply = self.exchange_after_cancel(query).await?;
        Ok(trace.read(reply.results.first().and_then(|rows| rows.first())))
    }

    /// What the catalog says of all that the statements were to bring about, and for how many of
    /// them it says nothing.
    pub(crate) async fn look_at_all(
        &mut self,
        statements: &[&str],
    ) -> Result<(Vec<Left>, usize), RunErrorKind> {
        let mut left = Vec::new();
        let mut unchecked = 0;
        for trace in Trace::of_all(statements) {
            match trace {
                Some(trace) => {
                    let found = self.look_at(&trace).await;
                    left.push(found.map_err(|f| self.own_failure("read the catalog", f))?);
                }
                None => unchecked += 1,
            }
        }
        Ok((left, unchecked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_statement_leaves_is_read_from_it() {
        let left = |sql: &str| format!("{:?}", Trace::of(sql)).replace('"', "");
        insta::assert_snapshot!(
            [
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a ON ONLY app.users (email)",
                "create index b on users (x)",
                "CREATE INDEX ON users (x)",
                "REINDEX INDEX CONCURRENTLY app.a",
                "DROP INDEX CONCURRENTLY IF EXISTS app.a",
                "DROP INDEX a, b",
                "ALTER TABLE IF EXISTS ONLY app.users VALIDATE CONSTRAINT \"C\"",
                "ALTER TABLE users VALIDATE CONSTRAINT a, ADD COLUMN b int",
                "ALTER TABLE log DETACH PARTITION log_2026 CONCURRENTLY",
                "ALTER TABLE log DETACH PARTITION log_2026 FINALIZE",
                "ALTER TABLE log DETACH PARTITION log_2026",
                "VACUUM users",
            ]
            .map(left)
            .join("\n"),
            @"
        Some(Index { name: a, table: app.users })
        Some(Index { name: b, table: users })
        None
        None
        Some(NoIndex { name: app.a })
        None
        Some(Validated { table: app.users, constraint: C })
        None
        Some(Detached { table: log, partition: log_2026 })
        Some(Detached { table: log, partition: log_2026 })
        None
        None
        "
        );
    }

    #[test]
    fn a_concurrent_index_is_read_from_its_statement() {
        let found = |sql: &str| match Trace::concurrent_index(sql) {
            Some(Trace::Index { name, table }) => format!("{name} on {table}"),
            other => format!("{other:?}"),
        };
        assert_eq!(
            found(
                "create unique index concurrently if not exists Users_Email /* x */ on only app.users (email)"
            ),
            "users_email on app.users"
        );
        assert_eq!(
            found(
                "CREATE INDEX CONCURRENTLY IF NOT EXISTS \"A\"\"b\" ON \"T\".\"u\" USING gin (x)"
            ),
            "A\"b on \"T\".\"u\""
        );
        let long = format!(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS {} ON t (x)",
            "é".repeat(40)
        );
        assert_eq!(found(&long), format!("{} on t", "é".repeat(31)));
        assert_eq!(found("CREATE INDEX IF NOT EXISTS a ON t (x)"), "None");
        assert_eq!(found("CREATE INDEX CONCURRENTLY a ON t (x)"), "None");
        assert_eq!(found("CREATE INDEX CONCURRENTLY IF NOT EXISTS a"), "None");
    }

    #[test]
    fn what_a_later_statement_names_again_is_left_to_it() {
        let create = "CREATE INDEX CONCURRENTLY IF NOT EXISTS new ON users (x)";
        let rename = "ALTER INDEX new RENAME TO old";
        let drop = "DROP INDEX CONCURRENTLY IF EXISTS app.old";
        let found = |statements: &[&str]| {
            let traces = Trace::of_all(statements);
            traces.iter().map(Option::is_some).collect::<Vec<_>>()
        };
        assert_eq!(found(&[create, drop]), [true, true]);
        assert_eq!(found(&[create, drop, rename]), [false, false, false]);
    }
}
