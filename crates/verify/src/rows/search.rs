//! The local search for rows of one table: draw, have the server judge, draw again what is wrong.

use std::collections::BTreeMap;

use postgres::Client;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::Value;

use super::candidate::Candidate;
use super::judge::Judge;
use super::mine::Hints;
use super::schema::{Check, Table};
use super::value::{Values, Wanted};
use crate::error::Error;

/// How often a row is drawn again in part before it is given up.
const ROUNDS: usize = 60;

/// All that is known about a table when its rows are searched for.
pub(crate) struct Search<'a> {
    pub(crate) table: &'a Table,
    pub(crate) values: Values<'a>,
    /// Its checks, those of its partitions included.
    pub(crate) checks: Vec<Check>,
    /// By column, what the checks tell.
    pub(crate) hints: Vec<Hints>,
    /// By foreign key, the keys that it can refer to.
    pub(crate) parents: Vec<Vec<Vec<Value>>>,
    /// By column, values that the server has found to be of its type, where that is not certain.
    pub(crate) pools: BTreeMap<usize, Vec<Value>>,
    /// By column, the same values wherever a column has that name, so that rows of several tables
    /// belong together.
    pub(crate) shared: BTreeMap<usize, Vec<Value>>,
    /// By column, numbers that its sequence gave.
    pub(crate) numbers: BTreeMap<usize, Vec<Value>>,
}

impl Search<'_> {
    /// A first draw of a whole row; `None` where foreign keys cannot all be met.
    pub(crate) fn draw(&mut self, number: usize, rng: &mut StdRng) -> Option<Candidate> {
        let mut candidate = Candidate::new(self.table.columns.len());
        for column in 0..self.table.columns.len() {
            self.redraw(&mut candidate, column, 35, number, rng);
        }
        for (column, numbers) in &mut self.numbers {
            if let Some(value) = numbers.pop() {
                candidate.cells[*column] = Some(value);
                candidate.fixed[*column] = true;
            }
        }
        self.refer(&mut candidate, number, rng).then_some(candidate)
    }

    /// Makes all foreign keys refer to something.
    fn refer(&self, candidate: &mut Candidate, number: usize, rng: &mut StdRng) -> bool {
        (0..20).any(|attempt| self.try_to_refer(candidate, number + attempt, rng))
    }

    fn try_to_refer(&self, candidate: &mut Candidate, number: usize, rng: &mut StdRng) -> bool {
        let mut set: BTreeMap<usize, Option<Value>> = BTreeMap::new();
        let mut order: Vec<usize> = (0..self.table.foreign_keys.len()).collect();
        order.sort_by_key(|key| std::cmp::Reverse(self.table.foreign_keys[*key].columns.len()));
        for place in order {
            let key = &self.table.foreign_keys[place];
            let columns: Vec<usize> = key
                .columns
                .iter()
                .filter_map(|c| self.table.index_of(*c))
                .collect();
            let nullable: Vec<usize> = columns
                .iter()
                .copied()
                .filter(|c| {
                    !self.table.columns[*c].not_null && !set.contains_key(c) && !candidate.fixed[*c]
                })
                .collect();
            let fits = |tuple: &&Vec<Value>| {
                columns
                    .iter()
                    .zip(tuple.iter())
                    .all(|(column, value)| match set.get(column) {
                        Some(set) => set.as_ref() == Some(value),
                        None => true,
                    })
            };
            let fitting: Vec<&Vec<Value>> = self.parents[place].iter().filter(fits).collect();
            let to_null =
                !nullable.is_empty() && (fitting.is_empty() || rng.random_range(0..10u8) < 3);
            // An earlier key may have left a shared column NULL: then this one refers to nothing.
            let is_null = columns.iter().any(|c| matches!(set.get(c), Some(None)));
            if to_null || (is_null && !key.full) {
                let all = if key.full { &columns } else { &nullable };
                for column in all {
                    set.insert(*column, None);
                }
                continue;
            }
            // One after the other, so that a key that may be referred to once is.
            let chosen = match rng.random_range(0..4u8) {
                0 => fitting.choose(rng).copied(),
                _ => fitting.get(number % fitting.len().max(1)).copied(),
            };
            let Some(chosen) = chosen else {
                if key.target != self.table.oid {
                    return false;
                }
                // The first row of a table that refers to itself refers to itself.
                for (column, name) in columns.iter().zip(&key.target_columns) {
                    let own = self.table.columns.iter().position(|c| c.name == *name);
                    let value = own.and_then(|own| {
                        set.get(&own)
                            .cloned()
                            .unwrap_or(candidate.cells[own].clone())
                    });
                    set.insert(*column, value);
                }
                continue;
            };
            for (column, value) in columns.iter().zip(chosen) {
                set.insert(*column, Some(value.clone()));
            }
        }
        for (column, value) in set {
            candidate.cells[column] = value;
        }
        true
    }

    /// Draws one column again.
    fn redraw(
        &self,
        candidate: &mut Candidate,
        at: usize,
        nulls: u8,
        number: usize,
        rng: &mut StdRng,
    ) {
        let column = &self.table.columns[at];
        if column.generated.is_some() || candidate.fixed[at] {
            return;
        }
        if !column.not_null && rng.random_range(0..100) < nulls {
            candidate.cells[at] = None;
            return;
        }
        let drawn = if let Some(pool) = self.pools.get(&at) {
            pool.choose(rng).cloned()
        } else if let Some(shared) = self.shared.get(&at) {
            match rng.random_range(0..2u8) {
                0 => shared.choose(rng).cloned(),
                _ => shared.get(number % shared.len().max(1)).cloned(),
            }
        } else {
            Some(self.values.draw(self.wanted(at, false), rng))
        };
        candidate.cells[at] = drawn;
    }

    /// For what a value of a column is drawn.
    pub(crate) fn wanted(&self, at: usize, longest: bool) -> Wanted<'_> {
        let column = &self.table.columns[at];
        Wanted {
            type_oid: column.type_oid,
            typmod: column.typmod,
            name: &column.name,
            hints: &self.hints[at],
            longest,
            key: self
                .table
                .unique_keys()
                .any(|key| key.contains(&column.number)),
        }
    }

    /// Changes what breaks one of the checks.
    fn change(&self, candidate: &mut Candidate, judge: &Judge, number: usize, rng: &mut StdRng) {
        let Some(breaks) = candidate.breaks.clone() else {
            // What cannot even be judged may be wrong anywhere.
            for at in 0..self.table.columns.len() {
                self.redraw(candidate, at, 35, number, rng);
            }
            self.refer(candidate, number, rng);
            return;
        };
        let Some(check) = breaks.choose(rng).copied() else {
            return;
        };
        if let Some((column, place)) = judge.suggested[check].choose(rng).copied()
            && rng.random_range(0..2u8) == 0
            && !candidate.fixed[column]
            && !self.is_key(column)
            && let Some(Some(text)) = candidate.suggested.get(place).cloned()
        {
            candidate.cells[column] = Some(Value::String(text));
            return;
        }
        let columns = self.columns_of(check);
        let all = rng.random_range(0..3u8) == 0;
        let one = columns.choose(rng).copied();
        let mut refers = false;
        for at in columns {
            if all || Some(at) == one {
                refers |= self.is_key(at);
                self.redraw(candidate, at, 50, number, rng);
            }
        }
        if refers {
            self.refer(candidate, number + rng.random_range(0..50), rng);
        }
    }

    fn is_key(&self, at: usize) -> bool {
        let number = self.table.columns[at].number;
        let mut keys = self.table.foreign_keys.iter();
        keys.any(|key| key.columns.contains(&number))
    }

    /// The columns that a check is about; of a generated column, those that it comes from are not
    /// known, so all.
    fn columns_of(&self, check: usize) -> Vec<usize> {
        let numbers = self.checks[check].columns.iter().flatten();
        let columns: Vec<usize> = numbers.filter_map(|n| self.table.index_of(*n)).collect();
        let known = !columns.is_empty()
            && columns
                .iter()
                .all(|c| self.table.columns[*c].generated.is_none());
        if known {
            columns
        } else {
            (0..self.table.columns.len()).collect()
        }
    }

    /// Searches until the candidates break no check; gives back those that do not, and those that
    /// are left.
    pub(crate) fn search(
        &self,
        client: &mut Client,
        judge: &Judge,
        mut candidates: Vec<Candidate>,
        rng: &mut StdRng,
    ) -> Result<(Vec<Candidate>, Vec<Candidate>), Error> {
        let mut found: Vec<(usize, Candidate)> = Vec::new();
        let mut open: Vec<(usize, Candidate)> = Vec::new();
        let mut all: Vec<&mut Candidate> = candidates.iter_mut().collect();
        judge.judge(client, self.table, &mut all)?;
        for (number, candidate) in candidates.into_iter().enumerate() {
            let list = if candidate.distance() == 0 {
                &mut found
            } else {
                &mut open
            };
            list.push((number, candidate));
        }
        for _ in 0..ROUNDS {
            if open.is_empty() {
                break;
            }
            let mut changed: Vec<(usize, Candidate)> = open.clone();
            for (number, candidate) in &mut changed {
                self.change(candidate, judge, *number, rng);
            }
            let mut all: Vec<&mut Candidate> = changed.iter_mut().map(|(_, c)| c).collect();
            judge.judge(client, self.table, &mut all)?;
            let mut left = Vec::new();
            for (before, after) in open.into_iter().zip(changed) {
                // A step aside now and then leads out of a dead end.
                let aside = rng.random_range(0..20u8) == 0 && after.1.breaks.is_some();
                if after.1.distance() == 0 {
                    found.push(after);
                } else if after.1.distance() <= before.1.distance() || aside {
                    left.push(after);
                } else {
                    left.push(before);
                }
            }
            open = left;
        }
        found.sort_by_key(|(number, _)| *number);
        let candidates = |list: Vec<(usize, Candidate)>| list.into_iter().map(|(_, c)| c).collect();
        Ok((candidates(found), candidates(open)))
    }
}
