//! Reads a git repository.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use thiserror::Error;

use crate::exit::Exit;
use crate::problem::Problem;

/// A git repository, read through the program `git`.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    root: PathBuf,
}

/// Who wrote a line, and in which commit.
#[derive(Debug, Clone)]
pub(crate) struct Author {
    pub(crate) name: String,
    pub(crate) commit: String,
}

/// Why git does not read the repository of a folder.
#[derive(Debug)]
pub(crate) enum NoRepository {
    /// There is none, or no git.
    Absent(String),
    /// There is one, and git refuses to read it. All that it says.
    Refused(String),
}

impl NoRepository {
    /// The cause, in one line.
    pub(crate) fn why(&self) -> &str {
        let (Self::Absent(said) | Self::Refused(said)) = self;
        let line = said.lines().next().unwrap_or_default();
        line.trim_start_matches("fatal: ")
    }
}

impl Repository {
    /// The repository that a folder lies in.
    pub(crate) fn of(folder: &Path) -> Result<Self, NoRepository> {
        let root = run(folder, &["rev-parse", "--show-toplevel"]).map_err(|error| match error {
            CallError::Failed(said) if !said.contains("not a git repository") => {
                NoRepository::Refused(said)
            }
            other => NoRepository::Absent(other.to_string()),
        })?;
        Ok(Self {
            root: PathBuf::from(root.trim_end_matches(['\n', '\r'])),
        })
    }

    /// Nobody knows a revision of that name here.
    pub(crate) fn unknown(revision: &str, none: Option<&NoRepository>) -> Problem {
        let problem = Problem::new(Exit::Usage, format!("unknown revision `{revision}`"));
        match none {
            Some(none) => problem
                .why(none.why())
                .hint("run it in a git repository, or omit the revision"),
            None => problem
                .why("git has no commit of that name")
                .hint("name a commit, a branch or a tag that git knows here, or fetch it: git fetch origin"),
        }
    }

    /// The folder's path from the root, with `/`.
    pub(crate) fn path_of(&self, folder: &Path) -> Option<String> {
        // git says the real path; the folder may have been named through a link.
        let folder = folder.canonicalize().ok()?;
        let root = self.root.canonicalize().ok()?;
        let path = folder.strip_prefix(root).ok()?;
        let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
        Some(parts?.join("/"))
    }

    /// The commit that a revision means.
    pub(crate) fn commit(&self, revision: &str) -> Option<String> {
        let revision = format!("{revision}^{{commit}}");
        self.line("rev-parse --verify --quiet --end-of-options", &[&revision])
    }

    /// The default branch: what the remote says it is, or else the first that is there of the
    /// usual names.
    pub(crate) fn default_branch(&self) -> Option<String> {
        let of_remote = self.line("symbolic-ref --quiet --short refs/remotes/origin/HEAD", &[]);
        let usual = ["origin/main", "origin/master", "main", "master"];
        of_remote
            .into_iter()
            .chain(usual.map(ToOwned::to_owned))
            .find(|branch| self.commit(branch).is_some())
    }

    /// Where the present commit and another one part.
    pub(crate) fn merge_base(&self, commit: &str) -> Option<String> {
        self.line("merge-base HEAD", &[commit])
    }

    /// Whether history is cut off, as in the clones that CI makes.
    pub(crate) fn is_shallow(&self) -> bool {
        let answer = self.line("rev-parse --is-shallow-repository", &[]);
        answer.as_deref() == Some("true")
    }

    /// What a command answers with one line, if it has an answer.
    fn line(&self, command: &str, arguments: &[&str]) -> Option<String> {
        let arguments = command.split(' ').chain(arguments.iter().copied());
        let out = run(&self.root, &arguments.collect::<Vec<_>>()).ok()?;
        Some(out.trim().to_owned())
    }

    /// The names of the files directly in a folder of a commit, each with its object.
    pub(crate) fn names(
        &self,
        commit: &str,
        folder: &str,
    ) -> Result<BTreeMap<String, String>, Problem> {
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let mut arguments = vec!["ls-tree", "-z", "--full-tree", commit];
        if !prefix.is_empty() {
            arguments.extend(["--", &prefix]);
        }
        let out =
            run(&self.root, &arguments).map_err(|error| unreadable(commit, &error.to_string()))?;
        let entries = out.split('\0').filter_map(|line| {
            let (meta, path) = line.split_once('\t')?;
            let mut meta = meta.split(' ').skip(1);
            let (kind, object) = (meta.next()?, meta.next()?);
            let name = path.strip_prefix(&prefix)?;
            (kind == "blob").then(|| (name.to_owned(), object.to_owned()))
        });
        Ok(entries.collect())
    }

    /// The tree that would be committed now.
    pub(crate) fn staged(&self) -> Result<String, Problem> {
        let mut command = git(&self.root);
        // `git commit FILE` and `git commit --all` have an index of their own.
        if let Some(index) = std::env::var_os("GIT_INDEX_FILE") {
            command.env("GIT_INDEX_FILE", index);
        }
        command.arg("write-tree");
        let tree = output(command).map_err(|error| {
            Problem::new(Exit::Failed, "git cannot say what is staged")
                .why(error.to_string())
                .hint("see `git status`; conflicts are to be resolved first")
        })?;
        Ok(tree.trim().to_owned())
    }

    /// The files directly in a folder of a tree, by name.
    pub(crate) fn files(
        &self,
        tree: &str,
        folder: &Path,
    ) -> Result<BTreeMap<String, Vec<u8>>, Problem> {
        let Some(folder) = self.path_of(folder) else {
            return Ok(BTreeMap::new());
        };
        let (names, objects): (Vec<String>, Vec<String>) =
            self.names(tree, &folder)?.into_iter().unzip();
        Ok(names.into_iter().zip(self.contents(&objects)?).collect())
    }

    /// Who wrote a line of a file, from 1; `None` where it is not committed.
    pub(crate) fn author(&self, path: &str, line: usize) -> Option<Author> {
        let lines = format!("{line},{line}");
        let out = run(
            &self.root,
            &["blame", "--porcelain", "-L", &lines, "--", path],
        );
        let out = out.ok()?;
        let commit = out.split(' ').next()?;
        let name = out.lines().find_map(|line| line.strip_prefix("author "))?;
        commit.bytes().any(|byte| byte != b'0').then(|| Author {
            name: name.to_owned(),
            commit: commit.to_owned(),
        })
    }

    /// The address of the remote `origin`.
    pub(crate) fn remote(&self) -> Option<String> {
        self.line("remote get-url origin", &[])
    }

    /// Whether its files begin in this folder.
    pub(crate) fn is_at(&self, folder: &Path) -> bool {
        self.path_of(folder).is_some_and(|path| path.is_empty())
    }

    /// The content of objects, in order.
    pub(crate) fn contents(&self, objects: &[String]) -> Result<Vec<Vec<u8>>, Problem> {
        let failed = |error: &dyn std::fmt::Display| unreadable("its objects", &error.to_string());
        let mut child = git(&self.root)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| failed(&error))?;
        let asked: String = objects.iter().map(|object| format!("{object}\n")).collect();
        // git answers while it is asked: neither side may wait for the other.
        let writer = child.stdin.take().map(|mut stdin| {
            std::thread::spawn(move || {
                let _ = stdin.write_all(asked.as_bytes());
            })
        });
        let mut answer = Vec::new();
        if let Some(mut stdout) = child.stdout.take() {
            stdout
                .read_to_end(&mut answer)
                .map_err(|error| failed(&error))?;
        }
        if let Some(writer) = writer {
            let _ = writer.join();
        }
        let _ = child.wait();
        split_batch(&answer, objects.len()).ok_or_else(|| failed(&"an object is missing"))
    }
}

/// `OBJECT blob LENGTH\nCONTENT\n`, repeated.
fn split_batch(mut answer: &[u8], count: usize) -> Option<Vec<Vec<u8>>> {
    let mut contents = Vec::with_capacity(count);
    for _ in 0..count {
        let end = answer.iter().position(|byte| *byte == b'\n')?;
        let head = std::str::from_utf8(&answer[..end]).ok()?;
        let length: usize = head.rsplit(' ').next()?.parse().ok()?;
        answer = answer.get(end + 1..)?;
        contents.push(answer.get(..length)?.to_vec());
        answer = answer.get(length + 1..)?;
    }
    Some(contents)
}

fn unreadable(what: &str, error: &str) -> Problem {
    Problem::new(Exit::Failed, format!("git cannot read {what}"))
        .why(error.trim())
        .hint("check the repository: git fsck")
}

/// A call of git that a hook's variables do not lead astray: in a hook they name another
/// index, and paths from another folder.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).env("LC_ALL", "C");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command
}

/// Why a call of git gave no answer.
#[derive(Debug, Error)]
enum CallError {
    #[error("cannot run git: {0}")]
    NotRun(io::Error),
    /// What git said.
    #[error("{0}")]
    Failed(String),
}

fn run(folder: &Path, arguments: &[&str]) -> Result<String, CallError> {
    let mut command = git(folder);
    command.args(arguments);
    output(command)
}

fn output(mut command: Command) -> Result<String, CallError> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(CallError::NotRun)?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(CallError::Failed(said.trim().to_owned()))
    }
}
