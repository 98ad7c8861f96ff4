//! Guesses that similar fields have the same type: otherwise a `flatten`ed map of a thousand numbers would
//! need a thousand attempts.
//!
//! A guess is dropped as soon as it does not fit. After many wrong guesses, all are dropped.

use super::plan::Certainty;
use super::plan::Listing;
use super::plan::Place;
use super::plan::Plan;
use super::shown_as::Care;
use super::source::Source;

/// After this many names with the same outcome, others are guessed to be alike.
const ENOUGH_ALIKE: usize = 8;

/// More wrong guesses than this end all guessing.
const MOST_WRONG: usize = 8;

/// The counts so far.
#[derive(Default)]
pub(super) struct Guesses {
    last: Option<Place>,
    numbers: usize,
    lists: usize,
    wrong: usize,
}

impl Guesses {
    /// Records that the next place is at fault, so the last one now fits.
    pub(super) fn follow(&mut self, source: &Source<'_>, plan: &Plan, next: Place) {
        let fits = |last: &Place| source.first(last.pair()) != source.first(next.pair());
        let Some(last) = self.last.replace(next).filter(fits) else {
            return;
        };
        self.numbers += usize::from(plan.slot(last.pair()).is_number());
        let name = plan.slot(source.first(last.pair()));
        self.lists += usize::from(name.listing == Listing::List);
    }

    /// Records that a guess was wrong.
    pub(super) fn miss(&mut self, plan: &mut Plan) {
        self.wrong += 1;
        if self.wrong > MOST_WRONG {
            plan.forget_guesses();
        }
    }

    /// Applies the outcome of a place to similar places.
    pub(super) fn spread(
        &self,
        source: &Source<'_>,
        plan: &mut Plan,
        place: Place,
        aside: &[usize],
    ) {
        if self.wrong > MOST_WRONG {
            return;
        }
        if plan.slot(place.pair()).is_number() {
            take_for_numbers(source, plan, source.first(place.pair()));
        }
        for first in aside {
            let slot = plan.slot(*first);
            if self.lists >= ENOUGH_ALIKE && slot.listing == Listing::Usual && slot.is_open() {
                plan.slot_mut(*first).listing = Listing::GuessedList;
            }
            if self.numbers >= ENOUGH_ALIKE {
                take_for_numbers(source, plan, *first);
            }
        }
    }
}

/// Guesses that the values of a name are numbers, if nothing is known of them and they look like numbers.
fn take_for_numbers(source: &Source<'_>, plan: &mut Plan, first: usize) {
    for pair in source.links.places(first) {
        let slot = plan.slot(pair);
        let kind = slot.kind.after(source.text(pair), "f64", Care::Exact);
        if let Some(kind) = kind.filter(|_| slot.is_open()) {
            let slot = plan.slot_mut(pair);
            (slot.kind, slot.certainty) = (kind, Certainty::Guessed);
        }
    }
}
