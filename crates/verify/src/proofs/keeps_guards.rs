//! Is what was refused refused still?
//!
//! What a trigger, a rule, row-level security or a missing privilege refuses is a guard, and one that goes is a finding.
//! What a constraint refuses is a matter of what the rows mean, which changes often and on purpose: a note says so.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jubilee_catalog::{Change, Difference, Kind, What};
use postgres::Client;

use crate::case::Case;
use crate::error::Error;
use crate::old::{
    Accepted, Attempt, Basis, Gone, Guard, Privilege, attempts, begin, gained, given, gone,
    let_anyone, lost, read_guards, touched, with_settings,
};
use crate::proof::{Finding, Note, Verdict};
use crate::proofs::words_of_guards::{words_of_guard, words_of_note};
use crate::steps::blame_each;

/// How many objects of one kind are named.
const NAMED: usize = 3;

/// What is no longer refused.
struct Loosened {
    gone: Vec<Gone>,
    gained: Vec<Privilege>,
    accepted: Vec<Accepted>,
    /// Which columns were written by themselves, by relation.
    columns: BTreeMap<String, BTreeSet<String>>,
    tried: usize,
    /// The relations of which something was refused, and whether to a role.
    refused: BTreeSet<(String, bool)>,
}

/// Tries what was refused, and compares who may do what; and says which constraints are gone.
pub(crate) fn prove(case: &Case<'_>) -> Result<(Verdict, Vec<Note>), Error> {
    if case.changes.is_empty() {
        let how = match case.changes_server {
            true => "it changes no object; roles belong to the server and are not compared",
            false => "it changes no object",
        };
        return Ok((Verdict::Holds(how.to_owned()), Vec::new()));
    }
    let old_copy = case.scratch.copy(case.before)?;
    let new_copy = case.scratch.copy(case.after)?;
    let mut before = case.scratch.connect(&old_copy)?;
    let mut after = case.scratch.connect(&new_copy)?;
    let guards = read_guards(&mut before)?;
    let loosened = compare(case, &guards, &mut before, &mut after)?;
    drop((before, after));
    case.scratch.drop(&new_copy);
    let places = match loosened.is_empty() {
        true => Vec::new(),
        false => places(case, &old_copy, &guards, &loosened)?,
    };
    case.scratch.drop(&old_copy);
    let (findings, notes) = told(&loosened, &places);
    let verdict = if findings.is_empty() {
        let compared = guards.iter().filter(|guard| guard.refuses()).count();
        let tried = loosened.tried;
        Verdict::Holds(format!(
            "{tried} refused statements, {compared} guards compared"
        ))
    } else {
        let reason = case.file.header().loosens.as_ref();
        Verdict::unless_declared("Loosens", reason, findings)
    };
    Ok((verdict, notes))
}

fn compare(
    case: &Case<'_>,
    guards: &[Guard],
    before: &mut Client,
    after: &mut Client,
) -> Result<Loosened, Error> {
    let mut gone = gone(guards, &read_guards(after)?);
    let given = given(after, |role| case.roles.contains(role))?;
    // Where nobody may call a function that could before, nobody can do more with it.
    gone.retain(|one| {
        let is_called = |by: &Privilege| by.is_call_of(&one.guard.shown);
        one.guard.kind != "invoker" || given.iter().any(is_called)
    });
    let gained = gained(before, after, &given)?;
    let changes: Vec<Change> = case.changes.iter().filter(may_loosen).cloned().collect();
    let tables = touched(&changes, case.before_schema, case.after_schema);
    let basis = Basis {
        data: case.before_data,
        reserved: case.after_data,
        brought: Some(case.brought),
        seed: case.seed,
        tables: tables.as_ref(),
    };
    let attempts = match changes.is_empty() {
        true => Vec::new(),
        false => attempts(before, basis)?,
    };
    let mut loosened = Loosened {
        gone,
        gained,
        accepted: Vec::new(),
        columns: BTreeMap::new(),
        tried: 0,
        refused: BTreeSet::new(),
    };
    let needs_anyone = attempts.iter().any(Attempt::is_by_anyone);
    for client in [&mut *before, &mut *after] {
        begin(client)?;
        if needs_anyone {
            let_anyone(client)?;
        }
    }
    for attempt in &attempts {
        loosened.add(attempt, before, after)?;
    }
    // Last of all: a setting that was set once is empty afterwards, and not unset.
    for attempt in with_settings(&attempts, before, after, case.before_data)? {
        loosened.add(&attempt, before, after)?;
    }
    for client in [before, after] {
        client
            .batch_execute("ROLLBACK")
            .map_err(|error| Error::server("try what was refused", &error))?;
    }
    Ok(loosened)
}

/// Whether a change may keep code from refusing what it refused: not one of what rows may hold, nor of privileges.
fn may_loosen(change: &&Change) -> bool {
    let is_of_rows = matches!(
        change.name.kind,
        Kind::Column
            | Kind::Constraint
            | Kind::DefaultPrivileges
            | Kind::DomainConstraint
            | Kind::Index
            | Kind::Publication
            | Kind::Sequence
            | Kind::Statistics
    );
    let is_minor = |difference: &Difference| {
        let attribute = difference.attribute.as_str();
        attribute.starts_with("privileges of ") || ["comment", "options"].contains(&attribute)
    };
    match &change.what {
        _ if is_of_rows => false,
        What::Changed(differences) => !differences.iter().all(is_minor),
        What::Added(_) | What::Removed(_) => true,
    }
}

/// The statements to blame: for what is gone, what is gained and what is accepted, one after the other.
fn places(
    case: &Case<'_>,
    copy: &str,
    guards: &[Guard],
    loosened: &Loosened,
) -> Result<Vec<Option<Range<usize>>>, Error> {
    let mut client = case.scratch.connect(copy)?;
    blame_each(&mut client, case.file, |client| {
        let gone = gone(guards, &read_guards(client)?);
        let is_gone = |one: &Gone| gone.iter().any(|now| now.guard == one.guard);
        let missing = lost(client, &loosened.gained)?;
        let is_held = |one: &Privilege| !missing.contains(&one);
        let mut all: Vec<bool> = loosened.gone.iter().map(is_gone).collect();
        all.extend(loosened.gained.iter().map(is_held));
        for one in &loosened.accepted {
            all.push(one.is_so(client)?);
        }
        Ok(all)
    })
}

impl Loosened {
    fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.gained.is_empty() && self.accepted.is_empty()
    }

    /// Tries one on both.
    fn add(
        &mut self,
        attempt: &Attempt,
        before: &mut Client,
        after: &mut Client,
    ) -> Result<(), Error> {
        if let Some(column) = &attempt.column {
            let columns = self.columns.entry(attempt.on.clone()).or_default();
            columns.insert(column.clone());
        }
        if self.knows(attempt) {
            return Ok(());
        }
        let (was_refused, accepted) = attempt.compare(before, after)?;
        if was_refused {
            self.tried += 1;
            let is_by_role = attempt.role.is_some();
            for on in [&attempt.on, &attempt.root] {
                self.refused.insert((on.clone(), is_by_role));
            }
        }
        self.accepted.extend(accepted);
        Ok(())
    }

    /// Whether an attempt says nothing more than what is known.
    fn knows(&self, attempt: &Attempt) -> bool {
        let is_off = |one: &Gone| one.guard.kind == "row security" && one.guard.shown == attempt.on;
        attempt.role.is_some() && self.gone.iter().any(is_off)
            || self.accepted.iter().any(|one| {
                let known = &one.attempt;
                let is_of = known.on == attempt.on || known.on == attempt.root;
                known.verb == attempt.verb
                    && is_of
                    && (known.role.is_none() || known.role == attempt.role || known.is_by_anyone())
                    && (known.column.is_none() || known.column == attempt.column)
            })
    }
}

/// What there is to say of all that is found, with the statements to blame in the same order.
fn told(loosened: &Loosened, places: &[Option<Range<usize>>]) -> (Vec<Finding>, Vec<Note>) {
    let mut places = places.iter().cloned();
    let mut next = || places.next().flatten();
    let (mut findings, mut notes) = (Vec::new(), Vec::new());
    let of_gone: Vec<(&Gone, _)> = loosened.gone.iter().map(|one| (one, next())).collect();
    let of_gained: Vec<_> = loosened.gained.iter().map(|one| (one, next())).collect();
    let of_accepted: Vec<_> = loosened.accepted.iter().map(|one| (one, next())).collect();
    findings.extend(accepted(&of_accepted, &loosened.columns));
    for (one, range) in of_gone {
        let Guard { kind, shown, .. } = &one.guard;
        let is_gone = |kind: &str| {
            let mut all = loosened.gone.iter();
            all.any(|other| other.guard.kind == kind && other.guard.shown == *shown)
        };
        let is_told = match kind.as_str() {
            "forced" => is_gone("row security"),
            "search_path" => is_gone("invoker"),
            // Without a permissive one, less is seen.
            "policy" if one.now.is_none() => true,
            "trigger" | "rule" | "policy" | "restrictive policy" => {
                let mut accepted = loosened.accepted.iter();
                accepted.any(|other| other.attempt.on == *shown) || is_gone("row security")
            }
            _ => false,
        };
        match (is_told, words_of_guard(&one.guard)) {
            (true, _) => {}
            (false, Some((what, instead))) => findings.push(finding(range, what, instead)),
            (false, None) => notes.push(Note {
                range,
                what: words_of_note(one, &loosened.refused),
            }),
        }
    }
    findings.extend(privileges(&of_gained));
    (findings, notes)
}

fn finding(range: Option<Range<usize>>, what: String, instead: &str) -> Finding {
    Finding {
        range,
        what,
        why: "others rely on its being refused, and nothing of theirs fails when it no longer is"
            .to_owned(),
        instead: format!("{instead}; or say in the header why it may be: `-- Loosens: …`"),
    }
}

/// Relation, by whom, and statement to blame of attempts that are told of together.
type Together<'a> = (&'a str, String, Option<Range<usize>>);

/// The statements that are accepted, those of one relation together.
fn accepted(
    all: &[(&Accepted, Option<Range<usize>>)],
    columns: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<Finding> {
    let mut groups: Vec<(Together<'_>, Vec<&Accepted>)> = Vec::new();
    for (one, range) in all {
        let of = &one.attempt;
        // A partition is told of with the whole table.
        let is_whole = |other: &Attempt| other.verb == of.verb && other.on == of.root;
        if of.on != of.root && all.iter().any(|(other, _)| is_whole(&other.attempt)) {
            continue;
        }
        let by = match &of.role {
            None => String::new(),
            Some(_) if of.is_by_anyone() => " by a role that no policy names".to_owned(),
            Some(role) => format!(" by the role `{role}`"),
        };
        let settings: Vec<String> = of.settings.iter().map(|of| format!("`{of}`")).collect();
        let by = match settings.is_empty() {
            true => by,
            false => format!("{by}, with {} set,", some(settings)),
        };
        let key = (of.on.as_str(), by, range.clone());
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(one),
            None => groups.push((key, vec![one])),
        }
    }
    let each = groups.iter().filter_map(|((on, by, range), group)| {
        let one = group.first()?;
        let mut verbs: Vec<&str> = Vec::new();
        for other in group {
            if !verbs.contains(&other.attempt.verb) {
                verbs.push(other.attempt.verb);
            }
        }
        let written: BTreeSet<&str> = group
            .iter()
            .filter_map(|other| other.attempt.column.as_deref())
            .collect();
        let all_columns = columns.get(*on).map_or(0, BTreeSet::len);
        let of = match verbs.as_slice() {
            ["UPDATE"] if !written.is_empty() && written.len() < all_columns => {
                let named = written.iter().map(|column| format!("`{on}.{column}`"));
                some(named.collect())
            }
            _ => format!("`{on}`"),
        };
        let (is, are) = match verbs.len() {
            1 => ("was", "is"),
            _ => ("were", "are"),
        };
        let from = match verbs.as_slice() {
            ["INSERT"] => "into",
            ["DELETE" | "SELECT"] => "from",
            _ => "of",
        };
        let verbs = listed(&verbs);
        Some(finding(
            range.clone(),
            format!(
                "{verbs} {from} {of}{by} {is} refused ({}), and {are} accepted now",
                one.was
            ),
            "keep what refuses it, or make what takes its place in the same migration",
        ))
    });
    each.collect()
}

/// Role, kind and name of an object, and statement to blame of privileges that are told of together.
type Held<'a> = (&'a str, &'a str, &'a str, &'a Option<Range<usize>>);

/// The privileges that are gained, those of one role on several objects together.
fn privileges(all: &[(&Privilege, Option<Range<usize>>)]) -> Vec<Finding> {
    let mut objects: Vec<(Held<'_>, Vec<&str>)> = Vec::new();
    for (one, range) in all {
        let held = (
            one.role.as_str(),
            one.kind.as_str(),
            one.shown.as_str(),
            range,
        );
        match objects.iter_mut().find(|(known, _)| *known == held) {
            Some((_, privileges)) => privileges.push(&one.privilege),
            None => objects.push((held, vec![&one.privilege])),
        }
    }
    let mut groups: Vec<(Finding, Vec<String>)> = Vec::new();
    for ((role, kind, shown, range), privileges) in &objects {
        let whose = match *role {
            "" => "PUBLIC, and so every role,".to_owned(),
            role => format!("the role `{role}`"),
        };
        // Whoever owns it may do everything with it.
        let (what, instead) = match privileges.contains(&"OWNER") {
            true => (
                format!("{whose} was not the owner of the {kind} {{}}, and is now"),
                "leave it to its owner, who alone can drop what refuses something",
            ),
            false => (
                format!(
                    "{whose} was refused {} on the {kind} {{}}, and may do so now",
                    listed(privileges)
                ),
                "grant it to a role that does nothing else, or on a new object",
            ),
        };
        let shown = format!("`{shown}`");
        let same =
            |(known, _): &&mut (Finding, Vec<String>)| known.what == what && known.range == **range;
        match groups.iter_mut().find(same) {
            Some((_, group)) => group.push(shown),
            None => groups.push((finding((*range).clone(), what, instead), vec![shown])),
        }
    }
    let each = groups.into_iter().map(|(mut finding, objects)| {
        finding.what = finding.what.replace("{}", &some(objects));
        finding
    });
    each.collect()
}

/// `a, b and c`.
fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// A few of them, and how many more there are.
fn some(names: Vec<String>) -> String {
    match names.len().saturating_sub(NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names[..NAMED].join(", ")),
    }
}
