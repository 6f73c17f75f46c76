//! Where migrations come from.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jubilee_core::{
    MigrationName, MigrationSet, MigrationTexts, SourceFile, Violations, normalise,
};
use jubilee_runner::{Details, Migrator, Runner};
use tokio::task::JoinError;

use crate::connection::Connection;
use crate::databases::Entry;
use crate::exit::Exit;
use crate::explain::{Texts, of_violations};
use crate::invocation;
use crate::kind::Kind;
use crate::merged::is_merged;
use crate::problem::Problem;
use crate::workspace;

/// Where migrations come from.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    /// A folder (`--migrations DIR`), or else this program.
    pub(crate) root: Option<PathBuf>,
    /// Whether files that are wrong are passed over, for whoever only looks.
    lenient: bool,
}

/// The migrations of one database.
pub(crate) struct Loaded {
    pub(crate) runner: Runner,
    /// How the path of their folder is shown.
    pub(crate) folder: String,
    /// Where the folder is, if it is in a checkout.
    pub(crate) path: Option<PathBuf>,
    pub(crate) broken: Broken,
}

/// What is wrong with files that were passed over.
#[derive(Default)]
pub(crate) struct Broken {
    pub(crate) problems: Vec<Problem>,
    /// Those that cannot be read: they have no text.
    pub(crate) unreadable: Vec<MigrationName>,
}

impl Sources {
    pub(crate) fn new(root: Option<PathBuf>) -> Self {
        let lenient = false;
        Self { root, lenient }
    }

    /// The same for whoever only looks.
    pub(crate) fn lenient(self) -> Self {
        let lenient = true;
        Self { lenient, ..self }
    }

    /// How the path of a database's migrations is shown.
    pub(crate) fn shown_folder(&self, entry: &Entry) -> String {
        match &self.root {
            Some(folder) => folder.join(entry.database.name).display().to_string(),
            None => format!("migrations/{}", entry.database.name),
        }
    }

    fn folder(&self, entry: &Entry) -> Option<PathBuf> {
        let root = match &self.root {
            Some(folder) => folder.clone(),
            None => workspace::root()?.join("migrations"),
        };
        Some(root.join(entry.database.name))
    }

    pub(crate) fn files(&self, entry: &Entry) -> Result<Vec<SourceFile<'static>>, Problem> {
        match &self.root {
            Some(folder) => Ok(jubilee_embed::read_folder(
                &folder.join(entry.database.name),
            )?),
            None => embedded(entry),
        }
    }

    /// Reads the migrations of a database: names and texts. What is pending is parsed by the run.
    pub(crate) fn load(&self, entry: &Entry) -> Result<Loaded, Vec<Problem>> {
        let files = self.files(entry)?;
        let folder = self.shown_folder(entry);
        let (texts, broken) = match MigrationTexts::load(files) {
            Ok(texts) => (texts, Broken::default()),
            Err(_) => {
                let problems = self.all_problems(entry, folder.clone());
                if !self.lenient {
                    return Err(problems);
                }
                let (texts, unreadable) = MigrationTexts::load_readable(self.files(entry)?);
                let broken = Broken {
                    problems,
                    unreadable,
                };
                (texts, broken)
            }
        };
        let runner = jubilee_runner::runner(texts).map_err(|error| {
            vec![
                Problem::new(Exit::Failed, format!("{folder}: {error}"))
                    .hint("rename the file NNNN_descriptive_name.sql"),
            ]
        })?;
        let path = self.folder(entry);
        Ok(Loaded {
            runner,
            folder,
            path,
            broken,
        })
    }

    /// The same on another thread, while a connection is opened, and the history read for the migrator, which
    /// is given up when the files are there. What is wrong with the files is said at once.
    pub(crate) async fn load_while(
        &self,
        entry: &'static Entry,
        connecting: impl Future<Output = Result<Connection, Problem>>,
        migrator: &mut Migrator<'_>,
        details: Details,
    ) -> Result<(Loaded, Result<Connection, Problem>), Vec<Problem>> {
        let sources = self.clone();
        let mut loading = tokio::task::spawn_blocking(move || sources.load(entry));
        tokio::pin!(connecting);
        let connected = tokio::select! {
            loaded = &mut loading => return Ok((whole(loaded)?, connecting.await)),
            connected = &mut connecting => connected,
        };
        let Ok(connection) = &connected else {
            return Ok((whole(loading.await)?, connected));
        };
        let loaded = tokio::select! {
            loaded = &mut loading => loaded,
            () = migrator.read_ahead_async(&connection.client, details) => loading.await,
        };
        Ok((whole(loaded)?, connected))
    }

    /// Everything that is wrong with a folder, read again: that is the rare case.
    fn all_problems(&self, entry: &Entry, folder: String) -> Vec<Problem> {
        let database = entry.database.name;
        let files = self.files(entry).unwrap_or_default();
        let violations = match MigrationSet::load(database, files.clone()) {
            Ok(_) => Violations(Vec::new()),
            Err(violations) => violations,
        };
        let texts = Raw::of(folder, files);
        let mut problems = of_violations(&violations.0, &texts);
        for (problem, violation) in problems.iter_mut().zip(&violations.0) {
            if violation.file.is_none() {
                // It is about the folder itself, which holds no migration.
                problem.hint = Some(format!(
                    "create the first one: {} new {database} initial_schema",
                    invocation::program()
                ));
            }
        }
        problems
    }
}

/// The files in this program. cargo compares times and not contents, so what it runs in a checkout may
/// be of another tree that was built into the same target folder.
fn embedded(entry: &Entry) -> Result<Vec<SourceFile<'static>>, Problem> {
    let database = entry.database.name;
    let folder = workspace::of_cargo().map(|root| root.join("migrations").join(database));
    if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
        let files = jubilee_embed::read_folder(&folder)?;
        let same =
            |(a, b): (&SourceFile<'_>, &SourceFile<'_>)| a.name == b.name && a.bytes == b.bytes;
        let is_of_checkout =
            files.len() == entry.embedded.len() && files.iter().zip(entry.embedded).all(same);
        if !is_of_checkout {
            let what = format!(
                "this build of the program has other files than {}",
                folder.display()
            );
            return Err(Problem::new(Exit::Failed, what)
                .kind(Kind::StaleBuild)
                .why("cargo took an older build for this tree's: it compares the files' times, not their contents")
                .hint("build it again: cargo clean --package xtask"));
        }
    }
    Ok(entry.embedded.to_vec())
}

fn whole(loaded: Result<Result<Loaded, Vec<Problem>>, JoinError>) -> Result<Loaded, Vec<Problem>> {
    match loaded {
        Ok(loaded) => loaded,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// Texts of files that may break the rules.
struct Raw {
    folder: String,
    texts: BTreeMap<MigrationName, String>,
}

impl Raw {
    fn of(folder: String, files: Vec<SourceFile<'static>>) -> Self {
        let texts = files.into_iter().filter_map(|file| {
            let name = MigrationName::from_file_name(&file.name).ok()?;
            Some((name, normalise(file.bytes).ok()?.into_owned()))
        });
        Self {
            folder,
            texts: texts.collect(),
        }
    }
}

impl Texts for Raw {
    fn folder(&self) -> &str {
        &self.folder
    }

    fn text_of(&self, name: &MigrationName) -> Option<(String, String)> {
        self.texts
            .get(name)
            .map(|text| (format!("{}/{name}.sql", self.folder), text.clone()))
    }
}

/// The texts of the migrations that a run knows.
pub(crate) struct Known<'m> {
    pub(crate) folder: &'m str,
    pub(crate) migrator: &'m Migrator<'m>,
    /// Where their folder is, if it is in a checkout.
    pub(crate) path: Option<PathBuf>,
    /// Whether the database may be made anew from its files.
    pub(crate) redo: bool,
}

impl Texts for Known<'_> {
    fn folder(&self) -> &str {
        self.folder
    }

    fn text_of(&self, name: &MigrationName) -> Option<(String, String)> {
        let text = self.migrator.text_of(name)?;
        Some((format!("{}/{name}.sql", self.folder), text.to_owned()))
    }

    fn is_merged(&self, name: &MigrationName) -> Option<bool> {
        is_merged(self.path.as_deref()?, name)
    }

    fn may_be_made_anew(&self) -> bool {
        self.redo
    }
}
