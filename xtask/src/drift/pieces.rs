//! A script as one migration or several, so that no lock is held for long.

use jubilee_catalog::{Catalog, Kind, Name, Object, Script, Step};
use jubilee_core::snake_case;

use super::again::again;

/// What becomes a file.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// What its name has behind the given one.
    pub(super) suffix: String,
    pub(super) statements: Vec<String>,
    /// The index that is built or dropped `CONCURRENTLY`, which no transaction may do.
    pub(super) index: Option<Name>,
    /// What goes with its rows.
    pub(super) lost: Vec<String>,
}

impl Piece {
    pub(super) fn text(&self, open: &str) -> String {
        let all: String = self
            .statements
            .iter()
            .map(|sql| format!("\n{sql};\n"))
            .collect();
        match self.index {
            None => format!("BEGIN;\n{all}{open}\nCOMMIT;\n"),
            Some(_) => format!("{}{open}", all.trim_start_matches('\n')),
        }
    }
}

/// All in one file.
pub(super) fn one(script: &Script, from: &Catalog, to: &Catalog) -> Vec<Piece> {
    let mut piece = Piece::default();
    for step in &script.steps {
        piece.add(step, again(step, of(step, from, to)));
    }
    vec![piece]
}

/// What builds an index, or checks all rows for a constraint, in files of their own behind the rest.
pub(super) fn several(script: &Script, from: &Catalog, to: &Catalog) -> Vec<Piece> {
    let made_again = |table: &Name| {
        let mut steps = script.steps.iter();
        steps.any(|step| step.name == *table && step.sql.starts_with("CREATE "))
    };
    let is_in_use = |object: &Object| {
        let table = object.part_of().filter(|table| table.kind == Kind::Table);
        let both = table.and_then(|table| from.get(table).zip(to.get(table)));
        // A partitioned table takes neither.
        let is_whole = both.is_some_and(|(old, new)| {
            [old, new]
                .iter()
                .all(|table| table.get("partition key").is_none())
        });
        is_whole && table.is_some_and(|table| !made_again(table))
    };
    let mut rest = Piece::default();
    let mut indexes: Vec<Piece> = Vec::new();
    let mut end = Piece {
        suffix: "validate".to_owned(),
        ..Piece::default()
    };
    for step in &script.steps {
        let object = of(step, from, to);
        let in_use = object.filter(|object| is_in_use(object));
        match (step.name.kind, in_use) {
            (Kind::Index, Some(index)) if is_built(step) && index.get("partition of").is_none() => {
                let sql = concurrently(step, index);
                match indexes
                    .iter_mut()
                    .find(|piece| piece.index.as_ref() == Some(&step.name))
                {
                    Some(piece) => piece.statements.push(sql),
                    None => indexes.push(Piece {
                        suffix: of_index(&step.name, indexes.len()),
                        statements: vec![sql],
                        index: Some(step.name.clone()),
                        lost: Vec::new(),
                    }),
                }
            }
            (Kind::Index, Some(_))
                if indexes
                    .iter()
                    .any(|piece| piece.index.as_ref() == Some(&step.name)) =>
            {
                end.add(step, again(step, object));
            }
            (Kind::Constraint, Some(constraint)) => {
                constrain(step, constraint, &mut rest, &mut end)
            }
            _ => rest.add(step, again(step, object)),
        }
    }
    if end
        .statements
        .iter()
        .any(|sql| !sql.contains(" VALIDATE CONSTRAINT "))
    {
        end.suffix = "finish".to_owned();
    }
    let mut all = vec![rest];
    all.extend(indexes);
    all.push(end);
    all.retain(|piece| !piece.statements.is_empty());
    if all.len() == 1 {
        for piece in &mut all {
            piece.suffix.clear();
        }
    }
    all
}

impl Piece {
    fn add(&mut self, step: &Step, sql: String) {
        self.statements.push(sql);
        self.lost.extend(step.loses.iter().map(Name::to_string));
    }
}

fn of<'c>(step: &Step, from: &'c Catalog, to: &'c Catalog) -> Option<&'c Object> {
    to.get(&step.name).or_else(|| from.get(&step.name))
}

fn is_built(step: &Step) -> bool {
    [
        "CREATE INDEX ",
        "CREATE UNIQUE INDEX ",
        "DROP INDEX ",
        "REINDEX INDEX ",
    ]
    .iter()
    .any(|start| step.sql.starts_with(start))
}

fn concurrently(step: &Step, index: &Object) -> String {
    let sql = again(step, Some(index));
    // An INVALID index of that name the runner drops first.
    let sql = match index.get("definition") {
        Some(definition) if sql.starts_with("REINDEX ") => {
            definition.replacen(" INDEX ", " INDEX IF NOT EXISTS ", 1)
        }
        _ => sql,
    };
    sql.replacen(" INDEX IF ", " INDEX CONCURRENTLY IF ", 1)
}

fn of_index(name: &Name, number: usize) -> String {
    let short = name.identity.rsplit('.').next().unwrap_or_default();
    snake_case(short.trim_matches('"'))
        .filter(|short| short.len() <= 40)
        .unwrap_or_else(|| format!("index_{}", number + 1))
}

/// A foreign key or a check holds for new rows at once, and for the others once they were read.
fn constrain(step: &Step, constraint: &Object, rest: &mut Piece, end: &mut Piece) {
    let sql = again(step, Some(constraint));
    let definition = constraint.get("definition").unwrap_or_default();
    let is_checked = ["FOREIGN KEY", "CHECK"]
        .iter()
        .any(|start| definition.starts_with(start));
    if sql.contains(" VALIDATE CONSTRAINT ") {
        end.add(step, sql);
    } else if is_checked
        && step.sql.contains(" ADD CONSTRAINT ")
        && !definition.ends_with(" NOT VALID")
    {
        let table = constraint
            .part_of()
            .map_or("", |table| table.identity.as_str());
        let short = step
            .name
            .identity
            .get(table.len() + 1..)
            .unwrap_or_default();
        let added = format!("{} NOT VALID", step.sql);
        rest.add(step, sql.replacen(&step.sql, &added, 1));
        end.add(
            step,
            format!("ALTER TABLE {table} VALIDATE CONSTRAINT {short}"),
        );
    } else {
        rest.add(step, sql);
    }
}
