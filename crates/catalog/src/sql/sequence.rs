//! Sequences.

use crate::model::Object;

/// The parameters of a sequence, as CREATE and ALTER take them.
pub(super) fn sequence_parameters(object: &Object) -> String {
    let get = |attribute: &str| object.get(attribute).unwrap_or_default();
    format!(
        "AS {} INCREMENT BY {} MINVALUE {} MAXVALUE {} START WITH {} CACHE {}{}",
        get("type"),
        get("increment"),
        get("minimum"),
        get("maximum"),
        get("start"),
        get("cache"),
        object.get("cycle").map_or(" NO CYCLE", |_| " CYCLE")
    )
}

pub(super) fn sequence(identity: &str, object: &Object) -> String {
    let unlogged = object.get("persistence").map_or("", |_| "UNLOGGED ");
    format!(
        "CREATE {unlogged}SEQUENCE {identity} {}",
        sequence_parameters(object)
    )
}

/// The sequence of an identity column: `ALWAYS (SEQUENCE NAME public.notes_id_seq START WITH 1 …)`.
pub(super) fn of_identity(identity: &str) -> Option<&str> {
    let (_, rest) = identity.split_once("SEQUENCE NAME ")?;
    Some(rest.split_once(" START ")?.0)
}
