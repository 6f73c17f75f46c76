//! The command that was typed, and further ones that go where it went.

use std::ffi::OsString;
use std::path::Path;
use std::sync::OnceLock;

/// The name of the program as it is built.
const BUILT: &str = "xtask";

/// The name under which the program is installed, if it is: then there is no checkout around it.
static INSTALLED: OnceLock<String> = OnceLock::new();

/// Notes how the program was started: by any other name than that of the build it is installed.
pub(crate) fn started_as(program: Option<&OsString>) {
    let name = program
        .and_then(|path| Path::new(path).file_name())
        .and_then(|name| name.to_str())
        .filter(|name| *name != BUILT);
    if let Some(name) = name {
        // It is started once.
        let _ = INSTALLED.set(name.to_owned());
    }
}

/// Whether it is installed, in an image say, so that nobody has a checkout or cargo at hand.
pub(crate) fn is_installed() -> bool {
    INSTALLED.get().is_some()
}

/// What people type to run this program.
pub(crate) fn program() -> &'static str {
    INSTALLED.get().map_or("cargo xtask", String::as_str)
}

/// The command that was typed, ready to be pasted into a shell.
pub(crate) fn typed() -> String {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    join(&arguments)
}

/// The same with a folder of migrations, which is still to be named; `None` where it names one.
pub(crate) fn typed_with_folder() -> Option<String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let names_one = |argument: &String| argument.split('=').next() == Some("--migrations");
    (!arguments.iter().any(names_one)).then(|| format!("{} --migrations DIR", join(&arguments)))
}

/// `cargo xtask` with these words, and with the flags of the command that was typed that say which
/// migrations and which environment are meant.
pub(crate) fn further(words: &str) -> String {
    let arguments = std::env::args().skip(1);
    format!("{} {words}{}", program(), flags(arguments))
}

/// The same for a command that reads files alone, and so takes no environment.
pub(crate) fn further_of_files(words: &str) -> String {
    let arguments = std::env::args().skip(1);
    let arguments = arguments.filter(|argument| argument != "--production");
    format!("{} {words}{}", program(), flags(arguments))
}

fn join(arguments: &[String]) -> String {
    let words = program()
        .split(' ')
        .chain(arguments.iter().map(String::as_str));
    // No argument of a process holds a NUL, the one thing that cannot be quoted.
    shlex::try_join(words).unwrap_or_default()
}

fn flags(arguments: impl Iterator<Item = String>) -> String {
    let mut flags = String::new();
    let mut arguments = arguments.peekable();
    while let Some(argument) = arguments.next() {
        let folder = match argument.as_str() {
            "--production" => {
                flags.push_str(" --production");
                None
            }
            "--migrations" => arguments.peek().map(String::as_str),
            other => other.strip_prefix("--migrations="),
        };
        if let Some(folder) = folder.and_then(|folder| shlex::try_quote(folder).ok()) {
            flags.push_str(&format!(" --migrations {folder}"));
        }
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> impl Iterator<Item = String> {
        line.split(' ').map(str::to_owned)
    }

    #[test]
    fn what_says_the_target_is_kept() {
        for (typed, kept) in [
            ("migrate codex -v", ""),
            ("migrate codex --production --yes", " --production"),
            ("--migrations m migrate codex", " --migrations m"),
            ("migrate codex --migrations=m", " --migrations m"),
            ("migrate codex --migrations", ""),
        ] {
            assert_eq!(flags(words(typed)), kept, "{typed}");
        }
        let spaced = ["--migrations".to_owned(), "my files".to_owned()];
        assert_eq!(flags(spaced.into_iter()), " --migrations 'my files'");
    }

    #[test]
    fn arguments_are_quoted_where_a_shell_wants_it() {
        let typed = ["new", "codex", "it's"].map(str::to_owned);
        assert_eq!(join(&typed), r#"cargo xtask new codex "it's""#);
    }
}
