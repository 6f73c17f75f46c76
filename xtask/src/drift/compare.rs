//! What the recorded migrations make, beside what is there.

use jubilee_catalog::{
    Catalog, Change, Kind, Name, Rename, diff, exchanged, renames, roles, script,
};
use jubilee_core::{Environment, MigrationName};
use jubilee_runner::{MigrationStatus, Status};
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::allowed::Allowed;
use crate::databases::Entry;
use crate::exit::Exit;
use crate::explain::of_status;
use crate::problem::Problem;
use crate::schema;
use crate::scratch::Scratch;
use crate::sources::Sources;
use crate::target::Reach;

/// What a live database holds.
pub(crate) struct Live {
    pub(crate) place: String,
    catalog: Catalog,
    status: Status,
    /// The number of PostgreSQL's major version.
    major: u32,
    /// Whether the role that migrates may do everything.
    is_superuser: bool,
}

/// A live database beside what its recorded migrations make.
pub(crate) struct Compared {
    pub(crate) database: &'static str,
    pub(crate) place: String,
    /// The last migration that is recorded.
    pub(crate) last: Option<MigrationName>,
    pub(crate) expected: Catalog,
    pub(crate) live: Catalog,
    pub(crate) changes: Vec<Change>,
    /// What of it was probably renamed.
    pub(crate) renames: Vec<Rename>,
    pub(crate) notes: Vec<String>,
    /// Where the files are not what was applied. A correction would be of their difference.
    pub(crate) other_files: Vec<String>,
    /// Names that stand for something else than before. A correction would leave values and rows with the
    /// wrong one.
    pub(crate) exchanged: Vec<String>,
    /// The role that migrates.
    pub(crate) role: String,
    /// Why the scratch server has no database that is as the live one.
    pub(crate) not_copied: Option<String>,
    left_out: LeftOut,
}

impl Compared {
    /// The database on the scratch server that the recorded migrations have made.
    pub(crate) fn fresh(&self) -> &'static str {
        self.database
    }

    /// The one that is as the live one.
    pub(crate) fn drifted(&self) -> String {
        format!("{}_live", self.database)
    }

    /// The schema of a database on the scratch server, as far as it is compared.
    pub(crate) async fn read(&self, client: &Client) -> Result<Catalog, Problem> {
        let mut catalog = schema::read(client, self.database).await?;
        self.left_out.of(&mut catalog, self.left_out.scratch);
        Ok(catalog)
    }

    /// The roles that the live schema names and no migration does.
    pub(crate) fn foreign_roles(&self) -> Vec<&str> {
        let known = roles(&self.expected);
        let all = roles(&self.live).into_iter();
        all.filter(|role| !known.contains(role) && *role != self.role && !role.starts_with("pg_"))
            .collect()
    }
}

/// What takes no part in a comparison.
struct LeftOut {
    allowed: Allowed,
    /// The major version of the live server.
    live: u32,
    /// That of the scratch server.
    scratch: u32,
}

impl LeftOut {
    /// Leaves it out of what a server of a major version has.
    fn of(&self, catalog: &mut Catalog, major: u32) {
        self.allowed.remove_from(catalog);
        if self.live != self.scratch {
            // Their scripts come with the server.
            catalog.forget(Kind::Extension, "version");
        }
        if (self.live < 15) != (self.scratch < 15) {
            forget_initial(catalog, major);
        }
    }
}

/// Reads a live database, and writes nothing there.
pub(crate) fn look(
    reach: &Reach,
    entry: &'static Entry,
    environment: Environment,
    sources: &Sources,
) -> Result<Live, Vec<Problem>> {
    let database = entry.database.name;
    let place = reach.describe();
    let (status, catalog, major, is_superuser) =
        reach.with_migrator(entry, environment, sources, async |migrator, client| {
            let status = migrator.status_async(client).await?;
            let catalog = schema::read_whole(client, database).await;
            let mut major = 0;
            let mut is_superuser = true;
            if let Ok(messages) = client
                .simple_query(include_str!("../sql/what_server.sql"))
                .await
            {
                for message in messages {
                    if let SimpleQueryMessage::Row(row) = message {
                        let text = |at: usize| row.try_get(at).ok().flatten().unwrap_or_default();
                        major = text(0).parse().unwrap_or(0);
                        is_superuser = text(1) != "f";
                    }
                }
            }
            Ok((status, catalog, major, is_superuser))
        })?;
    if !status.identity.is_empty() {
        let refusals = status.identity.iter();
        return Err(refusals
            .map(|refusal| of_status(refusal, database, &place))
            .collect());
    }
    Ok(Live {
        place,
        catalog: catalog.map_err(|problem| vec![problem])?,
        status,
        major,
        is_superuser,
    })
}

/// Applies the recorded migrations on the scratch server, and compares.
pub(crate) fn compare(
    scratch: &Scratch,
    entry: &'static Entry,
    sources: &Sources,
    live: Live,
    allowed: Allowed,
) -> Result<Compared, Vec<Problem>> {
    let database = entry.database.name;
    let Live {
        place,
        mut catalog,
        status,
        major,
        is_superuser,
    } = live;
    let mut notes = Vec::new();
    let mut other_files = Vec::new();
    let mut last = None;
    for state in &status.migrations {
        match state.status {
            MigrationStatus::Completed => last = Some(state.name.clone()),
            MigrationStatus::Modified => {
                last = Some(state.name.clone());
                other_files.push(match &state.applied_as {
                    Some(applied) => format!(
                        "{applied} is recorded, and {} is among the files: what differs between them looks like drift",
                        state.name
                    ),
                    None => format!(
                        "{} was changed since it was applied: what was changed in it looks like drift",
                        state.name
                    ),
                });
            }
            MigrationStatus::Missing => other_files.push(format!(
                "{} is recorded, and this program does not know it: what it has made looks like drift",
                state.name
            )),
            _ => {}
        }
    }
    let migrator = schema::migrator(&catalog).map(str::to_owned);
    let (Some(migrator), Some(_)) = (migrator, &last) else {
        return Err(vec![
            Problem::new(
                Exit::Failed,
                format!("{database}: no migration is recorded"),
            )
            .why("nothing says what the schema should be")
            .hint(crate::invocation::further(&format!("migrate {database}"))),
        ]);
    };
    schema::remove_history(&mut catalog);
    let mut unmatched = allowed.unmatched(&catalog);
    let left_out = LeftOut {
        allowed,
        live: major,
        scratch: scratch.major(),
    };
    left_out.of(&mut catalog, major);
    let one = |problem: Problem| vec![problem];
    make_roles(scratch, &catalog, &migrator, is_superuser).map_err(one)?;
    let version = last.as_ref().map(MigrationName::version);
    scratch.migrated(database, entry, sources, version, Some(&migrator))?;
    let expected = scratch.on(database, async |connection| {
        schema::read(&connection.client, database).await
    });
    let mut expected = expected.map_err(one)?;
    let unmatched_there = left_out.allowed.unmatched(&expected);
    unmatched.retain(|pattern| unmatched_there.contains(pattern));
    notes.extend(unmatched.into_iter().map(|pattern| {
        format!("drift.toml: `{pattern}` matches no object, neither live nor of the migrations")
    }));
    left_out.of(&mut expected, scratch.major());
    let mut compared = Compared {
        database,
        place,
        last,
        expected,
        live: catalog,
        changes: Vec::new(),
        renames: Vec::new(),
        notes,
        other_files,
        exchanged: Vec::new(),
        role: migrator,
        not_copied: None,
        left_out,
    };
    compared.notes.extend(
        compared
            .live
            .not_read()
            .map(|what| format!("not read: {what}"))
            .chain(
                compared
                    .live
                    .not_compared()
                    .into_iter()
                    .map(|what| format!("not compared: {what}")),
            )
            .chain(
                schema::not_valid(&compared.live)
                    .map(|what| format!("NOT VALID, so older rows may break it: {what}")),
            ),
    );
    compared.changes = diff(&compared.expected, &compared.live);
    // A copy has other numbers of columns.
    let exchanged = exchanged(&compared.expected, &compared.live).into_iter();
    let exchanged = exchanged.map(|it| {
        let (was, is) = (&it.was, &it.is.identity);
        format!("{was} is called {is} now, and another has its name: perhaps they were exchanged")
    });
    compared.exchanged = exchanged.collect();
    let first = compared.other_files.iter().chain(&compared.exchanged);
    compared
        .notes
        .splice(..0, first.cloned().collect::<Vec<_>>());
    if !compared.changes.is_empty() {
        match copy(scratch, &compared) {
            // Each version of PostgreSQL writes a view in its own words.
            Ok(copied) if major != scratch.major() => {
                compared.live = copied;
                compared.changes = diff(&compared.expected, &compared.live);
            }
            Ok(_) => {}
            Err(problem) => compared.not_copied = Some(problem.summary_line()),
        }
    }
    compared.renames = renames(&compared.expected, &compared.live);
    Ok(compared)
}

/// Who owns the schema `public`, and what everybody may do there, as a new database of that version has it: since
/// PostgreSQL 15 it is another.
fn forget_initial(catalog: &mut Catalog, major: u32) {
    let public = Name::new(Kind::Schema, "public");
    let attribute = |name: &str| catalog.get(&public).and_then(|schema| schema.get(name));
    let everybody = "privileges of PUBLIC";
    let is_of_database = attribute("owner") == Some("pg_database_owner");
    let may = attribute(everybody);
    let is_initial = match major {
        ..15 => !is_of_database && may == Some("ALL"),
        _ => is_of_database && may == Some("USAGE"),
    };
    if is_initial {
        catalog.forget_of(&public, "owner");
        catalog.forget_of(&public, everybody);
    }
}

/// The roles that the live schema names.
fn make_roles(
    scratch: &Scratch,
    live: &Catalog,
    migrator: &str,
    is_superuser: bool,
) -> Result<(), Problem> {
    let mut sql = String::new();
    for role in roles(live).into_iter().chain([migrator]) {
        if role != scratch.user() && !role.starts_with("pg_") {
            sql.push_str(&format!(
                "DO $do$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $do$;\n"
            ));
        }
    }
    if migrator != scratch.user() {
        let rights = if is_superuser {
            "SUPERUSER"
        } else {
            "CREATEROLE"
        };
        sql.push_str(&format!("ALTER ROLE {migrator} LOGIN {rights};\n"));
    }
    scratch.on("postgres", async |connection| {
        schema::run(
            &connection.client,
            &sql,
            "making the roles on the scratch server",
        )
        .await
    })
}

/// Makes the live schema on the scratch server, and reads it there.
fn copy(scratch: &Scratch, compared: &Compared) -> Result<Catalog, Problem> {
    let name = compared.drifted();
    scratch.create(&name)?;
    scratch.on(&name, async |connection| {
        let client = &connection.client;
        let empty = schema::read(client, compared.database).await?;
        let mut sql = String::from("SET check_function_bodies = off;\n");
        let script = script(&empty, &compared.live);
        for step in &script.steps {
            sql.push_str(&step.sql);
            sql.push_str(";\n");
        }
        schema::run(client, &sql, "making the live schema on the scratch server").await?;
        for (index, object) in compared.live.of_kind(Kind::Index) {
            if object.is_invalid() {
                // No statement makes such an index, but this server is ours.
                let sql =
                    include_str!("../sql/make_invalid.sql").replace("{index}", &index.identity);
                schema::run(client, &sql, "making an index invalid").await?;
            }
        }
        let copied = compared.read(client).await?;
        for note in &script.open {
            // What cannot be made there is as it is.
            if let Some(change) = diff(&copied, &compared.live)
                .iter()
                .find(|change| change.name == note.0)
            {
                return Err(Problem::new(Exit::Failed, change.to_string()).why(note.1.clone()));
            }
        }
        Ok(copied)
    })
}
