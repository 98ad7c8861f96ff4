//! Learns from a failed attempt: plans another way to read the field at fault, or marks the field as wrong.
//! So the next attempt gets further.

use crate::base::error::FieldError;
use crate::base::error::FieldErrors;

use super::fault::Fault;
use super::guesses::Guesses;
use super::plan::Certainty;
use super::plan::Place;
use super::plan::Plan;
use super::plan::Refused;
use super::plan::Role;
use super::refused::Finder;
use super::refused::Seen;
use super::search::Search;
use super::shown_as::Care;
use super::shown_as::ShownAs;
use super::source::Source;
use super::watch::FoundValue;
use super::watch::Refusal;
use super::words::plain;

/// The maximum number of reported errors: each costs an attempt, and a map may have any number of fields.
pub(super) const MOST_ERRORS: usize = 100;

/// The lessons so far.
#[derive(Default)]
pub(super) struct Lessons {
    pub(super) plan: Plan,
    pub(super) errors: FieldErrors,
    /// The last change.
    changed: Option<Changed>,
    guesses: Guesses,
}

#[derive(Clone, Copy, PartialEq)]
enum Changed {
    Place(Place),
    /// An absent field got an empty list.
    Absent,
}

impl Lessons {
    /// Returns all errors and one more.
    pub(super) fn with(mut self, error: FieldError) -> FieldErrors {
        self.errors.add(error);
        self.errors
    }

    /// Learns from a fault; `false` if another attempt is useless.
    pub(super) fn learn(&mut self, search: &Search<'_, '_>, fault: Fault, seen: &Seen) -> bool {
        let is_useful = match fault {
            Fault::Missing(name) => self.missing(name),
            Fault::Unknown(name) => self.unknown(search.source, &name),
            Fault::Value {
                name: Some(name),
                value,
                message,
            } => self.field(
                search,
                FieldError::new(name, value.as_deref(), message),
                seen,
            ),
            Fault::Value { message, .. } => self.whole(&message),
            Fault::Refusal(refusal) => self.refusal(search, &refusal, seen),
        };
        is_useful && self.errors.fields().len() < MOST_ERRORS
    }

    fn missing(&mut self, name: &'static str) -> bool {
        let is_new = self.plan.absent.iter().all(|(known, _)| *known != name);
        if !is_new && self.errors.is_empty() {
            // A custom type may report it missing even if it is there.
            self.errors.add(FieldError::missing(name));
        }
        self.plan.absent.push((name, false));
        self.changed = Some(Changed::Absent);
        is_new
    }

    fn unknown(&mut self, source: &Source<'_>, name: &str) -> bool {
        let (value, message) = (source.dict.get(name), "no such field is expected");
        self.errors.add(FieldError::new(name, value, message));
        let first = source.dict.position(name);
        first.is_some_and(|first| self.cast(first, Role::Skipped))
    }

    fn cast(&mut self, first: usize, role: Role) -> bool {
        let is_new = self.plan.slot(first).role != role;
        self.plan.slot_mut(first).role = role;
        is_new
    }

    /// Handles a fault of a field: its buffered values are read another way, or the field is wrong.
    fn field(&mut self, search: &Search<'_, '_>, error: FieldError, seen: &Seen) -> bool {
        let (source, name) = (search.source, error.name());
        if let Some(absent) = self.plan.absent.iter_mut().find(|known| known.0 == name) {
            // The type does not accept an empty list.
            let is_new = !std::mem::replace(&mut absent.1, true);
            if is_new {
                self.errors.add(FieldError::missing(name));
            }
            return is_new;
        }
        let Some(first) = source.dict.position(name) else {
            self.errors.add(error);
            return false;
        };
        if self.plan.slot(first).role == Role::Faked {
            return false;
        }
        let refused = seen.within(source, first);
        let is_told = error.value().is_some();
        if self.advance(source, &refused) || (!is_told && self.left_empty(source, first)) {
            return true;
        }
        let error = match refused.last() {
            Some(refused) => search.error(refused),
            None if is_told => error,
            None => source.error(first, error.message()),
        };
        self.errors.add(error);
        self.cast(first, Role::Faked)
    }

    /// Changes all refused values to the next way of reading, with care if possible.
    fn advance(&mut self, source: &Source<'_>, refused: &[Refused]) -> bool {
        [Care::Exact, Care::Any]
            .into_iter()
            .any(|care| self.plan.advance_all(source, refused, care))
    }

    /// If the first of several values is empty and not an element of a list, the field may be optional.
    fn left_empty(&mut self, source: &Source<'_>, first: usize) -> bool {
        let slot = self.plan.slot_mut(first);
        let may_be = source.text(first).is_empty() && slot.kind == ShownAs::Text;
        if may_be {
            (slot.kind, slot.certainty) = (ShownAs::Nothing, Certainty::Learned);
        }
        may_be
    }

    /// A fault without a field; it may result from values that were made up for other fields.
    fn whole(&mut self, message: &str) -> bool {
        if self.errors.is_empty() {
            self.errors.add(FieldError::new("", None, message));
        }
        false
    }

    /// serde now requests another type for a value that it has buffered.
    fn refusal(&mut self, search: &Search<'_, '_>, refusal: &Refusal, seen: &Seen) -> bool {
        let message = || format!("expected {}", plain(&refusal.wanted, ""));
        if refusal.found == FoundValue::List
            && let Some(name) = self.made_up()
        {
            return self.field(search, FieldError::new(name, None, message()), seen);
        }
        let refused = self.likely(search.source, refusal, seen);
        let Some(first) = refused.first() else {
            return self.whole(&message());
        };
        let place = first.place;
        self.guesses.follow(search.source, &self.plan, place);
        let is_guess = self.plan.is_guess(place);
        if !self.plan.advance_all(search.source, &refused, Care::Any) {
            self.errors.add(search.error(first));
            return false;
        }
        if is_guess {
            self.guesses.miss(&mut self.plan);
        } else {
            let aside = &seen.log.aside;
            self.guesses
                .spread(search.source, &mut self.plan, place, aside);
        }
        self.changed = Some(Changed::Place(place));
        true
    }

    /// Returns the absent field for which an empty list was made up in this attempt.
    fn made_up(&self) -> Option<&'static str> {
        let is_last = self.changed == Some(Changed::Absent);
        let (name, is_faked) = self.plan.absent.last().filter(|_| is_last)?;
        (!is_faked).then_some(*name)
    }

    /// Chooses the refused value among the candidates. The first choice is the place that was changed last,
    /// since it is read next, if there is another way to read it. The second choice is all guesses, the
    /// third the first candidate.
    fn likely(&self, source: &Source<'_>, refusal: &Refusal, seen: &Seen) -> Vec<Refused> {
        let mut places = Finder::new(source, &self.plan, &seen.log).places(refusal);
        let refused = |place| Refused {
            place,
            wanted: refusal.wanted.clone(),
            is_settled: false,
            is_doubtful: false,
        };
        let has_another_way = |place| {
            let mut plan = self.plan.clone();
            plan.advance(source, &refused(place), Care::Any)
        };
        if let Some(Changed::Place(changed)) = self.changed
            && let Some(same) = places.iter().find(|place| place.pair() == changed.pair())
            && (places.len() == 1 || has_another_way(*same))
        {
            places = vec![*same];
        } else if places.iter().any(|place| self.plan.is_guess(*place)) {
            places.retain(|place| self.plan.is_guess(*place));
        } else {
            places.truncate(1);
        }
        places.into_iter().map(refused).collect()
    }
}
