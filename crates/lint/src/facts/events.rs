//! What a file makes and drops, in its order, and what of it is there at a place of a second run.

use std::collections::HashMap;
use std::ops::Range;

use crate::object::{Object, ObjectKind};
use crate::syntax::ObjectName;

/// What happened to the objects of a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Events {
    /// By [`Object::key`].
    by_name: HashMap<String, Vec<Event>>,
}

/// An object comes or goes.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) object: Object,
    pub(super) how: How,
    /// The statement's place.
    pub(super) at: usize,
    /// Where what stands behind it runs only if this did.
    pub(super) reach: Range<usize>,
    /// Without what the object cannot be: the relations that a view reads, the function that a trigger
    /// calls; of what got another name, that name.
    pub(super) needs: Vec<ObjectName>,
}

/// How an object comes or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Made,
    /// It is gone at the end of the session.
    MadeForSession,
    /// It has the name from then on.
    Arrived,
    Dropped,
    /// With all that needs it.
    DroppedWithAll,
    /// It has another name from then on.
    Left,
}

impl Event {
    /// Whether the object is there from then on.
    fn is_present(&self) -> bool {
        matches!(self.how, How::Made | How::MadeForSession | How::Arrived)
    }

    /// Whether it is gone, and not under another name.
    fn is_drop(&self) -> bool {
        matches!(self.how, How::Dropped | How::DroppedWithAll)
    }

    /// Whether a statement at that place runs only where this happened.
    fn is_before(&self, at: &Range<usize>) -> bool {
        self.at < at.start && self.reach.start <= at.start && at.end <= self.reach.end
    }

    fn is_about(&self, object: &Object) -> bool {
        let (mine, other) = (self.object.kind, object.kind);
        (mine == other || mine.drops(other) || other.drops(mine)) && self.object.may_be(object)
    }
}

/// How deep views stand on views before they are no longer followed.
const DEPTH: usize = 8;

impl Events {
    pub(super) fn add(&mut self, event: Event) {
        let key = event.object.key();
        self.by_name.entry(key).or_default().push(event);
    }

    /// What happened to an object, in order.
    fn of(&self, object: &Object) -> impl DoubleEndedIterator<Item = &Event> {
        let events = self.by_name.get(&object.key());
        events
            .into_iter()
            .flatten()
            .filter(|event| event.is_about(object))
    }

    /// Whether a second run finds the object when it gets to that place; `creates` says that the
    /// statement there creates it, after whatever it drops. `None` where the file does nothing to it.
    pub(super) fn finds(&self, object: &Object, at: &Range<usize>, creates: bool) -> Option<bool> {
        let before = self.of(object).rfind(|event| {
            let with_it = event.at == at.start && creates && !event.is_present();
            event.is_before(at) || with_it && event.reach.start <= at.start
        });
        let since = match before {
            Some(event) if !event.is_present() => return Some(false),
            Some(event) => event.at,
            None => 0,
        };
        if self.goes_with_others(object, since, at, DEPTH) {
            return Some(false);
        }
        // What the first run left; what was made for its session is gone.
        let left = || self.of(object).rfind(|e| e.how != How::MadeForSession);
        before.or_else(left).map(Event::is_present)
    }

    /// Whether something took the object with it between two places: its table that was dropped, or
    /// what it needs, with `CASCADE`.
    fn goes_with_others(
        &self,
        object: &Object,
        since: usize,
        at: &Range<usize>,
        depth: usize,
    ) -> bool {
        let between = |event: &&Event| event.at >= since && event.is_before(at);
        let made: Vec<&Event> = self.of(object).filter(|event| event.is_present()).collect();
        let owner = made.iter().find_map(|event| event.object.on.as_ref());
        if let Some(owner) = object.on.as_ref().or(owner) {
            let is_dropped = |name: &ObjectName| {
                let table = Object::named(ObjectKind::Table, name.clone(), None);
                self.of(&table).filter(between).any(Event::is_drop)
            };
            let goes = |event: &Event| match (object.kind, event.how) {
                // Their names are those of relations: a table that has another name keeps them.
                (ObjectKind::Index | ObjectKind::Constraint, How::Left) => {
                    event.needs.iter().any(is_dropped)
                }
                _ => !event.is_present(),
            };
            let kinds = [
                ObjectKind::Table,
                ObjectKind::MaterializedView,
                ObjectKind::View,
            ];
            let owners = kinds.map(|kind| Object::named(kind, owner.clone(), None));
            if owners.iter().any(|owner| {
                self.of(owner).filter(between).any(goes)
                    || depth > 0 && self.goes_with_others(owner, since, at, depth - 1)
            }) {
                return true;
            }
        }
        let needs = made.iter().flat_map(|event| &event.needs);
        needs.into_iter().any(|name| {
            let kinds = [
                ObjectKind::Table,
                ObjectKind::View,
                ObjectKind::MaterializedView,
                ObjectKind::Function,
            ];
            kinds.into_iter().any(|kind| {
                let needed = Object::named(kind, name.clone(), None);
                let falls = |event: &Event| event.how == How::DroppedWithAll;
                self.of(&needed).filter(between).any(falls)
                    || depth > 0 && self.goes_with_others(&needed, since, at, depth - 1)
            })
        })
    }

    /// Why the object is not there at that place: that it is dropped, or that it gets another name.
    pub(super) fn missing(&self, object: &Object, at: &Range<usize>) -> Option<&'static str> {
        (self.finds(object, at, false) == Some(false)).then_some(())?;
        let last = self.of(object).rfind(|event| !event.is_present());
        Some(match last.map(|event| event.how) {
            Some(How::Left) => "renames",
            _ => "drops",
        })
    }

    /// Whether the file makes the object before that place.
    pub(super) fn is_made_before(&self, object: &Object, at: usize) -> bool {
        let mut events = self.by_name.get(&object.key()).into_iter().flatten();
        events.any(|event| event.is_present() && event.at < at && event.object.may_be(object))
    }

    /// Whether the file makes the object after that place.
    pub(super) fn is_made_after(&self, object: &Object, at: usize) -> bool {
        let mut events = self.by_name.get(&object.key()).into_iter().flatten();
        events.any(|event| {
            let same = event.object.kind == object.kind || object.kind.drops(event.object.kind);
            event.is_present() && event.at >= at && same && event.object.may_be(object)
        })
    }
}
