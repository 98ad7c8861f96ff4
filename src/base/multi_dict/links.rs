//! Links between pairs of the same name, computed once for code that visits all names.
//!
//! It takes at most n log n steps, for any names. A separate lookup for each name would take n steps for each
//! of n names.

use std::hash::BuildHasher;
use std::hash::RandomState;
use std::num::NonZeroUsize;

use super::MultiDict;

/// For each pair, the next pair of its name.
pub(super) struct Links(Vec<Link>);

#[derive(Clone, Copy)]
struct Link {
    /// The first pair of the name.
    first: usize,
    /// The next pair of the same name; never the first pair of all.
    next: Option<NonZeroUsize>,
}

/// Up to this many pairs, comparing with all earlier names is faster than hashing.
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

    /// Whether this pair is the first of its name.
    pub(super) fn is_first(&self, index: usize) -> bool {
        self.first(index) == index
    }

    /// The first pair of the name of this pair.
    pub(super) fn first(&self, index: usize) -> usize {
        self.0[index].first
    }

    /// The next pair of the same name.
    pub(super) fn next(&self, index: usize) -> Option<usize> {
        self.0[index].next.map(NonZeroUsize::get)
    }

    /// This pair and all later pairs of the same name.
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

    /// Sorts hashes, which are keyed at random. Lookups in a set of this size would be scattered over memory.
    fn compare_by_hash(&mut self, dict: &MultiDict) {
        let keys = RandomState::new();
        let hash = |index| (keys.hash_one(dict.name_bytes(index)), index);
        let mut hashes: Vec<_> = (0..dict.len()).map(hash).collect();
        hashes.sort_unstable();
        for alike in hashes.chunk_by(|one, other| one.0 == other.0) {
            for (place, (_, index)) in alike.iter().enumerate() {
                let name = dict.name(*index);
                let is_same = |(_, before): &&(u64, usize)| dict.is_named(*before, name);
                // Usually the one just before: names with the same hash are nearly always equal.
                if let Some((_, before)) = alike[..place].iter().rfind(is_same) {
                    self.join(*before, *index);
                }
            }
        }
    }
}
