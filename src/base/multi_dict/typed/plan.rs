//! The plan of an attempt: how each pair is read, and how that changes when a value does not fit.

use std::collections::HashSet;

use super::shown_as::Care;
use super::shown_as::ShownAs;
use super::source::Source;

/// The findings about pairs and names so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Plan {
    /// One slot for each pair; pairs past the end are read the usual way. Every attempt looks up every pair,
    /// so this is indexed, not searched.
    slots: Vec<Slot>,
    /// Absent fields. `true` if the field got a made-up value, because an empty list did not fit.
    pub(super) absent: Vec<(&'static str, bool)>,
}

/// How a pair is read; at the first pair of a name, also how the name is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    pub(super) kind: ShownAs,
    pub(super) certainty: Certainty,
    pub(super) listing: Listing,
    pub(super) role: Role,
}

/// The origin of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Certainty {
    #[default]
    Usual,
    /// Derived from similar pairs; dropped when it does not fit.
    Guessed,
    Learned,
}

/// Whether serde gets a list or one value if the type does not request either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Listing {
    /// A list if there are several values, otherwise one value.
    #[default]
    Usual,
    /// The first value.
    One,
    /// A list, even of one value.
    List,
    /// A list, as a guess.
    GuessedList,
}

/// The treatment of a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Role {
    #[default]
    Read,
    /// It is wrong: a made-up value is read in its place.
    Faked,
    /// It is unknown, or must be hidden: it is not read.
    Skipped,
}

/// The thing that did not fit.
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
    /// Whether the field was then read from this value in another way, so that the value is not lost.
    pub(super) is_settled: bool,
    /// Whether it may be confused with another value, which may be the one that did not fit.
    pub(super) is_doubtful: bool,
}

impl Place {
    /// The pair at which it begins.
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

    /// Whether the value is still unknown.
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

    /// Returns a copy of the plan with a change.
    pub(super) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self.clone();
        change(&mut changed);
        changed
    }

    /// Changes each refused value to its next way of reading; `false` if none has one.
    pub(super) fn advance_all(
        &mut self,
        source: &Source<'_>,
        refused: &[Refused],
        care: Care,
    ) -> bool {
        let mut advanced = HashSet::new();
        for refused in refused {
            let pair = refused.place.pair();
            // Several requests may concern it, each for another type.
            if !advanced.contains(&pair) && self.advance(source, refused, care) {
                advanced.insert(pair);
            }
        }
        !advanced.is_empty()
    }

    /// Changes a refused value or list to its next way of reading; `false` if there is none.
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
            // Of several values, only the first is then read.
            Place::List(first) => care == Care::Any && self.unlist(source, first),
            Place::Name(_) => false,
        }
    }

    /// Tries a list: the name may be a list of one value, or may have been read as a single value by
    /// mistake.
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

    /// Tries a single value instead of a list.
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

    /// Whether a place is read in its current way by default or by analogy, rather than because of its own
    /// fault.
    pub(super) fn is_guess(&self, place: Place) -> bool {
        let slot = self.slot(place.pair());
        match place {
            Place::Value(_) => slot.certainty == Certainty::Guessed,
            Place::List(_) => matches!(slot.listing, Listing::Usual | Listing::GuessedList),
            Place::Name(_) => false,
        }
    }

    /// Drops all guesses.
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
