//! The files of a further database, and those that list it.

use std::path::Path;

use super::migrations;
use crate::codegen::listings;
use crate::databases::{ALL, Database, descriptors};
use crate::exit::Exit;
use crate::files::{self, Change};
use crate::problem::Problem;

/// The list of databases, and where it ends.
const LIST: &str = "xtask/src/databases.rs";
const END_OF_LIST: &str = "\n];\n";

/// The first port behind those of the other databases' servers.
pub(crate) fn free_port() -> Result<u16, Problem> {
    let ports = ALL.iter().map(|entry| entry.database.development_port);
    let last = ports.max().unwrap_or_default();
    last.checked_add(1).ok_or_else(|| {
        Problem::new(Exit::Failed, "no port is left for a further server")
            .why(format!("the last one has {last}"))
            .hint(format!(
                "give it a lower one in {LIST}, then run `cargo xtask codegen`"
            ))
    })
}

/// Everything that a further database needs, or everything that is in its way. Writes nothing.
pub(crate) fn plan(
    root: &Path,
    database: Database,
    author: &str,
) -> Result<Vec<Change>, Vec<Problem>> {
    let folder = root.join("migrations").join(database.name);
    let mut made = match migrations::first(database.name, author) {
        Ok(files) => files
            .into_iter()
            .map(|(name, text)| Ok(Change::new(folder.join(name), text)))
            .collect(),
        Err(problem) => vec![Err(problem)],
    };
    made.extend(
        ["Cargo.toml", "build.rs", "src/lib.rs"].map(|file| of_crate(root, file, &database)),
    );
    made.push(Change::edit(root, LIST, |text| in_list(text, &database)));
    let databases: Vec<Database> = descriptors().into_iter().chain([database]).collect();
    made.extend(listings(root, &databases));
    let mut changes = files::all(made)?;
    changes.retain(|change| change.before != change.after);
    Ok(changes)
}

/// A file of its crate: that of another database, with name and content its own.
fn of_crate(root: &Path, file: &str, database: &Database) -> Result<Change, Problem> {
    let model = ALL[0].database;
    let text = files::read(root, &format!("crates/{}/{file}", model.name))?;
    let text = text
        .replace(model.name, database.name)
        .replace(model.holds, database.holds);
    let path = root.join("crates").join(database.name).join(file);
    Ok(Change::new(path, text))
}

/// The list of databases with one more.
fn in_list(text: &str, database: &Database) -> Result<String, String> {
    let Database {
        name,
        holds,
        change_rate,
        review,
        development_port,
    } = database;
    let entry = format!(
        "
    Entry {{
        database: Database {{
            name: \"{name}\",
            holds: \"{holds}\",
            change_rate: ChangeRate::{change_rate:?},
            review: Review::{review:?},
            development_port: {development_port},
        }},
        embedded: embedded::{},
    }},{END_OF_LIST}",
        name.to_ascii_uppercase()
    );
    match text.matches(END_OF_LIST).count() {
        1 => Ok(text.replace(END_OF_LIST, &entry)),
        number => Err(format!(
            "one line `];` must end the list, and there are {number}"
        )),
    }
}
