//! What may come next on the command line.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::sync::OnceLock;

use clap::Command;
use clap_complete::CompletionCandidate;
use clap_complete::engine::{ArgValueCompleter, complete};
use jubilee_core::MigrationName;

use crate::databases::{ALL, Entry};
use crate::workspace;

/// What is typed, for what depends on more than the word that is completed.
static TYPED: OnceLock<Vec<OsString>> = OnceLock::new();

/// The words that may stand in the place of word `index`, each with what it means.
pub(crate) fn candidates(
    command: Command,
    index: usize,
    words: Vec<OsString>,
) -> Vec<(String, String)> {
    let is_option = |word: &str| word.starts_with('-');
    let begins_option = words
        .get(index)
        .is_some_and(|word| is_option(&word.to_string_lossy()));
    // It is asked once.
    let _ = TYPED.set(words.clone());
    let found = complete(&mut with_numbers(command), words, index, None);
    let text = |candidate: CompletionCandidate| {
        let help = candidate.get_help().map(ToString::to_string);
        let help = help.unwrap_or_default();
        let line = help.lines().next().unwrap_or_default().to_owned();
        (candidate.get_value().to_string_lossy().into_owned(), line)
    };
    // Where nothing can be completed, nothing is said.
    let mut found: Vec<_> = found.unwrap_or_default().into_iter().map(text).collect();
    // Options are for who begins one, unless there is nothing else.
    if !begins_option && found.iter().any(|(word, _)| !is_option(word)) {
        found.retain(|(word, _)| !is_option(word));
    }
    found
}

/// The same command line, where each argument that is the number of a migration knows the numbers.
fn with_numbers(command: Command) -> Command {
    let command = command.mut_args(|argument| {
        let is_number = argument
            .get_value_names()
            .is_some_and(|names| names.iter().any(|name| name == "NNNN"));
        match is_number {
            true => argument.add(ArgValueCompleter::new(numbers)),
            false => argument,
        }
    });
    command.mut_subcommands(with_numbers)
}

/// The numbers of the migrations of the databases that are named.
fn numbers(current: &OsStr) -> Vec<CompletionCandidate> {
    let is_named = |entry: &&Entry| {
        let mut typed = TYPED.get().into_iter().flatten();
        typed.any(|word| word == entry.database.name)
    };
    let names = ALL.iter().filter(is_named).flat_map(names);
    let candidate = |name: MigrationName| {
        let help = Some(name.to_string().into());
        CompletionCandidate::new(name.version().to_string()).help(help)
    };
    let begin = current.to_string_lossy();
    let fits = |name: &MigrationName| name.version().to_string().starts_with(&*begin);
    names.filter(fits).map(candidate).collect()
}

/// Those in the checkout, else those in this program.
fn names(entry: &Entry) -> Vec<MigrationName> {
    let folder = workspace::root().map(|root| root.join("migrations").join(entry.database.name));
    let files = folder.and_then(|folder| fs::read_dir(folder).ok());
    let mut names: Vec<MigrationName> = match files {
        Some(files) => files
            .flatten()
            .filter_map(|file| MigrationName::from_file_name(file.file_name().to_str()?).ok())
            .collect(),
        None => entry
            .embedded
            .iter()
            .filter_map(|file| MigrationName::from_file_name(&file.name).ok())
            .collect(),
    };
    names.sort_by_key(MigrationName::version);
    names
}
