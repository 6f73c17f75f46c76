//! What is said of guards that are gone.

use std::collections::BTreeSet;

use crate::old::{Gone, Guard};

/// How much of a definition is shown.
const LONG: usize = 120;

/// What is said of a guard that is gone, and what to do instead.
pub(super) fn words_of_guard(guard: &Guard) -> Option<(String, &'static str)> {
    let shown = &guard.shown;
    Some(match guard.kind.as_str() {
        "row security" => (
            format!("row-level security hid rows of `{shown}`, and is off now"),
            "leave it on, and change the policies",
        ),
        "forced" => (
            format!(
                "row-level security hid rows of `{shown}` from its owner too, and does not now"
            ),
            "leave it forced, and write a policy for the owner",
        ),
        "security_invoker" => (
            format!(
                "the view `{shown}` read with the privileges of whoever asks, and reads with those of its owner now"
            ),
            "keep `security_invoker`, and grant what is needed on the tables",
        ),
        "security_barrier" => (
            format!(
                "the view `{shown}` hid its other rows from the functions of a query, and does not now (security_barrier)"
            ),
            "keep `security_barrier`",
        ),
        "invoker" => (
            format!(
                "the function `{shown}` ran with the privileges of its caller, and runs with those of its owner now (SECURITY DEFINER)"
            ),
            "keep SECURITY INVOKER, and grant its callers what it needs; or make a new function",
        ),
        "search_path" => (
            format!(
                "the function `{shown}` ran with a search_path of its own and its owner's privileges, and takes its caller's path now"
            ),
            "set it again: `ALTER FUNCTION … SET search_path = pg_catalog, pg_temp`",
        ),
        _ => return None,
    })
}

/// What is noted of a guard that is gone, by the relations of which something was refused, and whether to a role.
pub(super) fn words_of_note(one: &Gone, refused: &BTreeSet<(String, bool)>) -> String {
    let Guard {
        kind,
        shown,
        name,
        definition,
        ..
    } = &one.guard;
    let was = cut(definition);
    let now = one.now.as_deref().map(cut);
    // Row-level security refuses roles something.
    let (is_of_roles, did, refuse, done) = match kind.ends_with("policy") {
        true => (true, "hid", "hide", "hidden"),
        false => (false, "refused", "refuse", "refused"),
    };
    let is_seen = |is_by_role| refused.contains(&(shown.clone(), is_by_role));
    let seen = match is_seen(true) || !is_of_roles && is_seen(false) {
        true => format!(
            "what `{shown}` was seen to {refuse} is {done} still, but may not be with other settings or roles"
        ),
        false => format!("nothing was seen that it {did}"),
    };
    match (kind.as_str(), now) {
        ("NOT NULL", _) => format!("`{shown}.{name}` may be NULL from now on"),
        ("limits", Some(now)) => {
            format!("the sequence `{shown}` has other limits: {now}, was {was}")
        }
        ("definer", _) => format!(
            "the function `{shown}` ran with the privileges of its owner, and runs with those of its caller now, who may lack some"
        ),
        ("trigger", Some(_)) => {
            format!("the trigger `{name}` of `{shown}` is another, or its function; {seen}")
        }
        ("policy" | "restrictive policy", Some(now)) => {
            format!("the {kind} `{name}` of `{shown}` is another: {now}, was {was}; {seen}")
        }
        ("trigger" | "rule" | "restrictive policy", _) => {
            format!("the {kind} `{name}` of `{shown}` is gone; {seen}")
        }
        (_, Some(now)) => format!("the {kind} `{name}` of `{shown}` is another: {now}, was {was}"),
        (_, None) => format!("the {kind} `{name}` of `{shown}` is gone: {was}"),
    }
}

/// The beginning of a definition, in one line.
fn cut(definition: &str) -> String {
    let words: Vec<&str> = definition.split_whitespace().collect();
    let all = words.join(" ");
    let plain = all.trim_start_matches("USING btree ");
    match plain.char_indices().nth(LONG) {
        Some((end, _)) => format!("{}…", &plain[..end]),
        None => plain.to_owned(),
    }
}
