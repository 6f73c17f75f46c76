//! What a client does with functions, procedures and aggregates: it calls them.

use std::collections::BTreeSet;

use postgres::Client;

use super::basis::Basis;
use super::statement::{Asked, Use};
use crate::data::Data;
use crate::error::Error;
use crate::rows::{Drawing, Wish};
use crate::sql::{literal, quote};

/// With how many lists of drawn arguments a function is called.
const DRAWN: usize = 2;

/// A function or a procedure.
pub(crate) struct Routine {
    /// As people name it.
    pub(crate) shown: String,
    /// As SQL names it.
    name: String,
    /// Its name and the types of its arguments.
    signature: String,
    kind: String,
    types: Vec<i64>,
    written: Vec<String>,
    /// The names of its arguments; empty for one that has none.
    names: Vec<String>,
    /// How many may be left out.
    defaults: usize,
    /// Whether it can be called with what is drawn.
    callable: bool,
    /// Whether its columns must be said.
    is_record: bool,
    /// A digest of what it is made with.
    definition: String,
}

impl Routine {
    /// Whether it is the same, with the same body.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.signature == other.signature && self.definition == other.definition
    }

    fn what(&self) -> String {
        let kind = match self.kind.as_str() {
            "p" => "procedure",
            "a" => "aggregate",
            _ => "function",
        };
        format!("a call of the {kind} `{}`", self.shown)
    }

    fn call(&self, arguments: &[String]) -> String {
        let arguments = arguments.join(", ");
        match self.kind.as_str() {
            "p" => format!("CALL {}({arguments})", self.name),
            "f" if !self.is_record => format!("SELECT * FROM {}({arguments})", self.name),
            _ => format!("SELECT {}({arguments})", self.name),
        }
    }

    /// The ways to name its arguments, all NULL: by place, without those that have a default, by name.
    fn forms(&self) -> Vec<String> {
        let nulls: Vec<String> = self.written.iter().map(|t| format!("NULL::{t}")).collect();
        let needed = nulls.len().saturating_sub(self.defaults);
        let mut forms = vec![self.call(&nulls)];
        if needed < nulls.len() {
            forms.push(self.call(&nulls[..needed]));
        }
        if !nulls.is_empty() && self.names.iter().all(|name| !name.is_empty()) {
            let named = self.names.iter().zip(&nulls);
            let named: Vec<String> = named.map(|(n, v)| format!("{} => {v}", quote(n))).collect();
            forms.push(self.call(&named));
        }
        forms
    }

    /// Calls with values: some that are drawn, and those of rows that have such a column.
    pub(crate) fn calls(&self, drawing: &mut Drawing, data: &Data) -> Vec<String> {
        if !self.callable {
            return Vec::new();
        }
        let mut calls = Vec::new();
        for number in 0..=DRAWN {
            let mut arguments = Vec::new();
            for (at, written) in self.written.iter().enumerate() {
                let name = self.names.get(at).map_or("", String::as_str);
                let found = (number == 0)
                    .then(|| value_of(data, name, written))
                    .flatten();
                let value = found.unwrap_or_else(|| drawing.text(self.types[at], name));
                arguments.push(format!("{}::{written}", literal(&value)));
            }
            let call = self.call(&arguments);
            if !calls.contains(&call) {
                calls.push(call);
            }
        }
        calls
    }
}

/// A value that a row has in a column of that name, or of the key of a table of that name.
pub(crate) fn value_of(data: &Data, argument: &str, written: &str) -> Option<String> {
    let argument = argument.to_ascii_lowercase();
    let plain = ["p_", "_", "in_", "arg_", "v_"]
        .iter()
        .find_map(|prefix| argument.strip_prefix(prefix))
        .unwrap_or(&argument);
    if plain.is_empty() {
        return None;
    }
    let stem = plain.strip_suffix("_id").unwrap_or(plain);
    let is_key_of = |table: &str| {
        let bare = table.rsplit('.').next().unwrap_or(table);
        bare == stem || bare.strip_suffix('s') == Some(stem)
    };
    let find = |wanted: &dyn Fn(&str, &str, bool) -> bool| {
        data.tables.iter().find_map(|table| {
            let at = table.columns.iter().enumerate().position(|(at, column)| {
                column.written == written && wanted(&table.name, &column.name, table.key == [at])
            })?;
            table.rows.iter().find_map(|row| row.get(at)?.clone())
        })
    };
    find(&|table, _, is_key| is_key && is_key_of(table))
        .or_else(|| find(&|_, column, _| column == plain || column == format!("{stem}_id")))
}

/// The routines of a database, without those of extensions and triggers.
pub(crate) fn read(client: &mut Client) -> Result<Vec<Routine>, Error> {
    let rows = client.query(include_str!("read_routines.sql"), &[]);
    let rows = rows.map_err(|error| Error::server("read the functions", &error))?;
    Ok(rows
        .iter()
        .map(|row| Routine {
            shown: row.get(0),
            name: row.get(1),
            signature: row.get(2),
            kind: row.get(3),
            types: row.get(4),
            written: row.get(5),
            names: row.get(6),
            defaults: usize::try_from(row.get::<_, i32>(7)).unwrap_or(0),
            callable: row.get(8),
            is_record: row.get(9),
            definition: row.get(10),
        })
        .collect())
}

/// The calls of them, also by the roles that may call them.
pub(super) fn statements(
    client: &mut Client,
    basis: Basis<'_>,
    roles: &BTreeSet<String>,
) -> Result<Vec<Use>, Error> {
    let routines = read(client)?;
    let wish = Wish {
        rows: 0,
        seed: basis.seed,
    };
    let mut drawing = Drawing::begin(client, wish)?;
    let mut uses = Vec::new();
    for routine in routines {
        let what = routine.what();
        if !routine.callable {
            let sql = format!(
                "SELECT {}::pg_catalog.regprocedure",
                literal(&routine.signature)
            );
            uses.push(Use::new(&what, sql, Asked::Accepted));
        }
        if routine.callable {
            for form in routine.forms() {
                uses.push(Use::new(&what, form, Asked::Prepared));
            }
        }
        if routine.kind == "f" {
            for (attribute, is) in [
                (
                    "provolatile <> 'v'",
                    "it is VOLATILE now, so that no index is used for what is compared with it",
                ),
                ("NOT proretset", "it returns a set of rows now"),
                ("proretset", "it no longer returns a set of rows"),
            ] {
                // Another that takes the same calls may stand in its place: they say whether it does.
                let sql = format!(
                    "SELECT COALESCE((SELECT {attribute} FROM pg_catalog.pg_proc \
                     WHERE oid = pg_catalog.to_regprocedure({})), true)",
                    literal(&routine.signature)
                );
                uses.push(Use::new(&what, sql, Asked::Still(is)));
            }
        }
        if routine.kind == "a" {
            continue;
        }
        let calls = routine.calls(&mut drawing, basis.data);
        for call in &calls {
            uses.push(Use::new(&what, call, Asked::Accepted));
        }
        for (role, call) in roles
            .iter()
            .flat_map(|r| calls.first().map(|call| (r, call)))
        {
            let sql = format!("SET LOCAL ROLE {}; {call}", quote(role));
            let by_role = Use::new(format!("{what} by the role `{role}`"), sql, Asked::Accepted);
            uses.push(by_role.unless(&what));
        }
    }
    Ok(uses)
}
