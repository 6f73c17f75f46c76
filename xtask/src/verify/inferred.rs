//! What `check` infers of a migration's locks beside what was observed: where they differ, it is said.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use jubilee_core::{MigrationFile, SourceFile};
use jubilee_lint::{Held, LockMode, Scope, TakenLock, check_folder};
use jubilee_verify::{Observed, Proved};

/// The locks that `check` infers, by file.
pub(super) type Inferred = BTreeMap<String, Vec<TakenLock>>;

/// Reads all migrations of a database.
pub(super) fn infer(database: &str, files: &[MigrationFile]) -> Inferred {
    let scope = Scope {
        database,
        other_databases: &[],
        today: None,
    };
    let entries = files
        .iter()
        .map(|file| SourceFile::new(file.name().file_name(), file.text().as_bytes()));
    let reports = check_folder(&scope, entries, &|_| true);
    reports
        .into_iter()
        .map(|report| (report.name, report.locks))
        .collect()
}

/// A place where the two differ: in bytes of the migration's text, and what is said.
pub(super) type Difference = (usize, String);

/// A top-level statement with what was observed of it and within it.
struct Statement<'p> {
    range: Range<usize>,
    seen: Vec<&'p Observed>,
}

/// Compares them.
pub(super) fn differences(
    proved: &Proved,
    file: &MigrationFile,
    inferred: &[TakenLock],
) -> Vec<Difference> {
    // Locks are observed by the names that tables had before.
    let inferred = inferred.iter().cloned().map(|mut taken| {
        if let Some(before) = proved.renamed.get(&*plain(&taken.table)) {
            taken.table.clone_from(before);
        }
        taken
    });
    let inferred = inferred.collect::<Vec<_>>();
    let inferred = inferred.as_slice();
    let mut statements: Vec<Statement<'_>> = Vec::new();
    for one in &proved.observed {
        match statements.last_mut() {
            Some(last) if one.range.start < last.range.end => last.seen.push(one),
            _ => statements.push(Statement {
                range: one.range.clone(),
                seen: vec![one],
            }),
        }
    }
    let mut differences = Vec::new();
    let mut strongest: BTreeMap<&str, LockMode> = BTreeMap::new();
    for statement in &statements {
        let text = &file.text()[statement.range.clone()];
        observed_only(statement, text, inferred, &mut differences);
        for lock in statement.seen.iter().flat_map(|one| &one.locks) {
            let mode = strongest.entry(&lock.relation).or_insert(lock.mode);
            *mode = (*mode).max(lock.mode);
        }
        inferred_only(statement, inferred, &strongest, &mut differences);
    }
    differences
}

/// What happened that `check` does not infer.
fn observed_only(
    statement: &Statement<'_>,
    text: &str,
    inferred: &[TakenLock],
    differences: &mut Vec<Difference>,
) {
    let first = text.split_whitespace().next().unwrap_or_default();
    let calls = ["SELECT", "CALL", "WITH"]
        .iter()
        .any(|word| first.eq_ignore_ascii_case(word));
    // `check` names a lock where the file takes it first.
    let by_now = || {
        inferred
            .iter()
            .filter(|lock| lock.range.start < statement.range.end)
    };
    for one in &statement.seen {
        let felt = one.locks.iter().filter(|lock| {
            lock.mode >= LockMode::ShareUpdateExclusive && !lock.index && !lock.sequence
        });
        for lock in felt {
            let of_table = by_now().filter(|taken| {
                let root = lock.partition_of.as_ref();
                is_on(taken, &lock.relation) || root.is_some_and(|root| is_on(taken, root))
            });
            let best = of_table.map(|taken| taken.mode).max();
            if best.is_some_and(|mode| mode >= lock.mode) {
                continue;
            }
            let (table, mode) = (&lock.relation, lock.mode);
            let text = match best {
                _ if calls => format!(
                    "check does not see that a function that it calls takes {mode} on {table}"
                ),
                Some(said) => format!("check says {said} on {table}; observed {mode}"),
                None => format!("check says no lock on {table}; observed {mode}"),
            };
            differences.push((one.range.start, text));
        }
        for table in one.reasons.iter().filter_map(|reason| rewritten(reason)) {
            let knows = by_now().any(|taken| {
                is_on(taken, table)
                    && matches!(taken.held, Held::Rewriting | Held::RewritingPerhaps)
            });
            if !knows {
                let text =
                    format!("check says nothing of it; observed that {table} is written anew");
                differences.push((one.range.start, text));
            }
        }
    }
}

/// What `check` infers and did not happen.
fn inferred_only(
    statement: &Statement<'_>,
    inferred: &[TakenLock],
    strongest: &BTreeMap<&str, LockMode>,
    differences: &mut Vec<Difference>,
) {
    let within = inferred
        .iter()
        .filter(|lock| statement.range.contains(&lock.range.start));
    for taken in within.filter(|taken| !taken.table.starts_with("the table of ")) {
        let table = plain(&taken.table);
        let observed = strongest.get(&*table).copied();
        if observed.is_none_or(|mode| mode < taken.mode) {
            let observed = match observed {
                Some(mode) => mode.to_string(),
                None => "no lock on it".to_owned(),
            };
            let text = format!("check says {} on {table}; observed {observed}", taken.mode);
            differences.push((taken.range.start, text));
            continue;
        }
        let is_new_file = statement
            .seen
            .iter()
            .any(|one| one.rewritten.iter().any(|name| *name == table));
        if taken.held == Held::Rewriting && !is_new_file && !touches_index(statement) {
            let text = format!("check says that {table} is written anew; observed that it is not");
            differences.push((taken.range.start, text));
        }
    }
}

/// `REINDEX` and its like write an index anew, not its table.
fn touches_index(statement: &Statement<'_>) -> bool {
    let reasons = statement.seen.iter().flat_map(|one| &one.reasons);
    let held = statement.seen.iter().any(|one| one.held);
    held || reasons
        .into_iter()
        .any(|reason| reason.contains("building index"))
}

/// The table that the server says it writes anew.
fn rewritten(reason: &str) -> Option<&str> {
    reason.strip_prefix("rewriting table \"")?.strip_suffix('"')
}

/// Whether a lock that is inferred is on that table, as far as is known.
fn is_on(taken: &TakenLock, table: &str) -> bool {
    let name = plain(&taken.table);
    name == table
        || taken.table.starts_with("the table of ")
        // The server's messages leave the schema out.
        || name.rsplit('.').next() == Some(table)
}

/// A name as it is shown: without the schema that is everybody's.
fn plain(name: &str) -> Cow<'_, str> {
    let name = name.strip_prefix("public.").unwrap_or(name);
    match name.contains('"') {
        true => name.replace('"', "").into(),
        false => name.into(),
    }
}
