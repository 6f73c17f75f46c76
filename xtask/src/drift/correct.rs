//! A migration that ends drift, proved before anybody sees it.

use std::fmt::Write;

use jubilee_catalog::{Catalog, Change, Kind, Object, Script, Step, What, diff, script};
use jubilee_core::{MigrationName, Placeholder};

use super::again::again;
use super::compare::Compared;
use crate::exit::Exit;
use crate::header::{git_user, header};
use crate::problem::Problem;
use crate::schema;
use crate::scratch::Scratch;

/// Which side gives way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// What is live becomes the migrations'.
    Adopt,
    /// The live database is brought back.
    Restore,
}

/// A migration, and what it leaves open.
pub(crate) struct Correction {
    pub(crate) text: String,
    pub(crate) open: Vec<String>,
}

/// Makes the migration and proves it: where it has something to do it gives the wanted schema, where it has
/// nothing to do it changes nothing, and twice is as once.
pub(crate) fn correct(
    scratch: &Scratch,
    compared: &Compared,
    direction: Direction,
    name: &MigrationName,
) -> Result<Correction, Problem> {
    let refused = |why: String| {
        Problem::new(
            Exit::Failed,
            "no migration was written: it could not be proved",
        )
        .why(why)
        .hint("write it by hand: cargo xtask new")
    };
    if let Some(why) = &compared.not_copied {
        return Err(refused(format!(
            "the live schema could not be made on the scratch server: {why}"
        )));
    }
    let (from, to) = match direction {
        Direction::Adopt => (&compared.expected, &compared.live),
        Direction::Restore => (&compared.live, &compared.expected),
    };
    let mut script = script(from, to);
    script.steps.retain(|step| {
        // Whoever applies migrations owns what they make.
        let is_owner = step.sql.ends_with(&format!(" OWNER TO {}", compared.role));
        !(is_owner && from.get(&step.name).is_none())
    });
    if script.steps.is_empty() {
        let open = script
            .open
            .iter()
            .map(|(name, why)| format!("{name}: {why}"));
        return Err(refused(open.collect::<Vec<_>>().join("\n")));
    }
    let body = Body::new(&script, to, from);
    for (database, what) in [
        (
            compared.fresh().to_owned(),
            "a database as the migrations make it",
        ),
        (compared.drifted(), "a database as the live one"),
    ] {
        prove(scratch, compared, &database, what, &body, to, &script)?;
    }
    let open = script
        .open
        .iter()
        .map(|(name, why)| format!("{name}: {why}"))
        .collect();
    Ok(Correction {
        text: text(compared, direction, name, &body, &script),
        open,
    })
}

/// What the file does.
struct Body {
    statements: Vec<String>,
    /// An index alone is built or dropped `CONCURRENTLY`, which no transaction may do.
    is_transaction: bool,
    /// What the first statement is about.
    about: String,
    open: String,
}

impl Body {
    fn new(script: &Script, to: &Catalog, from: &Catalog) -> Self {
        let object = |step: &Step| to.get(&step.name).or_else(|| from.get(&step.name));
        let is_alone = script.steps.len() == 1;
        let is_transaction = !script.steps.iter().all(|step| {
            let table = object(step).and_then(Object::part_of);
            let table = table.and_then(|table| to.get(table).or_else(|| from.get(table)));
            let is_index = [
                "CREATE INDEX ",
                "CREATE UNIQUE INDEX ",
                "DROP INDEX ",
                "REINDEX INDEX ",
            ]
            .iter()
            .any(|start| step.sql.starts_with(start));
            is_alone && is_index && table.is_some_and(|table| table.get("partition key").is_none())
        });
        let written = |step: &Step| {
            let sql = again(step, object(step));
            if is_transaction {
                return sql;
            }
            // An INVALID index of that name the runner drops first.
            let sql = match object(step).and_then(|index| index.get("definition")) {
                Some(definition) if sql.starts_with("REINDEX ") => {
                    definition.replacen(" INDEX ", " INDEX IF NOT EXISTS ", 1)
                }
                _ => sql,
            };
            sql.replacen(" INDEX IF ", " INDEX CONCURRENTLY IF ", 1)
        };
        let open = script.open.iter();
        Self {
            statements: script.steps.iter().map(written).collect(),
            is_transaction,
            about: script
                .steps
                .first()
                .map(|step| step.name.identity.clone())
                .unwrap_or_default(),
            open: open.fold(String::new(), |text, (name, why)| {
                format!("{text}\n-- Left open: {name}: {why}.\n")
            }),
        }
    }

    /// Runs it as the runner does.
    async fn run(&self, client: &tokio_postgres::Client, doing: &str) -> Result<(), Problem> {
        if self.is_transaction {
            let all = self.statements.join(";\n");
            return schema::run(client, &format!("BEGIN;\n{all};\nCOMMIT"), doing).await;
        }
        for statement in &self.statements {
            let drop = include_str!("../sql/drop_invalid.sql").replace("{index}", &self.about);
            schema::run(client, &drop, doing).await?;
            schema::run(client, statement, doing).await?;
        }
        Ok(())
    }

    fn text(&self) -> String {
        let statements = self.statements.iter();
        let all: String = statements.map(|sql| format!("\n{sql};\n")).collect();
        if self.is_transaction {
            format!("BEGIN;\n{all}{}\nCOMMIT;\n", self.open)
        } else {
            format!("{}{}", all.trim_start_matches('\n'), self.open)
        }
    }
}

fn prove(
    scratch: &Scratch,
    compared: &Compared,
    database: &str,
    what: &str,
    body: &Body,
    to: &Catalog,
    script: &Script,
) -> Result<(), Problem> {
    let proof = format!("{database}_proof");
    scratch.copy(&proof, database)?;
    scratch.give(&proof, &compared.role)?;
    scratch.on_as(&compared.role, &proof, async |connection| {
        let client = &connection.client;
        for time in ["", ", a second time"] {
            let doing = format!("the correction on {what}{time}");
            body.run(client, &doing).await?;
            let mut made = schema::read(client, compared.database).await?;
            made.retain(|name, _| to.get(name).is_some() || compared.is_compared(name));
            let left: Vec<String> = diff(&made, to)
                .iter()
                .filter(|change| !is_open(script, change))
                .map(ToString::to_string)
                .collect();
            if !left.is_empty() {
                return Err(Problem::new(
                    Exit::Failed,
                    format!("no migration was written: {doing} does not give the wanted schema"),
                )
                .why(left.join("\n"))
                .hint("write the migration by hand: cargo xtask new"));
            }
        }
        Ok(())
    })
}

/// What a change takes from code that was written for the schema before it: something that it names, or a
/// value that it may read or write.
fn breaks(change: &Change) -> Option<String> {
    let name = &change.name;
    let is_named = matches!(
        name.kind,
        Kind::Table
            | Kind::ForeignTable
            | Kind::View
            | Kind::MaterializedView
            | Kind::Column
            | Kind::Function
            | Kind::Procedure
            | Kind::Aggregate
            | Kind::Sequence
            | Kind::Enum
            | Kind::Domain
            | Kind::Type
    );
    match &change.what {
        What::Removed(_) => is_named.then(|| name.to_string()),
        What::Changed(differences) if name.kind == Kind::Column => differences
            .iter()
            .find(|d| d.attribute == "type" || d.attribute == "not null" && d.to.is_some())
            .map(|difference| format!("{name} ({})", difference.attribute)),
        _ => None,
    }
}

fn is_open(script: &Script, change: &Change) -> bool {
    script.open.iter().any(|(name, _)| *name == change.name)
}

fn text(
    compared: &Compared,
    direction: Direction,
    name: &MigrationName,
    body: &Body,
    script: &Script,
) -> String {
    let objects: Vec<String> = compared
        .changes
        .iter()
        .take(3)
        .map(|change| change.name.to_string())
        .collect();
    let more = compared.changes.len().saturating_sub(objects.len());
    let mut what = objects.join(", ");
    if more > 0 {
        let _ = write!(what, " and {more} more");
    }
    let description = match direction {
        Direction::Adopt => format!("makes official what was changed by hand: {what}"),
        Direction::Restore => format!("undoes what was changed by hand: {what}"),
    };
    let author = git_user().unwrap_or_else(|| Placeholder::AUTHOR.to_owned());
    let mut text = header(name, compared.database, &author, &description);
    if !body.is_transaction {
        text.push_str("-- Transaction: none\n");
    }
    let lost: Vec<String> = script
        .steps
        .iter()
        .filter(|step| step.loses_rows)
        .map(|step| step.name.to_string())
        .collect();
    if !lost.is_empty() {
        let _ = writeln!(
            text,
            "-- Destructive: removes {}, with the data in it",
            lost.join(", ")
        );
    }
    let broken: Vec<String> = compared.changes.iter().filter_map(breaks).collect();
    if direction == Direction::Adopt && !broken.is_empty() {
        let _ = writeln!(
            text,
            "-- Contract: changed by hand already, so code that needs what was before fails: {}",
            broken.join(", ")
        );
    }
    let after = compared
        .last
        .as_ref()
        .map_or_else(String::new, |last| format!(" after {last}"));
    let _ = writeln!(text, "\n-- What differed in the live database{after}:");
    for change in &compared.changes {
        let _ = writeln!(text, "--   {change}");
    }
    text.push_str("-- Why, and since when: not known; write it here.\n\n");
    text.push_str(&body.text());
    text
}
