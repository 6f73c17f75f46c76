//! What kind of problem something is, for programs: names that stay.

use serde::Serialize;

use crate::exit::Exit;

/// The kind of a problem. `docs/reference.md` lists them; a name is never given another meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    // No connection.
    Configuration,
    ConnectionFailed,
    ConnectionLost,
    LocalServer,
    // Refused.
    ProductionGuard,
    ConfirmationNeeded,
    OtherDatabase,
    OtherEnvironment,
    NotAdopted,
    Pooled,
    Refused,
    // Failed.
    MigrationFailed,
    InvalidMigration,
    Modified,
    Missing,
    Diverged,
    Interrupted,
    WaitedTooLong,
    Server,
    History,
    File,
    StaleBuild,
    Failed,
    Internal,
    // Others.
    Usage,
    Stopped,
}

impl Kind {
    /// The kind of what nothing more is known of than how it ends the program.
    pub(crate) fn of_exit(exit: Exit) -> Self {
        match exit {
            Exit::NoConnection => Self::ConnectionFailed,
            Exit::Refused => Self::Refused,
            Exit::Usage => Self::Usage,
            Exit::Stopped => Self::Stopped,
            Exit::Done | Exit::Failed => Self::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Kind::{self, *};

    /// All of them: a new one does not compile here before it is in the list.
    fn all() -> Vec<Kind> {
        let listed = vec![
            Configuration,
            ConnectionFailed,
            ConnectionLost,
            LocalServer,
            ProductionGuard,
            ConfirmationNeeded,
            OtherDatabase,
            OtherEnvironment,
            NotAdopted,
            Pooled,
            Refused,
            MigrationFailed,
            InvalidMigration,
            Modified,
            Missing,
            Diverged,
            Interrupted,
            WaitedTooLong,
            Server,
            History,
            File,
            StaleBuild,
            Failed,
            Internal,
            Usage,
            Stopped,
        ];
        for kind in &listed {
            match kind {
                Configuration | ConnectionFailed | ConnectionLost | LocalServer
                | ProductionGuard | ConfirmationNeeded | OtherDatabase | OtherEnvironment
                | NotAdopted | Pooled | Refused | MigrationFailed | InvalidMigration | Modified
                | Missing | Diverged | Interrupted | WaitedTooLong | Server | History | File
                | StaleBuild | Failed | Internal | Usage | Stopped => {}
            }
        }
        listed
    }

    #[test]
    fn the_reference_lists_every_kind() {
        let text = include_str!("../../docs/reference.md");
        let section = text
            .split("\n## ")
            .find(|s| s.starts_with("Kinds of problems"))
            .unwrap();
        let rows = section
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        let documented: BTreeSet<String> = rows.map(str::to_owned).collect();
        let name = |kind: Kind| {
            serde_json::to_value(kind)
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        };
        let known: BTreeSet<String> = all().into_iter().map(name).collect();
        assert_eq!(documented, known);
    }
}
