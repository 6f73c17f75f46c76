//! What the session of a run does, in sentences.

use jubilee_runner::{AtWork, Behind, Holder, Locked, Progress, Wait};

use crate::output::{grouped, span};

/// How many of those who hold a lock are named.
const NAMED: usize = 3;

/// How much of a query is shown.
const SHOWN: usize = 100;

/// What there is to say of a run: what it waits for, how far it is, and whom it keeps waiting; a
/// line each.
pub(crate) fn lines(run: &AtWork) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(wait) = &run.waits {
        lines.extend(of_wait(wait));
    }
    lines.extend(run.progress.as_ref().map(of_progress));
    lines.extend(run.behind.as_ref().map(of_behind));
    if let Some(standbys) = &run.standbys {
        lines.push(format!(
            "a commit waits for synchronous replication: no standby of synchronous_standby_names ({standbys}) confirms it"
        ));
        lines.push("Ctrl-C ends the wait; the commit stays on this server".to_owned());
    }
    lines
}

/// What of a look at a run may be news: not how long it takes, nor how far it is.
pub(crate) fn gist(run: &AtWork) -> Gist {
    Gist {
        waits: run.waits.as_ref().map(|wait| {
            let holders = wait.holders.iter().map(|holder| holder.process);
            (wait.on.clone(), holders.collect())
        }),
        keeps_waiting: run.behind.is_some(),
        replicates: run.standbys.is_some(),
    }
}

/// See [`gist`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Gist {
    waits: Option<(Locked, Vec<Option<i32>>)>,
    keeps_waiting: bool,
    replicates: bool,
}

impl Gist {
    /// Takes another look in; whether somebody should know at once what is new in it.
    pub(crate) fn takes_in(&mut self, new: Self) -> bool {
        let is_news = new.waits.is_some() && new.waits != self.waits
            || new.keeps_waiting && !self.keeps_waiting
            || new.replicates && !self.replicates;
        self.waits = new.waits.or(self.waits.take());
        self.keeps_waiting |= new.keeps_waiting;
        self.replicates |= new.replicates;
        is_news
    }
}

/// What is waited for, and below it who holds it.
pub(crate) fn of_wait(wait: &Wait) -> Vec<String> {
    let waited = wait
        .waited
        .map(|waited| format!(", for {} so far", span(waited)))
        .unwrap_or_default();
    let mut lines = vec![format!("waits for {}{waited}", wanted(wait))];
    lines.extend(of_holders(wait));
    lines
}

fn of_holders(wait: &Wait) -> Vec<String> {
    let mut lines: Vec<String> = wait.holders.iter().take(NAMED).map(of_holder).collect();
    let more = wait.holders.len().saturating_sub(NAMED);
    if more > 0 {
        lines.push(format!("and by {more} more"));
    }
    lines
}

/// `ACCESS EXCLUSIVE on users`.
fn wanted(wait: &Wait) -> String {
    match &wait.on {
        Locked::Relation(name) => format!("{} on {name}", wait.mode),
        Locked::Transaction => "another transaction to end".to_owned(),
        Locked::Other(kind) => format!("a lock ({kind})"),
        _ => "a lock".to_owned(),
    }
}

fn of_holder(holder: &Holder) -> String {
    let Some(process) = holder.process else {
        return "held by a prepared transaction (SELECT * FROM pg_prepared_xacts)".to_owned();
    };
    let is_run = is_run(holder);
    let name = if is_run {
        Some("another runner".to_owned())
    } else {
        holder.application_name.clone()
    };
    let role = holder.role.as_ref().map(|role| format!("role {role}"));
    let state = holder.state.as_ref().map(|state| match holder.in_state {
        Some(time) => format!("{state} for {}", span(time)),
        None => state.clone(),
    });
    let hidden = "pg_read_all_stats would show what it does".to_owned();
    let about: Vec<String> = [name, role, state.or(Some(hidden))]
        .into_iter()
        .flatten()
        .collect();
    let held = match (&holder.mode, holder.queued) {
        (Some(mode), true) => {
            format!("behind pid {process}, which waits for {mode} itself")
        }
        (Some(mode), false) => format!("held by pid {process} with {mode}"),
        (None, _) => format!("held by pid {process}"),
    };
    // A runner's own query begins with the claim, which tells nobody anything.
    let query = holder.query.as_deref().filter(|_| !is_run);
    let query = query.map(|query| format!(": {}", short(query)));
    format!("{held} ({}){}", about.join(", "), query.unwrap_or_default())
}

fn is_run(holder: &Holder) -> bool {
    let name = holder.application_name.as_deref();
    name.is_some_and(|name| name.starts_with("jubilee-migrate "))
}

/// How the sessions that hold what is waited for are ended.
pub(crate) fn how_to_end(wait: &Wait) -> Option<String> {
    let processes = wait.holders.iter().filter(|holder| !holder.queued);
    let calls: Vec<String> = processes
        .filter_map(|holder| holder.process)
        .map(terminate)
        .collect();
    let whom = match calls.len() {
        0 => return None,
        1 => "the session that holds it",
        _ => "the sessions that hold it",
    };
    Some(format!("to end {whom}:\n{}", calls.join("\n")))
}

/// What ends a session, for psql.
pub(crate) fn terminate(process: i32) -> String {
    const FUNCTION: &str = "pg_terminate_backend";
    format!("SELECT {FUNCTION}({process})")
}

fn of_progress(progress: &Progress) -> String {
    let on = progress
        .relation
        .as_ref()
        .map(|relation| format!(" on {relation}"))
        .unwrap_or_default();
    let unit = match progress.total {
        Some(1) => progress.unit.trim_end_matches('s'),
        _ => &progress.unit,
    };
    let how_far = match (progress.done, progress.total) {
        (Some(done), Some(total)) => {
            let percent = u128::from(done.min(total)) * 100 / u128::from(total);
            format!("{percent} % of {} {unit}, ", grouped(total))
        }
        (Some(done), None) if done > 0 => format!("{} {unit}, ", grouped(done)),
        _ => String::new(),
    };
    format!("{}{on}: {how_far}{}", progress.command, progress.phase)
}

fn of_behind(behind: &Behind) -> String {
    let sessions = match behind.sessions {
        1 => "1 session waits".to_owned(),
        many @ 100.. => format!("{many} sessions or more wait"),
        some => format!("{some} sessions wait"),
    };
    match behind.longest {
        Some(time) if behind.sessions == 1 => format!("{sessions} behind it, for {}", span(time)),
        Some(time) => format!("{sessions} behind it, the first for {}", span(time)),
        None => format!("{sessions} behind it"),
    }
}

/// A query on one line, cut where it is long.
fn short(query: &str) -> String {
    let words: Vec<&str> = query.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", line[..at].trim_end()),
        None => line,
    }
}

/// What was waited for in vain, and who held it.
pub(crate) fn waited(wait: &Wait) -> String {
    let mut lines = vec![format!("it waited for {}", wanted(wait))];
    lines.extend(of_holders(wait));
    lines.join("\n")
}
