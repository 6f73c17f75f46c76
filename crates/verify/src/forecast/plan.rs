//! With what a row of a table differs from the one that it is a copy of.

use std::collections::BTreeMap;

use crate::rows::{ForeignKey, Table, Types};
use crate::sql::quote;

/// How copies of rows are told apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    /// Columns with the expression of their value: `s` is the row that is copied, `g.n` its number.
    pub(super) values: BTreeMap<String, String>,
    /// The key of another table, each row of which is referred to by one copy.
    pub(super) parent: Option<ForeignKey>,
    /// Whether a copy that is there already is an error: a deferrable key allows nothing else.
    pub(super) refuses: bool,
}

/// The ways to change a value, the likeliest first. `{}` is the old one.
fn ways(ty: &str) -> &'static [&'static str] {
    match ty {
        "uuid" => &["pg_catalog.md5({} || 'row' || g.n)::uuid"],
        // A row's own number seldom breaks a CHECK. What is there already is passed over.
        "int8" | "int4" | "int2" | "numeric" | "float8" | "float4" => {
            &["g.n", "{} + g.n", "-g.n", "{} + g.n / 1000.0"]
        }
        // Before, behind, instead: a CHECK may look at either end, at the length, or at all of it.
        "text" | "varchar" | "bpchar" | "citext" | "name" => &[
            "{} || g.n",
            "g.n || {}",
            "'x' || g.n || {}",
            "pg_catalog.left({}, 3) || g.n",
            "{} || '-' || g.n",
            "g.n::text",
            "pg_catalog.md5(g.n::text)",
            "pg_catalog.md5(g.n::text) || pg_catalog.md5({})",
            "pg_catalog.left({}, -7) || pg_catalog.lpad(g.n::text, 7, '0')",
        ],
        "timestamptz" | "timestamp" => &[
            "{} + g.n * interval '1 millisecond'",
            "{} - g.n * interval '1 millisecond'",
        ],
        "date" => &["{} - g.n::integer", "{} + g.n::integer"],
        "bytea" => &[
            "{} || pg_catalog.decode(pg_catalog.md5(g.n::text), 'hex')",
            "pg_catalog.sha256(pg_catalog.convert_to(g.n::text, 'UTF8'))",
            "pg_catalog.decode(pg_catalog.md5(g.n::text), 'hex')",
        ],
        "inet" | "cidr" => &["{} + g.n"],
        _ => &[],
    }
}

/// How many ways there are at most.
pub(super) const WAYS: usize = 9;

/// How well a column of a key can tell copies apart: the less, the better.
fn rank(table: &Table, types: &Types, number: i16) -> Option<usize> {
    let column = table.columns.iter().find(|c| c.number == number)?;
    if column.generated.is_some() {
        return None;
    }
    let of_type = match base(types, column.type_oid).as_str() {
        "uuid" => 0,
        "text" | "varchar" | "citext" => 1,
        "int8" | "numeric" => 2,
        "int4" | "float8" => 3,
        ty if !ways(ty).is_empty() => 5,
        _ => return None,
    };
    let names = |columns: &Option<Vec<i16>>| columns.as_ref().is_some_and(|c| c.contains(&number));
    let checked = table.checks.iter().any(|check| names(&check.columns));
    Some(of_type + if checked { 10 } else { 0 })
}

/// The name of the type that a domain is made of.
fn base(types: &Types, oid: i64) -> String {
    let mut oid = oid;
    loop {
        match types.get(&oid) {
            Some(ty) if ty.kind == "d" => oid = ty.base,
            Some(ty) => return ty.name.clone(),
            None => return String::new(),
        }
    }
}

/// The foreign keys along with whose tables a table may grow: each copy then refers to another row.
pub(super) fn parents(table: &Table, keys: &[Vec<i16>]) -> Vec<ForeignKey> {
    let is_in_key = |number: &i16| keys.iter().any(|key| key.contains(number));
    let others = table.foreign_keys.iter().filter(|f| f.target != table.oid);
    let within = others.filter(|f| f.columns.iter().any(is_in_key));
    within.cloned().collect()
}

/// The plan with these unique keys that takes the way of that number for each column, and grows along with
/// the table of a foreign key, if one is given.
pub(super) fn plan(
    table: &Table,
    keys: &[Vec<i16>],
    types: &Types,
    parent: Option<&ForeignKey>,
    way: usize,
) -> Result<Plan, String> {
    let mut plan = Plan {
        parent: parent.cloned(),
        ..Plan::default()
    };
    let name = |number: &i16| {
        let column = table.columns.iter().find(|c| c.number == *number);
        column.map(|c| c.name.clone()).unwrap_or_default()
    };
    if let Some(parent) = &plan.parent {
        for (number, target) in parent.columns.iter().zip(&parent.target_columns) {
            let (name, target) = (name(number), quote(target));
            let column = table.columns.iter().find(|c| c.number == *number);
            let value = match column.is_some_and(|column| column.not_null) {
                true => format!("p.{target}"),
                false => format!(
                    "CASE WHEN s.{} IS NOT NULL THEN p.{target} END",
                    quote(&name)
                ),
            };
            plan.values.insert(name, value);
        }
    }
    let refers = |number: &i16| {
        table
            .foreign_keys
            .iter()
            .any(|f| f.columns.contains(number))
    };
    for key in keys {
        if key
            .iter()
            .any(|number| plan.values.contains_key(&name(number)))
        {
            continue;
        }
        let best = key
            .iter()
            .filter(|number| !refers(number))
            .filter_map(|number| Some((rank(table, types, *number)?, *number)))
            .min();
        let Some((_, number)) = best else {
            let columns: Vec<String> = key.iter().map(name).collect();
            return Err(format!(
                "no column of its key ({}) can be made to differ",
                columns.join(", ")
            ));
        };
        let Some(column) = table.columns.iter().find(|c| c.number == number) else {
            continue;
        };
        let ty = base(types, column.type_oid);
        let ways = ways(&ty);
        let old = format!("s.{}", quote(&column.name));
        let value = ways[way % ways.len()].replace("{}", &old);
        // A value that is longer than its type allows is cut where the type is written, not where it is
        // stored; so the type is left to the insertion, but for what has no assignment cast from text.
        let value = match ty.as_str() {
            "int2" | "int4" => format!("({value})::{}", column.written),
            _ => value,
        };
        // What may be NULL often has to be, and keys hold such rows apart.
        let value = match column.not_null {
            true => value,
            false => format!("CASE WHEN {old} IS NOT NULL THEN {value} END"),
        };
        plan.values.insert(column.name.clone(), value);
    }
    Ok(plan)
}

impl Plan {
    /// The statement that inserts copies with the numbers from `$1` to `$2` of the rows that `sample`
    /// names, in turn.
    pub(super) fn insert(&self, table: &Table, parent: Option<&str>, sample: &[String]) -> String {
        let columns: Vec<&str> = table
            .columns
            .iter()
            .filter(|c| c.generated.is_none())
            .map(|c| c.name.as_str())
            .collect();
        let names: Vec<String> = columns.iter().map(|name| quote(name)).collect();
        let values: Vec<String> = columns
            .iter()
            .map(|name| match self.values.get(*name) {
                Some(value) => value.clone(),
                None => format!("s.{}", quote(name)),
            })
            .collect();
        let join = parent.map(|parent| {
            format!(
                " JOIN (SELECT *, pg_catalog.row_number() OVER () AS \"jubilee n\" FROM {parent}) p \
                 ON p.\"jubilee n\" = g.n"
            )
        });
        format!(
            "WITH sample AS (SELECT *, pg_catalog.row_number() OVER () - 1 AS \"jubilee s\" FROM {name} t \
             WHERE (t.tableoid::bigint || ' ' || t.ctid) IN ({sample})) \
             INSERT INTO {name} ({names}) OVERRIDING SYSTEM VALUE SELECT {values} \
             FROM pg_catalog.generate_series($1::bigint, $2::bigint) AS g (n) \
             JOIN sample s ON s.\"jubilee s\" = g.n % {count}{join}{conflicts}",
            name = table.sql_name(),
            names = names.join(", "),
            values = values.join(", "),
            sample = sample.join(", "),
            count = sample.len(),
            conflicts = if self.refuses {
                ""
            } else {
                " ON CONFLICT DO NOTHING"
            },
            join = join.unwrap_or_default(),
        )
    }
}
