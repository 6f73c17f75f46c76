//! The queries of services: files of SQL, with `$1` for parameters.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jubilee_core::{Position, TokenKind, normalise, split, tokens};
use jubilee_verify::Query;

use crate::databases::ALL;
use crate::exit::Exit;
use crate::output::{count, eprint};
use crate::problem::Problem;

/// How many files are named that are not read.
const SHOWN: usize = 5;

/// The queries of a folder for databases: of each, those in the folder of its name; without a folder that is named like
/// any database, all are of the only one.
pub(crate) fn read(
    folder: &Path,
    databases: &[&'static str],
) -> Result<BTreeMap<&'static str, Vec<Query>>, Problem> {
    let shown = folder.display();
    let none = |why: &str| {
        Problem::new(Exit::Usage, format!("no queries in {shown}"))
            .why(why)
            .hint("name the folder with the queries of a service, for example: --queries services/accounts/queries")
    };
    if !folder.is_dir() {
        return Err(none(match folder.exists() {
            true => "it is not a folder",
            false => "the folder does not exist",
        }));
    }
    let known = ALL.iter().map(|entry| folder.join(entry.database.name));
    let known: Vec<PathBuf> = known.filter(|folder| folder.is_dir()).collect();
    let mut all = BTreeMap::new();
    if known.is_empty() {
        let [only] = databases else {
            let example = databases.first().copied().unwrap_or("codex");
            return Err(Problem::new(
                Exit::Usage,
                format!("it is not known of which database the queries in {shown} are"),
            )
            .why(format!("{} are to be verified, and the folder has no folder of their names", count(databases.len(), "database")))
            .hint(format!("name the database (cargo xtask verify {example} --queries …), or put its queries into {}", folder.join(example).display())));
        };
        all.insert(*only, of_folder(folder)?);
    } else {
        for database in databases {
            let own = folder.join(database);
            if known.contains(&own) {
                all.insert(*database, of_folder(&own)?);
            }
        }
        tell_of_others(folder, &known)?;
    }
    if all.values().all(Vec::is_empty) {
        return Err(none(match known.is_empty() {
            true => "no file in it whose name ends in .sql holds a statement",
            false => {
                "no file whose name ends in .sql in a folder named like one of the databases holds a statement"
            }
        }));
    }
    Ok(all)
}

/// Says which files lie beside the folders that are named like databases: of which database they are is not known.
fn tell_of_others(folder: &Path, known: &[PathBuf]) -> Result<(), Problem> {
    let mut others = files(folder)?;
    others.retain(|file| !known.iter().any(|of| file.starts_with(of)));
    if others.is_empty() {
        return Ok(());
    }
    let shown: Vec<String> = others
        .iter()
        .take(SHOWN)
        .map(|file| file.display().to_string())
        .collect();
    let more = match others.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    eprint(&format!(
        "not read, since they are in no folder named like a database: {}{more}\n",
        shown.join(", ")
    ));
    Ok(())
}

fn of_folder(folder: &Path) -> Result<Vec<Query>, Problem> {
    let mut queries = Vec::new();
    for file in files(folder)? {
        queries.extend(of_file(&file)?);
    }
    Ok(queries)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let mut files = Vec::new();
    find(folder, &mut files).map_err(|error| failed(folder, &error))?;
    files.sort();
    Ok(files)
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
