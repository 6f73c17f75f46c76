//! `cargo xtask new-database`.

use std::path::Path;

use clap::Args;

use crate::databases::{ChangeRate, Database, Review};
use crate::exit::Exit;
use crate::files::{self, Change};
use crate::globals::Globals;
use crate::header::git_user;
use crate::new_database::{check_holds, check_name, free_port, plan};
use crate::output::{print, print_json};
use crate::problem::Problem;
use crate::workspace;

/// `cargo xtask new-database`.
#[derive(Debug, Args)]
pub(crate) struct NewDatabase {
    /// Short name in snake_case, such as archive
    name: String,
    /// What it holds, as a short phrase [default: NAME data]
    #[arg(long, value_name = "PHRASE")]
    holds: Option<String>,
    /// Who must review its migrations
    #[arg(long, value_enum, default_value = "standard", value_name = "WHO")]
    review: Review,
    /// How often its schema changes
    #[arg(long, value_enum, default_value = "moderate", value_name = "RATE")]
    changes: ChangeRate,
}

impl NewDatabase {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let root = workspace::for_new_files()?;
        check_name(&self.name, &root)?;
        let holds = self
            .holds
            .unwrap_or_else(|| format!("{} data", self.name.replace('_', " ")));
        check_holds(&holds)?;
        let author = git_user().ok_or_else(|| {
            Problem::new(
                Exit::Failed,
                "the author of the first migrations is unknown",
            )
            .why("git has no user.name for you")
            .hint("git config user.name 'Ada Lovelace'")
        })?;
        let database = Database {
            // Like those of the list, for the rest of this short process.
            name: self.name.leak(),
            holds: holds.leak(),
            change_rate: self.changes,
            review: self.review,
            development_port: free_port()?,
        };
        let changes = match plan(&root, database, &author) {
            Ok(changes) => changes,
            Err(problems) => return Ok(globals.fail(&problems)),
        };
        files::write(&changes).map_err(|problem| {
            problem.hint("nothing was changed; check the permissions and the free space")
        })?;
        show(database.name, &root, &changes, globals);
        Ok(Exit::Done)
    }
}

fn show(name: &str, root: &Path, changes: &[Change], globals: &Globals) {
    let paths = |new: bool| {
        let kind = changes.iter().filter(move |c| c.before.is_none() == new);
        kind.map(|change| {
            let path = change.path.strip_prefix(root).unwrap_or(&change.path);
            path.display().to_string()
        })
    };
    if globals.is_json() {
        let (created, changed): (Vec<_>, Vec<_>) = (paths(true).collect(), paths(false).collect());
        print_json(&serde_json::json!({ "name": name, "created": created, "changed": changed }));
        return;
    }
    let mut text = String::new();
    for path in paths(true) {
        text.push_str(&format!("new      {path}\n"));
    }
    for path in paths(false) {
        text.push_str(&format!("changed  {path}\n"));
    }
    print(&format!(
        "{text}next:\ncargo xtask check {name} --fix   (writes the checksums of its migrations)\n\
         cargo xtask migrate {name}\n"
    ));
}
