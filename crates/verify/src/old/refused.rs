//! What triggers, rules and row-level security refuse: statements on the tables that have some.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;

use super::answer::{Answer, answer};
use super::basis::Basis;
use super::privileges::{Privilege, granted, statements_of_roles};
use super::referrers::without_referrers;
use super::statement::{Asked, Use};
use super::tables;
use super::touched::plain;
use crate::error::Error;
use crate::rows::{Made, Table, Wish, is_raised, make, tables as all_tables};
use crate::sql::quote;

/// How many rows are made for each table.
const ROWS: usize = 3;

/// How often one statement is tried with other rows, unless it writes or removes a whole row.
const OFTEN: usize = 8;

/// The role that may do all that row-level security does not refuse.
const ANYONE: &str = "jubilee_anyone";

/// A statement that may be refused.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    /// What it is: UPDATE, DELETE, TRUNCATE, INSERT, SELECT.
    pub(crate) verb: &'static str,
    /// The relation, as people name it.
    pub(crate) on: String,
    /// The table that this is a partition of, or the relation itself.
    pub(crate) root: String,
    /// The only column that it writes.
    pub(crate) column: Option<String>,
    /// In whose role it is sent, if not in that of the owner.
    pub(crate) role: Option<String>,
    /// The settings that are set first.
    pub(crate) settings: Vec<String>,
    sql: String,
    asked: Asked,
    /// Whether it names a row that is there: then no row is an answer.
    of_row: bool,
    /// What takes away the rows that keep others from being deleted.
    clear: Option<String>,
}

/// An attempt that was refused, and no longer is.
#[derive(Debug, Clone)]
pub(crate) struct Accepted {
    pub(crate) attempt: Attempt,
    /// How it was refused.
    pub(crate) was: String,
    before: Answer,
}

/// The attempts that a client of the schema before may make. Some need [`let_anyone`].
pub(crate) fn attempts(client: &mut Client, basis: Basis<'_>) -> Result<Vec<Attempt>, Error> {
    let failed = |error: postgres::Error| Error::server("look for what is refused", &error);
    let mut all = Vec::new();
    let mut guarded: BTreeSet<String> = BTreeSet::new();
    let mut privileges = Vec::new();
    let rows = client.query(include_str!("read_guarded.sql"), &[]);
    for row in rows.map_err(failed)? {
        let root: String = row.get(0);
        let (is_view, has_policies): (bool, bool) = (row.get(4), row.get(5));
        let (name, shown): (String, String) = (row.get(1), row.get(2));
        if !is_view && !basis.wants(&root) && !basis.wants(&plain(&name)) {
            continue;
        }
        let columns: Vec<String> = row.get(6);
        let root_shown = root.strip_prefix("public.").unwrap_or(&root).to_owned();
        whole(&name, &shown, &root_shown, &columns, is_view, &mut all);
        if has_policies && !row.get::<_, bool>(3) {
            privileges.extend(Privilege::all_of(ANYONE, &name, &shown));
        }
        if !is_view {
            guarded.insert(root);
        }
    }
    // What anyone may do, each role may.
    privileges.extend(granted(client)?);
    let basis = Basis {
        tables: Some(&guarded),
        ..basis
    };
    let wish = Wish {
        rows: ROWS,
        seed: basis.seed ^ 0x5eed,
    };
    let wanted = |table: &Table| basis.wants(&format!("{}.{}", table.schema, table.name));
    let mut made = match guarded.is_empty() {
        true => Vec::new(),
        false => make(client, wish, basis.reserved, wanted)?,
    };
    for of in &mut made {
        let Made { rows, kept_out, .. } = of;
        rows.extend(kept_out.drain(..).take(ROWS));
    }
    let known = all_tables(client)?;
    for made in &made {
        let table = &made.table;
        let mut uses = Vec::new();
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        tables::of_table(made, basis, &[], usize::MAX, &mut uses);
        let clear = without_referrers(&known, table);
        for one in uses.iter().flat_map(|one| one.parts.iter().chain([one])) {
            let Some(verb) = verb_of(one) else { continue };
            let time = times.entry(&one.what).or_default();
            *time += 1;
            // What code refuses does not depend on which columns an INSERT names.
            let is_form = verb == "INSERT" && one.what.contains(" with");
            let is_whole = [
                format!("UPDATE of `{}`", table.shown()),
                format!("DELETE from `{}`", table.shown()),
            ]
            .contains(&one.what);
            if is_form && !one.what.ends_with("all columns") || *time > OFTEN && !is_whole {
                continue;
            }
            all.push(Attempt {
                clear: clear.clone().filter(|_| verb == "DELETE"),
                ..Attempt::of_row(verb, table.shown(), one)
            });
        }
    }
    for one in statements_of_roles(&privileges, &made, basis) {
        let Some(verb) = verb_of(&one) else { continue };
        let mut named = one.what.split('`').skip(1).step_by(2);
        if let (Some(on), Some(role)) = (named.next(), named.next()) {
            all.push(Attempt {
                role: Some(role.to_owned()),
                column: None,
                ..Attempt::of_row(verb, on.to_owned(), &one)
            });
        }
    }
    Ok(all)
}

/// Lets the role that no policy names do everything else, until the transaction ends.
pub(crate) fn let_anyone(client: &mut Client) -> Result<(), Error> {
    client
        .batch_execute(concat!(
            include_str!("let_anyone.sql"),
            "; SAVEPOINT replay"
        ))
        .map_err(|error| Error::server("look for what is refused", &error))
}

/// What is done to all rows at once, which the triggers of statements see; it needs no row.
fn whole(
    name: &str,
    shown: &str,
    root: &str,
    columns: &[String],
    is_view: bool,
    all: &mut Vec<Attempt>,
) {
    let mut add = |verb, column: Option<&String>, sql| {
        all.push(Attempt {
            verb,
            on: shown.to_owned(),
            root: root.to_owned(),
            column: column.cloned(),
            role: None,
            settings: Vec::new(),
            sql,
            asked: Asked::Accepted,
            of_row: false,
            clear: None,
        });
    };
    for column in columns {
        let set = quote(column);
        let sql = format!("UPDATE {name} SET {set} = {set}");
        add("UPDATE", Some(column), sql);
    }
    add("DELETE", None, format!("DELETE FROM {name}"));
    if !is_view {
        add("TRUNCATE", None, format!("TRUNCATE {name}"));
        add("TRUNCATE", None, format!("TRUNCATE {name} CASCADE"));
    }
}

fn verb_of(one: &Use) -> Option<&'static str> {
    let verbs = ["INSERT", "UPDATE", "DELETE", "SELECT"];
    let verb = verbs.into_iter().find(|verb| one.what.starts_with(verb))?;
    let tries = matches!(one.asked, Asked::Run | Asked::Visible);
    tries.then_some(verb)
}

impl Attempt {
    fn of_row(verb: &'static str, on: String, one: &Use) -> Self {
        let named = one.what.split('`').nth(1).unwrap_or_default();
        let column = named.strip_prefix(on.as_str());
        Self {
            verb,
            column: column
                .and_then(|rest| rest.strip_prefix('.'))
                .map(ToOwned::to_owned),
            root: on.clone(),
            on,
            role: None,
            settings: Vec::new(),
            sql: one.sql.clone(),
            asked: one.asked,
            of_row: verb != "INSERT",
            clear: None,
        }
    }

    /// Whether it is sent by whoever row-level security alone keeps from anything.
    pub(crate) fn is_by_anyone(&self) -> bool {
        self.role.as_deref() == Some(ANYONE)
    }

    /// The same after what sets some settings.
    pub(super) fn with(&self, set: &str, settings: &[&str]) -> Self {
        Self {
            sql: format!("{set}{}", self.sql),
            settings: settings.iter().map(ToString::to_string).collect(),
            ..self.clone()
        }
    }

    /// Whether it sees some rows, and not all.
    pub(super) fn sees_some(&self, client: &mut Client) -> Result<bool, Error> {
        let answer = answer(client, &self.sql, self.asked)?;
        Ok(matches!(answer, Answer::Visible(sees, of) if 0 < sees && sees < of))
    }

    /// Tries it on both, and says whether the first refuses it, and only the first.
    pub(crate) fn compare(
        &self,
        before: &mut Client,
        after: &mut Client,
    ) -> Result<(bool, Option<Accepted>), Error> {
        let old = answer(before, &self.sql, self.asked)?;
        let Some(was) = self.refusal(&old) else {
            return Ok((false, None));
        };
        let new = answer(after, &self.sql, self.asked)?;
        let mut attempt = self.clone();
        let (old, new) = match &self.clear {
            // Other rows keep it there, and hide what else refused it.
            Some(clear) if new.is_refused_for_a_key() => {
                attempt.sql = format!("{clear}{}", self.sql);
                let old = answer(before, &attempt.sql, self.asked)?;
                (old, answer(after, &attempt.sql, self.asked)?)
            }
            _ => (old, new),
        };
        let found = self.refusal(&old).is_some() && attempt.is_accepted(&old, &new);
        let accepted = found.then_some(Accepted {
            attempt,
            was,
            before: old,
        });
        Ok((true, accepted))
    }

    /// How a trigger, a rule or row-level security refuses it, or leaves it undone.
    fn refusal(&self, answer: &Answer) -> Option<String> {
        match answer {
            Answer::Refused {
                code,
                message,
                context,
            } => is_by_guard(code, message, context)
                .then(|| message.clone())
                // What a policy compares with need not be set.
                .or_else(|| {
                    (self.asked == Asked::Visible && code == "42704").then(|| message.clone())
                }),
            Answer::Written { affected: 0, .. } if self.of_row && self.verb != "INSERT" => {
                Some("it left the row as it was".to_owned())
            }
            Answer::Visible(sees, of) if sees < of => {
                Some(format!("{sees} of {of} rows were seen"))
            }
            _ => None,
        }
    }

    fn is_accepted(&self, old: &Answer, new: &Answer) -> bool {
        match (old, new) {
            (Answer::Visible(saw, of), Answer::Visible(sees, all)) => {
                sees > saw && all.saturating_sub(*sees) < of.saturating_sub(*saw)
            }
            (_, Answer::Visible(sees, _)) => *sees > 0,
            (_, Answer::Written { affected, .. }) => *affected > 0,
            (_, Answer::Accepted) => true,
            _ => false,
        }
    }
}

impl Accepted {
    /// Whether it is accepted in the transaction that is under way.
    pub(crate) fn is_so(&self, client: &mut Client) -> Result<bool, Error> {
        let failed = |error: postgres::Error| Error::server("look for the statement", &error);
        client.batch_execute("SAVEPOINT accepted").map_err(failed)?;
        client.batch_execute("SAVEPOINT replay").map_err(failed)?;
        if self.attempt.is_by_anyone() {
            let_anyone(client)?;
        }
        let now = answer(client, &self.attempt.sql, self.attempt.asked)?;
        client
            .batch_execute("ROLLBACK TO SAVEPOINT accepted; RELEASE SAVEPOINT accepted")
            .map_err(failed)?;
        Ok(self.attempt.is_accepted(&self.before, &now))
    }
}

/// Whether code refuses it that is there to refuse: not a constraint, a type, or a mistake in the code. That a privilege
/// is missing is looked at by itself.
fn is_by_guard(code: &str, message: &str, context: &str) -> bool {
    let is_of_policy = code == "42501" && message.contains("row-level security");
    let of_others = ["P0", "38", "39", "09", "27"];
    let in_code = context.contains("function ");
    is_raised(context)
        || is_of_policy
        || in_code && of_others.contains(&code.get(..2).unwrap_or_default())
}
