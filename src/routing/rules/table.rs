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
    /// Their places, for a node with many.
    by_text: HashMap<Box<[u8]>, usize, BuildHasherDefault<TextHasher>>,
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
    /// The child by a text.
    pub(super) fn child(&self, text: &[u8]) -> Option<&Self> {
        self.text_place(text).map(|place| &self.texts[place].1)
    }

    fn text_place(&self, text: &[u8]) -> Option<usize> {
        if self.texts.len() <= FEW {
            return self.texts.iter().position(|(known, _)| **known == *text);
        }
        self.by_text.get(text).copied()
    }

    /// The child by a text, if nothing else can match here.
    pub(super) fn only_child(&self) -> Option<&(Box<[u8]>, Self)> {
        let has_others = !self.tests.is_empty() || !self.tails.is_empty() || self.rest.is_some();
        match &self.texts[..] {
            [only] if !has_others => Some(only),
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
                let place = self.text_place(text).unwrap_or_else(|| {
                    self.by_text.insert(text.into(), self.texts.len());
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

/// The maximum number of texts that are compared one by one. For more texts, a lookup by hash is faster.
const FEW: usize = 6;

/// A fast hash of the texts of segments. The developer writes them, so a client cannot fill the table with collisions.
#[derive(Default)]
pub(super) struct TextHasher(u64);

impl Hasher for TextHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
        let last = rest
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte));
        self.write_u64(last);
    }

    fn write_u64(&mut self, word: u64) {
        let product = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = product ^ (product >> 32);
    }

    fn finish(&self) -> u64 {
        self.0
    }
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
