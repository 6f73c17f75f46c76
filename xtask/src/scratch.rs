//! A throwaway server on which migrations are tried.

use jubilee_catalog::unquoted;
use jubilee_core::{Environment, Version};
use jubilee_pg_local::TempServer;
use jubilee_runner::{Migrator, Options};

use crate::connection::{Connection, connect};
use crate::databases::Entry;
use crate::explain::of_run;
use crate::local;
use crate::problem::Problem;
use crate::runtime::block_on;
use crate::schema;
use crate::sources::{Known, Loaded, Sources};
use crate::target::named;

/// A throwaway server. It is gone when this value is.
pub(crate) struct Scratch {
    server: TempServer,
}

impl Scratch {
    /// Starts it.
    pub(crate) fn start() -> Result<Self, Problem> {
        Ok(Self {
            server: TempServer::start(&jubilee_pg_local::Options::default())?,
        })
    }

    /// The role that owns what is made there.
    pub(crate) fn user(&self) -> &str {
        self.server.user()
    }

    /// The number of the major version of PostgreSQL that runs.
    pub(crate) fn major(&self) -> u32 {
        u32::from(self.server.version().major)
    }

    /// Makes an empty database.
    pub(crate) fn create(&self, name: &str) -> Result<(), Problem> {
        Ok(self.server.create_database(name)?)
    }

    /// Makes a copy of a database.
    pub(crate) fn copy(&self, name: &str, of: &str) -> Result<(), Problem> {
        Ok(self.server.clone_database(name, of)?)
    }

    /// Removes a database.
    pub(crate) fn drop(&self, name: &str) -> Result<(), Problem> {
        self.on("postgres", async |connection| {
            let sql = format!("DROP DATABASE {name} WITH (FORCE)");
            schema::run(&connection.client, &sql, "removing a scratch database").await
        })
    }

    /// Connects to a database, and does something there.
    pub(crate) fn on<T>(
        &self,
        name: &str,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.on_as(self.user(), name, work)
    }

    /// The same as another role, whose name is as SQL has it.
    pub(crate) fn on_as<T>(
        &self,
        role: &str,
        name: &str,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let mut endpoint = self.server.endpoint().clone();
        endpoint.user = unquoted(role);
        block_on(async {
            let settings = local::settings(&endpoint, name);
            let mut connection = connect(&settings, "xtask").await?;
            let result = work(&mut connection).await;
            connection.close().await;
            result
        })?
    }

    /// Makes a role the owner of a database.
    pub(crate) fn give(&self, name: &str, role: &str) -> Result<(), Problem> {
        self.on(name, async |connection| {
            let sql = format!("ALTER DATABASE {name} OWNER TO {role}");
            schema::run(&connection.client, &sql, "giving a scratch database away").await
        })
    }

    /// Does something while the server has no roles of these names, which are as SQL has them.
    pub(crate) fn without_roles<T>(
        &self,
        roles: &[&str],
        work: impl FnOnce() -> T,
    ) -> Result<T, Problem> {
        let others = roles.iter().filter(|role| **role != self.user());
        let (mut away, mut back) = (String::new(), String::new());
        for (index, role) in others.enumerate() {
            away.push_str(&format!("ALTER ROLE {role} RENAME TO absent_{index};\n"));
            back.push_str(&format!("ALTER ROLE absent_{index} RENAME TO {role};\n"));
        }
        let rename = |sql: &str| {
            self.on("postgres", async |connection| {
                schema::run(&connection.client, sql, "renaming roles").await
            })
        };
        rename(&away)?;
        let result = work();
        rename(&back)?;
        Ok(result)
    }

    /// Makes a database and applies migrations there: all, or up to `last`.
    pub(crate) fn migrated(
        &self,
        name: &str,
        entry: &'static Entry,
        sources: &Sources,
        last: Option<Version>,
        as_role: Option<&str>,
    ) -> Result<(), Vec<Problem>> {
        self.create(name)?;
        let Loaded { runner, folder, .. } = sources.load(entry)?;
        let database = entry.database.name;
        if let Some(role) = as_role {
            self.give(name, role)?;
        }
        let role = as_role.unwrap_or_else(|| self.user());
        let result = self.on_as(role, name, async |connection| {
            let mut migrator = named(Migrator::new(database, Environment::Development, runner))
                .options(Options::default().direct_connection().new_session());
            if let Some(last) = last {
                migrator = migrator.target(last);
            }
            let ran = migrator.run_async(&mut connection.client).await;
            Ok(ran.map(drop).map_err(|error| {
                let texts = Known {
                    folder: &folder,
                    migrator: &migrator,
                    path: None,
                    redo: false,
                };
                of_run(error.kind(), database, "the scratch server", &texts)
            }))
        });
        result?
    }
}
