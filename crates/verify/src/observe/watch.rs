//! Runs a migration and looks at the session after each statement.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use jubilee_core::MigrationFile;
use jubilee_lint::LockMode;
use postgres::Client;
use postgres::error::{DbError, SqlState};

use super::concurrent::{Hold, hold, is_concurrent, wait_until_it_waits};
use super::observed::{Observed, TableLock, is_reason, mode};
use super::rows::{Counts, by_table, without_effect};
use crate::error::Error;
use crate::place;
use crate::scratch::{Notices, Scratch};
use crate::steps::{BEGIN, Refused, is_transactional, run_one, statements};

/// A relation that was there before the migration.
struct Relation {
    name: String,
    kind: String,
    /// The table that it is a partition of, or itself.
    root: i64,
}

struct Watch<'w> {
    scratch: &'w Scratch,
    database: &'w str,
    file: &'w MigrationFile,
    client: Client,
    notices: Notices,
    process: i32,
    relations: BTreeMap<i64, Relation>,
    /// The strongest lock on each relation so far.
    seen: BTreeMap<i64, LockMode>,
    files: BTreeMap<i64, String>,
    counts: Counts,
    /// The tables that rows were written to, or might have been, by now.
    writes: BTreeSet<i64>,
    changes_server: bool,
    observed: Vec<Observed>,
}

/// What was seen of a migration.
pub(crate) struct Watched {
    pub(crate) observed: Vec<Observed>,
    /// Whether it changes what belongs to the server rather than to its database: a role, for one.
    pub(crate) changes_server: bool,
    /// The relations that it renames: the new name, and the one before.
    pub(crate) renamed: BTreeMap<String, String>,
}

/// Runs a migration on a database of its own, and says what was seen.
pub(crate) fn watch(
    scratch: &Scratch,
    database: &str,
    file: &MigrationFile,
) -> Result<Result<Watched, Refused>, Error> {
    let notices = Notices::default();
    let mut client = scratch.connect_hearing(database, &notices)?;
    let failed = |error: postgres::Error| Error::server("prepare to watch", &error);
    client
        .batch_execute(include_str!("install.sql"))
        .map_err(failed)?;
    let process = client
        .query_one("SELECT pg_catalog.pg_backend_pid()", &[])
        .map_err(failed)?
        .get(0);
    let relations = read_relations(&mut client)?;
    let mut watch = Watch {
        scratch,
        database,
        file,
        client,
        notices,
        process,
        relations,
        seen: BTreeMap::new(),
        files: BTreeMap::new(),
        counts: Counts::default(),
        writes: BTreeSet::new(),
        changes_server: false,
        observed: Vec::new(),
    };
    watch.look(None, &[])?;
    let result = watch.run()?;
    if result.is_ok() {
        // What is compared with others later on shall not have it.
        watch
            .client
            .batch_execute("DROP EVENT TRIGGER jubilee_verify_start, jubilee_verify_end; DROP SCHEMA jubilee_verify CASCADE")
            .or_else(|_| {
                watch.client.batch_execute(
                    "DROP EVENT TRIGGER jubilee_verify_start; DROP EVENT TRIGGER jubilee_verify_end; DROP SCHEMA jubilee_verify CASCADE",
                )
            })
            .map_err(failed)?;
    }
    let mut renamed = BTreeMap::new();
    for (oid, now) in read_relations(&mut watch.client)? {
        let before = watch.relations.remove(&oid).map(|relation| relation.name);
        if let Some(before) = before.filter(|before| *before != now.name) {
            renamed.insert(now.name, before);
        }
    }
    Ok(result.map(|()| Watched {
        renamed,
        observed: watch.observed,
        changes_server: watch.changes_server,
    }))
}

/// The relations that are there, by OID.
fn read_relations(client: &mut Client) -> Result<BTreeMap<i64, Relation>, Error> {
    let rows = client.query(include_str!("relations.sql"), &[]);
    let rows = rows.map_err(|error| Error::server("read the relations", &error))?;
    let relations = rows.iter().map(|row| {
        let relation = Relation {
            kind: row.get(1),
            name: row.get(2),
            root: row.get(3),
        };
        (row.get(0), relation)
    });
    Ok(relations.collect())
}

impl Watch<'_> {
    fn run(&mut self) -> Result<Result<(), Refused>, Error> {
        let whole = is_transactional(self.file);
        if whole {
            self.send(BEGIN)?;
        }
        let all: Vec<Range<usize>> = statements(self.file).collect();
        for statement in &all {
            let text = &self.file.text()[statement.clone()];
            let result = if !whole && is_concurrent(text) {
                self.run_held(statement)?
            } else {
                self.run_open(statement, whole)?
            };
            if let Err(refused) = result {
                self.send("ROLLBACK")?;
                return Ok(Err(refused));
            }
        }
        if whole && let Err(error) = self.client.batch_execute("COMMIT") {
            return match error.as_db_error() {
                Some(said) => Ok(Err(Refused {
                    statement: all.last().cloned().unwrap_or_default(),
                    error: Box::new(said.clone()),
                })),
                None => Err(Error::server("commit", &error)),
            };
        }
        Ok(Ok(()))
    }

    /// Runs a statement in a transaction, and looks before its end.
    fn run_open(
        &mut self,
        statement: &Range<usize>,
        whole: bool,
    ) -> Result<Result<(), Refused>, Error> {
        if !whole {
            self.send(BEGIN)?;
            self.seen.clear();
            self.writes.clear();
        }
        self.send("SET LOCAL client_min_messages = debug1")?;
        self.notices.take();
        let start = Instant::now();
        let result = run_one(&mut self.client, self.file, statement)?;
        let took = start.elapsed();
        match result {
            Err(refused) if !whole && *refused.error.code() == SqlState::ACTIVE_SQL_TRANSACTION => {
                self.send("ROLLBACK")?;
                return self.run_held(statement);
            }
            Err(refused) => return Ok(Err(refused)),
            Ok(()) => {}
        }
        let heard = self.notices.take();
        self.look(
            Some((
                statement,
                u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            )),
            &heard,
        )?;
        if !whole {
            self.send("COMMIT")?;
        }
        Ok(Ok(()))
    }

    /// Runs a statement that is no part of a transaction, and looks while another session makes it
    /// wait.
    fn run_held(&mut self, statement: &Range<usize>) -> Result<Result<(), Refused>, Error> {
        let mut watcher = self.scratch.connect(self.database)?;
        let mut holders = Vec::new();
        for what in [Hold::SchemaChange, Hold::Write, Hold::ReadPartitions] {
            let mut holder = self.scratch.connect(self.database)?;
            hold(&mut holder, what)?;
            holders.push(holder);
        }
        self.send("SET client_min_messages = debug1")?;
        self.notices.take();
        let done = AtomicBool::new(false);
        let (client, file, process) = (&mut self.client, self.file, self.process);
        let start = Instant::now();
        let (result, locks) = std::thread::scope(|scope| {
            let run = scope.spawn(|| {
                let result = run_one(client, file, statement);
                done.store(true, Ordering::SeqCst);
                result
            });
            // One after the other lets it go on, and it is looked at each time that it waits.
            let mut locks = Vec::new();
            let mut watched = Ok(());
            for mut holder in holders {
                let waits =
                    wait_until_it_waits(&mut watcher, process, || done.load(Ordering::SeqCst));
                watched = watched.and(
                    waits
                        .and_then(|_| held_or_wanted(&mut watcher, process))
                        .map(|seen| locks.extend(seen)),
                );
                // Whatever happened, it shall not wait for ever.
                let released = holder.batch_execute("ROLLBACK");
                watched =
                    watched.and(released.map_err(|e| Error::server("let a statement go on", &e)));
            }
            let result = run.join().unwrap_or(Err(Error::Stopped));
            (watched.and(result), locks)
        });
        let result = result?;
        let took = start.elapsed();
        self.send("RESET client_min_messages")?;
        if let Err(refused) = result {
            return Ok(Err(refused));
        }
        let heard = self.notices.take();
        let mut observed = Observed::at(statement.clone());
        observed.held = true;
        observed.took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        self.seen.clear();
        observed.locks = self.new_locks(locks);
        observed.reasons = self.reasons(&heard);
        self.observed.push(observed);
        self.seen.clear();
        Ok(Ok(()))
    }

    /// Takes down what is new since the last look.
    fn look(
        &mut self,
        statement: Option<(&Range<usize>, u64)>,
        heard: &[DbError],
    ) -> Result<(), Error> {
        let rows = self
            .client
            .query(include_str!("look.sql"), &[&self.process])
            .map_err(|error| Error::server("look at the locks", &error))?;
        let mut locks = Vec::new();
        let mut files = BTreeMap::new();
        let mut counts = Counts::default();
        for row in &rows {
            let (what, oid, value): (&str, i64, Option<String>) =
                (row.get(0), row.get(1), row.get(2));
            match what {
                "lock" => locks.extend(value.as_deref().and_then(mode).map(|mode| (oid, mode))),
                "file" => {
                    files.insert(oid, value.unwrap_or_default());
                }
                "server" => self.changes_server = true,
                _ => counts.note(what, oid, value.as_deref().unwrap_or_default()),
            }
        }
        let before = std::mem::replace(&mut self.counts, counts);
        let Some((statement, took_ms)) = statement else {
            self.files = files;
            return Ok(());
        };
        let text = self.file.text();
        // What was told of commands within the statement, in order.
        let mut parts: Vec<Observed> = Vec::new();
        let mut whole = Observed::at(statement.clone());
        for said in heard {
            let range = said
                .where_()
                .and_then(place::line_of_block)
                .and_then(|line| place::line_in_body(text, statement, line));
            if let Some(told) = said.message().strip_prefix("jubilee-verify ") {
                let (event, list) = told.split_once(' ').unwrap_or((told, ""));
                let list = list.split(',').filter_map(|lock| {
                    let (oid, name) = lock.split_once(' ')?;
                    Some((oid.parse().ok()?, mode(name)?))
                });
                let new = self.new_locks(list.collect());
                // What is held before a command begins was taken by something else.
                match range.filter(|_| event == "ddl_command_end") {
                    Some(range) => part(&mut parts, range).locks.extend(new),
                    None => whole.locks.extend(new),
                }
            } else if self.is_reason(said.message()) {
                let of = match range {
                    Some(range) => part(&mut parts, range),
                    None => &mut whole,
                };
                let reason = said.message().to_owned();
                if !of.reasons.contains(&reason) {
                    of.reasons.push(reason);
                }
            }
        }
        let table = |oid: i64| {
            let root = self
                .relations
                .get(&oid)
                .map_or(oid, |relation| relation.root);
            let relation = self.relations.get(&root)?;
            ["r", "p", "m"]
                .contains(&relation.kind.as_str())
                .then_some(relation.name.as_str())
        };
        whole.touched = by_table(&self.counts.since(&before), table);
        whole.without_effect = without_effect(
            &text[statement.clone()],
            &locks,
            &self.writes,
            &whole.touched,
            table,
        );
        let writes = locks
            .iter()
            .filter(|(_, mode)| *mode == LockMode::RowExclusive);
        self.writes.extend(writes.map(|(oid, _)| *oid));
        let rest = self.new_locks(locks);
        whole.locks.extend(rest);
        let changed: BTreeSet<String> = files
            .iter()
            .filter(|(oid, file)| self.files.get(oid).is_some_and(|before| before != *file))
            .filter_map(|(oid, _)| Some(self.relations.get(oid)?.name.clone()))
            .collect();
        whole.rewritten = changed.into_iter().collect();
        whole.took_ms = took_ms;
        self.files = files;
        merge(&mut whole.locks);
        for one in &mut parts {
            merge(&mut one.locks);
        }
        self.observed.push(whole);
        self.observed.extend(parts);
        Ok(())
    }

    /// Those of the locks that are stronger than all before on a relation that was there before.
    fn new_locks(&mut self, locks: Vec<(i64, LockMode)>) -> Vec<TableLock> {
        let mut new = Vec::new();
        for (oid, mode) in locks {
            let Some(relation) = self.relations.get(&oid) else {
                continue;
            };
            if self.seen.get(&oid).is_none_or(|seen| *seen < mode) {
                self.seen.insert(oid, mode);
                new.push(TableLock {
                    relation: relation.name.clone(),
                    index: relation.kind.eq_ignore_ascii_case("i"),
                    sequence: relation.kind == "S",
                    partition_of: self
                        .relations
                        .get(&relation.root)
                        .filter(|_| relation.root != oid)
                        .map(|root| root.name.clone()),
                    mode,
                });
            }
        }
        merge(&mut new);
        new
    }

    fn reasons(&self, heard: &[DbError]) -> Vec<String> {
        let said = heard.iter().map(|said| said.message().to_owned());
        let mut reasons: Vec<String> = said.filter(|message| self.is_reason(message)).collect();
        reasons.dedup();
        reasons
    }

    /// Whether a message says something of a table that was there before.
    fn is_reason(&self, message: &str) -> bool {
        let table = message
            .split("table \"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let is_known = |table: &str| {
            let mut names = self
                .relations
                .values()
                .map(|relation| relation.name.as_str());
            names.any(|name| name == table || name.rsplit('.').next() == Some(table))
        };
        is_reason(message) && table.is_none_or(is_known)
    }

    fn send(&mut self, sql: &str) -> Result<(), Error> {
        self.client
            .batch_execute(sql)
            .map_err(|error| Error::server("watch the migration", &error))
    }
}

/// The locks that a session has, and the one that it waits for.
fn held_or_wanted(watcher: &mut Client, process: i32) -> Result<Vec<(i64, LockMode)>, Error> {
    let rows = watcher.query(include_str!("look.sql"), &[&process]);
    let rows = rows.map_err(|error| Error::server("watch a statement", &error))?;
    let locks = rows.iter().filter(|row| row.get::<_, &str>(0) == "lock");
    Ok(locks
        .filter_map(|row| Some((row.get(1), mode(row.get(2))?)))
        .collect())
}

/// Keeps the strongest lock of each relation.
fn merge(locks: &mut Vec<TableLock>) {
    locks.sort_by(|a, b| (&a.relation, b.mode).cmp(&(&b.relation, a.mode)));
    locks.dedup_by(|later, first| later.relation == first.relation);
}

fn part(parts: &mut Vec<Observed>, range: Range<usize>) -> &mut Observed {
    let at = match parts.iter().position(|part| part.range == range) {
        Some(at) => at,
        None => {
            parts.push(Observed::at(range));
            parts.len() - 1
        }
    };
    &mut parts[at]
}
