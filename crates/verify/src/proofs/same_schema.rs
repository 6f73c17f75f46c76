//! Is a new database's schema the same as that of one with a past?

use std::ops::Range;

use jubilee_catalog::{Catalog, Change, diff};

use crate::apply;
use crate::case::Case;
use crate::error::Error;
use crate::proof::{Finding, Verdict};
use crate::schema;

/// The most findings that are shown: each is looked for, statement by statement.
const MOST: usize = 5;

fn without_partitions(catalog: &Catalog) -> Catalog {
    let mut catalog = catalog.clone();
    catalog.retain(|_, object| object.get("partition bound").is_none());
    catalog
}

/// Compares the schema of a database that never had rows with that of one that had.
pub(crate) fn prove(case: &Case<'_>, fresh: &Catalog) -> Result<Verdict, Error> {
    // Which partitions there are depends on rows and on the date, and may.
    let fresh = &without_partitions(fresh);
    let after = &without_partitions(case.after_schema);
    let found = diff(fresh, after);
    if found.is_empty() {
        return Ok(Verdict::Holds(format!(
            "{} objects compared",
            fresh.objects().count()
        )));
    }
    let mut findings = Vec::new();
    for change in found.into_iter().take(MOST) {
        // Whichever of the two it is that gets the object, or gets it differently.
        let mut range = blamed(case, case.before, &change)?;
        if range.is_none() {
            let empty = without_rows(case)?;
            range = blamed(case, &empty, &change)?;
            case.scratch.drop(&empty);
        }
        findings.push(Finding {
            range,
            what: format!("a database with rows gets another schema than a new one: {change}"),
            why: "tests run on a new database, and production is one with rows".to_owned(),
            instead: "do not let the schema depend on rows".to_owned(),
        });
    }
    Ok(Verdict::Fails(findings))
}

/// The statement of the migration that changes the object, on a database without the migration.
fn blamed(case: &Case<'_>, of: &str, change: &Change) -> Result<Option<Range<usize>>, Error> {
    case.blame_on(of, |client| {
        let now = schema::read_within(client)?;
        // A column more is a change of its table too.
        let of = &change.name.identity;
        let is_of = |name: &str| {
            name == of
                || name
                    .strip_prefix(of.as_str())
                    .is_some_and(|rest| rest.starts_with('.'))
        };
        Ok(diff(case.before_schema, &now)
            .iter()
            .any(|c| is_of(&c.name.identity)))
    })
}

/// A database without the migration, and without rows.
fn without_rows(case: &Case<'_>) -> Result<String, Error> {
    let database = case.scratch.create()?;
    if let Some(last) = case
        .files
        .len()
        .checked_sub(2)
        .and_then(|at| case.files.get(at))
    {
        let mut client = case.scratch.connect(&database)?;
        apply::up_to(
            &mut client,
            case.database,
            case.files,
            last.name().version(),
        )?
        .map_err(|error| Error::Base {
            reason: error.to_string(),
        })?;
    }
    Ok(database)
}
