//! Taking over a database that another runner migrated so far.

use jubilee_core::{MigrationName, Version};

use crate::engine::Engine;
use crate::engine::read::Details;
use crate::engine::run::{push_create_history, refuse};
use crate::error::RunErrorKind;
use crate::link::Link;
use crate::message::{Failure, Message, Part, Row};
use crate::refusal::{self, Refusal};
use crate::sql::literal;
use crate::target::{HistoryKind, Target};

/// The name under which the Node runner's table is kept.
const NODE_TABLE: &str = "schema_migrations_node";

/// How a database is taken over.
#[derive(Debug, Clone, Copy, Default)]
pub struct AdoptOptions {
    ignore_checksums: bool,
    up_to: Option<Version>,
}

impl AdoptOptions {
    /// A migration is taken over only if its file is the text that refinery ran.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a migration is taken over although its file is not the text that refinery ran:
    /// when only header or comments were added since.
    #[must_use]
    pub fn ignore_checksums(mut self, ignore: bool) -> Self {
        self.ignore_checksums = ignore;
        self
    }

    /// In a database with tables and no history: the migrations up to this one count as applied.
    /// Whether they were is for the caller to find out.
    #[must_use]
    pub fn up_to(mut self, last: Version) -> Self {
        self.up_to = Some(last);
        self
    }
}

/// What was taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Adoption {
    /// Whose history was found.
    pub from: HistoryKind,
    /// The migrations that count as applied now, in order.
    pub adopted: Vec<MigrationName>,
    /// Those that the other runner recorded as failed or pending: they will be run.
    pub left: Vec<MigrationName>,
    /// The name under which the other runner's table is kept, if it was in the way.
    pub kept_as: Option<&'static str>,
}

struct Foreign {
    version: Version,
    name: String,
    checksum: Option<String>,
    applied_at: Option<String>,
    execution_ms: Option<u64>,
    success: bool,
}

impl<L: Link> Engine<'_, L> {
    /// Takes over a database that another runner migrated so far, in one transaction.
    pub(crate) async fn adopt(&mut self, options: AdoptOptions) -> Result<Adoption, RunErrorKind> {
        let snapshot = self.read(Details::OfUnfinished).await?;
        let from = match snapshot.target.history() {
            // Adopted with nothing recorded as applied: that can still be said.
            HistoryKind::Ours if snapshot.rows.is_empty() && options.up_to.is_some() => {
                HistoryKind::Untracked
            }
            history => history,
        };
        let standing_against = match from {
            HistoryKind::Ours => refusal::identity(
                &snapshot.target,
                &snapshot.rows,
                self.context.database,
                self.context.environment,
            ),
            HistoryKind::Unknown => vec![Refusal::UnknownHistory {
                columns: snapshot.target.history_columns.clone().unwrap_or_default(),
            }],
            _ => writing(&snapshot.target),
        };
        refuse(standing_against)?;
        let mut adoption = Adoption {
            from,
            adopted: Vec::new(),
            left: Vec::new(),
            kept_as: None,
        };
        match from {
            HistoryKind::Ours | HistoryKind::Unknown => {}
            HistoryKind::None => return Err(RunErrorKind::NothingToAdopt),
            HistoryKind::Untracked => {
                let citus = snapshot.target.has_citus;
                self.begin_history(options, citus, &mut adoption).await?;
            }
            HistoryKind::Refinery | HistoryKind::Node if options.up_to.is_some() => {
                return Err(RunErrorKind::HistoryIsThere);
            }
            HistoryKind::Refinery | HistoryKind::Node => {
                let result = self
                    .take_over(from, options, snapshot.target.has_citus, &mut adoption)
                    .await;
                if let Err(error) = result {
                    // What stands in the open transaction is all there is to undo.
                    let _ = self.exchange(Message::control("ROLLBACK")).await;
                    return Err(error);
                }
            }
        }
        Ok(adoption)
    }

    /// Creates the history, with the migrations that count as applied.
    async fn begin_history(
        &mut self,
        options: AdoptOptions,
        citus: bool,
        adoption: &mut Adoption,
    ) -> Result<(), RunErrorKind> {
        let known = &self.context.known;
        let last = known.last().map(|file| file.version());
        if let Some(target) = options.up_to.filter(|up_to| Some(*up_to) > last) {
            return Err(RunErrorKind::UnknownTarget { target, last });
        }
        let counts = |version| options.up_to.is_some_and(|up_to| version <= up_to);
        let mut message = Message::default();
        message.push(
            Part::Control,
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        );
        push_create_history(citus, &mut message);
        for file in known.iter().filter(|file| counts(file.version())) {
            let values = [
                ("applied_at", "NULL"),
                ("execution_ms", "NULL"),
                ("source", "tables without a history"),
            ];
            let row = include_str!("../sql/adopt_row.sql");
            let row = self.context.statement(row, Some(file), &values);
            message.push(Part::Control, &row);
            adoption.adopted.push(file.name.clone());
        }
        message.push(Part::Control, "COMMIT");
        match self.exchange(message).await {
            Ok(_) => Ok(()),
            Err(failure) => {
                let error = self.own_failure("create public.schema_migrations", failure);
                let _ = self.exchange(Message::control("ROLLBACK")).await;
                Err(error)
            }
        }
    }

    async fn take_over(
        &mut self,
        from: HistoryKind,
        options: AdoptOptions,
        citus: bool,
        adoption: &mut Adoption,
    ) -> Result<(), RunErrorKind> {
        let (table, select) = match from {
            HistoryKind::Node => (
                "public.schema_migrations",
                include_str!("../sql/read_node.sql"),
            ),
            _ => (
                "public.refinery_schema_history",
                include_str!("../sql/read_refinery.sql"),
            ),
        };
        let begin = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;\nSET LOCAL lock_timeout = {}",
            self.context.options.lock_timeout.as_millis()
        );
        let lock = format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
        let reading = |e: &Self, f: Failure| e.own_failure("read the other runner's history", f);
        self.exchange(Message::control(&begin))
            .await
            .map_err(|f| reading(self, f))?;
        self.exchange(Message::control(&lock))
            .await
            .map_err(|f| reading(self, f))?;
        let reply = self
            .exchange(Message::query(&[&crate::sql::fill(select, &[])]))
            .await
            .map_err(|f| reading(self, f))?;
        let rows = reply.results.into_iter().next().unwrap_or_default();
        let foreign = self.compare(&rows, options)?;

        let mut message = Message::default();
        if from == HistoryKind::Node {
            message.push(
                Part::Control,
                &format!("ALTER TABLE public.schema_migrations RENAME TO {NODE_TABLE}"),
            );
            message.push(Part::Control, &format!("ALTER INDEX IF EXISTS public.schema_migrations_pkey RENAME TO {NODE_TABLE}_pkey"));
            adoption.kept_as = Some(NODE_TABLE);
        }
        push_create_history(citus, &mut message);
        for row in &foreign {
            let Some(file) = self
                .context
                .known
                .iter()
                .find(|file| file.version() == row.version)
            else {
                continue;
            };
            if !row.success {
                adoption.left.push(file.name.clone());
                continue;
            }
            let applied_at = row
                .applied_at
                .as_deref()
                .map_or_else(|| "NULL".to_owned(), literal);
            let execution_ms = row
                .execution_ms
                .map_or_else(|| "NULL".to_owned(), |ms| ms.to_string());
            let source = if from == HistoryKind::Node {
                "the Node runner"
            } else {
                "refinery"
            };
            let sql = self.context.statement(
                include_str!("../sql/adopt_row.sql"),
                Some(file),
                &[
                    ("applied_at", &applied_at),
                    ("execution_ms", &execution_ms),
                    ("source", source),
                ],
            );
            message.push(Part::Control, &sql);
            adoption.adopted.push(file.name.clone());
        }
        message.push(Part::Control, "COMMIT");
        self.exchange(message)
            .await
            .map_err(|f| self.own_failure("write the history", f))?;
        Ok(())
    }

    /// Compares the other runner's rows with the files, and says everything that does not fit.
    fn compare(&self, rows: &[Row], options: AdoptOptions) -> Result<Vec<Foreign>, RunErrorKind> {
        let mut problems = Vec::new();
        let mut foreign = Vec::new();
        for row in rows {
            let text = |i: usize| row.get(i).cloned().flatten();
            let number = text(0).unwrap_or_default();
            let Some(version) = number.trim().parse().ok().and_then(Version::new) else {
                problems.push(format!("version `{number}` is not a number from 1 to 9999"));
                continue;
            };
            foreign.push(Foreign {
                version,
                name: text(1).unwrap_or_default(),
                checksum: text(2),
                applied_at: text(3),
                execution_ms: text(4).and_then(|ms| ms.parse().ok()),
                success: text(5).as_deref() == Some("success"),
            });
        }
        foreign.sort_by_key(|row| row.version);
        let applied = foreign.iter().filter(|row| row.success);
        for (row, expected) in applied.clone().zip(1..) {
            if i64::from(row.version.get()) != expected {
                problems.push(format!(
                    "{} is applied there, and one before it is not",
                    row.version
                ));
                break;
            }
        }
        for row in applied {
            let Some(file) = self
                .context
                .known
                .iter()
                .find(|file| file.version() == row.version)
            else {
                problems.push(format!(
                    "{} ({}) is applied there, and has no file",
                    row.version, row.name
                ));
                continue;
            };
            let their_name = row.name.trim_end_matches(".sql");
            if their_name != file.name.description() && their_name != file.name.to_string() {
                problems.push(format!(
                    "{} is called `{}` there, and `{}` here",
                    row.version,
                    row.name,
                    file.name.description()
                ));
            }
            let changed = row
                .checksum
                .as_ref()
                .is_some_and(|sum| *sum != file.migration.checksum().to_string());
            if changed && !options.ignore_checksums {
                problems.push(format!(
                    "{} was applied there with another text (its checksum differs)",
                    file.name
                ));
            }
        }
        if problems.is_empty() {
            Ok(foreign)
        } else {
            Err(RunErrorKind::NotAdoptable(problems))
        }
    }
}

fn writing(target: &Target) -> Vec<Refusal> {
    let mut target = target.clone();
    // The other runner's table is not ours to write; ours will be created.
    target.history_columns = None;
    refusal::writing(&target)
}
