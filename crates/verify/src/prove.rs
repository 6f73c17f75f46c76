//! Proves migrations, one after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Instant;

use jubilee_catalog::{Catalog, Change, diff};
use jubilee_core::{MigrationFile, MigrationName};

use crate::apply;
use crate::case::Case;
use crate::data::{self, Data};
use crate::error::Error;
use crate::forecast::{Forecast, Like, forecast};
use crate::observe::{Observed, Watched, watch};
use crate::picture::{PicturedTable, picture};
use crate::place;
use crate::proof::{Note, Outcome, Proof, Verdict};
use crate::proofs;
use crate::proofs::applies::On;
use crate::queries::{Query, QueryOutcome};
use crate::rows::{Filled, Wish, fill_beside};
use crate::schema;
use crate::scratch::Scratch;

/// What was found out about a migration.
#[derive(Debug)]
pub struct Proved {
    /// The migration.
    pub name: MigrationName,
    /// The answers, in the order of [`Proof::ALL`].
    pub outcomes: Vec<Outcome>,
    /// What was seen of its statements.
    pub observed: Vec<Observed>,
    /// The relations that it renames: the new name, and the one before, by which locks are called.
    pub renamed: BTreeMap<String, String>,
    /// What it changes in the schema.
    pub changes: Vec<Change>,
    /// The tables that it changes, with their neighbours.
    pub tables: Vec<PicturedTable>,
    /// How many of their neighbours are left out.
    pub tables_left_out: usize,
    /// What became of the statements of services.
    pub queries: Vec<QueryOutcome>,
    /// How many rows the tables had when it ran.
    pub rows: usize,
    /// Tables that had none, since none could be made.
    pub unfilled: Vec<Filled>,
    /// How long its statements take where there are many, if that was asked.
    pub forecast: Option<Forecast>,
}

/// What is asked of migrations.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The rows that there are when they run.
    pub wish: Wish,
    /// What is proved besides that they apply.
    pub proofs: &'a [Proof],
    /// The statements of services that must go on working.
    pub queries: &'a [Query],
    /// With how many rows in each table they are measured too.
    pub forecast: Option<u64>,
    /// For which database the measurements are carried on.
    pub like: Option<&'a Like>,
}

/// How far a migration is.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'p> {
    /// It is asked this now.
    Asks(Proof),
    /// It is measured now.
    Measures,
    /// All is known of it.
    Done(&'p Proved),
}

impl Proved {
    /// Whether nothing that was asked failed.
    #[must_use]
    pub fn holds(&self) -> bool {
        !self
            .outcomes
            .iter()
            .any(|o| matches!(o.verdict, Verdict::Fails(_)))
    }
}

/// A scratch server, on which migrations are proved. It is gone when this value is dropped, or the
/// process ends.
pub struct Verifier {
    scratch: Scratch,
}

impl Verifier {
    /// Starts the server.
    ///
    /// # Errors
    ///
    /// When there is no PostgreSQL, or it does not start.
    pub fn start() -> Result<Self, Error> {
        Ok(Self {
            scratch: Scratch::start()?,
        })
    }

    /// The version of PostgreSQL: `15.18`.
    #[must_use]
    pub fn version(&self) -> String {
        self.scratch.version()
    }

    /// Proves the migrations of a database from the one at the place `first` on. `progress` is told how
    /// far each is.
    ///
    /// # Errors
    ///
    /// When the migrations before do not apply, or the scratch server fails.
    pub fn prove(
        &self,
        database: &str,
        files: &[MigrationFile],
        first: usize,
        ask: Ask<'_>,
        progress: &mut dyn FnMut(&MigrationName, Progress<'_>),
    ) -> Result<Vec<Proved>, Error> {
        let mut chain = Chain::begin(&self.scratch, database, files, first, ask)?;
        let mut all = Vec::new();
        for place in first..files.len() {
            let (proved, goes_on) = chain.prove(place, progress)?;
            progress(&proved.name, Progress::Done(&proved));
            all.push(proved);
            if !goes_on {
                break;
            }
        }
        Ok(all)
    }
}

/// The two scratch databases that get one migration after the other: one without rows, and one full of
/// them.
struct Chain<'c> {
    scratch: &'c Scratch,
    database: &'c str,
    files: &'c [MigrationFile],
    ask: Ask<'c>,
    empty: String,
    full: String,
    /// The schema of both, once it is known.
    schema: Option<Catalog>,
    /// The rows that the migrations themselves bring; rows that are made keep out of their way.
    reserved: Data,
}

impl<'c> Chain<'c> {
    fn begin(
        scratch: &'c Scratch,
        database: &'c str,
        files: &'c [MigrationFile],
        first: usize,
        ask: Ask<'c>,
    ) -> Result<Self, Error> {
        let _work = scratch.work();
        let empty = scratch.create()?;
        if let Some(last) = first.checked_sub(1).and_then(|at| files.get(at)) {
            let mut client = scratch.connect(&empty)?;
            let result = apply::up_to(&mut client, database, files, last.name().version())?;
            result.map_err(|error| Error::Base {
                reason: error.to_string(),
            })?;
        }
        let full = scratch.copy(&empty)?;
        let whole = scratch.copy(&empty)?;
        let mut client = scratch.connect(&whole)?;
        if let Some(last) = files.last() {
            // One that fails is told of later, in its place.
            drop(apply::up_to(
                &mut client,
                database,
                files,
                last.name().version(),
            )?);
        }
        let reserved = data::read(&mut client)?;
        drop(client);
        scratch.drop(&whole);
        Ok(Self {
            reserved,
            schema: None,
            scratch,
            database,
            files,
            ask,
            empty,
            full,
        })
    }

    /// Proves one migration, and says whether the next one can be.
    fn prove(
        &mut self,
        place: usize,
        progress: &mut dyn FnMut(&MigrationName, Progress<'_>),
    ) -> Result<(Proved, bool), Error> {
        let scratch = self.scratch;
        let files = &self.files[..=place];
        let file = &self.files[place];
        let version = file.name().version();
        let mut tell = |proof| progress(file.name(), Progress::Asks(proof));

        let work = scratch.work();
        tell(Proof::Applies);
        let start = Instant::now();
        let mut client = scratch.connect(&self.full)?;
        let filled = fill_beside(&mut client, self.ask.wish, &self.reserved)?;
        let before_schema = match self.schema.take() {
            Some(schema) => schema,
            None => schema::read(&mut client)?,
        };
        let before_data = data::read(&mut client)?;
        let since = now(&mut client)?;
        let roles = roles(&mut client, file)?;
        drop(client);
        let mut proved = Proved {
            name: file.name().clone(),
            outcomes: Vec::new(),
            observed: Vec::new(),
            renamed: BTreeMap::new(),
            changes: Vec::new(),
            tables: Vec::new(),
            tables_left_out: 0,
            queries: Vec::new(),
            rows: before_data.rows(),
            unfilled: filled.into_iter().filter(Filled::is_empty).collect(),
            forecast: None,
        };

        // A new database first: what fails there fails everywhere.
        let mut client = scratch.connect(&self.empty)?;
        let on_empty = apply::up_to(&mut client, self.database, files, version)?;
        let fresh = match self.ask.proofs.contains(&Proof::SameSchema) {
            true => schema::read(&mut client)?,
            false => Catalog::default(),
        };
        drop(client);
        let upgraded = scratch.copy(&self.full)?;
        let mut client = scratch.connect(&upgraded)?;
        let on_full = apply::up_to(&mut client, self.database, files, version)?;
        let after_schema = schema::read(&mut client)?;
        let after_data = data::read(&mut client)?;
        drop(client);
        let failed = match (&on_empty, &on_full) {
            (Err(error), _) => Some((error, On::Empty)),
            (_, Err(error)) => Some((error, On::Full)),
            _ => None,
        };
        if let Some((error, on)) = failed {
            let missing = proofs::applies::missing(error);
            let verdict = match &missing {
                Some(reason) => Verdict::NotMade(reason.clone()),
                None => Verdict::Fails(vec![proofs::applies::finding(file, error, on)]),
            };
            proved
                .outcomes
                .push(outcome(Proof::Applies, verdict, start));
            for proof in Proof::ALL
                .into_iter()
                .skip(1)
                .filter(|proof| self.ask.proofs.contains(proof))
            {
                let why = missing.as_deref().unwrap_or("it does not apply");
                let verdict = Verdict::NotMade(why.to_owned());
                proved
                    .outcomes
                    .push(outcome(proof, verdict, Instant::now()));
            }
            return Ok((proved, false));
        }
        let held = format!("to an empty database and to {} rows", proved.rows);
        proved
            .outcomes
            .push(outcome(Proof::Applies, Verdict::Holds(held), start));
        let changes = diff(&before_schema, &after_schema);

        // Seen while it is applied once more: what differs then is owed to clocks and chance.
        tell(Proof::Locks);
        let start = Instant::now();
        let twin = scratch.copy(&self.full)?;
        // What belongs to the server is changed by one at a time.
        let (mut at_once, mut is_of_server) = (false, false);
        let locks = match watch(scratch, &twin, file)? {
            Ok(Watched {
                observed,
                changes_server,
                renamed,
            }) => {
                proved.renamed = renamed;
                let verdict = Verdict::Holds(seen(&observed));
                proved.observed = observed;
                (at_once, is_of_server) = (!changes_server, changes_server);
                verdict
            }
            Err(refused) => {
                Verdict::NotMade(format!("it cannot be watched: {}", refused.error.message()))
            }
        };
        let mut client = scratch.connect(&twin)?;
        let masked = data::noise(&after_data, &data::read(&mut client)?);
        drop(client);
        scratch.drop(&twin);
        let locks = outcome(Proof::Locks, locks, start);

        let case = Case {
            scratch,
            database: self.database,
            files,
            file,
            seed: self.ask.wish.seed,
            before: &self.full,
            before_schema: &before_schema,
            before_data: &before_data,
            brought: &self.reserved,
            queries: &[],
            changes: &changes,
            changes_server: is_of_server,
            after: &upgraded,
            after_schema: &after_schema,
            after_data: &after_data,
            masked: &masked,
            roles: &roles,
            since: &since,
        };
        // A function is made without an error, and may fail nevertheless.
        if let Some(applies) = proved.outcomes.first_mut() {
            proofs::calls::add(&case, &mut applies.verdict);
        }
        let queries = match self.ask.proofs.contains(&Proof::OldRelease) {
            true => proofs::old_release::replay_queries(&case, self.ask.queries)?,
            false => Vec::new(),
        };
        let case = Case {
            queries: &queries,
            ..case
        };
        let asked = Proof::ALL.into_iter();
        let asked = asked.filter(|proof| self.ask.proofs.contains(proof));
        let asked = asked.filter(|proof| ![Proof::Applies, Proof::Locks].contains(proof));
        // These look at a database that the others copy, to which nobody may be connected then.
        let (first, others): (Vec<Proof>, Vec<Proof>) =
            asked.partition(|proof| !at_once || *proof == Proof::KeepsData);
        for proof in first {
            tell(proof);
            proved.outcomes.push(answer(&case, proof, &fresh));
        }
        // Each has copies of its own; while one waits for the server another one works.
        std::thread::scope(|scope| {
            let (case, fresh) = (&case, &fresh);
            let threads: Vec<_> = others
                .into_iter()
                .map(|proof| (proof, scope.spawn(move || answer(case, proof, fresh))))
                .collect();
            for (proof, thread) in threads {
                tell(proof);
                let stopped = Verdict::NotMade(Error::Stopped.to_string());
                let stopped = outcome(proof, stopped, Instant::now());
                proved.outcomes.push(thread.join().unwrap_or(stopped));
            }
        });
        proved.queries = queries;
        proved.outcomes.sort_by_key(|outcome| outcome.proof);
        if self.ask.proofs.contains(&Proof::Locks) {
            proved.outcomes.push(locks);
        }
        if let Some(rows) = self.ask.forecast {
            drop(work);
            progress(file.name(), Progress::Measures);
            let _alone = scratch.measure();
            let before = &self.full;
            let measured = forecast(scratch, before, file, &proved.observed, rows, self.ask.like);
            proved.forecast = Some(measured.unwrap_or_else(|error| Forecast {
                failed: Some(error.to_string()),
                ..Forecast::default()
            }));
        }
        (proved.tables, proved.tables_left_out) = picture(&changes, &before_schema, &after_schema);
        proved.changes = changes;
        scratch.drop(&self.full);
        self.full = upgraded;
        self.schema = Some(after_schema);
        Ok((proved, true))
    }
}

/// Asks a question of a migration that applies.
fn answer(case: &Case<'_>, proof: Proof, fresh: &Catalog) -> Outcome {
    let start = Instant::now();
    let mut notes: Vec<Note> = Vec::new();
    let verdict = match proof {
        Proof::Applies | Proof::Locks => Ok(Verdict::NotAsked),
        Proof::Again => proofs::again::prove(case),
        Proof::Crash => proofs::crash::prove(case),
        Proof::Race => proofs::race::prove(case),
        Proof::KeepsData => proofs::keeps_data::prove(case),
        Proof::SameSchema => proofs::same_schema::prove(case, fresh),
        Proof::OldRelease => proofs::old_release::prove(case),
        Proof::KeepsGuards => proofs::keeps_guards::prove(case).map(|(verdict, told)| {
            notes = told;
            verdict
        }),
        Proof::Undoes => proofs::undoes::prove(case),
    };
    // One question that cannot be asked keeps nobody from asking the others.
    let mut verdict = verdict.unwrap_or_else(|error| Verdict::NotMade(error.to_string()));
    let narrow = |range: &mut Option<Range<usize>>, what: &str| {
        let whole = range.as_ref();
        let line = whole.and_then(|whole| place::narrowed(case.file.text(), whole, what));
        *range = line.or(range.take());
    };
    if let Verdict::Fails(findings) | Verdict::Declared(_, findings) = &mut verdict {
        for finding in findings {
            narrow(&mut finding.range, &finding.what);
        }
    }
    for note in &mut notes {
        narrow(&mut note.range, &note.what);
    }
    Outcome {
        notes,
        ..outcome(proof, verdict, start)
    }
}

fn outcome(proof: Proof, verdict: Verdict, start: Instant) -> Outcome {
    Outcome {
        proof,
        verdict,
        notes: Vec::new(),
        took_ms: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

fn seen(observed: &[Observed]) -> String {
    let locks = observed.iter().flat_map(Observed::felt).count();
    match locks {
        0 if observed.iter().any(|one| !one.locks.is_empty()) => {
            "none but those of every reader and writer".to_owned()
        }
        0 => "none on what was there".to_owned(),
        1 => "1 lock".to_owned(),
        locks => format!("{locks} locks"),
    }
}

fn now(client: &mut postgres::Client) -> Result<String, Error> {
    let row = client.query_one("SELECT pg_catalog.clock_timestamp()::text", &[]);
    Ok(row
        .map_err(|error| Error::server("ask for the time", &error))?
        .get(0))
}

/// The roles that are there before a migration. Another database may have made meanwhile one that it makes itself; such
/// a role has nothing in this one yet.
fn roles(client: &mut postgres::Client, file: &MigrationFile) -> Result<BTreeSet<String>, Error> {
    let rows = client.query(include_str!("read_roles.sql"), &[]);
    let rows = rows.map_err(|error| Error::server("read the roles", &error))?;
    let text = file.text().to_ascii_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let makes = |role: &str| {
        let mut three = words.windows(3);
        three.any(|w| w[0] == "create" && ["role", "user", "group"].contains(&w[1]) && w[2] == role)
    };
    let each = rows.iter().map(|row| (row.get(0), row.get(1)));
    let known = each.filter(|(role, is_here): &(String, bool)| *is_here || !makes(role));
    Ok(known.map(|(role, _)| role).collect())
}
