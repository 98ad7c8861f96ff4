//! Looking up a path in the table.
//!
//! The search goes down the tree, the most specific child first, and backtracks where nothing matches. It reaches each
//! node in only one way and at only one segment of the path, so it never takes more steps than there are segments in
//! all rules: no path makes it slow.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::percent_decode;

use crate::routing::rules::rule::Piece;
use crate::routing::rules::rule::Segment;
use crate::routing::rules::rule_match::Spans;
use crate::routing::rules::spelling::Spelling;
use crate::routing::rules::table::Found;
use crate::routing::rules::table::Node;
use crate::routing::rules::table::Table;
use crate::routing::rules::table::scan;

/// How many ends of values are tried in one segment; a segment that needs more is declined.
///
/// Without a limit, a segment of many `-` could be split in exponentially many ways.
const TRIES: u32 = 256;

impl Table {
    /// The first rule in the order of precedence that matches a percent-encoded path and that `accept` accepts;
    /// `accept` gets the values too.
    ///
    /// Only a mount at the top matches a path that does not begin with a slash, such as `*`.
    pub(in crate::routing) fn find(
        &self,
        path: &str,
        spelling: Spelling,
        accept: impl FnMut(usize, &Spans) -> bool,
    ) -> Option<Found> {
        // Spans are kept in 32 bits.
        u32::try_from(path.len()).ok()?;
        let mut search = Search {
            path: path.as_bytes(),
            spelling,
            spans: Spans::default(),
            rest: None,
            accept,
        };
        let place = if path.is_empty() || path.starts_with('/') {
            search.walk(&self.root, 1)?
        } else {
            search.rest(&self.root, path.len() + 1)?
        };
        Some(Found {
            place,
            spans: search.spans,
            rest: search.rest,
        })
    }
}

struct Search<'s, A> {
    path: &'s [u8],
    spelling: Spelling,
    spans: Spans,
    rest: Option<usize>,
    accept: A,
}

impl<'s, A: FnMut(usize, &Spans) -> bool> Search<'s, A> {
    /// Goes down from a node with the segment that begins at `at`, unless the path ends before it. If nothing is found,
    /// spans may be left over.
    fn walk(&mut self, mut here: &Node, mut at: usize) -> Option<usize> {
        while at <= self.path.len() {
            // A text without alternatives is compared at once.
            if let Some((text, child)) = here.only_child()
                && let Some(after) = self.path[at..].strip_prefix(&**text)
                && after.first().is_none_or(|byte| *byte == b'/')
            {
                (here, at) = (child, at + text.len() + 1);
                continue;
            }
            let (place, text, hash) = self.segment(at);
            let (next, mark) = (place.end + 1, self.spans.len());
            // The last child that matches is not searched before it is known whether there are others.
            let mut matched = here.child(hash, &text);
            for (segment, child) in &here.tests {
                if let Some(leaf) = matched.and_then(|earlier| self.walk(earlier, next)) {
                    return Some(leaf);
                }
                self.spans.truncate(mark);
                matched = self.take(segment, place.clone(), &text).then_some(child);
            }
            match matched {
                Some(child) if here.takes_one_segment() => (here, at) = (child, next),
                _ => {
                    let found = matched.and_then(|child| self.walk(child, next));
                    return found.or_else(|| {
                        self.spans.truncate(mark);
                        self.tails(here, at).or_else(|| self.rest(here, at))
                    });
                }
            }
        }
        let leaf = here.leaf.filter(|leaf| self.accepts(*leaf));
        leaf.or_else(|| self.rest(here, at))
    }

    fn accepts(&mut self, leaf: usize) -> bool {
        (self.accept)(leaf, &self.spans)
    }

    /// The rule that takes the rest of the path.
    fn rest(&mut self, here: &Node, at: usize) -> Option<usize> {
        let leaf = here.rest.filter(|leaf| self.accepts(*leaf))?;
        self.rest = Some(at - 1);
        Some(leaf)
    }

    /// The rules that continue with a `path`.
    fn tails(&mut self, here: &Node, at: usize) -> Option<usize> {
        if here.tails.is_empty() || self.path[at..].first().is_none_or(|byte| *byte == b'/') {
            return None;
        }
        // In the value, an encoded slash would look like a separator.
        let mut escapes = self.path[at..].windows(3);
        let encoded = escapes.position(|escape| matches!(escape, b"%2F" | b"%2f"));
        let last_end = encoded.map_or(usize::MAX, |place| at + place);
        for (segments, leaf) in &here.tails {
            let mark = self.spans.len();
            if let Some(end) = self
                .before_last(at, segments.len())
                .filter(|end| *end <= last_end)
            {
                self.spans.push(at, end);
                if self.matches(segments, end + 1) && self.accepts(*leaf) {
                    return Some(*leaf);
                }
                self.spans.truncate(mark);
            }
        }
        None
    }

    /// Where the path from `at` on ends without its last segments, if any other segment remains.
    fn before_last(&self, at: usize, segments: usize) -> Option<usize> {
        let mut end = self.path.len();
        for _ in 0..segments {
            let slash = self.path[at..end].iter().rposition(|byte| *byte == b'/')?;
            end = at + slash;
        }
        (end > at).then_some(end)
    }

    /// Whether these segments match the path from `at` on.
    fn matches(&mut self, segments: &[Segment], mut at: usize) -> bool {
        segments.iter().all(|segment| {
            let (place, text, _) = self.segment(at);
            at = place.end + 1;
            self.take(segment, place, &text)
        })
    }

    /// The segment that begins at `at`: its place, its decoded text, and the hash of the text.
    #[inline]
    fn segment(&self, at: usize) -> (Range<usize>, Cow<'s, [u8]>, u64) {
        let (end, is_escaped, hash) = scan(self.path, at);
        let raw = &self.path[at..end];
        if !is_escaped {
            return (at..end, Cow::Borrowed(raw), hash);
        }
        let text: Cow<_> = percent_decode(raw).into();
        let hash = scan(&text, 0).2;
        (at..end, text, hash)
    }

    /// Whether a segment of the path matches a segment of a rule; stores its values.
    fn take(&mut self, segment: &Segment, place: Range<usize>, text: &[u8]) -> bool {
        match segment {
            Segment::Text(words) => words.as_bytes() == text,
            Segment::Parameters(pieces) => match &pieces[..] {
                [Piece::Parameter(kind)] => {
                    self.spans.push(place.start, place.end);
                    kind.takes(text, self.spelling)
                }
                pieces => {
                    let (mut ends, mut tries) = (Spans::default(), TRIES);
                    if !split((text, 0), pieces, self.spelling, &mut ends, &mut tries) {
                        return false;
                    }
                    let raw = &self.path[place.clone()];
                    let sent = |offset| place.start + raw_offset(raw, offset);
                    for (start, end) in ends.iter() {
                        self.spans.push(sent(start), sent(end));
                    }
                    true
                }
            },
            Segment::Rest => false,
        }
    }
}

/// Splits a decoded segment from `at` on by the pieces of a rule, each value as long as the rest allows. Stores in
/// `ends` where each value begins and ends.
///
/// `tries` is how many ends may still be tried. For a value in another spelling no shorter one is tried: `1.50.txt` is
/// not `1` and `50.txt`.
fn split(
    (text, at): (&[u8], usize),
    pieces: &[Piece],
    spelling: Spelling,
    ends: &mut Spans,
    tries: &mut u32,
) -> bool {
    let here = &text[at..];
    let (kind, after) = match pieces {
        [] => return here.is_empty(),
        [Piece::Text(words), after @ ..] => {
            let next = (text, at + words.len());
            return here.starts_with(words.as_bytes()) && split(next, after, spelling, ends, tries);
        }
        [Piece::Parameter(kind), after @ ..] => (kind, after),
    };
    let mut most = kind.reach(here);
    while let Some(length) = longest(after, here, most) {
        if *tries == 0 {
            return false;
        }
        *tries -= 1;
        let value = &here[..length];
        if kind.takes(value, spelling) {
            let mark = ends.len();
            ends.push(at, at + length);
            if split((text, at + length), after, spelling, ends, tries) {
                return true;
            }
            ends.truncate(mark);
        } else if kind.takes(value, Spelling::Any) {
            return false;
        }
        most = length - 1;
    }
    false
}

/// The longest value of at most `most` bytes after which the next piece can follow; never empty.
fn longest(after: &[Piece], here: &[u8], most: usize) -> Option<usize> {
    let fits = |length: &usize| (1..=most).contains(length);
    match after {
        [Piece::Text(words)] => {
            let value = here.strip_suffix(words.as_bytes())?;
            Some(value.len()).filter(fits)
        }
        [Piece::Text(words), ..] => {
            let words = words.as_bytes();
            let last = most.min(here.len().checked_sub(words.len())?);
            let mut lengths = (1..=last).rev();
            lengths.find(|length| here[*length..].starts_with(words))
        }
        _ => Some(here.len()).filter(fits),
    }
}

/// Where the byte at `decoded` of a decoded segment is in the segment as it was sent.
fn raw_offset(raw: &[u8], decoded: usize) -> usize {
    let mut at = 0;
    for _ in 0..decoded {
        at += match raw[at..] {
            [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => 3,
            _ => 1,
        };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::rules::rule::Rule;

    fn values(rule: &str, text: &str) -> Option<Vec<String>> {
        let rule = Rule::parse(&format!("/{rule}")).expect("a rule");
        let Some(Segment::Parameters(pieces)) = rule.segments.first() else {
            panic!("{rule} has no pieces");
        };
        let (mut ends, mut tries) = (Spans::default(), TRIES);
        let whole = (text.as_bytes(), 0);
        if !split(whole, pieces, Spelling::Own, &mut ends, &mut tries) {
            return None;
        }
        let texts = ends.iter().map(|(start, end)| text[start..end].to_owned());
        Some(texts.collect())
    }

    #[test]
    fn each_value_is_as_long_as_the_rest_allows() {
        #[rustfmt::skip]
        let cases = [
            ("{a}.{b}", "x.y.z", Some(vec!["x.y", "z"]), "the first takes as much as it can"),
            ("{a}.{b}", "x.", None, "an empty text is not a value"),
            ("{a}.{b}", ".x", None, "an empty text is not a value"),
            ("{a}.{b}", "..x", Some(vec![".", "x"]), "but a point can be one"),
            ("v{n:int}", "v12", Some(vec!["12"]), ""),
            ("v{n:int}", "v12a", None, "a converter declines"),
            ("{y:int}-{s}", "2024-my-post", Some(vec!["2024", "my-post"]), "digits end at a dash"),
            ("{y:int(signed)}-{s}", "-5--x", Some(vec!["-5", "-x"]), ""),
            ("{s}-{y:int}", "my-post-2024", Some(vec!["my-post", "2024"]), ""),
            ("{y:int}-{s}.{e:any(html,txt)}", "2024-a.b.txt", Some(vec!["2024", "a.b", "txt"]), ""),
            ("{a}-{b:int}-{c}", "x-1-2-y", Some(vec!["x-1", "2", "y"]), "the first is longest"),
            ("{a:str(max=2)}{{{b}}}", "xy{z}", Some(vec!["xy", "z"]), "braces as text"),
            ("v{f:float}.{e}", "v1.5.txt", Some(vec!["1.5", "txt"]), ""),
            ("v{f:float}.{e}", "v1.50.txt", None, "another spelling is not `1` and `50.txt`"),
            ("{a}x", "xx", Some(vec!["x"]), ""),
            ("{a}x", "x", None, ""),
            ("{a}é{b}", "ééé", Some(vec!["é", "é"]), "characters stay whole"),
        ];
        for (rule, text, found, why) in cases {
            let found = found.map(|texts| texts.into_iter().map(str::to_owned).collect());
            assert_eq!(values(rule, text), found, "{rule} {text}: {why}");
        }
    }

    #[test]
    fn what_would_need_too_many_tries_is_declined() {
        let rule = "{a}-{b}-{c}-{d}-{e:int}x";
        assert!(values(rule, "1-2-3-4-5x").is_some());
        assert!(values(rule, &"-".repeat(8000)).is_none());
    }

    #[test]
    fn a_text_that_cannot_be_a_value_is_not_tried() {
        let many = TRIES as usize + 50;
        for (rule, text, first) in [
            ("{n:int}-{s}", format!("1{}x", "-".repeat(many)), "1"),
            (
                "{n:int(signed)}-{s}",
                format!("-1{}x", "-".repeat(many)),
                "-1",
            ),
            ("{n:float}.{s}", format!("1.5{}x", ".".repeat(many)), "1.5"),
            ("{n:float}-{s}", format!("1.{}x", "-".repeat(many)), ""),
            (
                "{l:str(length=2)}-{s}",
                format!("de{}x", "-a".repeat(many)),
                "de",
            ),
            (
                "{l:str(max=2)}-{s}",
                format!("äö{}x", "-ä".repeat(many)),
                "äö",
            ),
        ] {
            let found = values(rule, &text).map(|values| values[0].clone());
            assert_eq!(found.unwrap_or_default(), first, "{rule} {text}");
        }
    }

    #[test]
    fn offsets_lead_back_into_what_was_sent() {
        for (raw, decoded, offset) in [
            ("a%2Db", 1, 1),
            ("a%2Db", 2, 4),
            ("%zz", 2, 2),
            ("%%41", 1, 1),
            ("%%41", 2, 4),
        ] {
            assert_eq!(
                raw_offset(raw.as_bytes(), decoded),
                offset,
                "{raw} {decoded}"
            );
        }
    }
}
