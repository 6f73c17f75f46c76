//! What a target and the way to it demand of the messages of a run.

use crate::message::{Message, Part};
use crate::sql::literal;
use crate::target::Target;

/// What a run must heed, once it has read its target.
#[derive(Default)]
pub(crate) struct Terms {
    /// Whether all but the last commit need not wait for the disk.
    pub(crate) asynchronous: bool,
    /// Whether a commit waits for the disk only if it is told to.
    pub(crate) never_waits: bool,
    /// Whether a setting must be told to reach Citus' workers.
    pub(crate) citus: bool,
    pub(crate) path: Path,
    role: Vec<String>,
    reset: Vec<String>,
}

/// What sits between the client and the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Path {
    /// Nothing that would give the connection to somebody else.
    Direct,
    /// That cannot be told.
    #[default]
    Unknown,
    /// A pooler: what answers is another process than the client was told of.
    Pooled,
}

impl Path {
    /// `process` is the one that the client was told of when it connected. A pooler makes that up,
    /// since the process that serves the client changes; a TCP proxy or a tunnel passes it on.
    pub(crate) fn of(target: &Target, process: Option<i32>) -> Self {
        match (process, target.backend_pid) {
            (Some(told), Some(answers)) if told == answers => Self::Direct,
            (Some(_), Some(_)) => Self::Pooled,
            _ => Self::Unknown,
        }
    }
}

impl Terms {
    pub(crate) fn of(target: &Target, path: Path) -> Self {
        Self {
            // Citus' workers commit their part durably before the coordinator commits the history
            // row: lost alone, the row would let the migration run again.
            asynchronous: !target.has_citus && !target.commits_elsewhere,
            never_waits: target.synchronous_commit == "off",
            citus: target.has_citus,
            path,
            role: role(target),
            reset: reset(target, path),
        }
    }

    pub(crate) fn are_known(&self) -> bool {
        !self.reset.is_empty()
    }

    /// The role that the session had: before a migration's completion is recorded, since that
    /// is for the runner's role to do.
    pub(crate) fn push_role(&self, message: &mut Message) {
        for statement in &self.role {
            message.push(Part::Control, statement);
        }
    }

    /// What brings a session back to what it was before a migration, without the cursors,
    /// temporary tables, prepared statements and LISTENs that the migration may have left.
    pub(crate) fn push_reset(&self, message: &mut Message) {
        for statement in &self.reset {
            message.push(Part::Control, statement);
        }
    }
}

fn role(target: &Target) -> Vec<String> {
    // This resets the role too.
    let mut statements = vec!["SET SESSION AUTHORIZATION DEFAULT".to_owned()];
    if target.set_role != "none" && !target.set_role.is_empty() {
        statements.push(format!("SET ROLE {}", literal(&target.set_role)));
    }
    statements
}

/// `DISCARD ALL` would do more than this, and cannot stand behind `COMMIT` in one message,
/// where a transaction pooler needs it.
fn reset(target: &Target, path: Path) -> Vec<String> {
    let caller = target.caller_session.as_ref();
    // A driver's own are not this runner's to drop, and behind a pooler nor are another client's.
    let is_only_ours = path == Path::Direct && caller.is_some_and(|session| !session.has_prepared);
    let deallocate = if is_only_ours {
        "DEALLOCATE ALL"
    } else {
        "DO $$ DECLARE s text; BEGIN FOR s IN SELECT name FROM pg_catalog.pg_prepared_statements WHERE from_sql \
         LOOP EXECUTE pg_catalog.format('DEALLOCATE %I', s); END LOOP; END $$"
    };
    let mut statements: Vec<String> = [
        "RESET ALL",
        "CLOSE ALL",
        "UNLISTEN *",
        "DISCARD TEMP",
        deallocate,
    ]
    .map(str::to_owned)
    .into();
    // What a pooled connection had when the target was read is another client's, and the
    // connection need not be the same one any more.
    if path != Path::Pooled
        && let Some(settings) = caller.map(|session| session.settings.as_str())
        && !settings.is_empty()
    {
        statements.push(format!("SELECT {settings}"));
    }
    statements
}
