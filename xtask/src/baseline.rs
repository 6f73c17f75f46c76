//! How far a database without a history was migrated, as far as the names of its objects tell.
//!
//! What the files make is observed on a throwaway server: functions and dynamic SQL make objects too.

use std::collections::{BTreeMap, BTreeSet};

use jubilee_core::{Environment, MigrationName, Version};
use jubilee_runner::Migrator;
use tokio_postgres::Client;

use crate::databases::Entry;
use crate::exit::Exit;
use crate::explain::of_run;
use crate::problem::Problem;
use crate::query;
use crate::scratch::Scratch;
use crate::sources::{Known, Loaded, Sources};

const OBJECTS: &str = include_str!("sql/objects.sql");

/// The names of what is in a database: `users`, `users.email`, `index users_email_key`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Objects(BTreeSet<String>);

/// What there is after each migration, in order.
pub(crate) struct Baseline(Vec<(MigrationName, Objects)>);

/// What speaks against a baseline.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// A migration makes it, and it is not there.
    Missing { what: String, by: MigrationName },
    /// It is there, and only a later migration makes it.
    Later { what: String, by: MigrationName },
    /// It is there, and a migration has dropped it.
    Dropped { what: String, by: MigrationName },
}

impl Misfit {
    fn what(&self) -> &str {
        match self {
            Self::Missing { what, .. } | Self::Later { what, .. } | Self::Dropped { what, .. } => {
                what
            }
        }
    }
}

impl Objects {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) async fn of(client: &Client) -> Result<Self, tokio_postgres::Error> {
        let rows = query::rows(client, OBJECTS).await?;
        let names = rows.iter().filter_map(|row| query::text(row, 0));
        Ok(Self(names.map(str::to_owned).collect()))
    }
}

/// Leaves out what belongs to tables that are named themselves.
fn outermost<T>(mut all: BTreeMap<String, T>) -> BTreeMap<String, T> {
    let names: BTreeSet<String> = all.keys().cloned().collect();
    all.retain(|what, _| {
        let mut ends = what.match_indices(['.', ' ']);
        !ends.any(|(at, _)| names.contains(&what[..at]))
    });
    all
}

impl Baseline {
    /// Applies the files one after the other on a throwaway server, and looks after each.
    pub(crate) fn observe(entry: &'static Entry, sources: &Sources) -> Result<Self, Vec<Problem>> {
        let one = |problem: Problem| {
            vec![problem.why("what the files make is compared, and they are applied to a throwaway server for that")]
        };
        let database = entry.database.name;
        let Loaded { runner, folder, .. } = sources.load(entry)?;
        let names: Vec<Version> = (runner.get_migrations().iter())
            .filter_map(|migration| Version::new(i64::from(migration.version())))
            .collect();
        let scratch = Scratch::start().map_err(one)?;
        scratch.create(database).map_err(one)?;
        let observed = scratch.on(database, async |connection| {
            let mut migrator = Migrator::new(database, Environment::Development, runner);
            let mut after = Vec::new();
            for version in names {
                migrator.set_target(version);
                let ran = migrator.run_async(&mut connection.client).await;
                if let Err(error) = ran {
                    let texts = Known {
                        folder: &folder,
                        migrator: &migrator,
                        path: None,
                        redo: false,
                    };
                    let place = "a throwaway server";
                    return Ok(Err(of_run(error.kind(), database, place, &texts)));
                }
                let objects = Objects::of(&connection.client)
                    .await
                    .map_err(|error| Problem::new(Exit::Failed, error.to_string()))?;
                for applied in migrator.applied() {
                    after.push((applied.name.clone(), Objects(objects.0.clone())));
                }
            }
            Ok(Ok(Self(after)))
        });
        observed.map_err(one)?
    }

    /// What speaks against that these are the objects of the migrations up to `last`.
    pub(crate) fn misfits(&self, found: &Objects, last: Version) -> Vec<Misfit> {
        let none = Objects::default();
        let expected = self
            .up_to(last)
            .last()
            .map_or(&none, |(_, objects)| objects);
        let mut misfits = BTreeMap::new();
        for (what, by) in self.made() {
            let misfit = match (expected.0.contains(&what), found.0.contains(&what)) {
                (true, false) => Misfit::Missing { what, by },
                (false, true) if by.version() > last => Misfit::Later { what, by },
                (false, true) => {
                    let by = self.dropped(&what, last).unwrap_or(by);
                    Misfit::Dropped { what, by }
                }
                _ => continue,
            };
            misfits.insert(misfit.what().to_owned(), misfit);
        }
        outermost(misfits).into_values().collect()
    }

    /// The migration that dropped something that an earlier one had made.
    fn dropped(&self, what: &str, last: Version) -> Option<MigrationName> {
        let pairs = self.up_to(last).windows(2).rev();
        pairs
            .filter_map(|pair| match pair {
                [(_, before), (name, after)] => Some((before, name, after)),
                _ => None,
            })
            .find(|(before, _, after)| before.0.contains(what) && !after.0.contains(what))
            .map(|(_, name, _)| name.clone())
    }

    /// The last migration.
    pub(crate) fn last(&self) -> Option<Version> {
        self.0.last().map(|(name, _)| name.version())
    }

    /// The migrations that these objects may be those of: none of what they make is missing, and
    /// nothing that only later ones make is there.
    pub(crate) fn fitting(&self, found: &Objects) -> Vec<&MigrationName> {
        let with_objects = self.0.iter().filter(|(_, objects)| !objects.is_empty());
        let names = with_objects.map(|(name, _)| name);
        names
            .filter(|name| self.misfits(found, name.version()).is_empty())
            .collect()
    }

    /// The migration that comes closest to leaving these objects, the last of several, with what speaks
    /// against it; `None` where nothing is there that any of them makes.
    pub(crate) fn nearest(&self, found: &Objects) -> Option<(&MigrationName, Vec<Misfit>)> {
        if self.present(found).is_empty() {
            return None;
        }
        let newest_first = self
            .0
            .iter()
            .rev()
            .filter(|(_, objects)| !objects.is_empty());
        newest_first
            .map(|(name, _)| (name, self.misfits(found, name.version())))
            .min_by_key(|(_, misfits)| misfits.len())
    }

    /// Those up to `last` that change nothing that has a name, so that nothing tells whether they
    /// were applied.
    pub(crate) fn untold(&self, last: Version) -> Vec<&MigrationName> {
        let none = Objects::default();
        let before = std::iter::once(&none).chain(self.0.iter().map(|(_, objects)| objects));
        let both = self.up_to(last).iter().zip(before);
        both.filter(|((_, objects), before)| objects == *before)
            .map(|((name, _), _)| name)
            .collect()
    }

    /// What is there, and no file makes.
    pub(crate) fn others(&self, found: &Objects) -> Vec<String> {
        let made = self.made();
        let others = found.0.iter().filter(|what| !made.contains_key(*what));
        let others = outermost(others.map(|what| (what.clone(), ())).collect());
        others.into_keys().collect()
    }

    /// What is there, and a file makes.
    pub(crate) fn present(&self, found: &Objects) -> Vec<String> {
        let made = self.made();
        let present = found.0.iter().filter(|what| made.contains_key(*what));
        let present = outermost(present.map(|what| (what.clone(), ())).collect());
        present.into_keys().collect()
    }

    fn up_to(&self, last: Version) -> &[(MigrationName, Objects)] {
        let count = self.0.partition_point(|(name, _)| name.version() <= last);
        &self.0[..count]
    }

    /// Everything that migrations make, with the first that does.
    fn made(&self) -> BTreeMap<String, MigrationName> {
        let mut made = BTreeMap::new();
        for (name, objects) in &self.0 {
            for what in &objects.0 {
                made.entry(what.clone()).or_insert_with(|| name.clone());
            }
        }
        made
    }
}
