use std::collections::BTreeMap;
use std::path::PathBuf;

use jubilee_core::{MigrationName, MigrationSet, SourceFile, normalise};
use jubilee_runner::{Migrator, Runner};

use crate::databases::Entry;
use crate::exit::Exit;
use crate::explain::{Texts, of_violations};
use crate::problem::Problem;

/// Where migrations come from: this program, or a folder (`--migrations DIR`).
#[derive(Debug, Clone)]
pub(crate) struct Sources(pub(crate) Option<PathBuf>);

/// The migrations of one database, known to keep the rules.
pub(crate) struct Loaded {
    pub(crate) runner: Runner,
    /// How the path of their folder is shown.
    pub(crate) folder: String,
}

impl Sources {
    /// How the path of a database's migrations is shown.
    fn shown_folder(&self, entry: &Entry) -> String {
        match &self.0 {
            Some(folder) => folder.join(entry.database.name).display().to_string(),
            None => format!("migrations/{}", entry.database.name),
        }
    }

    fn files(&self, entry: &Entry) -> Result<Vec<SourceFile<'static>>, Problem> {
        match &self.0 {
            Some(folder) => Ok(jubilee_embed::read_folder(
                &folder.join(entry.database.name),
            )?),
            None => Ok(entry.embedded.to_vec()),
        }
    }

    /// Reads and checks the migrations of a database.
    pub(crate) fn load(&self, entry: &Entry) -> Result<Loaded, Vec<Problem>> {
        let files = self.files(entry).map_err(|problem| vec![problem])?;
        let shown_folder = self.shown_folder(entry);
        let set = match MigrationSet::load(entry.database.name, files) {
            Ok(set) => set,
            Err(violations) => {
                // Read again rather than kept: a problem with a file is the rare case.
                let files = self.files(entry).unwrap_or_default();
                let texts = Raw::of(shown_folder, files);
                let mut problems = of_violations(&violations.0, &texts);
                for (problem, violation) in problems.iter_mut().zip(&violations.0) {
                    if violation.file.is_empty() {
                        // It is about the folder itself, which holds no migration.
                        problem.what = format!("{}: {}", texts.folder, violation.what);
                        problem.hint = Some(format!(
                            "make the first one: cargo xtask new {} initial_schema",
                            entry.database.name
                        ));
                    } else {
                        problem.what = format!("{}/{}", texts.folder, problem.what);
                    }
                }
                return Err(problems);
            }
        };
        let runner = jubilee_runner::runner(set).map_err(|error| {
            vec![
                Problem::new(Exit::Failed, format!("{shown_folder}: {error}"))
                    .hint("rename the file NNNN_descriptive_name.sql"),
            ]
        })?;
        Ok(Loaded {
            runner,
            folder: shown_folder,
        })
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
}

impl Texts for Known<'_> {
    fn text_of(&self, name: &MigrationName) -> Option<(String, String)> {
        let text = self.migrator.text_of(name)?;
        Some((format!("{}/{name}.sql", self.folder), text.to_owned()))
    }
}
