//! The search for rows of one table after the other, and what is known meanwhile.

use std::collections::BTreeMap;

use postgres::Client;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::Value;

use super::boundary;
use super::candidate::Candidate;
use super::insert::{count, insert_all};
use super::judge::Judge;
use super::mine::{Hints, hints, hints_about};
use super::random::uuid;
use super::schema::{self, Check, Table, Types};
use super::search::Search;
use super::value::Values;
use super::wish::{Filled, Wish};
use crate::data::Data;
use crate::error::Error;
use crate::savepoint::attempt;
use crate::sql::literal;

/// Why a table has no rows whose keys are all to be inserted by a migration.
const RESERVED: &str = "a migration inserts all the rows that its keys allow";

/// How often new rows are searched for until enough could be inserted.
const PASSES: usize = 8;

/// How many values of a type are kept of which the server must say that they are of it.
const POOL: usize = 80;

/// The tables of a database, and what is known of their rows so far.
pub(super) struct Work {
    pub(super) wish: Wish,
    pub(super) tables: Vec<Table>,
    pub(super) types: Types,
    pub(super) domains: BTreeMap<i64, Hints>,
    /// Keys that a row refers to before they are there, by table.
    pub(super) promised: BTreeMap<i64, Vec<BTreeMap<String, Value>>>,
    pub(super) filled: Vec<i64>,
    /// Rows that are yet to come.
    pub(super) reserved: Data,
}

impl Work {
    pub(super) fn read(client: &mut Client, wish: Wish, tables: Vec<Table>) -> Result<Self, Error> {
        let types = schema::types(client)?;
        let domains = types
            .values()
            .filter(|ty| !ty.checks.is_empty())
            .map(|ty| {
                let mut all = Hints::default();
                ty.checks.iter().for_each(|check| all.extend(&hints(check)));
                (ty.oid, all)
            })
            .collect();
        Ok(Self {
            wish,
            tables,
            types,
            domains,
            promised: BTreeMap::new(),
            filled: Vec::new(),
            reserved: Data::default(),
        })
    }

    pub(super) fn fill(&mut self, client: &mut Client, table: &Table) -> Result<Filled, Error> {
        let before = count(client, table)?;
        let had = usize::try_from(before).unwrap_or(usize::MAX);
        let mut filled = Filled {
            table: table.shown(),
            before,
            added: 0,
            obstacle: None,
        };
        let missing = self.wish.rows.saturating_sub(had);
        self.filled.push(table.oid);
        if missing == 0 {
            return Ok(filled);
        }
        let mut obstacle = None;
        let mut accepted: Vec<Candidate> = Vec::new();
        for pass in 0..PASSES {
            let added = usize::try_from(filled.added).unwrap_or(usize::MAX);
            if added >= missing {
                break;
            }
            let (mut found, left) =
                match self.candidates(client, table, missing - added + 4, pass, &accepted)? {
                    Ok(found) => found,
                    Err(reason) => {
                        obstacle = Some(reason);
                        break;
                    }
                };
            found.retain(|candidate| !self.is_reserved(table, candidate));
            if found.is_empty() && left.is_empty() {
                obstacle = Some(RESERVED.to_owned());
            }
            if let Some(worst) = left.first() {
                obstacle = Some(self.broken(table, worst));
            }
            let inserted = insert_all(client, table, &found)?;
            filled.added += inserted.count;
            obstacle = inserted.refused.or(obstacle);
            accepted.extend(inserted.accepted);
        }
        if filled.added < missing as u64 {
            filled.obstacle =
                Some(obstacle.unwrap_or_else(|| "its keys allow no more rows".to_owned()));
        }
        Ok(filled)
    }

    /// Rows that break no check, and those that do; or why there can be none.
    #[expect(clippy::type_complexity, reason = "two lists, or a reason")]
    pub(super) fn candidates(
        &mut self,
        client: &mut Client,
        table: &Table,
        count: usize,
        pass: usize,
        accepted: &[Candidate],
    ) -> Result<Result<(Vec<Candidate>, Vec<Candidate>), String>, Error> {
        let seed = self.wish.seed ^ digest(&table.sql_name()) ^ (pass as u64);
        let mut rng = StdRng::seed_from_u64(seed);
        let mut checks = table.checks.clone();
        if table.partitioned {
            if table.bounds.is_empty() {
                return Ok(Err("it has no partition".to_owned()));
            }
            if let Some(bounds) = table.bounds.iter().cloned().collect::<Option<Vec<_>>>() {
                checks.push(Check {
                    name: "the bounds of its partitions".to_owned(),
                    columns: None,
                    expression: format!("({})", bounds.join(") OR (")),
                });
            }
        }
        let of_triggers = table.triggers.iter().map(|body| hints(body));
        let of_triggers: Vec<Hints> = of_triggers.collect();
        let hints = table.columns.iter().map(|column| {
            let mut all = Hints::default();
            for check in &checks {
                let columns = check.columns.as_ref();
                if columns.is_none_or(|columns| columns.contains(&column.number)) {
                    all.extend(&hints_about(&check.expression, |word| {
                        let known = table.columns.iter().any(|c| c.name == word);
                        known.then(|| word == column.name)
                    }));
                }
            }
            if let Some(default) = &column.default {
                all.strings.extend(hints(default).strings);
            }
            for hints in &of_triggers {
                let short = hints
                    .strings
                    .iter()
                    .filter(|s| s.len() < 40 && !s.contains('%'));
                all.strings.extend(short.cloned());
                all.numbers.extend(&hints.numbers);
            }
            all
        });
        let hints: Vec<Hints> = hints.collect();
        let parents = match self.parents(client, table, &mut rng)? {
            Ok(parents) => parents,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut search = Search {
            table,
            values: Values {
                types: &self.types,
                domains: &self.domains,
            },
            checks,
            hints,
            parents,
            pools: BTreeMap::new(),
            shared: BTreeMap::new(),
            numbers: BTreeMap::new(),
        };
        for at in 0..table.columns.len() {
            let column = &table.columns[at];
            if let Some(sequence) = &column.sequence {
                search
                    .numbers
                    .insert(at, next_values(client, sequence, count + 40)?);
            } else if !self.is_certain(column.type_oid) && column.generated.is_none() {
                let pool = pool(client, &search, at, &mut rng)?;
                if pool.is_empty() && column.not_null {
                    return Ok(Err(format!(
                        "no value of type {} was found for `{}`",
                        column.written, column.name
                    )));
                }
                search.pools.insert(at, pool);
            } else if column.written == "uuid" {
                let mut rng = StdRng::seed_from_u64(self.wish.seed ^ digest(&column.name));
                let shared = (0..self.wish.rows.max(4)).map(|_| Value::String(uuid(&mut rng)));
                if column.name.ends_with("_id") && !is_key_alone(table, column.number) {
                    search.shared.insert(at, shared.collect());
                }
            }
        }
        let mut drawn = Vec::new();
        if let Some(promised) = self.promised.get(&table.oid).filter(|_| pass == 0) {
            for key in promised {
                if let Some(mut candidate) = search.draw(drawn.len(), &mut rng) {
                    for (column, value) in key {
                        if let Some(at) = table.columns.iter().position(|c| c.name == *column) {
                            candidate.cells[at] = Some(value.clone());
                            candidate.fixed[at] = true;
                        }
                    }
                    drawn.push(candidate);
                }
            }
        }
        if pass == 0 {
            boundary::draw(&mut search, &self.types, &mut drawn, &mut rng);
        }
        let mut failed = 0;
        let wanted = drawn.len() + count;
        while drawn.len() < wanted && failed < 10 {
            match search.draw(drawn.len(), &mut rng) {
                Some(mut candidate) => {
                    // What a trigger lets in may be like what it has let in.
                    if rng.random_range(0..10u8) < 7
                        && let Some(model) = accepted.choose(&mut rng)
                    {
                        imitate(&mut candidate, model, table);
                    }
                    drawn.push(candidate);
                }
                None => failed += 1,
            }
        }
        if pass == 0
            && let Some(first) = drawn.get(wanted.saturating_sub(count))
            && let Some(mut second) = search.draw(drawn.len(), &mut rng)
        {
            // Two people have one name: what need not be unique is not.
            resemble(&mut second, first, table);
            drawn.push(second);
        }
        if drawn.is_empty() {
            return Ok(Err(
                "its foreign keys cannot all be met by the rows of the tables that they refer to"
                    .to_owned(),
            ));
        }
        let judge = Judge::new(client, table, &search.checks)?;
        Ok(Ok(search.search(client, &judge, drawn, &mut rng)?))
    }

    /// Whether a row that is yet to come has one of its keys.
    pub(super) fn is_reserved(&self, table: &Table, candidate: &Candidate) -> bool {
        let Some(reserved) = self.reserved.table(&table.shown()) else {
            return false;
        };
        table.unique_keys().any(|key| {
            let places: Option<Vec<(usize, usize)>> = key
                .iter()
                .map(|number| {
                    let own = table.index_of(*number)?;
                    let name = &table.columns[own].name;
                    Some((own, reserved.columns.iter().position(|c| c.name == *name)?))
                })
                .collect();
            let Some(places) = places else { return false };
            reserved.rows.iter().any(|row| {
                places.iter().all(
                    |(own, other)| match (&candidate.cells[*own], &row[*other]) {
                        (Some(Value::String(own)), Some(other)) => own == other,
                        _ => false,
                    },
                )
            })
        })
    }

    /// Whether what is drawn of a type is of that type for certain.
    fn is_certain(&self, oid: i64) -> bool {
        let Some(ty) = self.types.get(&oid) else {
            return false;
        };
        match ty.kind.as_str() {
            "e" => true,
            "array" => self.is_certain(ty.element),
            "b" => oid < 16_384 && ty.name != "xml",
            _ => false,
        }
    }

    /// The checks that a row breaks, in words.
    fn broken(&self, table: &Table, candidate: &Candidate) -> String {
        if let Some(error) = &candidate.error {
            return error.clone();
        }
        let names: Vec<String> = candidate
            .breaks
            .iter()
            .flatten()
            .filter_map(|place| table.checks.get(*place))
            .map(|check| format!("`{}`", check.name))
            .collect();
        if names.is_empty() {
            "no row was found that fits one of its partitions".to_owned()
        } else {
            format!("no row was found that keeps {}", names.join(" and "))
        }
    }
}

fn is_key_alone(table: &Table, number: i16) -> bool {
    table.unique_keys().any(|key| key == &[number])
}

/// Values that the server takes for one of the column's type.
fn pool(
    client: &mut Client,
    search: &Search<'_>,
    at: usize,
    rng: &mut StdRng,
) -> Result<Vec<Value>, Error> {
    let column = &search.table.columns[at];
    let drawn: Vec<Value> = (0..POOL * 2)
        .map(|_| search.values.draw(search.wanted(at, false), rng))
        .collect();
    let is_json = |value: &Value| !value.is_string();
    let texts: Vec<String> = drawn
        .iter()
        .map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
        .collect();
    let rows = client
        .query(
            "SELECT pg_temp.is_of_type(v, $2) FROM pg_catalog.unnest($1::text[]) WITH ORDINALITY AS u (v, n) ORDER BY n",
            &[&texts, &column.written],
        )
        .map_err(|error| Error::server("try values", &error))?;
    let of_json = search
        .values
        .below(column.type_oid)
        .is_some_and(|t| t.name.starts_with("json"));
    let mut pool = Vec::new();
    for (value, row) in drawn.into_iter().zip(rows) {
        if row.get::<_, bool>(0) && (of_json || !is_json(&value)) && pool.len() < POOL {
            pool.push(value);
        }
    }
    Ok(pool)
}

/// Takes the other row's values where nothing must be unique, and nothing is referred to.
fn resemble(candidate: &mut Candidate, model: &Candidate, table: &Table) {
    for (at, column) in table.columns.iter().enumerate() {
        let mut references = table.foreign_keys.iter();
        let is_key = table.holds_apart(column.number)
            || references.any(|key| key.columns.contains(&column.number));
        if !is_key && !candidate.fixed[at] && model.cells[at].is_some() {
            candidate.cells[at] = model.cells[at].clone();
        }
    }
}

/// Takes the other row's values where nothing must be unique.
fn imitate(candidate: &mut Candidate, model: &Candidate, table: &Table) {
    for (at, column) in table.columns.iter().enumerate() {
        if !table.holds_apart(column.number) && !candidate.fixed[at] {
            candidate.cells[at] = model.cells[at].clone();
        }
    }
}

fn next_values(client: &mut Client, sequence: &str, count: usize) -> Result<Vec<Value>, Error> {
    let query = format!(
        "SELECT pg_catalog.nextval({})::text FROM pg_catalog.generate_series(1, {count})",
        literal(sequence)
    );
    let rows = attempt(client, |client| client.query(&query, &[]))?.unwrap_or_default();
    let mut values: Vec<Value> = rows.iter().map(|row| Value::String(row.get(0))).collect();
    values.reverse();
    Ok(values)
}

/// The same number for the same name (FNV-1a).
fn digest(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
