//! The queries of services: files of SQL, with `$1` for parameters.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jubilee_core::{Position, TokenKind, normalise, split, tokens};
use jubilee_verify::Query;

use crate::exit::Exit;
use crate::output::count;
use crate::problem::Problem;

/// The queries of a folder for databases: of each, those in the folder of its name; without any such folder, all are
/// of the only database.
pub(crate) fn read(
    folder: &Path,
    databases: &[&'static str],
) -> Result<BTreeMap<&'static str, Vec<Query>>, Problem> {
    if !folder.is_dir() {
        let what = format!("no queries in {}", folder.display());
        let there = folder.exists();
        return Err(Problem::new(Exit::Failed, what)
            .why(if there {
                "it is not a folder"
            } else {
                "the folder does not exist"
            })
            .hint(
                "name a folder with files of SQL, for example: --queries services/accounts/queries",
            ));
    }
    let own = |database: &&&'static str| folder.join(database).is_dir();
    let named: Vec<&'static str> = databases.iter().filter(own).copied().collect();
    let mut all = BTreeMap::new();
    if named.is_empty() {
        let [only] = databases else {
            let example = databases.first().copied().unwrap_or("codex");
            return Err(Problem::new(
                Exit::Usage,
                format!("it is not known of which database the queries in {} are", folder.display()),
            )
            .why(format!("{} are to be verified, and the folder has no folder of their names", count(databases.len(), "database")))
            .hint(format!("name the database (cargo xtask verify {example} --queries …), or put its queries into {}", folder.join(example).display())));
        };
        all.insert(*only, of_folder(folder)?);
    } else {
        for database in named {
            all.insert(database, of_folder(&folder.join(database))?);
        }
    }
    if all.values().all(Vec::is_empty) {
        return Err(Problem::new(Exit::Failed, format!("no queries in {}", folder.display()))
            .why("no file in it whose name ends in .sql holds a statement")
            .hint("name the folder with the queries of a service, for example: --queries services/accounts/queries"));
    }
    Ok(all)
}

fn of_folder(folder: &Path) -> Result<Vec<Query>, Problem> {
    let mut files = Vec::new();
    find(folder, &mut files).map_err(|error| failed(folder, &error))?;
    files.sort();
    let mut queries = Vec::new();
    for file in files {
        queries.extend(of_file(&file)?);
    }
    Ok(queries)
}

/// The files of SQL in a folder and the folders in it.
fn find(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        // A link to a folder is not followed: it may lead back.
        if entry.file_type()?.is_dir() {
            find(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("sql"))
        {
            files.push(path);
        }
    }
    Ok(())
}

fn failed(path: &Path, error: &io::Error) -> Problem {
    Problem::new(Exit::Failed, format!("cannot read {}", path.display()))
        .why(error.to_string())
        .hint("check the permissions of the file and its folder")
}

fn of_file(path: &Path) -> Result<Vec<Query>, Problem> {
    let shown = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| failed(path, &error))?;
    let text = normalise(bytes.into()).map_err(|error| {
        Problem::new(Exit::Failed, format!("cannot read {shown}"))
            .why(error.to_string())
            .hint("save it as UTF-8 text, or move it out of the folder")
    })?;
    let statements = split(&text).map_err(|error| {
        let at = Position::of(&text, error.offset);
        Problem::new(Exit::Failed, format!("cannot read {shown}:{at}: {error}"))
            .why("everything after it would be part of it")
            .hint("add the missing closing delimiter")
    })?;
    let mut before = 0;
    let mut queries = Vec::new();
    for statement in statements {
        let name = name(&text[before..statement.range.start]);
        before = statement.range.end;
        queries.push(Query {
            file: shown.clone(),
            line: Position::of(&text, statement.range.start).line,
            name,
            sql: text[statement.range].to_owned(),
        });
    }
    Ok(queries)
}

/// What the last comment `-- name: GetUser :one` before a statement calls it.
fn name(before: &str) -> Option<String> {
    let comments = tokens(before)
        .map_while(Result::ok)
        .filter(|token| token.kind == TokenKind::Comment);
    let names = comments.filter_map(|token| {
        let comment = before[token.range].trim_start_matches(['-', '/', '*', ' ']);
        let (_, name) = comment.split_once("name:")?;
        name.split_whitespace().next().map(ToOwned::to_owned)
    });
    names.last()
}
