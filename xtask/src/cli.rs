//! What can be typed, and where it leads.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::command::{
    check, codegen, completions, db, drift, migrate, new, new_database, renumber, snapshot, verify,
};
use crate::exit::Exit;
use crate::globals::Globals;
use crate::invocation;
use crate::output::{self, Format, LogFormat, print_json};
use crate::problem::{Failure, Problem};

const EXIT_CODES: &str = "\
Exit status:
  0    done, also: nothing to do
  1    a migration or a check failed
  2    usage error
  3    refused for safety: production guard, identity, adoption needed
  4    cannot connect, or configuration is missing or wrong
  130  stopped by Ctrl-C or a termination signal";

/// The commands that work on the files, or on the server, of a checkout.
const OF_A_CHECKOUT: [&str; 10] = [
    "new",
    "new-database",
    "check",
    "codegen",
    "completions",
    "db",
    "drift",
    "renumber",
    "snapshot",
    "verify",
];

/// Migrate and check Jubilee's PostgreSQL databases
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Apply pending migrations; show their status; recover from failures
    Migrate(migrate::Migrate),
    /// Create a migration file
    New(new::New),
    /// Create everything that a new database needs
    NewDatabase(new_database::NewDatabase),
    /// Check migrations against the project's rules; needs no server
    Check(check::Check),
    /// Prove new migrations on a scratch PostgreSQL
    Verify(verify::Verify),
    /// Give migrations of this branch the next free numbers, also in the middle of a merge
    Renumber(renumber::Renumber),
    /// Regenerate docs/rules/ and the lists of databases
    Codegen(codegen::Codegen),
    /// Compare live databases with what their recorded migrations make
    Drift(drift::Drift),
    /// Write each database's schema into the checkout, as SQL and as a description
    Snapshot(snapshot::Snapshot),
    /// Manage this checkout's local PostgreSQL server
    Db(db::Db),
    /// Print a shell completion script
    Completions(completions::Completions),
    /// Print the words that may come next, for the completion scripts
    #[command(hide = true)]
    Complete(completions::Complete),
}

/// Runs the command line and gives the exit status, which `--help` documents.
#[must_use]
pub fn main() -> ExitCode {
    invocation::started_as(std::env::args_os().next().as_ref());
    let parsed = command().try_get_matches_from(arguments(std::env::args_os()));
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return not_understood(&error).into(),
    };
    log_to_stderr(&cli.globals);
    let globals = cli.globals;
    let knows_format = match globals.format {
        Format::Human | Format::Json => true,
        Format::Markdown => matches!(
            cli.command,
            Command::Check(_) | Command::Verify(_) | Command::Drift(_) | Command::Snapshot(_)
        ),
        Format::Sarif => matches!(cli.command, Command::Check(_) | Command::Verify(_)),
        Format::Github => matches!(cli.command, Command::Check(_)),
    };
    if !knows_format {
        let problem = Problem::new(Exit::Usage, "this command does not support that format")
            .why("`check` supports all, `verify` sarif and markdown too, `drift` and `snapshot` markdown, the others human and json")
            .hint("omit --format, or use --format json");
        globals.report([&problem]);
        return problem.exit.into();
    }
    let result = match cli.command {
        Command::Migrate(migrate) => migrate.run(&globals),
        Command::New(new) => new.run(&globals),
        Command::NewDatabase(new_database) => new_database.run(&globals),
        Command::Check(check) => check.run(&globals),
        Command::Verify(verify) => verify.run(&globals),
        Command::Renumber(renumber) => renumber.run(&globals),
        Command::Codegen(codegen) => codegen.run(&globals),
        Command::Drift(drift) => drift.run(&globals),
        Command::Snapshot(snapshot) => snapshot.run(&globals),
        Command::Db(db) => db.run(&globals),
        Command::Completions(completions) => completions.run(),
        Command::Complete(complete) => complete.run(command()),
    };
    let exit = result.unwrap_or_else(|problem| globals.fail(&[problem]));
    if exit == Exit::Done && output::was_lost() {
        return Exit::Failed.into();
    }
    exit.into()
}

/// Says what is wrong with the arguments, or prints the help that is asked for.
fn not_understood(error: &clap::Error) -> Exit {
    let _ = error.print();
    if !error.use_stderr() {
        return Exit::Done;
    }
    let typed: Vec<String> = std::env::args().skip(1).collect();
    let for_programs = typed.windows(2).any(|pair| pair == ["--format", "json"])
        || typed.iter().any(|argument| argument == "--format=json");
    if for_programs {
        let problem =
            Problem::new(Exit::Usage, error.kind().to_string()).why(error.to_string().trim_end());
        print_json(&Failure::of(&[problem]));
    }
    Exit::Usage
}

/// The command line as it is offered: where the program is installed, without what needs a checkout.
fn command() -> clap::Command {
    let program = invocation::program();
    let mut command = Cli::command().name(program).bin_name(program);
    if invocation::is_installed() {
        for of_checkout in OF_A_CHECKOUT {
            command = command.mut_subcommand(of_checkout, |command| command.hide(true));
        }
    }
    command
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
    let json = globals.log_format == LogFormat::Json;
    let level = match globals.verbose {
        // What is written for people without any -v is INFO here.
        0 if json => "warn,xtask::output=info,xtask::progress=info",
        0 => "warn",
        1 => "warn,xtask=info",
        2 => "debug",
        _ => "trace",
    };
    // RUST_LOG refines what -v says.
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let _ = if json {
        output::log_as_json();
        log.json().flatten_event(true).with_ansi(false).try_init()
    } else {
        log.with_ansi(globals.color.for_errors()).try_init()
    };
}

#[cfg(test)]
mod tests {
    use super::*;

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
