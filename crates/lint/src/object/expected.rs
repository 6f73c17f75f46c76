//! What a finding says of a second run.

use super::Object;

/// The state of an object in which a statement fails: a finding holds only if a second run meets it.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    /// The objects.
    pub(crate) objects: Vec<Object>,
    /// Whether it fails where they are there (`CREATE`), or where they are not (`DROP`).
    pub(crate) present: bool,
}

impl Expected {
    /// It fails where the object is there.
    pub(crate) fn present(object: &Object) -> Self {
        Self {
            objects: vec![object.clone()],
            present: true,
        }
    }

    /// It fails where one of the objects is not there.
    pub(crate) fn absent(objects: Vec<Object>) -> Self {
        Self {
            objects,
            present: false,
        }
    }
}
