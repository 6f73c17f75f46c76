//! What to do next about what a run says: the library states facts, the commands stand here.

use jubilee_core::{Environment, MigrationName};
use jubilee_runner::{Divergence, HistoryKind, MigrationStatus, Refusal, RunErrorKind};

use crate::activity::terminate;
use crate::invocation::{further, is_installed, typed, typed_with_folder};

/// What to do about a target that is refused.
pub(crate) fn of_refusal(refusal: &Refusal, database: &str) -> Option<String> {
    let advice = match refusal {
        Refusal::OtherDatabase { expected, found } => format!(
            "point the configuration of {expected} at its own database, or, if {found} is meant:\n{}",
            further(&format!("migrate {found}"))
        ),
        Refusal::OtherEnvironment { expected, found } => {
            let meant = match (found.as_str(), expected) {
                ("production", _) => "add --production".to_owned(),
                ("development", Environment::Production) => "leave --production out".to_owned(),
                (_, Environment::Production) => {
                    format!("leave --production out and set JUBILEE_ENV={found}")
                }
                _ => format!("set JUBILEE_ENV={found}"),
            };
            format!(
                "if {found} is meant, {meant}; if it is a copy that {expected} uses, or was labelled {found} by mistake:\n{}",
                relabel(database, found, *expected)
            )
        }
        Refusal::NotAdopted { found: HistoryKind::Untracked, .. } => {
            let adopt = further(&format!("migrate adopt {database}"));
            let up_to = further(&format!("migrate adopt {database} --up-to NNNN"));
            format!(
                "if this really is {database}, take it over:\n\
                 {up_to}   (if the migrations up to NNNN were applied by other means)\n\
                 {adopt}   (if the tables are others', and none was)"
            )
        }
        Refusal::NotAdopted { .. } => format!(
            "if this really is {database}, take it over:\n{}",
            further(&format!("migrate adopt {database}"))
        ),
        Refusal::UnknownHistory { .. } => {
            "the table belongs to another program: check that this is the right database, then rename the table".to_owned()
        }
        Refusal::Standby => "connect to the primary".to_owned(),
        Refusal::ReadOnly => {
            "connect to the primary, or as a role with default_transaction_read_only = off".to_owned()
        }
        Refusal::NonstandardStrings => {
            "as the database's owner: ALTER DATABASE … SET standard_conforming_strings = on (see also ALTER ROLE … and the server's configuration)".to_owned()
        }
        Refusal::NoPublicSchema => "as the database's owner: CREATE SCHEMA public".to_owned(),
        Refusal::ServerTooOld { .. } => {
            "upgrade the server, or check that this is the right one".to_owned()
        }
        Refusal::MayNotRead { role } => {
            format!("as the table's owner: GRANT SELECT ON public.schema_migrations TO {role}")
        }
        Refusal::MayNotWrite { role, history: true } => format!(
            "as the table's owner: GRANT INSERT, UPDATE, DELETE ON public.schema_migrations TO {role}"
        ),
        Refusal::MayNotWrite { role, history: false } => {
            format!("as the database's owner: GRANT USAGE, CREATE ON SCHEMA public TO {role}")
        }
        Refusal::Pooled { .. } => format!(
            "set DB_{}_DIRECT_URL to the address of PostgreSQL itself; every command then uses it",
            database.to_uppercase()
        ),
        Refusal::CitusWorker => "connect to the coordinator".to_owned(),
        Refusal::HistoryOnCitus { .. } => {
            "as the table's owner: SELECT undistribute_table('public.schema_migrations')".to_owned()
        }
        _ => return None,
    };
    Some(advice)
}

/// What to do about files and a history that contradict each other, where the database may be made anew or
/// not, and migrations are merged or not, as far as that is known.
pub(crate) fn of_divergence(
    divergence: &Divergence,
    database: &str,
    may_be_made_anew: bool,
    is_merged: impl Fn(&MigrationName) -> Option<bool>,
) -> Option<String> {
    let may_be_redone = |name| may_be_made_anew && is_merged(name) == Some(false);
    let redo = further(&format!("db redo {database}"));
    let advice = match divergence {
        Divergence::Modified { name } if may_be_redone(name) => format!(
            "{name} is not merged yet: delete this database with its rows, and apply all files as they are now:\n{redo}"
        ),
        Divergence::OtherName { name, applied } if may_be_redone(applied) => format!(
            "{applied} is not merged: if it is of another branch, or {name} is its new name, delete this database with its rows, and apply the files of this branch:\n{redo}{}",
            or_name_the_folder()
        ),
        Divergence::Missing { name, .. } if may_be_redone(name) => format!(
            "{name} is not merged: if it is of another branch, or was given up, delete this database with its rows, and apply the files of this branch:\n{redo}"
        ),
        Divergence::OutOfOrder { applied, .. } if may_be_redone(applied) => format!(
            "{applied} is not merged yet: delete this database with its rows, and apply the files in their order:\n{redo}"
        ),
        Divergence::Modified { name } => format!(
            "restore the file as it was applied (`git log -- '*/{name}.sql'` shows its changes) and put the change into a new migration"
        ),
        Divergence::OtherName { name, .. } => format!(
            "if yours is another migration, give it the next free number: rename {name}.sql and its header; if it was renamed, give it back its name{}",
            or_name_the_folder()
        ),
        Divergence::Missing {
            newer_than_all_files: true,
            ..
        } => format!(
            "the database is ahead of this build: deploy the build that has the migration{}; if an older release shall run again, add --accept-newer",
            if is_installed() {
                ""
            } else {
                ", or update the checkout"
            }
        ),
        Divergence::Missing { name, .. } => format!(
            "restore the file (`git log --diff-filter=D -- '*/{name}.sql'` finds where it was deleted)"
        ),
        Divergence::OutOfOrder { name, .. } => {
            let rename = format!("give it the next free number: rename {name}.sql and its header");
            let row = "its row is gone from public.schema_migrations: look whether what it does is there, \
                       and put the row back from a backup";
            match is_merged(name) {
                Some(true) if may_be_made_anew => format!(
                    "{name} is merged, so it keeps its number; {row}, or make the database anew:\n{redo}"
                ),
                Some(true) => format!("{name} is merged, so it keeps its number; {row}"),
                Some(false) => rename,
                None => format!("if {name} is new, {rename}; if it is released, {row}"),
            }
        }
        _ => return None,
    };
    Some(advice)
}

/// What to do about anything else that ended a run.
pub(crate) fn of_error(error: &RunErrorKind, database: &str) -> Option<String> {
    let advice = match error {
        RunErrorKind::OddHistory(_) => {
            "look at them with `SELECT * FROM public.schema_migrations ORDER BY version` and correct them by hand".to_owned()
        }
        RunErrorKind::UnknownName(_) => "rename its file".to_owned(),
        RunErrorKind::Interrupted { name, .. } => resolve(name, database),
        RunErrorKind::RowGoneMeanwhile(_) => format!(
            "nothing but the runner may change that table; run it again: being idempotent, it finds what is there\n{}",
            typed()
        ),
        RunErrorKind::RowGone(_) => "nothing but the runner may change that table".to_owned(),
        RunErrorKind::WaitedTooLong { who, .. } => {
            let process = who.as_ref().and_then(|who| who.process);
            let end = process.map(|process| format!(":\n{}", terminate(process)));
            // A row of a run at work is seen only where its migration is not in a transaction with it.
            let what_then = match who.as_ref().and_then(|who| who.applies.as_ref()) {
                Some((_, name)) => format!(
                    "; {name} runs without a transaction, so what it has done by then stays, and `migrate resolve` goes on from there"
                ),
                None => ", which rolls back what is under way".to_owned(),
            };
            format!(
                "wait longer with --wait 30m; if its runner is gone (killed, say), end its session{what_then}{}",
                end.unwrap_or_default()
            )
        }
        RunErrorKind::ConnectionLost { .. } => format!(
            "run it again; what was committed is not applied twice:\n{}",
            further(&format!("migrate {database}"))
        ),
        RunErrorKind::Stopped(_) => to_continue(),
        RunErrorKind::Server { error, .. } if error.code == "55P03" => {
            "wait for the run that is at work, or end its session, then run this again".to_owned()
        }
        RunErrorKind::Server { error, .. } => {
            let mend = what_to_mend(&error.code);
            let mend = mend.map(|mend| format!("{mend}, then run this again:\n{}", typed()));
            return error.hint.clone().or(mend);
        }
        RunErrorKind::NoAnswer => {
            "check that this is a connection to PostgreSQL itself".to_owned()
        }
        RunErrorKind::NotAdoptable(_) => {
            "restore the files as they were applied; if they differ only in header or comments, adopt with --ignore-checksums".to_owned()
        }
        RunErrorKind::HistoryIsThere => "leave --up-to out".to_owned(),
        RunErrorKind::NothingToAdopt => format!(
            "apply the migrations:\n{}",
            further(&format!("migrate {database}"))
        ),
        RunErrorKind::LabelledOtherwise { found, .. } => format!(
            "check that this is the right database; if it is, name {found} with --from"
        ),
        RunErrorKind::UnknownMigration(_) | RunErrorKind::ResolvedMeanwhile(_) => format!(
            "see the status of each migration:\n{}",
            further(&format!("migrate status {database}"))
        ),
        RunErrorKind::NotInterrupted { session: Some(session), .. } => format!(
            "its run is still active: wait for it, or terminate its session first:\n\
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{session}'"
        ),
        RunErrorKind::NotInterrupted { status, .. } => match status {
            MigrationStatus::Failed => {
                "there is nothing to resolve: correct the file, and the next run tries it again"
            }
            MigrationStatus::Rerun => "the next run applies it again already",
            MigrationStatus::Pending => "there is nothing to resolve: the next run applies it",
            _ => "there is nothing to resolve",
        }
        .to_owned(),
        RunErrorKind::NotDone { name, .. } => format!(
            "let it be run again; being idempotent, it finds what is there:\n{}",
            further(&format!("migrate resolve {database} {} --rerun", name.version()))
        ),
        RunErrorKind::AppliedAfter { .. } => {
            "put what it lacks into a new migration".to_owned()
        }
        RunErrorKind::NoFile(_) => format!("restore the file first{}", or_name_the_folder()),
        _ => return None,
    };
    Some(advice)
}

/// What a SQLSTATE asks for: its class tells whether the file is to blame (PostgreSQL manual,
/// "PostgreSQL Error Codes").
pub(crate) fn what_to_mend(code: &str) -> Option<&'static str> {
    let mend = match code.get(..2) {
        Some("53" | "58") => {
            "the server ran out of a resource (disk, memory, connections): fix that"
        }
        Some("57") if code == "57014" => {
            "it was canceled, by a user or by the statement_timeout of role, database or server: find out why"
        }
        Some("57") => "check the server",
        Some("55") if code == "55P03" => "wait until the lock is free, or end whoever holds it",
        Some("3F") => {
            "name a schema that is there, in the file or in the role's or the database's search_path"
        }
        Some("25") if code == "25001" => {
            "leave `BEGIN` and `COMMIT` out, and write `-- Transaction: none` into the header"
        }
        Some("42") if code == "42501" => "grant the privilege, or use a role that has it",
        _ => return None,
    };
    Some(mend)
}

/// What else there is to do where the files may be those of another folder than the run had.
fn or_name_the_folder() -> String {
    let typed = typed_with_folder();
    typed.map_or_else(String::new, |typed| {
        format!("\nor, if the run had the files of another folder, name it:\n{typed}")
    })
}

/// How to go on with what was stopped.
pub(crate) fn to_continue() -> String {
    format!("to continue:\n{}", typed())
}

fn relabel(database: &str, from: &str, to: Environment) -> String {
    further(&format!(
        "migrate relabel {database} --from {from} --to {to}"
    ))
}

fn resolve(name: &MigrationName, database: &str) -> String {
    let version = name.version();
    let rerun = further(&format!("migrate resolve {database} {version} --rerun"));
    let completed = further(&format!("migrate resolve {database} {version} --completed"));
    format!(
        "look at what it left behind, then record the outcome:\n\
         {rerun}   (run it again: being idempotent, it finds what is there)\n\
         {completed}   (it did everything it should)"
    )
}
