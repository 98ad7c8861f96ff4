//! The table: all rules as a tree of segments, for looking up paths.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::hash::Hasher;

use crate::routing::rules::rule::Rule;
use crate::routing::rules::rule::Segment;
use crate::routing::rules::rule::order;
use crate::routing::rules::rule_error::RuleError;
use crate::routing::rules::rule_match::Spans;

/// The rules as a tree. A rule is identified by its index in the list from which the table was built.
pub(in crate::routing) struct Table {
    pub(super) root: Node,
}

/// A rule that matches a path.
pub(in crate::routing) struct Found {
    /// The index of the rule.
    pub(in crate::routing) place: usize,
    pub(in crate::routing) spans: Spans,
    /// Where the rest of the path begins, below a mount.
    pub(in crate::routing) rest: Option<usize>,
}

/// A place in the tree: all rules below it begin with the same segments.
#[derive(Default)]
pub(super) struct Node {
    /// Children by text.
    texts: Vec<(Box<[u8]>, Self)>,
    /// Their places by the hash of the text. A text whose key is taken has the next free key.
    by_hash: HashMap<u64, usize, BuildHasherDefault<IsHash>>,
    /// Children by parameters, in the order in which they are tried.
    pub(super) tests: Vec<(Segment, Self)>,
    /// Rules that continue with a `path`, in the order in which they are tried: the segments after it, and the rule.
    pub(super) tails: Vec<(Vec<Segment>, usize)>,
    /// The rule that ends here.
    pub(super) leaf: Option<usize>,
    /// The rule that takes any rest of the path.
    pub(super) rest: Option<usize>,
}

impl Table {
    /// A table of rules that differ in shape.
    pub(in crate::routing) fn new<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> Self {
        let mut root = Node::default();
        for (leaf, rule) in rules.into_iter().enumerate() {
            root.insert(&rule.segments, leaf);
        }
        Self { root }
    }
}

impl Node {
    /// The child by a text with this hash.
    #[inline]
    pub(super) fn child(&self, hash: u64, text: &[u8]) -> Option<&Self> {
        let place = self.text_place(hash, text).ok()?;
        Some(&self.texts[place].1)
    }

    /// The place of a text with this hash, or the key under which it can be added.
    #[inline]
    fn text_place(&self, hash: u64, text: &[u8]) -> Result<usize, u64> {
        let mut key = hash;
        while let Some(place) = self.by_hash.get(&key) {
            if *self.texts[*place].0 == *text {
                return Ok(*place);
            }
            key = key.wrapping_add(1);
        }
        Err(key)
    }

    /// Whether only texts and parameters can match here.
    pub(super) fn takes_one_segment(&self) -> bool {
        self.tails.is_empty() && self.rest.is_none()
    }

    /// The child by a text, if nothing else can match here.
    pub(super) fn only_child(&self) -> Option<&(Box<[u8]>, Self)> {
        match &self.texts[..] {
            [only] if self.tests.is_empty() && self.takes_one_segment() => Some(only),
            _ => None,
        }
    }

    fn insert(&mut self, segments: &[Segment], leaf: usize) {
        match segments {
            [] => self.leaf = Some(leaf),
            [Segment::Rest, ..] => self.rest = Some(leaf),
            [path, after @ ..] if path.is_path() => {
                // The longer one is more specific; then they are compared segment by segment.
                let place = self.tails.partition_point(|(tail, _)| {
                    let lengths = Reverse(tail.len()).cmp(&Reverse(after.len()));
                    lengths.then_with(|| order(tail, after)).is_lt()
                });
                self.tails.insert(place, (after.to_vec(), leaf));
            }
            [Segment::Text(text), after @ ..] => {
                let text = text.as_bytes();
                let found = self.text_place(scan(text, 0).2, text);
                let place = found.unwrap_or_else(|key| {
                    self.by_hash.insert(key, self.texts.len());
                    self.texts.push((text.into(), Self::default()));
                    self.texts.len() - 1
                });
                self.texts[place].1.insert(after, leaf);
            }
            [segment, after @ ..] => {
                let found = self
                    .tests
                    .binary_search_by(|(known, _)| known.order(segment));
                let place = found.unwrap_or_else(|place| {
                    self.tests.insert(place, (segment.clone(), Self::default()));
                    place
                });
                self.tests[place].1.insert(after, leaf);
            }
        }
    }
}

/// The keys are hashes already.
#[derive(Default)]
struct IsHash(u64);

impl Hasher for IsHash {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = scan(bytes, 0).2;
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

const ONES: u64 = u64::from_le_bytes([1; 8]);
const SLASHES: u64 = u64::from_le_bytes([b'/'; 8]);
const PERCENTS: u64 = u64::from_le_bytes([b'%'; 8]);

/// Scans the segment that begins at `start`, eight bytes at a time. Returns where the segment ends (at a slash or at the
/// end of the path), whether it contains a `%`, and the hash of its bytes.
///
/// The developer writes the texts of the table, so a client cannot fill it with collisions.
#[inline]
pub(super) fn scan(path: &[u8], start: usize) -> (usize, bool, u64) {
    let (mut at, mut hash, mut percents) = (start, 0, 0);
    loop {
        let word = word(path, at);
        let slash = zero_byte(word ^ SLASHES);
        // The bits before the slash; all if there is no slash.
        let bits = slash.trailing_zeros() & !7;
        let word = word & u64::MAX.checked_shr(64 - bits).unwrap_or(0);
        percents |= zero_byte(word ^ PERCENTS);
        let product = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash = product ^ (product >> 29);
        at += bits as usize / 8;
        if slash != 0 {
            return (at, percents != 0, hash);
        }
    }
}

/// The eight bytes at `at`, with slashes for those after the end.
#[inline]
fn word(path: &[u8], at: usize) -> u64 {
    let left = &path[at..];
    match (left.first_chunk(), path.last_chunk()) {
        (Some(eight), _) => u64::from_le_bytes(*eight),
        (None, Some(last)) if !left.is_empty() => {
            let bits = 8 * left.len();
            u64::from_le_bytes(*last) >> (64 - bits) | SLASHES << bits
        }
        _ => left
            .iter()
            .rfold(SLASHES, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// The high bit of the first byte that is zero; the bits after it have no meaning. Zero if no byte is zero.
fn zero_byte(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & (ONES << 7)
}

/// Rules grouped by shape. A rule is identified by its index.
pub(in crate::routing) struct Shapes<'r> {
    rules: Vec<&'r Rule>,
    /// The rules of each shape, the first declared first.
    pub(in crate::routing) groups: Vec<Vec<usize>>,
    by_shape: HashMap<String, usize>,
}

impl<'r> Shapes<'r> {
    pub(in crate::routing) fn new(rules: impl IntoIterator<Item = &'r Rule>) -> Self {
        let mut shapes = Self {
            rules: rules.into_iter().collect(),
            groups: Vec::new(),
            by_shape: HashMap::new(),
        };
        for (place, rule) in shapes.rules.iter().enumerate() {
            let next = shapes.groups.len();
            let group = *shapes.by_shape.entry(rule.shape()).or_insert(next);
            if group == next {
                shapes.groups.push(Vec::new());
            }
            shapes.groups[group].push(place);
        }
        shapes
    }

    /// The table in which each group is found by its first rule.
    pub(in crate::routing) fn table(&self) -> Table {
        Table::new(self.groups.iter().map(|places| self.rules[places[0]]))
    }

    /// Checks that each rule can be chosen. `clash` returns whether two rules of one shape are duplicates, and `covers`
    /// whether the rules of a group answer everything that a rule of another shape would answer.
    pub(in crate::routing) fn check(
        &self,
        clash: impl Fn(usize, usize) -> bool,
        covers: impl Fn(&[usize], usize) -> bool,
    ) -> Result<(), RuleError> {
        for places in &self.groups {
            for (index, second) in places.iter().enumerate() {
                let mut before = places[..index].iter();
                if let Some(first) = before.find(|first| clash(**first, *second)) {
                    return Err(RuleError::Duplicate {
                        first: self.rules[*first].label(),
                        second: self.rules[*second].label(),
                    });
                }
            }
        }
        for (place, rule) in self.rules.iter().enumerate() {
            if let Some(by) = self.shadow(rule, |places| covers(places, place)) {
                return Err(RuleError::Shadowed {
                    rule: rule.text.clone(),
                    by: by.text.clone(),
                });
            }
        }
        Ok(())
    }

    /// The first of the rules that together match all paths of a rule with an `any`, if all of them exist.
    fn shadow(&self, rule: &Rule, covers: impl Fn(&[usize]) -> bool) -> Option<&'r Rule> {
        let own = rule.shape();
        let variants = rule.variants();
        let by = variants.iter().map(|variant| {
            let places = &self.groups[*self.by_shape.get(variant)?];
            let is_other = *variant != own && covers(places);
            is_other.then_some(self.rules[places[0]])
        });
        let by: Option<Vec<_>> = by.collect();
        by?.first().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_ends_at_a_slash_or_at_the_end() {
        let path = b"/repos/a-long-name-of-more-than-eight/%41/x%/";
        for (start, text, is_escaped) in [
            (1, "repos", false),
            (7, "a-long-name-of-more-than-eight", false),
            (38, "%41", true),
            (42, "x%", true),
            (45, "", false),
        ] {
            let hash = scan(text.as_bytes(), 0).2;
            let found = (start + text.len(), is_escaped, hash);
            assert_eq!(scan(path, start), found, "{text}");
        }
    }

    #[test]
    fn a_segment_of_any_length_is_found_whole() {
        for length in 0..40 {
            let text = &"abcdefghijklmnopqrstuvwxyz0123456789_-.~"[..length];
            for after in ["", "/", "/%", "/%2Fabcdefghijk"] {
                let path = format!("{text}/{text}{after}");
                let (end, is_escaped, hash) = scan(path.as_bytes(), 0);
                let second = scan(path.as_bytes(), length + 1);
                assert_eq!((end, is_escaped), (length, false), "{path}");
                assert_eq!(second, (2 * length + 1, false, hash), "{path}");
            }
        }
    }

    #[test]
    fn texts_with_the_same_hash_are_kept_apart() {
        // Only these texts would have the same hash; a rule cannot contain them.
        let texts = ["a", "a\0", "a\0\0"];
        let hash = |text: &str| scan(text.as_bytes(), 0).2;
        let mut node = Node::default();
        for (leaf, text) in texts.into_iter().enumerate() {
            assert_eq!(hash(text), hash("a"));
            node.insert(&[Segment::Text(text.to_owned())], leaf);
        }
        let leaf = |text: &str| node.child(hash(text), text.as_bytes())?.leaf;
        assert_eq!(texts.map(leaf), [Some(0), Some(1), Some(2)]);
        assert_eq!(leaf("a\0\0\0"), None);
    }
}
