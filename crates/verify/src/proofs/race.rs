//! Can two runners apply it at once?

use crate::apply::{self, Failure};
use crate::case::Case;
use crate::data;
use crate::error::Error;
use crate::proof::{Finding, Verdict};
use crate::schema;

/// Starts two runners at the same moment.
pub(crate) fn prove(case: &Case<'_>) -> Result<Verdict, Error> {
    let copy = case.scratch.copy(case.before)?;
    let mut one = case.scratch.connect(&copy)?;
    let mut other = case.scratch.connect(&copy)?;
    let version = case.file.name().version();
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| apply::up_to(&mut one, case.database, case.files, version));
        let second = apply::up_to(&mut other, case.database, case.files, version);
        (first.join().unwrap_or(Err(Error::Stopped)), second)
    });
    let mut findings = Vec::new();
    let finding = |range, what: String| Finding {
        range,
        what,
        why: "two replicas of a service may start, and migrate, at the same moment".to_owned(),
        instead: "take locks in the same order each time, and leave the history to the runner"
            .to_owned(),
    };
    for result in [first?, second?] {
        if let Err(error) = result {
            let Failure { range, said, .. } = Failure::of(case.file, &error);
            let what = format!("of two runners at once, one fails: {said}");
            findings.push(finding(range, what));
        }
    }
    if findings.is_empty() {
        let objects = schema::differences(case.after_schema, &schema::read(&mut one)?);
        let rows = data::differences(case.after_data, &data::read(&mut one)?, case.masked);
        for line in objects
            .into_iter()
            .chain(rows.iter().map(ToString::to_string))
        {
            findings.push(finding(
                None,
                format!("two runners at once come to another end: {line}"),
            ));
        }
    }
    drop((one, other));
    case.scratch.drop(&copy);
    Ok(if findings.is_empty() {
        Verdict::Holds("2 runners".to_owned())
    } else {
        Verdict::Fails(findings)
    })
}
