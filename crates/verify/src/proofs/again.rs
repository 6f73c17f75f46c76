//! Does a second run change nothing?

use crate::case::Case;
use crate::data::{self, Masked};
use crate::error::Error;
use crate::place;
use crate::proof::{Finding, Verdict};
use crate::schema;
use crate::steps::run;

/// Runs the migration on a database that has it already.
pub(crate) fn prove(case: &Case<'_>) -> Result<Verdict, Error> {
    let copy = case.scratch.copy(case.after)?;
    let mut client = case.scratch.connect(&copy)?;
    if let Err(refused) = run(&mut client, case.file)? {
        return Ok(Verdict::Fails(vec![Finding {
            range: Some(place::of(
                case.file.text(),
                &refused.statement,
                &refused.error,
            )),
            what: format!("a second run fails: {}", refused.error.message()),
            why: "a migration that was interrupted, or is applied by hand, is run again".to_owned(),
            instead: instead(refused.error.code().code()).to_owned(),
        }]));
    }
    let schema = schema::read(&mut client)?;
    let data = data::read(&mut client)?;
    drop(client);
    case.scratch.drop(&copy);
    let objects = schema::differences(case.after_schema, &schema);
    // The very same database, before and after: nothing is left to chance.
    let rows = data::differences(case.after_data, &data, &Masked::new());
    if objects.is_empty() && rows.is_empty() {
        return Ok(Verdict::Holds(format!(
            "{} objects, {} rows compared",
            schema.objects().count(),
            data.rows()
        )));
    }
    let mut findings = Vec::new();
    for change in objects {
        let range = case.blame_on(case.after, |client| {
            let now = schema::read_within(client)?;
            Ok(schema::differences(case.after_schema, &now).contains(&change))
        })?;
        findings.push(Finding {
            range,
            what: format!("a second run changes the schema: {change}"),
            why: "the schema then depends on how often the migration ran".to_owned(),
            instead: "guard the statement, so that it does nothing where its work is done"
                .to_owned(),
        });
    }
    for change in rows {
        let range = case.blame_on(case.after, |client| {
            let now = data::read_within(client)?;
            let changed = data::differences(case.after_data, &now, &Masked::new());
            Ok(changed.iter().any(|other| other.table == change.table))
        })?;
        findings.push(Finding {
            range,
            what: format!("a second run changes rows: {change}"),
            why: "the rows then depend on how often the migration ran".to_owned(),
            instead: if change.grows {
                "write `ON CONFLICT … DO NOTHING` with a key that is the same each time, or `WHERE NOT EXISTS`"
            } else {
                "add a condition that is false where the work is done"
            }
            .to_owned(),
        });
    }
    Ok(Verdict::Fails(findings))
}

fn instead(code: &str) -> &'static str {
    match code {
        "42P07" | "42701" | "42710" | "42P06" | "42723" => {
            "write `IF NOT EXISTS` or `OR REPLACE` where there is such a form; else a `DO` block that looks in the catalog first"
        }
        "42P01" | "42703" | "42704" | "42883" | "3F000" => {
            "write `IF EXISTS`, or a `DO` block that looks in the catalog first"
        }
        "23505" => "write `ON CONFLICT … DO NOTHING`",
        _ => "guard the statement, so that it does nothing where its work is done",
    }
}
