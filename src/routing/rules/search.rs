//! Looking up a path in the table.
//!
//! The search goes down the tree, the most specific child first, and comes back where it leads
//! nowhere. A node is met by one way only, and at one segment of the path only, so no search takes
//! more steps than there are segments in all rules: there is nothing to make it slow with.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::percent_decode;

use crate::routing::rules::kind::Spelling;
use crate::routing::rules::scan::scan;
use crate::routing::rules::segment::Segment;
use crate::routing::rules::spans::Spans;
use crate::routing::rules::split::raw_offset;
use crate::routing::rules::split::split;
use crate::routing::rules::table::Node;
use crate::routing::rules::table::Table;

/// What was found.
#[derive(Debug)]
pub(in crate::routing) struct FoundLeaf {
    /// The place of the rule among all.
    pub(in crate::routing) leaf: u32,
    pub(in crate::routing) spans: Spans,
    /// Where what is left of the path begins, below a mount.
    pub(in crate::routing) rest: Option<usize>,
}

/// Who counts the steps of a search.
pub(in crate::routing) trait Steps {
    /// A node was met, or a segment after a `path` compared.
    fn step(&mut self);
}

/// Nobody.
impl Steps for () {
    fn step(&mut self) {}
}

impl Table {
    /// The first rule in the order of precedence that matches a path and that `accept` takes.
    ///
    /// The path is percent-encoded. Of one that does not begin with a slash nothing but a mount knows
    /// what it means.
    pub(in crate::routing) fn find(
        &self,
        path: &str,
        accept: impl FnMut(u32) -> bool,
    ) -> Option<FoundLeaf> {
        self.search(path, Spelling::Own, accept, &mut ())
    }

    /// The same, with values in any spelling if that is asked for.
    pub(in crate::routing) fn find_spelled(
        &self,
        path: &str,
        spelling: Spelling,
        accept: impl FnMut(u32) -> bool,
    ) -> Option<FoundLeaf> {
        self.search(path, spelling, accept, &mut ())
    }

    pub(in crate::routing) fn search<S: Steps>(
        &self,
        path: &str,
        spelling: Spelling,
        accept: impl FnMut(u32) -> bool,
        steps: &mut S,
    ) -> Option<FoundLeaf> {
        u32::try_from(path.len()).ok()?;
        let mut search = Search {
            table: self,
            path: path.as_bytes(),
            spelling,
            spans: Spans::default(),
            rest: None,
            accept,
            steps,
        };
        let leaf = if path.is_empty() || path.starts_with('/') {
            search.walk(0, 1)?
        } else {
            search.rest(&self.nodes[0], path.len() + 1)?
        };
        Some(FoundLeaf {
            leaf,
            spans: search.spans,
            rest: search.rest,
        })
    }
}

struct Search<'s, A, S> {
    table: &'s Table,
    path: &'s [u8],
    spelling: Spelling,
    spans: Spans,
    rest: Option<usize>,
    accept: A,
    steps: &'s mut S,
}

impl<A: FnMut(u32) -> bool, S: Steps> Search<'_, A, S> {
    /// Goes down from a node, with the segment that begins at `at`; past the end there is none.
    fn walk(&mut self, mut node: u32, mut at: usize) -> Option<u32> {
        'down: loop {
            self.steps.step();
            let table = self.table;
            let here = &table.nodes[node as usize];
            if at > self.path.len() {
                return self.end(here, at);
            }
            if let Some((words, child)) = &here.chain
                && let Some(after) = self.path[at..].strip_prefix(&**words)
                && after.first().is_none_or(|byte| *byte == b'/')
            {
                (node, at) = (*child, at + words.len() + 1);
                continue;
            }
            let seen = scan(self.path, at);
            let raw = &self.path[at..seen.end];
            let next = seen.end + 1;
            let held;
            let (text, hash) = if seen.escaped {
                held = decoded(raw);
                (&*held.0, held.1)
            } else {
                (raw, Some(seen.hash))
            };
            let leads_on = !here.leads_nowhere_else();
            if here.has_texts
                && let Some(hash) = hash
                && let Some(child) = table.child(node, hash, text)
            {
                if here.tests.is_empty() && !leads_on {
                    (node, at) = (child, next);
                    continue;
                }
                let mark = self.spans.len();
                if let Some(leaf) = self.walk(child, next) {
                    return Some(leaf);
                }
                self.spans.truncate(mark);
            }
            for (index, (segment, child)) in here.tests.iter().enumerate() {
                let mark = self.spans.len();
                if !self.take(segment, at..seen.end, text) {
                    continue;
                }
                if index + 1 == here.tests.len() && !leads_on {
                    (node, at) = (*child, next);
                    continue 'down;
                }
                if let Some(leaf) = self.walk(*child, next) {
                    return Some(leaf);
                }
                self.spans.truncate(mark);
            }
            return self.tails(here, at).or_else(|| self.rest(here, at));
        }
    }

    /// The path ends at a node.
    fn end(&mut self, here: &Node, at: usize) -> Option<u32> {
        match here.leaf {
            Some(leaf) if (self.accept)(leaf) => Some(leaf),
            _ => self.rest(here, at),
        }
    }

    fn rest(&mut self, here: &Node, at: usize) -> Option<u32> {
        let leaf = here.rest.filter(|leaf| (self.accept)(*leaf))?;
        self.rest = Some(at - 1);
        Some(leaf)
    }

    /// A `path` begins here.
    fn tails(&mut self, here: &Node, at: usize) -> Option<u32> {
        if here.tails.is_empty() || self.path[at..].first().is_none_or(|byte| *byte == b'/') {
            return None;
        }
        // A slash that is data would be lost among those that separate.
        let first_encoded = encoded_slash(&self.path[at..]).map_or(usize::MAX, |place| at + place);
        for tail in &here.tails {
            let mark = self.spans.len();
            let Some(end) = self.before_last(at, tail.segments.len()) else {
                continue;
            };
            if end > first_encoded {
                continue;
            }
            self.spans.push(at, end);
            if self.matches(&tail.segments, end + 1) && (self.accept)(tail.leaf) {
                return Some(tail.leaf);
            }
            self.spans.truncate(mark);
        }
        None
    }

    /// Where the path from `at` on ends when its last segments are taken away, if something is left.
    fn before_last(&mut self, at: usize, segments: usize) -> Option<usize> {
        let mut end = self.path.len();
        for _ in 0..segments {
            self.steps.step();
            let slash = self.path[at..end].iter().rposition(|byte| *byte == b'/')?;
            end = at + slash;
        }
        (end > at).then_some(end)
    }

    /// Whether the segments from `at` on are these, as many as there are.
    fn matches(&mut self, segments: &[Segment], mut at: usize) -> bool {
        for segment in segments {
            let seen = scan(self.path, at);
            let raw = &self.path[at..seen.end];
            let text = if seen.escaped {
                decoded(raw).0
            } else {
                Cow::Borrowed(raw)
            };
            if !self.take(segment, at..seen.end, &text) {
                return false;
            }
            at = seen.end + 1;
        }
        true
    }

    /// Whether one segment is as the rule has it; its values are noted.
    fn take(&mut self, segment: &Segment, place: Range<usize>, text: &[u8]) -> bool {
        match segment {
            Segment::Whole(kind) => {
                let takes = kind.takes(text, self.spelling);
                if takes {
                    self.spans.push(place.start, place.end);
                }
                takes
            }
            Segment::Text(words) => words.as_bytes() == text,
            Segment::Mixed(pieces) => {
                let mut ends = Spans::default();
                let takes = split(pieces, text, self.spelling, &mut ends);
                let raw = &self.path[place.clone()];
                let sent = |offset| {
                    let same = text.len() == raw.len();
                    place.start
                        + if same {
                            offset
                        } else {
                            raw_offset(raw, offset)
                        }
                };
                for (start, end) in ends.iter().filter(|_| takes) {
                    self.spans.push(sent(start), sent(end));
                }
                takes
            }
            Segment::Path | Segment::Rest => false,
        }
    }
}

/// A segment decoded, with its hash; without one if a slash is in it, which no text of a rule has.
#[cold]
fn decoded(raw: &[u8]) -> (Cow<'_, [u8]>, Option<u64>) {
    let text: Cow<'_, [u8]> = percent_decode(raw).into();
    let hash = (!text.contains(&b'/')).then(|| scan(&text, 0).hash);
    (text, hash)
}

/// Where a slash is percent-encoded.
fn encoded_slash(path: &[u8]) -> Option<usize> {
    let mut escapes = path.windows(3);
    escapes.position(|escape| matches!(escape, [b'%', b'2', b'F' | b'f']))
}
