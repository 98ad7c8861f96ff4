//! Which pairs of a dictionary have the same name: found once, for whatever goes through all names.
//!
//! n log n steps at most, whatever the names are. Looking for the values of each name anew would take
//! n steps for each of n names.

use std::hash::BuildHasher;
use std::hash::RandomState;
use std::num::NonZeroUsize;

use super::MultiDict;

/// For each pair, where its name stands next.
pub(super) struct Links(Vec<Link>);

#[derive(Clone, Copy)]
struct Link {
    /// Where the name stands for the first time.
    first: usize,
    /// The next pair of the same name; never the first pair of all.
    next: Option<NonZeroUsize>,
}

/// Up to this many pairs, looking at all names before one is quicker than hashing it.
pub(super) const FEW: usize = 24;

impl Links {
    pub(super) fn of(dict: &MultiDict) -> Self {
        let alone = |first| Link { first, next: None };
        let mut links = Self((0..dict.len()).map(alone).collect());
        if dict.len() <= FEW {
            links.compare_all(dict);
        } else {
            links.compare_by_hash(dict);
        }
        links
    }

    /// Whether the name of this pair stands there for the first time.
    pub(super) fn is_first(&self, index: usize) -> bool {
        self.first(index) == index
    }

    /// Where the name of this pair stands for the first time.
    pub(super) fn first(&self, index: usize) -> usize {
        self.0[index].first
    }

    /// The place after this one where the same name stands.
    pub(super) fn next(&self, index: usize) -> Option<usize> {
        self.0[index].next.map(NonZeroUsize::get)
    }

    /// This place and all after it where the same name stands.
    pub(super) fn places(&self, index: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(index), |place| self.next(*place))
    }

    fn join(&mut self, before: usize, index: usize) {
        self.0[before].next = NonZeroUsize::new(index);
        self.0[index].first = self.0[before].first;
    }

    fn compare_all(&mut self, dict: &MultiDict) {
        for index in 1..dict.len() {
            let name = dict.name_bytes(index);
            if let Some(before) = (0..index).rfind(|before| dict.name_bytes(*before) == name) {
                self.join(before, index);
            }
        }
    }

    /// Sorts hashes, which are keyed at random: a set of so many names would be looked up all over
    /// memory.
    fn compare_by_hash(&mut self, dict: &MultiDict) {
        let keys = RandomState::new();
        let hash = |index| (keys.hash_one(dict.name_bytes(index)), index);
        let mut hashes: Vec<_> = (0..dict.len()).map(hash).collect();
        hashes.sort_unstable();
        for alike in hashes.chunk_by(|one, other| one.0 == other.0) {
            for (place, (_, index)) in alike.iter().enumerate() {
                let name = dict.name(*index);
                let is_same = |(_, before): &&(u64, usize)| dict.is_named(*before, name);
                // Mostly the one just before: names of one hash are one name.
                if let Some((_, before)) = alike[..place].iter().rfind(is_same) {
                    self.join(*before, *index);
                }
            }
        }
    }
}
