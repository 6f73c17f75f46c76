//! What decides whether a statement in a `DO` block runs.

use std::ops::Range;

use super::ObjectName;

/// What decides in a `DO` block whether a statement runs, or what becomes of its failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Guard {
    /// How it decides.
    pub(crate) kind: GuardKind,
    /// Whether the statements that it decides about take away what it asks for, so that they run
    /// once only.
    pub(crate) once: bool,
    /// Of a loop over the rows of a query: its variable, and what the query reads.
    pub(crate) over: Option<(String, Fact)>,
    /// The place in the file of the statements that it decides about: one of them runs only
    /// where those before it ran.
    pub(crate) body: Range<usize>,
}

/// How a guard decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GuardKind {
    /// A branch or a loop: its body runs only when all of this is so; or, where nothing is
    /// listed, for a reason that cannot be told.
    Condition(Vec<Fact>),
    /// An `EXCEPTION` clause: failures with these conditions are caught and forgotten
    /// (`duplicate_object`, `42710`), in lower case.
    Handler(Vec<String>),
}

/// One thing that a condition makes sure of: that rows of a query exist, or that a name resolves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    /// Whether it must be there, or must not.
    pub(crate) exists: bool,
    /// Tables of the query and functions called, without schema: `pg_constraint`, `to_regclass`.
    pub(crate) sources: Vec<String>,
    /// The string constants in it.
    pub(crate) strings: Vec<Constant>,
}

/// A string constant in a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Constant {
    /// What it says.
    pub(crate) text: String,
    /// The column that it is compared with: `conname`.
    pub(super) column: Option<String>,
    /// Whether PostgreSQL reads it as it reads a name in SQL (`'Users'::regclass`,
    /// `to_regclass('public.users')`): folded to lower case, perhaps with a schema.
    pub(super) is_identifier: bool,
}

/// What a guard must ask for, or catch, so that it guards a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lookup<'a> {
    /// The object's name; `None` where it has none, as a cast.
    pub(crate) name: Option<&'a ObjectName>,
    /// The table, domain or type that it belongs to.
    pub(crate) on: Option<&'a ObjectName>,
    /// Catalogs, views of `information_schema` and functions that know it.
    pub(crate) catalogs: &'a [&'a str],
    /// Conditions of the failure, as names and as codes.
    pub(crate) caught: &'a [&'a str],
}

impl Constant {
    /// Whether it is that name. Without regard to the schema unless it names one.
    fn is(&self, name: &ObjectName) -> bool {
        if !self.is_identifier {
            return self.text == name.name;
        }
        let asked = ObjectName::read(&self.text);
        asked.name == name.name
            && match (&asked.schema, &name.schema) {
                (Some(asked), Some(schema)) => asked == schema,
                _ => true,
            }
    }

    /// Whether it says to which table the thing belongs.
    fn is_of_table(&self) -> bool {
        self.is_identifier
            || self
                .column
                .as_ref()
                .is_some_and(|column| TABLE_COLUMNS.contains(&column.as_str()))
    }
}

impl Fact {
    /// Whether it was looked up in the system catalogs.
    pub(crate) fn is_of_catalog(&self) -> bool {
        self.sources.iter().any(|source| {
            source.starts_with("pg_")
                || source.starts_with("to_reg")
                || INFORMATION_SCHEMA.contains(&source.as_str())
        })
    }

    /// The names that were asked for, less those that only say where: of schemas, and of the table
    /// of a column or constraint.
    pub(super) fn names(&self) -> Vec<String> {
        let of_table = |constant: &&Constant| constant.is_of_table();
        let all_tables = self.strings.iter().all(|constant| constant.is_of_table());
        let kept = self.strings.iter().filter(|c| all_tables || !of_table(c));
        kept.filter(|constant| {
            let column = constant.column.as_deref();
            !column.is_some_and(|column| PLACES.contains(&column))
        })
        .map(|constant| match constant.is_identifier {
            true => ObjectName::read(&constant.text).name,
            false => constant.text.clone(),
        })
        .filter(|name| !name.is_empty())
        .collect()
    }

    /// Whether what was asked for may belong to that table.
    pub(super) fn may_be_of(&self, table: &ObjectName) -> bool {
        let mut tables = self.strings.iter().filter(|c| c.is_of_table()).peekable();
        tables.peek().is_none() || tables.any(|constant| constant.is(table))
    }

    /// Whether rows of that table were looked for.
    pub(crate) fn reads(&self, table: &ObjectName) -> bool {
        self.sources.contains(&table.name)
    }

    /// Whether one of these columns is compared with a string constant.
    pub(crate) fn compares(&self, columns: &[&str]) -> bool {
        let mut compared = self.strings.iter().filter_map(|c| c.column.as_deref());
        compared.any(|column| columns.contains(&column))
    }

    /// Whether this is about what a statement makes or needs: its name is asked for where such
    /// things are known, and not of another table.
    pub(crate) fn is_about(&self, lookup: &Lookup<'_>) -> bool {
        let known = |source: &String| lookup.catalogs.contains(&source.as_str());
        let named = |name: &ObjectName| self.strings.iter().any(|constant| constant.is(name));
        let elsewhere = lookup.on.is_some_and(|on| {
            let mut tables = self.strings.iter().filter(|c| c.is_of_table()).peekable();
            tables.peek().is_some() && !tables.any(|table| table.is(on))
        });
        self.sources.iter().any(known) && lookup.name.is_none_or(named) && !elsewhere
    }
}

impl Guard {
    /// Whether one of these failures is caught. `OTHERS` does not count: it would hide every
    /// other failure too.
    pub(super) fn catches(&self, conditions: &[&str]) -> bool {
        match &self.kind {
            GuardKind::Handler(caught) => caught
                .iter()
                .any(|c| conditions.iter().any(|known| known.eq_ignore_ascii_case(c))),
            GuardKind::Condition(_) => false,
        }
    }
}

/// Columns of the catalogs that say to which table, type or domain something belongs.
const TABLE_COLUMNS: [&str; 8] = [
    "domain_name",
    "event_object_table",
    "relname",
    "table_name",
    "tablename",
    "typname",
    "udt_name",
    "user_defined_type_name",
];

/// Columns of the catalogs that say where something is, or what kind of thing it is.
const PLACES: [&str; 10] = [
    "constraint_schema",
    "constraint_type",
    "contype",
    "data_type",
    "nspname",
    "relkind",
    "schemaname",
    "table_schema",
    "table_type",
    "typtype",
];

/// Views of `information_schema` that conditions look into.
const INFORMATION_SCHEMA: [&str; 16] = [
    "attributes",
    "check_constraints",
    "columns",
    "constraint_column_usage",
    "domain_constraints",
    "domains",
    "key_column_usage",
    "referential_constraints",
    "routines",
    "schemata",
    "sequences",
    "table_constraints",
    "tables",
    "triggers",
    "user_defined_types",
    "views",
];

#[cfg(test)]
mod tests;
