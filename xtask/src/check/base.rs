//! Finds the revision that migrations are compared with.

use std::collections::BTreeMap;
use std::path::Path;

use jubilee_lint::{Base, SUM_FILE};

use crate::exit::Exit;
use crate::git::{NoRepository, Repository};
use crate::problem::Problem;

/// What the migrations are compared with.
#[derive(Debug, Clone)]
pub(crate) enum BaseChoice {
    /// Where this branch left the default branch.
    Default,
    /// Where it left this revision.
    Revision(String),
}

/// The base revision of the repository that the migrations lie in.
pub(crate) struct Bases {
    repository: Repository,
    /// As it is called: `origin/main`.
    revision: String,
    /// Its last commit.
    tip: String,
    /// Where the present commit left it.
    commit: String,
}

impl Bases {
    /// Finds the base; why there is none, where that is no mistake.
    pub(crate) fn find(
        choice: &BaseChoice,
        folder: &Path,
    ) -> Result<Result<Self, String>, Problem> {
        let repository = match (Repository::of(folder), choice) {
            (Ok(repository), _) => repository,
            (Err(error), BaseChoice::Default) => match &error {
                NoRepository::Absent(_) => return Ok(Err(error.why().to_owned())),
                // Without a message, released migrations would not be protected.
                NoRepository::Refused(said) => {
                    return Err(
                        Problem::new(Exit::Failed, "git refuses to read this repository")
                            .why(error.why())
                            .hint(said.lines().last().unwrap_or_default().trim()),
                    );
                }
            },
            (Err(error), BaseChoice::Revision(revision)) => {
                return Err(Repository::unknown(revision, Some(&error)));
            }
        };
        let revision = match choice {
            BaseChoice::Revision(revision) => revision.clone(),
            BaseChoice::Default => match repository.default_branch() {
                Some(branch) => branch,
                None => return Ok(Err("the repository has no default branch".to_owned())),
            },
        };
        let Some(tip) = repository.commit(&revision) else {
            return Err(Repository::unknown(&revision, None));
        };
        let Some(commit) = repository.merge_base(&tip) else {
            if repository.commit("HEAD").is_none() {
                return Ok(Err("the branch has no commits yet".to_owned()));
            }
            let problem = Problem::new(
                Exit::Failed,
                format!("this branch and `{revision}` have no common commit"),
            );
            return Err(if repository.is_shallow() {
                problem
                    .why("the clone is shallow: its history ends before a common commit")
                    .hint("git fetch --unshallow; in GitHub Actions: fetch-depth: 0")
            } else {
                problem
                    .why("without one, it is unknown which migrations are released")
                    .hint("name the revision that this branch is based on: --base REV")
            });
        };
        Ok(Ok(Self {
            repository,
            revision,
            tip,
            commit,
        }))
    }

    /// As it is called: `origin/main`.
    pub(crate) fn revision(&self) -> &str {
        &self.revision
    }

    /// What the base holds of a folder of migrations, and of the crate that seals it.
    pub(crate) fn of_folder(&self, folder: &Path, sums: Option<&Path>) -> Result<Base, Problem> {
        let path = self.repository.path_of(folder).unwrap_or_default();
        let objects = self.repository.names(&self.commit, &path)?;
        let (names, ids): (Vec<String>, Vec<String>) = objects.into_iter().unzip();
        let contents = self.repository.contents(&ids)?;
        let since = if self.tip == self.commit {
            BTreeMap::new()
        } else {
            let later = self.repository.names(&self.tip, &path)?;
            let later = later.into_iter().filter(|(n, _)| !names.contains(n));
            let (names, ids): (Vec<String>, Vec<String>) = later.unzip();
            let contents = self.repository.contents(&ids)?;
            names.into_iter().zip(contents).collect()
        };
        let (sums, sums_since) = match sums.and_then(Path::parent) {
            Some(folder) => (
                self.sums(folder, &self.commit)?,
                self.sums(folder, &self.tip)?,
            ),
            None => (None, None),
        };
        Ok(Base {
            revision: self.revision.clone(),
            folder: path,
            files: names.into_iter().zip(contents).collect(),
            since,
            sums,
            sums_since,
        })
    }

    fn sums(&self, folder: &Path, commit: &str) -> Result<Option<String>, Problem> {
        let Some(path) = self.repository.path_of(folder) else {
            return Ok(None);
        };
        let names = self.repository.names(commit, &path)?;
        let Some(object) = names.get(SUM_FILE) else {
            return Ok(None);
        };
        let contents = self.repository.contents(std::slice::from_ref(object))?;
        Ok(contents
            .first()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
    }
}
