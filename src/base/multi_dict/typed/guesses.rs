//! What a field turned out to be, others like it may be too: else a `flatten`ed map of a thousand numbers would
//! take a thousand attempts.
//!
//! A guess goes as soon as it does not fit, and where many do not, all go.

use super::plan::Certainty;
use super::plan::Listing;
use super::plan::Place;
use super::plan::Plan;
use super::shown_as::Care;
use super::source::Source;

/// So many names that turned out alike let others be taken for the same.
const ENOUGH_ALIKE: usize = 8;

/// So many guesses that were wrong end all guessing.
const MOST_WRONG: usize = 8;

/// How many there are so far.
#[derive(Default)]
pub(super) struct Guesses {
    last: Option<Place>,
    numbers: usize,
    lists: usize,
    wrong: usize,
}

impl Guesses {
    /// Notes that the next place is at fault, so that the last one fits by now.
    pub(super) fn follow(&mut self, source: &Source<'_>, plan: &Plan, next: Place) {
        let fits = |last: &Place| source.first(last.pair()) != source.first(next.pair());
        let Some(last) = self.last.replace(next).filter(fits) else {
            return;
        };
        self.numbers += usize::from(plan.slot(last.pair()).is_number());
        let name = plan.slot(source.first(last.pair()));
        self.lists += usize::from(name.listing == Listing::List);
    }

    /// Notes that a guess was wrong.
    pub(super) fn miss(&mut self, plan: &mut Plan) {
        self.wrong += 1;
        if self.wrong > MOST_WRONG {
            plan.forget_guesses();
        }
    }

    /// Takes others for the same as what was learned of a place.
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

/// Takes the values of a name for numbers, of which nothing is known, and which look like some.
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
