//! The numbers that sequences give next, and those that are taken.

use postgres::Client;

use crate::error::Error;

/// What a sequence gives next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// The column that it numbers, or the sequence itself, in words.
    what: String,
    /// Whether it counts up.
    ascends: bool,
    next: i128,
    /// The last number that a row has; `None` where there is none, or the sequence numbers no column.
    taken: Option<i128>,
    numbers_column: bool,
}

/// What is known of all sequences.
pub(crate) fn read(client: &mut Client) -> Result<Vec<Numbers>, Error> {
    let failed = |error: postgres::Error| Error::server("read the sequences", &error);
    let rows = client.query(include_str!("read_sequences.sql"), &[]);
    let queries: Vec<String> = rows.map_err(failed)?.iter().map(|row| row.get(0)).collect();
    if queries.is_empty() {
        return Ok(Vec::new());
    }
    let rows = client.query(&queries.join(" UNION ALL "), &[]);
    let number = |text: Option<String>| text.and_then(|text| text.parse().ok());
    Ok(rows
        .map_err(failed)?
        .iter()
        .filter_map(|row| {
            Some(Numbers {
                what: row.get(0),
                ascends: row.get(1),
                next: number(row.get(2))?,
                taken: number(row.get(3)),
                numbers_column: row.get(4),
            })
        })
        .collect())
}

impl Numbers {
    /// In words.
    pub(crate) fn what(&self) -> String {
        match self.numbers_column {
            true => format!("the numbers of `{}`", self.what),
            false => format!("the numbers of the sequence `{}`", self.what),
        }
    }

    fn is_behind(&self, taken: i128) -> bool {
        match self.ascends {
            true => self.next <= taken,
            false => self.next >= taken,
        }
    }

    /// Whether numbers that were given, or that rows have, will be given again; and how one sees that.
    pub(crate) fn given_again(&self, after: &[Self]) -> Option<String> {
        let now = after.iter().find(|now| now.what == self.what)?;
        let next = now.next;
        let is_earlier = self.next != next && now.is_behind(self.next);
        if !now.numbers_column {
            return is_earlier.then(|| format!("the next one is {next}, was {}", self.next));
        }
        let was_behind = self.taken.is_some_and(|taken| self.is_behind(taken));
        let is_worse = !was_behind || is_earlier;
        let taken = now
            .taken
            .filter(|taken| is_worse && now.is_behind(*taken))?;
        let direction = if now.ascends { "up" } else { "down" };
        Some(format!(
            "the next one is {next}, and there are rows {direction} to {taken}"
        ))
    }
}
