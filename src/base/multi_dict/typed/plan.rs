//! How each pair is read in an attempt, and how that changes when a value does not fit.

use std::collections::HashSet;

use super::shown_as::Care;
use super::shown_as::ShownAs;
use super::source::Source;

/// What was found out about pairs and names so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Plan {
    /// Of each pair; those past the end are read as usual. Looked up for every pair in every attempt, so
    /// not to be searched.
    slots: Vec<Slot>,
    /// Fields that are not there; whether a value was made up for them, as no empty list would do.
    pub(super) absent: Vec<(&'static str, bool)>,
}

/// How a pair is read, and, at the first pair of a name, how the name is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    pub(super) kind: ShownAs,
    pub(super) certainty: Certainty,
    pub(super) listing: Listing,
    pub(super) role: Role,
}

/// Where a kind comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Certainty {
    #[default]
    Usual,
    /// From what others like it turned out to be; it goes when it does not fit.
    Guessed,
    Learned,
}

/// Whether serde is given a list or one value where the type does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Listing {
    /// A list of several values, otherwise one value.
    #[default]
    Usual,
    /// One value, the first.
    One,
    /// A list, of one value too.
    List,
    /// The same, but only guessed.
    GuessedList,
}

/// What becomes of a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Role {
    #[default]
    Read,
    /// It is wrong: something else is read in its place.
    Faked,
    /// It is not known, or not to be seen: not at all.
    Skipped,
}

/// What did not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// The value of a pair.
    Value(usize),
    /// The list of all values of a name, at its first pair.
    List(usize),
    /// The name of a pair.
    Name(usize),
}

/// A value that did not fit somewhere.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) place: Place,
    pub(super) wanted: String,
    /// Whether something else was made of it in the same field, so that it is not lost.
    pub(super) is_settled: bool,
    /// Whether it looks like another value, which may be the one that did not fit.
    pub(super) is_doubtful: bool,
}

impl Place {
    /// The pair that it begins with.
    pub(super) fn pair(self) -> usize {
        match self {
            Self::Value(pair) | Self::List(pair) | Self::Name(pair) => pair,
        }
    }
}

impl Slot {
    pub(super) fn is_list(self, is_repeated: bool) -> bool {
        match self.listing {
            Listing::Usual => is_repeated,
            Listing::One => false,
            Listing::List | Listing::GuessedList => true,
        }
    }

    /// Whether nothing is known of the value.
    pub(super) fn is_open(self) -> bool {
        self.certainty == Certainty::Usual && self.kind == ShownAs::Text
    }

    pub(super) fn is_number(self) -> bool {
        matches!(
            self.kind,
            ShownAs::Unsigned | ShownAs::Signed | ShownAs::Float
        )
    }
}

impl Plan {
    pub(super) fn slot(&self, pair: usize) -> Slot {
        self.slots.get(pair).copied().unwrap_or_default()
    }

    pub(super) fn slot_mut(&mut self, pair: usize) -> &mut Slot {
        if self.slots.len() <= pair {
            self.slots.resize(pair + 1, Slot::default());
        }
        &mut self.slots[pair]
    }

    /// The same plan with something else changed.
    pub(super) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self.clone();
        change(&mut changed);
        changed
    }

    /// Has each value that did not fit be read in the next way there is for it; `false` where there is
    /// none for any.
    pub(super) fn advance_all(
        &mut self,
        source: &Source<'_>,
        refused: &[Refused],
        care: Care,
    ) -> bool {
        let mut advanced = HashSet::new();
        for refused in refused {
            let pair = refused.place.pair();
            // Several may want it, each something else.
            if !advanced.contains(&pair) && self.advance(source, refused, care) {
                advanced.insert(pair);
            }
        }
        !advanced.is_empty()
    }

    /// Has a value or a list that did not fit be read in the next way; `false` where there is none.
    pub(super) fn advance(&mut self, source: &Source<'_>, refused: &Refused, care: Care) -> bool {
        match refused.place {
            Place::Value(pair) => {
                let (slot, text) = (self.slot(pair), source.text(pair));
                let kind = match slot.certainty {
                    Certainty::Guessed => Some(ShownAs::Text),
                    _ => slot.kind.after(text, &refused.wanted, care),
                };
                if let Some(kind) = kind {
                    let slot = self.slot_mut(pair);
                    (slot.kind, slot.certainty) = (kind, Certainty::Learned);
                    return true;
                }
                care == Care::Any && self.list(source, source.first(pair))
            }
            // Of several values all but the first are left out then.
            Place::List(first) => care == Care::Any && self.unlist(source, first),
            Place::Name(_) => false,
        }
    }

    /// Perhaps it is a list of one, or a list after all.
    fn list(&mut self, source: &Source<'_>, first: usize) -> bool {
        let may_be = match self.slot(first).listing {
            Listing::Usual => !source.is_repeated(first),
            Listing::One => true,
            Listing::List | Listing::GuessedList => false,
        };
        if may_be {
            self.start_anew(first, Listing::List);
        }
        may_be
    }

    /// Perhaps it is no list.
    fn unlist(&mut self, source: &Source<'_>, first: usize) -> bool {
        let may_be = match self.slot(first).listing {
            Listing::Usual => source.is_repeated(first),
            Listing::GuessedList => true,
            Listing::One | Listing::List => false,
        };
        if may_be {
            self.start_anew(first, Listing::One);
        }
        may_be
    }

    fn start_anew(&mut self, first: usize, listing: Listing) {
        let slot = self.slot_mut(first);
        (slot.kind, slot.certainty, slot.listing) = (ShownAs::Text, Certainty::Usual, listing);
    }

    /// Whether a place is read as it is because others are, or by default, and not for what was seen of it.
    pub(super) fn is_guess(&self, place: Place) -> bool {
        let slot = self.slot(place.pair());
        match place {
            Place::Value(_) => slot.certainty == Certainty::Guessed,
            Place::List(_) => matches!(slot.listing, Listing::Usual | Listing::GuessedList),
            Place::Name(_) => false,
        }
    }

    /// Takes back all that is only guessed.
    pub(super) fn forget_guesses(&mut self) {
        for slot in &mut self.slots {
            if slot.certainty == Certainty::Guessed {
                (slot.kind, slot.certainty) = (ShownAs::Text, Certainty::Usual);
            }
            if slot.listing == Listing::GuessedList {
                slot.listing = Listing::Usual;
            }
        }
    }
}
