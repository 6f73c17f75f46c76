//! What a branch changes of a schema: the snapshot of another revision beside the one that is here.

use std::collections::BTreeSet;
use std::fmt::Write;

use jubilee_catalog::{Catalog, Change, Kind, Name, What, diff};

use super::diagram::{LARGEST, Marks, diagram, references};
use crate::output::count;
use crate::problem::Problem;
use crate::schema;
use crate::scratch::Scratch;

/// A schema before and after.
pub(crate) struct Changed {
    pub(crate) database: &'static str,
    pub(crate) changes: Vec<Change>,
    new: Catalog,
}

/// Loads both snapshots on the scratch server, and compares.
pub(crate) fn changed(
    scratch: &Scratch,
    database: &'static str,
    before: &str,
    after: &str,
) -> Result<Changed, Problem> {
    let load = |name: String, sql: &str| {
        scratch.create(&name)?;
        scratch.on(&name, async |connection| {
            schema::run(&connection.client, sql, "loading a snapshot").await?;
            schema::read(&connection.client, database).await
        })
    };
    let old = load(format!("{database}_before"), before)?;
    let new = load(format!("{database}_after"), after)?;
    Ok(Changed {
        database,
        changes: diff(&old, &new),
        new,
    })
}

impl Changed {
    /// A line for each object.
    pub(crate) fn human(&self) -> String {
        let mut text = format!("{}: {}\n", self.database, self.number());
        for change in &self.changes {
            let _ = writeln!(text, "  {change}");
        }
        text
    }

    /// The same for a pull request, with a picture of the tables that are touched and their neighbours.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("### Schema of {}\n\n{}\n\n", self.database, self.number());
        for change in &self.changes {
            let _ = writeln!(text, "- {change}");
        }
        let tables = self.touched();
        if !tables.is_empty() {
            let _ = write!(
                text,
                "\n{}",
                diagram(&self.new, &tables, &self.marks(), false)
            );
        }
        text
    }

    fn marks(&self) -> Marks {
        let shown = self
            .changes
            .iter()
            .filter(|change| matches!(change.name.kind, Kind::Table | Kind::Column));
        shown
            .filter_map(|change| {
                let mark = match change.what {
                    What::Added(_) => "new",
                    What::Changed(_) => "changed",
                    What::Removed(_) => return None,
                };
                Some((change.name.clone(), mark))
            })
            .collect()
    }

    fn number(&self) -> String {
        match self.changes.len() {
            0 => "the schema stays as it is".to_owned(),
            1 => "1 object changes".to_owned(),
            more => format!("{} change", count(more, "object")),
        }
    }

    /// The tables that change, and those that refer to them or to which they refer, as many as fit.
    fn touched(&self) -> Vec<Name> {
        let is_table = |name: &Name| {
            let table = self.new.get(name).filter(|_| name.kind == Kind::Table);
            table.is_some_and(|table| table.get("partition of").is_none())
        };
        let mut tables = BTreeSet::new();
        for change in &self.changes {
            let part = self
                .new
                .get(&change.name)
                .and_then(|object| object.part_of());
            tables.extend(
                [Some(&change.name), part]
                    .into_iter()
                    .flatten()
                    .filter(|name| is_table(name))
                    .cloned(),
            );
        }
        let mut all: Vec<Name> = tables.iter().cloned().collect();
        for (table, _) in self
            .new
            .of_kind(Kind::Table)
            .filter(|(table, _)| is_table(table))
        {
            for reference in references(&self.new, table) {
                for (one, other) in [(table, &reference.to), (&reference.to, table)] {
                    if tables.contains(one) && !all.contains(other) && is_table(other) {
                        all.push(other.clone());
                    }
                }
            }
        }
        all.truncate(LARGEST);
        all
    }
}
