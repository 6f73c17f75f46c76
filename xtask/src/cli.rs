//! The command line: what can be typed, and its options for every command.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{ArgAction, Args, Parser, Subcommand};

use crate::command::{
    adopt, check, codegen, completions, db, migrate, new, new_database, resolve, status,
};
use crate::databases::{self, ALL, Entry};
use crate::exit::Exit;
use crate::output::{self, Color, Format, eprint, print_json};
use crate::problem::Problem;
use crate::sources::Sources;

const EXIT_CODES: &str = "\
Exit status:
  0    done, also: nothing to do
  1    a migration or a check failed
  2    the command line makes no sense
  3    refused for safety: production guard, identity, adoption needed
  4    cannot connect, or configuration is missing or wrong
  130  stopped by Ctrl-C or a termination signal";

/// Migrations of Jubilee's PostgreSQL databases
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Globals {
    /// How results are written to standard output
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "human",
        value_name = "FORMAT"
    )]
    pub(crate) format: Format,
    /// Read migrations from DIR/<database>/ instead of those in this program
    #[arg(long, global = true, value_name = "DIR")]
    migrations: Option<PathBuf>,
    /// Say more: -v what is done, -vv and -vvv how
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// When to use colour
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN"
    )]
    pub(crate) color: Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Apply what is pending; see what is applied; get out of a failure
    Migrate(migrate::Migrate),
    /// Make a new migration file
    New(new::New),
    /// Make all that a further database needs
    NewDatabase(new_database::NewDatabase),
    /// Hold migrations against the rules of the house, without a server
    Check(check::Check),
    /// Write the pages of the rules, docs/rules/, from the rules themselves
    Codegen(codegen::Codegen),
    /// The local PostgreSQL of this checkout
    Db(db::Db),
    /// Print a completion script for a shell
    Completions(completions::Completions),
}

/// The commands of `migrate` other than to apply.
#[derive(Debug, Subcommand)]
pub(crate) enum MigrateCommand {
    /// Show what is applied, pending and failed; writes nothing
    Status(status::Status),
    /// Say what became of an interrupted migration
    Resolve(resolve::Resolve),
    /// Take over a database that another runner migrated so far
    Adopt(adopt::Adopt),
}

impl Globals {
    /// The folder given with `--migrations`.
    pub(crate) fn migrations(&self) -> Option<&Path> {
        self.migrations.as_deref()
    }

    pub(crate) fn sources(&self) -> Sources {
        Sources(self.migrations.clone())
    }

    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Writes problems to standard error, for people.
    pub(crate) fn report<'p>(&self, problems: impl IntoIterator<Item = &'p Problem>) {
        for problem in problems {
            eprint(&format!("\n{}", problem.render(self.color.for_errors())));
        }
    }
}

/// The parser of an argument that is a database.
pub(crate) fn database_parser() -> PossibleValuesParser {
    PossibleValuesParser::new(ALL.iter().map(|entry| entry.database.name))
}

/// The parser of an argument that is a database or `all`.
pub(crate) fn database_or_all_parser() -> PossibleValuesParser {
    PossibleValuesParser::new(ALL.iter().map(|entry| entry.database.name).chain(["all"]))
}

/// The databases that such an argument means.
pub(crate) fn selected(argument: &str) -> Vec<&'static Entry> {
    databases::find(argument).map_or_else(|| ALL.iter().collect(), |entry| vec![entry])
}

/// Runs the command line and gives the exit status, which `--help` documents.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse_from(arguments(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            }
            .into();
        }
    };
    log_to_stderr(&cli.globals);
    let globals = cli.globals;
    if let (Format::Sarif | Format::Github | Format::Markdown, false) =
        (globals.format, matches!(cli.command, Command::Check(_)))
    {
        let problem = Problem::new(Exit::Usage, "only `check` has a report in that format")
            .why("other commands write for people or as JSON")
            .hint("leave --format out, or say --format json");
        globals.report([&problem]);
        return problem.exit.into();
    }
    let result = match cli.command {
        Command::Migrate(migrate) => migrate.run(&globals),
        Command::New(new) => new.run(&globals),
        Command::NewDatabase(new_database) => new_database.run(&globals),
        Command::Check(check) => check.run(&globals),
        Command::Codegen(codegen) => codegen.run(),
        Command::Db(db) => db.run(&globals),
        Command::Completions(completions) => completions.run(),
    };
    let exit = result.unwrap_or_else(|problem| {
        if globals.is_json() {
            print_json(&serde_json::json!({ "error": problem.json() }));
        }
        globals.report([&problem]);
        problem.exit
    });
    if exit == Exit::Done && output::was_lost() {
        return Exit::Failed.into();
    }
    exit.into()
}

/// The arguments with `migrate:codex` written out as `migrate codex`.
fn arguments(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut written = Vec::new();
    let mut commands = 0;
    for (index, argument) in arguments.enumerate() {
        let is_command = index > 0 && !argument.to_string_lossy().starts_with('-');
        commands += usize::from(is_command);
        match argument.to_str().and_then(|text| text.split_once(':')) {
            Some((command @ ("migrate" | "db"), rest)) if is_command && commands == 1 => {
                written.extend([command.into(), rest.into()]);
            }
            _ => written.push(argument),
        }
    }
    written
}

fn log_to_stderr(globals: &Globals) {
    let level = match globals.verbose {
        0 => "warn",
        1 => "warn,xtask=info",
        2 => "debug",
        _ => "trace",
    };
    // RUST_LOG refines what -v says.
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(globals.color.for_errors())
        .try_init();
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn colon_forms_are_written_out() {
        let written = |line: &str| {
            arguments(line.split(' ').map(OsString::from))
                .into_iter()
                .map(|a| a.into_string().unwrap())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            written("xtask migrate:codex --production"),
            "xtask migrate codex --production"
        );
        assert_eq!(written("xtask migrate:all"), "xtask migrate all");
        assert_eq!(written("xtask -v db:url codex"), "xtask -v db url codex");
        assert_eq!(written("xtask new codex a:b"), "xtask new codex a:b");
    }
}
