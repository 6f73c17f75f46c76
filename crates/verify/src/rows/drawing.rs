//! Values of types, drawn without a table: arguments of functions, parameters of statements.

use postgres::Client;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;

use super::mine::Hints;
use super::value::{Values, Wanted};
use super::wish::Wish;
use super::work::Work;
use crate::error::Error;

/// Draws values of the types of a database.
pub(crate) struct Drawing {
    work: Work,
    rng: StdRng,
}

impl Drawing {
    pub(crate) fn begin(client: &mut Client, wish: Wish) -> Result<Self, Error> {
        Ok(Self {
            rng: StdRng::seed_from_u64(wish.seed),
            work: Work::read(client, wish, Vec::new())?,
        })
    }

    /// A value of a type, as the type's input function reads it, for what has that name.
    pub(crate) fn text(&mut self, type_oid: i64, name: &str) -> String {
        let values = Values {
            types: &self.work.types,
            domains: &self.work.domains,
        };
        let wanted = Wanted {
            type_oid,
            typmod: -1,
            name,
            hints: &Hints::default(),
            longest: false,
            key: true,
        };
        match values.draw(wanted, &mut self.rng) {
            Value::String(text) => text,
            other => other.to_string(),
        }
    }
}
