//! `cargo xtask new-database`.

use crate::databases::{ChangeRate, Review};
use clap::{Args, ValueEnum};

use crate::cli::Globals;
use crate::command::new::git_user;
use crate::exit::Exit;
use crate::new_database::{Change, Facts, check_holds, check_name, free_port, plan, write};
use crate::output::{print, print_json};
use crate::problem::Problem;
use crate::run::report_all;
use crate::workspace;

/// `cargo xtask new-database`.
#[derive(Debug, Args)]
pub(crate) struct NewDatabase {
    /// Its short name, in snake_case: archive
    name: String,
    /// What it holds, as a short phrase [default: NAME data]
    #[arg(long, value_name = "PHRASE")]
    holds: Option<String>,
    /// Who must review its migrations
    #[arg(long, value_enum, default_value = "standard", value_name = "WHO")]
    review: Reviewer,
    /// How often its schema changes
    #[arg(long, value_enum, default_value = "moderate", value_name = "RATE")]
    changes: Rate,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Reviewer {
    /// A senior engineer
    Senior,
    /// Any engineer of the team
    Standard,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Rate {
    /// A few times a year
    Rare,
    /// About monthly
    Moderate,
    /// Weekly or more often
    Frequent,
}

impl NewDatabase {
    pub(crate) fn run(self, globals: &Globals) -> Result<Exit, Problem> {
        let root = workspace::for_new_files()?;
        check_name(&self.name, &root)?;
        let holds = self
            .holds
            .unwrap_or_else(|| format!("{} data", self.name.replace('_', " ")));
        check_holds(&holds)?;
        let facts = Facts {
            port: free_port(&root)?,
            name: self.name,
            holds,
            change_rate: match self.changes {
                Rate::Rare => ChangeRate::Rare,
                Rate::Moderate => ChangeRate::Moderate,
                Rate::Frequent => ChangeRate::Frequent,
            },
            review: match self.review {
                Reviewer::Senior => Review::Senior,
                Reviewer::Standard => Review::Standard,
            },
        };
        let author = git_user().ok_or_else(|| {
            Problem::new(Exit::Failed, "the first migration has no author")
                .why("git knows no name for you")
                .hint("git config user.name 'Ada Lovelace'")
        })?;
        let changes = match plan(&root, &facts, &author) {
            Ok(changes) => changes,
            Err(problems) => return report_all(problems, globals),
        };
        write(&root, &changes)?;
        show(&facts.name, &changes, globals);
        Ok(Exit::Done)
    }
}

fn show(name: &str, changes: &[Change], globals: &Globals) {
    let paths = |new: bool| {
        let kind = changes.iter().filter(move |c| c.before.is_none() == new);
        kind.map(|change| change.path.as_str())
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
        "{text}next:\ncargo xtask check {name} --fix   (seals the first migration)\n\
         cargo xtask migrate {name}\n"
    ));
}
