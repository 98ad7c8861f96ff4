//! The table: all rules as a tree of segments, for looking up paths.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::routing::rules::rule::Rule;
use crate::routing::rules::scan::mix;
use crate::routing::rules::scan::scan;
use crate::routing::rules::segment::Segment;

/// The rules, made ready. Which rules have one shape and what stands behind one, others know.
#[derive(Debug, Default)]
pub(in crate::routing) struct Table {
    pub(super) nodes: Vec<Node>,
    /// Children by text, of all nodes: open addressing, at most half full, a power of two.
    slots: Vec<Option<Slot>>,
}

/// A place in the tree: what has been matched before it is the same for all rules below.
#[derive(Debug)]
pub(super) struct Node {
    /// Whether there are children by text.
    pub(super) has_texts: bool,
    /// Text that must come next, of one segment or more, and where it leads, if there is no choice.
    pub(in crate::routing) chain: Option<(Box<[u8]>, u32)>,
    /// Children by parameters, in the order in which they are tried.
    pub(in crate::routing) tests: Vec<(Segment, u32)>,
    /// What can stand from a `path` on, in the order in which it is tried.
    pub(super) tails: Vec<Tail>,
    /// The rule that ends here.
    pub(in crate::routing) leaf: Option<u32>,
    /// The rule that takes all that is left.
    pub(in crate::routing) rest: Option<u32>,
}

/// The segments after a `path`.
#[derive(Debug)]
pub(super) struct Tail {
    pub(in crate::routing) segments: Vec<Segment>,
    pub(in crate::routing) leaf: u32,
}

impl Node {
    /// Whether what is left of a path cannot be taken whole.
    pub(super) fn leads_nowhere_else(&self) -> bool {
        self.tails.is_empty() && self.rest.is_none()
    }
}

#[derive(Clone, Debug)]
struct Slot {
    key: u64,
    node: u32,
    child: u32,
    text: Box<[u8]>,
}

impl Table {
    /// A table of rules that differ in shape; each is known by its place among them.
    pub(in crate::routing) fn new<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> Self {
        let mut root = Growing::default();
        for (leaf, rule) in (0_u32..).zip(rules) {
            root.insert(&rule.segments, leaf);
        }
        let mut table = Self::default();
        let mut texts = Vec::new();
        table.freeze(root, &mut texts);
        table.fill(texts);
        table
    }

    /// Adds a node with everything below it, and gives its number.
    fn freeze(&mut self, growing: Growing, texts: &mut Vec<(u32, String, u32)>) -> u32 {
        let number = self.nodes.len();
        let id = u32::try_from(number).expect("a table has fewer than 2³² segments");
        self.nodes.push(Node {
            has_texts: !growing.texts.is_empty(),
            chain: None,
            tests: Vec::new(),
            tails: growing.tails,
            leaf: growing.leaf,
            rest: growing.rest,
        });
        let has_choice = growing.texts.len() > 1 || !growing.tests.is_empty();
        for (text, child) in growing.texts {
            let child = self.freeze(child, texts);
            if !has_choice && self.nodes[number].leads_nowhere_else() {
                self.nodes[number].chain = Some(self.chain(&text, child));
            }
            texts.push((id, text, child));
        }
        for (segment, child) in growing.tests {
            let child = self.freeze(child, texts);
            self.nodes[number].tests.push((segment, child));
        }
        id
    }

    /// A text, and those after it up to a place where there is a choice.
    fn chain(&self, text: &str, child: u32) -> (Box<[u8]>, u32) {
        match &self.nodes[child as usize].chain {
            Some((after, end)) => ([text.as_bytes(), after].join(&b'/').into(), *end),
            None => (text.as_bytes().into(), child),
        }
    }

    fn fill(&mut self, texts: Vec<(u32, String, u32)>) {
        self.slots = vec![None; (texts.len() * 2).next_power_of_two()];
        for (node, text, child) in texts {
            let key = key(node, scan(text.as_bytes(), 0).hash);
            let mut index = self.index(key);
            while self.slots[index].is_some() {
                index = (index + 1) & (self.slots.len() - 1);
            }
            self.slots[index] = Some(Slot {
                key,
                node,
                child,
                text: text.into_bytes().into(),
            });
        }
    }

    fn index(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        usize::try_from(key & mask as u64).unwrap_or(0)
    }

    /// The child of a node by a text with this hash.
    pub(super) fn child(&self, node: u32, hash: u64, text: &[u8]) -> Option<u32> {
        let key = key(node, hash);
        let mut index = self.index(key);
        while let Some(slot) = &self.slots[index] {
            if slot.key == key && slot.node == node && *slot.text == *text {
                return Some(slot.child);
            }
            index = (index + 1) & (self.slots.len() - 1);
        }
        None
    }
}

fn key(node: u32, hash: u64) -> u64 {
    mix(hash, u64::from(node) << 32 | u64::from(node))
}

/// The tree while rules come in.
#[derive(Default)]
struct Growing {
    texts: BTreeMap<String, Self>,
    tests: Vec<(Segment, Self)>,
    tails: Vec<Tail>,
    leaf: Option<u32>,
    rest: Option<u32>,
}

impl Growing {
    fn insert(&mut self, segments: &[Segment], leaf: u32) {
        match segments {
            [] => self.leaf = Some(leaf),
            [Segment::Rest, ..] => self.rest = Some(leaf),
            [Segment::Path, after @ ..] => {
                let place = self
                    .tails
                    .partition_point(|tail| tail_order(&tail.segments, after).is_lt());
                let segments = after.to_vec();
                self.tails.insert(place, Tail { segments, leaf });
            }
            [Segment::Text(text), after @ ..] => {
                let child = self.texts.entry(text.clone()).or_default();
                child.insert(after, leaf);
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

/// Of what comes after a `path`, the longer is the more specific; then segment by segment.
fn tail_order(one: &[Segment], other: &[Segment]) -> Ordering {
    other.len().cmp(&one.len()).then_with(|| {
        let pairs = one.iter().zip(other);
        let differing = pairs.map(|(one, other)| one.order(other));
        differing
            .into_iter()
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    })
}
