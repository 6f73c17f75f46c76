//! What a statement gives, and why another answer is worse.

use std::collections::BTreeSet;

use postgres::{Client, SimpleQueryMessage};

use super::statement::Asked;
use crate::data::short;
use crate::error::{Error, said};

/// What a statement gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Its parameters, and the names and types of its columns.
    Columns {
        parameters: Vec<Parameter>,
        columns: Vec<(String, String)>,
    },
    /// What it wrote.
    Written {
        /// The columns whose value is another than the one that was written.
        altered: Vec<String>,
        /// The columns that got a value although none was written.
        set: Vec<String>,
        rows: Vec<Vec<Option<String>>>,
        /// The columns that are left to their defaults, with their places in the rows.
        defaults: Vec<(usize, String)>,
        affected: u64,
    },
    /// What became of the rows that referred to the one that was deleted; `None` if there were none.
    Referrers(Option<Fate>),
    /// How many rows it gives.
    Count(u64),
    /// How many rows a role sees, and how many there are.
    Visible(u64, u64),
    /// What it gives.
    Same(Vec<Vec<Option<String>>>, &'static str),
    /// Whether something is so.
    Still(bool, &'static str),
    /// It runs.
    Accepted,
    /// The SQLSTATE, the server's words, and where it was.
    Refused {
        code: String,
        message: String,
        context: String,
    },
}

impl Answer {
    pub(super) fn is_refused(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    /// Whether it is refused since other rows refer to the row.
    pub(super) fn is_refused_for_a_key(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "23503" || code == "23001")
    }
}

/// What becomes of rows that refer to one that is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Deleted,
    /// They refer to nothing, or to another row.
    Unset,
    Kept,
}

impl Fate {
    fn of(before: [u64; 2], after: [u64; 2]) -> Option<Self> {
        let ([all, referring], [all_after, referring_after]) = (before, after);
        match referring {
            0 => None,
            _ if all_after < all => Some(Self::Deleted),
            _ if referring_after < referring => Some(Self::Unset),
            _ => Some(Self::Kept),
        }
    }

    /// What becomes of them now, and what did before.
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Deleted => ["are deleted too", "they were deleted too"],
            Self::Unset => ["lose their reference", "they lost their reference"],
            Self::Kept => [
                "stay, and refer to nothing",
                "they stayed, and referred to nothing",
            ],
        }
    }
}

/// A parameter of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub(crate) oid: u32,
    /// Its type.
    name: String,
}

/// The places of defaults that do not differ from run to run, before or after the migration.
pub(super) fn steady_defaults(old: [&Answer; 2], new: [&Answer; 2]) -> BTreeSet<usize> {
    let row = |answer: &Answer| match answer {
        Answer::Written { rows, defaults, .. } => {
            let row = rows.first().cloned().unwrap_or_default();
            let of_defaults = defaults.iter();
            of_defaults
                .map(|(at, _)| (*at, row.get(*at).cloned().flatten()))
                .collect()
        }
        _ => BTreeSet::new(),
    };
    let places = |both: BTreeSet<(usize, Option<String>)>| both.into_iter().map(|(at, _)| at);
    let steady = |of: [&Answer; 2]| places(&row(of[0]) & &row(of[1]));
    steady(old).chain(steady(new)).collect()
}

/// What a statement gives. It is undone up to the savepoint `replay`, which the caller has set.
pub(crate) fn answer(client: &mut Client, sql: &str, asked: Asked) -> Result<Answer, Error> {
    let answer = if asked == Asked::Prepared {
        client.prepare(sql).map(|statement| {
            let parameters = statement.params().iter().map(|of| Parameter {
                oid: of.oid(),
                name: family(of.name()),
            });
            let columns = statement.columns().iter();
            Answer::Columns {
                parameters: parameters.collect(),
                columns: columns
                    .map(|c| (c.name().to_owned(), family(c.type_().name())))
                    .collect(),
            }
        })
    } else {
        // In one message, since there are thousands.
        // What is checked at the end is checked here.
        let end = match asked {
            Asked::Run => "SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK TO SAVEPOINT replay",
            _ => "ROLLBACK TO SAVEPOINT replay",
        };
        let message = format!("{sql}; {end}");
        client
            .simple_query(&message)
            .map(|said| given(&said, asked))
    };
    answer.or_else(|error| {
        client
            .batch_execute("ROLLBACK TO SAVEPOINT replay")
            .map_err(|lost| Error::server("replay the old release", &lost))?;
        let server = error.as_db_error();
        Ok(Answer::Refused {
            code: server.map_or("", |e| e.code().code()).to_owned(),
            // Without the detail: it shows rows.
            message: server.map_or_else(|| said(&error), |e| e.message().to_owned()),
            context: server
                .and_then(|e| e.where_())
                .unwrap_or_default()
                .to_owned(),
        })
    })
}

/// What the messages say; the last statements are the ones that check and undo.
fn given(messages: &[SimpleQueryMessage], asked: Asked) -> Answer {
    let columns = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            let columns = row.columns().iter();
            Some(columns.map(|c| c.name().to_owned()).collect())
        }
        _ => None,
    });
    let columns: Vec<String> = columns.unwrap_or_default();
    let is_marked = columns.first().is_some_and(|name| name.starts_with(' '));
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(
            (0..row.len())
                .map(|at| row.get(at).map(ToOwned::to_owned))
                .collect(),
        ),
        _ => None,
    });
    let mut rows: Vec<Vec<Option<String>>> = rows.collect();
    let number = |at: usize| -> u64 {
        let first = rows
            .get(at)
            .and_then(|row| row.first()?.as_ref()?.parse().ok());
        first.unwrap_or(0)
    };
    match asked {
        Asked::Accepted => Answer::Accepted,
        Asked::Referrers => {
            let counts = |at: usize| -> [u64; 2] {
                let row = rows.get(at);
                [0, 1].map(|of| {
                    let text = row.and_then(|row| row.get(of)?.as_ref());
                    text.and_then(|text| text.parse().ok()).unwrap_or(0)
                })
            };
            Answer::Referrers(Fate::of(counts(0), counts(1)))
        }
        Asked::Count => Answer::Count(number(0)),
        Asked::Visible => Answer::Visible(number(1), number(0)),
        Asked::Same(otherwise) => Answer::Same(rows, otherwise),
        Asked::Still(otherwise) => {
            let first = rows.first().and_then(|row| row.first()?.as_deref());
            Answer::Still(first == Some("t"), otherwise)
        }
        Asked::Run | Asked::Prepared => {
            let mut counts = messages.iter().rev().filter_map(|message| match message {
                SimpleQueryMessage::CommandComplete(count) => Some(*count),
                _ => None,
            });
            let affected = counts.nth(2).unwrap_or(0);
            let mut names: Vec<String> = Vec::new();
            let mut defaults = Vec::new();
            if is_marked {
                let columns = columns.iter().skip(1).enumerate();
                let own = columns.filter(|(_, name)| !name.starts_with(' '));
                defaults.extend(own.map(|(at, name)| (at, name.clone())));
                for row in &mut rows {
                    let of_row = row.remove(0).unwrap_or_default();
                    let of_row = of_row.split(", ").filter(|name| !name.is_empty());
                    names.extend(of_row.map(ToOwned::to_owned));
                }
            }
            let (altered, set) = match columns.first().map(String::as_str) {
                Some(" set") => (Vec::new(), names),
                _ => (names, Vec::new()),
            };
            Answer::Written {
                altered,
                set,
                rows,
                defaults,
                affected,
            }
        }
    }
}

/// Types that clients read in the same way have one name.
fn family(name: &str) -> String {
    match name {
        "varchar" | "bpchar" | "name" | "citext" => "text",
        "jsonb" => "json",
        other => other,
    }
    .to_owned()
}

/// Why the second answer is worse than the first.
pub(crate) fn difference(old: &Answer, new: &Answer) -> Option<String> {
    match (old, new) {
        (Answer::Refused { .. }, Answer::Referrers(Some(fate))) => Some(format!(
            "the rows that refer to it {}; before, it was refused",
            fate.words()[0]
        )),
        (Answer::Referrers(Some(was)), Answer::Referrers(Some(is))) if was != is => Some(format!(
            "the rows that refer to it {}; before, {}",
            is.words()[0],
            was.words()[1]
        )),
        // Where a name is gone, its own statements say so.
        (Answer::Referrers(_), Answer::Refused { .. }) if !new.is_refused_for_a_key() => None,
        (Answer::Refused { .. }, _) => None,
        (_, Answer::Refused { message, .. }) => Some(message.clone()),
        (
            Answer::Columns {
                parameters: takes,
                columns: old,
            },
            Answer::Columns {
                parameters,
                columns: new,
            },
        ) => {
            let mut pairs = takes.iter().zip(parameters).enumerate();
            let other = pairs.find(|(_, (was, is))| was.name != is.name);
            match other {
                Some((at, (was, is))) => Some(format!(
                    "its parameter ${} is {}, was {}",
                    at + 1,
                    is.name,
                    was.name
                )),
                None => other_columns(old, new),
            }
        }
        (
            Answer::Written {
                altered: was_altered,
                set: was_set,
                rows: old,
                defaults,
                affected: was,
            },
            Answer::Written {
                altered,
                set,
                rows: new,
                affected: is,
                ..
            },
        ) => {
            if was != is {
                return Some(format!("it affects {is} rows, was {was}"));
            }
            let mut pairs = old.iter().flatten().zip(new.iter().flatten());
            if pairs.any(|(old, new)| old.is_some() && new.is_none()) {
                return Some("NULL is stored where a value was".to_owned());
            }
            if let Some(name) = was_set.iter().find(|name| !set.contains(name)) {
                return Some(format!("`{name}` is no longer set"));
            }
            let columns: Vec<String> = altered
                .iter()
                .filter(|name| !was_altered.contains(name))
                .map(|name| format!("`{name}`"))
                .collect();
            if !columns.is_empty() {
                return Some(format!(
                    "another value is stored than was written in {}",
                    columns.join(", ")
                ));
            }
            other_defaults(defaults, old.first()?, new.first()?)
        }
        (Answer::Count(old), Answer::Count(new)) if new < old => {
            Some(format!("it has {new} rows, was {old}"))
        }
        // Row-level security hides rows.
        (Answer::Visible(saw, of), Answer::Visible(sees, all))
            if all.saturating_sub(*sees) > of.saturating_sub(*saw) =>
        {
            Some(format!("it sees {sees} of {all} rows, was {saw} of {of}"))
        }
        (Answer::Same(old, otherwise), Answer::Same(new, _)) if old != new => {
            Some((*otherwise).to_owned())
        }
        (Answer::Still(true, otherwise), Answer::Still(false, _)) => Some((*otherwise).to_owned()),
        _ => None,
    }
}

/// What stands where a client leaves a column to its default, if that is something else. A value where none was is
/// no loss.
fn other_defaults(
    defaults: &[(usize, String)],
    old: &[Option<String>],
    new: &[Option<String>],
) -> Option<String> {
    let others = defaults.iter().filter_map(|(at, name)| {
        let (was, is) = (old.get(*at)?.as_ref()?, new.get(*at)?.as_ref()?);
        (!is_same(was, is)).then(|| format!("`{name}` is {}, was {}", short(is), short(was)))
    });
    let others: Vec<String> = others.collect();
    (!others.is_empty()).then(|| others.join(", "))
}

/// Whether two texts are one value, in types that clients read in the same way: `0` and `0.00`.
fn is_same(one: &str, other: &str) -> bool {
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    one.trim_end() == other.trim_end()
        || matches!((one.parse::<f64>(), other.parse::<f64>()), (Ok(one), Ok(other)) if one == other)
        || json(one).is_some_and(|one| json(other) == Some(one))
}

/// Why columns are not what a client reads: by name, then by place.
fn other_columns(old: &[(String, String)], new: &[(String, String)]) -> Option<String> {
    let changed: Vec<String> = old
        .iter()
        .enumerate()
        .filter_map(|(at, (name, was))| {
            // Of several columns of one name, the one in the same place is meant.
            let same = new.get(at).filter(|(other, _)| other == name);
            match same.or_else(|| new.iter().find(|(other, _)| other == name)) {
                None => Some(format!("`{name}` is gone")),
                Some((_, is)) if is != was => Some(format!("`{name}` is {is}, was {was}")),
                Some(_) => None,
            }
        })
        .collect();
    if !changed.is_empty() {
        return Some(format!("it gets other columns: {}", changed.join(", ")));
    }
    let in_place = old.iter().zip(new).all(|((old, _), (new, _))| old == new);
    (!in_place).then(|| "its columns come in another order".to_owned())
}
