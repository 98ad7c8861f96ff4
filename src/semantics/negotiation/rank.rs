//! The rank of an offer, and the best of several offers.

use std::cmp::Reverse;

use crate::headers::Quality;
use crate::syntax::weight::MAX_WEIGHT;
use crate::syntax::weight::weighted;

/// The maximum number of elements of a field that are considered, without empty ones; the rest is ignored.
pub(super) const MAX_ELEMENTS: u32 = 256;

/// The rank of an offer: its weight, then the value that decides between equal weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    /// In thousandths; 0 excludes.
    pub(crate) weight: u16,
    /// A higher value is better.
    pub(crate) tie: u32,
}

impl Rank {
    /// The rank of an offer that no element matches.
    pub(super) const NONE: Self = Self { weight: 0, tie: 0 };

    /// The rank of each offer if the field is absent or has no valid element.
    pub(super) const ANY: Self = Self {
        weight: MAX_WEIGHT,
        tie: 0,
    };
}

/// The state of a field as a whole.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It is absent.
    Absent,
    /// It has no well-formed element.
    Nothing,
    Something,
}

/// The number of offers that are compared in one pass over the text.
const BLOCK: usize = 8;

/// The grammar and the decisions of a field.
pub(super) struct Rule<E, F, S> {
    /// Reads a line: its elements, each with its weight; `None` for a malformed one.
    pub(super) elements: E,
    /// How exactly an element matches an offer; 0 if it does not.
    pub(super) fit: F,
    /// The final rank of an offer, from the element that matches it.
    pub(super) settle: S,
}

/// The element that matches an offer most exactly so far.
#[derive(Clone, Copy)]
pub(super) struct Found {
    /// 0 if no element matches.
    pub(super) exactness: u32,
    pub(super) weight: u16,
    /// The position of the element in the field, from 1.
    pub(super) position: u32,
}

impl Found {
    const NONE: Self = Self {
        exactness: 0,
        weight: 0,
        position: 0,
    };
}

/// The elements of a list of names with weights; one whose name is not valid is malformed.
#[inline]
pub(super) fn names(
    line: &[u8],
    is_valid: impl Fn(&[u8]) -> bool,
) -> impl Iterator<Item = Option<(&[u8], u16)>> {
    weighted(line).map(move |element| element.filter(|(name, _)| is_valid(name)))
}

/// Sets the rank of each offer, by the element that matches it most exactly; the first one, if several are equally
/// exact.
///
/// The text is read once for every eight offers, and nothing is allocated.
pub(super) fn rank_by<'h, 'o, O, I, T, J>(
    lines: impl Fn() -> I,
    rule: &Rule<
        impl Fn(&'h [u8]) -> J,
        impl Fn(&T, u16, &[u8]) -> u32,
        impl Fn(&[u8], Said, Option<Found>) -> Rank,
    >,
    offers: &'o [O],
    mut each: impl FnMut(&'o O, Rank),
) where
    O: AsRef<str>,
    I: Iterator<Item = &'h [u8]>,
    J: Iterator<Item = Option<(T, u16)>>,
{
    for block in offers.chunks(BLOCK) {
        let mut found = [Found::NONE; BLOCK];
        let (mut said, mut position) = (Said::Absent, 0);
        for line in lines() {
            if said == Said::Absent {
                said = Said::Nothing;
            }
            for element in (rule.elements)(line) {
                if position == MAX_ELEMENTS {
                    break;
                }
                position += 1;
                let Some((element, weight)) = element else {
                    continue;
                };
                said = Said::Something;
                for (found, offer) in found.iter_mut().zip(block) {
                    let exactness = (rule.fit)(&element, weight, offer.as_ref().as_bytes());
                    if exactness > found.exactness {
                        *found = Found {
                            exactness,
                            weight,
                            position,
                        };
                    }
                }
            }
        }
        for (found, offer) in found.iter().zip(block) {
            let found = (found.exactness > 0).then_some(*found);
            each(offer, (rule.settle)(offer.as_ref().as_bytes(), said, found));
        }
    }
}

/// The best offer so far; the first one, if several are equal.
pub(crate) struct Best<'o, O> {
    pub(crate) offer: Option<&'o O>,
    pub(crate) rank: Rank,
}

impl<O> Default for Best<'_, O> {
    fn default() -> Self {
        Self {
            offer: None,
            rank: Rank::NONE,
        }
    }
}

impl<'o, O> Best<'o, O> {
    pub(crate) fn consider(&mut self, offer: &'o O, rank: Rank) {
        if rank > self.rank && rank.weight > 0 {
            (self.offer, self.rank) = (Some(offer), rank);
        }
    }
}

/// All acceptable offers, the best first.
pub(super) struct Ranked<'o, O>(Vec<(&'o O, Rank)>);

impl<O> Default for Ranked<'_, O> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'o, O> Ranked<'o, O> {
    pub(super) fn consider(&mut self, offer: &'o O, rank: Rank) {
        if rank.weight > 0 {
            self.0.push((offer, rank));
        }
    }

    pub(super) fn list(mut self) -> Vec<(&'o O, Quality)> {
        self.0.sort_by_key(|(_, rank)| Reverse(*rank));
        let list = self.0.into_iter();
        list.map(|(offer, rank)| (offer, Quality::from_thousandths(rank.weight)))
            .collect()
    }
}
