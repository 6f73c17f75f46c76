//! The rule `computed-sql`.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use crate::builtin::is_builtin_function;
use crate::finding::Finding;
use crate::syntax::Refused;

rule! {
    /// SQL that is not known before it runs: the text of `EXECUTE` is computed, or it stands in a
    /// function that no migration defines.
    ///
    /// ## Why it hurts
    ///
    /// Nobody can read it before it runs, and other rules may miss something in it. It may make
    /// tables and columns too, so after it no name is reported as unknown that may be one of them: see
    /// [unknown-name](unknown-name.md).
    ///
    /// `EXECUTE` of constants is read: `format('ALTER TABLE %I …', 'users')`, `'a' || 'b'`, `replace`, a
    /// `CASE` of constants (each of them), a variable that `SELECT 'a' INTO` or `:=` sets, a loop over
    /// `ARRAY['users', 'teams']`. So are functions and procedures that a migration defines in
    /// SQL or PL/pgSQL, where they are called. A `GRANT` or `SELECT` with a computed name is not
    /// reported. What a statement with a computed name loses is: see [drop-data](drop-data.md).
    ///
    /// ## Instead
    ///
    /// Write out the statements. If they depend on what is in the database, allow this finding, and
    /// say why it is safe to run again, takes no long lock and loses no data.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// DO $$
    /// DECLARE
    ///     name text;
    /// BEGIN
    ///     FOR name IN SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'staging'
    ///     LOOP
    ///         EXECUTE format('REINDEX TABLE staging.%I', name);
    ///     END LOOP;
    /// END
    /// $$;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// DO $$
    /// DECLARE
    ///     name text;
    /// BEGIN
    ///     FOREACH name IN ARRAY ARRAY['singers', 'rehearsals']
    ///     LOOP
    ///         EXECUTE format('ANALYZE staging.%I', name);
    ///     END LOOP;
    /// END
    /// $$;
    /// ```
    "computed-sql", Files, Warning, Check::Reading
}

const COMPUTED: &str = "the statement that `EXECUTE` runs is built at run time";
const INSTEAD: &str = "write out the statements; or allow this finding, and say why it is safe to run again, takes no long lock and loses no data";
const WHY: &str = "it cannot be read before it runs, so other rules may have missed something, and names that it may have made are not reported as unknown";

/// The findings for what a statement of the file runs without showing it.
pub(super) fn findings(unread: Vec<(Range<usize>, Refused)>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut named = BTreeSet::new();
    for (range, reason) in unread {
        let Refused::Routine(name) = reason else {
            found.push(finding(range, COMPUTED.to_owned(), INSTEAD));
            continue;
        };
        if is_builtin(&name) || !named.insert(name.clone()) {
            continue;
        }
        let what = format!("`{name}` runs here, and no migration shows its body");
        let instead = "allow this finding, and say what the function does: why it is safe to run again, takes no long lock and loses no data";
        found.push(finding(range, what, instead));
    }
    found
}

/// Makes one finding of those about the `EXECUTE`s of a statement of the file; `statement_of` says in
/// which one a place is.
pub(crate) fn fold(findings: &mut Vec<Finding>, statement_of: impl Fn(usize) -> usize) {
    let mut first: HashMap<usize, (usize, usize)> = HashMap::new();
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings.drain(..) {
        let is_execute = finding.rule.name == RULE.rule.name && finding.what == COMPUTED;
        let start = finding.range.as_ref().map(|range| range.start);
        match start.filter(|_| is_execute).map(&statement_of) {
            Some(statement) => match first.get_mut(&statement) {
                Some((_, count)) => *count += 1,
                None => {
                    first.insert(statement, (kept.len(), 1));
                    kept.push(finding);
                }
            },
            None => kept.push(finding),
        }
    }
    for (at, count) in first.into_values().filter(|(_, count)| *count > 1) {
        if let Some(finding) = kept.get_mut(at) {
            finding.what =
                format!("the statements that {count} `EXECUTE`s run are built at run time");
        }
    }
    *findings = kept;
}

/// Whether it is a function of PostgreSQL's own.
pub(super) fn is_builtin(name: &str) -> bool {
    is_builtin_function(name.strip_prefix("pg_catalog.").unwrap_or(name))
}

fn finding(range: Range<usize>, what: String, instead: &str) -> Finding {
    Finding::new(&RULE.rule, Some(range), what, WHY, instead)
}
