//! A script as one migration or several, so that no lock is held for long.

use jubilee_catalog::{Catalog, Kind, Loss, Name, Object, Script, Step};
use jubilee_core::snake_case;

use super::again::again;
use super::foreign_roles::guarded;

/// What becomes a file.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// What its name has behind the given one.
    pub(super) suffix: String,
    pub(super) statements: Vec<String>,
    /// The index that is built or dropped `CONCURRENTLY`, which no transaction may do.
    pub(super) index: Option<Name>,
    pub(super) lost: Vec<Loss>,
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

/// Writes the statements of a script.
pub(super) struct Writer<'c> {
    pub(super) script: &'c Script,
    pub(super) from: &'c Catalog,
    pub(super) to: &'c Catalog,
    /// What comes before the script.
    pub(super) renames: Vec<String>,
    /// The roles that another server may not have.
    pub(super) roles: &'c [&'c str],
}

impl Writer<'_> {
    /// All in one file.
    pub(super) fn one(&self) -> Vec<Piece> {
        let mut piece = Piece {
            statements: self.renames.clone(),
            ..Piece::default()
        };
        for step in &self.script.steps {
            piece.add(step, self.again(step));
        }
        vec![piece]
    }

    /// What builds an index, or checks all rows for a constraint, in files of their own behind the rest; what drops
    /// an index that is INVALID before it, since it would be built again with the table.
    pub(super) fn several(&self) -> Vec<Piece> {
        let mut rest = Piece {
            statements: self.renames.clone(),
            ..Piece::default()
        };
        let mut invalid: Vec<Piece> = Vec::new();
        let mut indexes: Vec<Piece> = Vec::new();
        let mut end = Piece {
            suffix: "validate".to_owned(),
            ..Piece::default()
        };
        for step in &self.script.steps {
            let object = self.object(step).filter(|object| self.is_in_use(object));
            let is_of_step = |piece: &Piece| piece.index.as_ref() == Some(&step.name);
            match (step.name.kind, object) {
                (Kind::Index, Some(index))
                    if is_built(step) && index.get("partition of").is_none() =>
                {
                    let sql = concurrently(step, index);
                    if let Some(piece) = indexes.iter_mut().find(|piece| is_of_step(piece)) {
                        piece.statements.push(sql);
                        continue;
                    }
                    let piece = Piece {
                        suffix: of_index(&step.name, invalid.len() + indexes.len()),
                        statements: vec![sql],
                        index: Some(step.name.clone()),
                        lost: Vec::new(),
                    };
                    match index.is_invalid() && self.to.get(&step.name).is_none() {
                        true => invalid.push(piece),
                        false => indexes.push(piece),
                    }
                }
                (Kind::Index, Some(_)) if indexes.iter().any(is_of_step) => {
                    end.add(step, self.again(step));
                }
                (Kind::Constraint, Some(constraint)) => {
                    constrain(step, constraint, &mut rest, &mut end)
                }
                _ => rest.add(step, self.again(step)),
            }
        }
        if end
            .statements
            .iter()
            .any(|sql| !sql.contains(" VALIDATE CONSTRAINT "))
        {
            end.suffix = "finish".to_owned();
        }
        let mut all = invalid;
        all.push(rest);
        all.extend(indexes);
        all.push(end);
        all.retain(|piece| !piece.statements.is_empty());
        if let [only] = all.as_mut_slice() {
            only.suffix.clear();
        }
        all
    }

    fn object(&self, step: &Step) -> Option<&Object> {
        self.to
            .get(&step.name)
            .or_else(|| self.from.get(&step.name))
    }

    fn again(&self, step: &Step) -> String {
        let object = self.object(step);
        guarded(again(step, object), step, object, self.roles)
    }

    /// Whether it belongs to a table that is there and stays. A partitioned table has no index built
    /// `CONCURRENTLY`, and no foreign key added `NOT VALID`.
    fn is_in_use(&self, object: &Object) -> bool {
        let table = object.part_of().filter(|table| table.kind == Kind::Table);
        let is_made_again = |table: &Name| {
            let mut steps = self.script.steps.iter();
            steps.any(|step| step.name == *table && step.sql.starts_with("CREATE "))
        };
        let is_whole = |table: &Name, catalog: &Catalog| {
            let table = catalog.get(table);
            table.is_some_and(|table| table.get("partition key").is_none())
        };
        table.is_some_and(|table| {
            is_whole(table, self.from) && is_whole(table, self.to) && !is_made_again(table)
        })
    }
}

impl Piece {
    fn add(&mut self, step: &Step, sql: String) {
        self.statements.push(sql);
        self.lost.extend(step.loses.iter().cloned());
    }
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
