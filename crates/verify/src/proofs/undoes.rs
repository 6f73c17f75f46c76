//! Does it undo what it says that it reverts?

use jubilee_catalog::{Catalog, Change, Name, diff};

use crate::apply;
use crate::case::Case;
use crate::error::Error;
use crate::proof::{Finding, Verdict};
use crate::schema;

/// Compares the objects that the reverted migration touched with what they were before it.
pub(crate) fn prove(case: &Case<'_>) -> Result<Verdict, Error> {
    let Some(reverted) = case.file.header().reverts else {
        return Ok(Verdict::NotAsked);
    };
    let Some(at) = case
        .files
        .iter()
        .position(|file| file.name().version() == reverted)
    else {
        return Ok(Verdict::NotMade(format!(
            "there is no migration {reverted}"
        )));
    };
    let name = case.files[at].name().to_string();
    let database = case.scratch.create()?;
    let mut client = case.scratch.connect(&database)?;
    let mut before = Catalog::default();
    if let Some(last) = at.checked_sub(1).and_then(|at| case.files.get(at)) {
        if let Err(error) = apply::up_to(
            &mut client,
            case.database,
            case.files,
            last.name().version(),
        )? {
            return Ok(Verdict::NotMade(error.to_string()));
        }
        before = schema::read(&mut client)?;
    }
    if let Err(error) = apply::up_to(&mut client, case.database, case.files, reverted)? {
        return Ok(Verdict::NotMade(error.to_string()));
    }
    let with = schema::read(&mut client)?;
    drop(client);
    case.scratch.drop(&database);
    let touched: Vec<Name> = diff(&before, &with)
        .into_iter()
        .map(|change| change.name)
        .collect();
    let left = diff(&before, case.after_schema)
        .into_iter()
        .filter(|change| touched.contains(&change.name));
    let left: Vec<Change> = left.collect();
    if left.is_empty() {
        let objects = match touched.len() {
            1 => "1 object is".to_owned(),
            number => format!("{number} objects are"),
        };
        return Ok(Verdict::Holds(format!("{objects} as before {name}")));
    }
    let findings = left.into_iter().map(|change| Finding {
        range: None,
        what: format!("it does not undo all of {name}: {change}"),
        why: format!("`Reverts: {reverted}` promises the schema that stood before it"),
        instead: "undo this too".to_owned(),
    });
    Ok(Verdict::Fails(findings.collect()))
}
