//! Several parameters, and text between them, within one segment.

use crate::routing::rules::kind::Spelling;
use crate::routing::rules::segment::Piece;
use crate::routing::rules::spans::Spans;

/// So many ends of values are tried in a segment; what would need more is declined.
///
/// Without it, a segment of `-` after `-` would be split in as many ways as there are.
const TRIES: u32 = 256;

/// Splits a decoded segment by the pieces of a rule, each value as long as the rest allows. Gives
/// to `ends` where each value begins and ends.
///
/// A value in another spelling is no reason to look for a shorter one: `1.50.txt` is not `1` and `50.txt`.
pub(in crate::routing) fn split(
    pieces: &[Piece],
    text: &[u8],
    spelling: Spelling,
    ends: &mut Spans,
) -> bool {
    let mut split = Split {
        text,
        spelling,
        ends,
        left: TRIES,
    };
    split.step(pieces, 0)
}

struct Split<'s> {
    text: &'s [u8],
    spelling: Spelling,
    ends: &'s mut Spans,
    /// How many ends may still be tried.
    left: u32,
}

impl Split<'_> {
    fn step(&mut self, pieces: &[Piece], at: usize) -> bool {
        let here = &self.text[at..];
        let (kind, after) = match pieces {
            [] => return here.is_empty(),
            [Piece::Text(words), after @ ..] => {
                return here.starts_with(words.as_bytes()) && self.step(after, at + words.len());
            }
            [Piece::Parameter(kind), after @ ..] => (kind, after),
        };
        let mut most = kind.reach(here);
        while let Some(length) = longest(after, here, most) {
            if self.left == 0 {
                return false;
            }
            self.left -= 1;
            let value = &here[..length];
            let is_spelled = kind.accepts(value);
            if is_spelled || kind.respelled(value).is_some() {
                if !is_spelled && self.spelling == Spelling::Own {
                    return false;
                }
                let mark = self.ends.len();
                self.ends.push(at, at + length);
                if self.step(after, at + length) {
                    return true;
                }
                self.ends.truncate(mark);
            }
            let Some(less) = length.checked_sub(1) else {
                return false;
            };
            most = less;
        }
        false
    }
}

/// The longest value of at most `most` bytes after which the next piece can follow.
fn longest(after: &[Piece], here: &[u8], most: usize) -> Option<usize> {
    match after {
        [Piece::Text(words)] => {
            let length = here.len().checked_sub(words.len())?;
            (0 < length && length <= most && here.ends_with(words.as_bytes())).then_some(length)
        }
        [Piece::Text(words), ..] => {
            let words = words.as_bytes();
            let last = most.min(here.len().checked_sub(words.len())?);
            (1..=last)
                .rev()
                .find(|length| here[*length..].starts_with(words))
        }
        _ => (!here.is_empty() && here.len() <= most).then_some(here.len()),
    }
}

/// Where the byte at `decoded` of a decoded segment is in the segment as it was sent.
pub(super) fn raw_offset(raw: &[u8], decoded: usize) -> usize {
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
    use crate::routing::rules::segment::Segment;

    fn values(rule: &str, text: &str) -> Option<Vec<String>> {
        let rule = Rule::parse(&format!("/{rule}")).expect("a rule");
        let Some(Segment::Mixed(pieces)) = rule.segments.first() else {
            panic!("{rule} has no pieces");
        };
        let mut ends = Spans::default();
        split(pieces, text.as_bytes(), Spelling::Own, &mut ends).then(|| {
            let texts = ends.iter().map(|(start, end)| text[start..end].to_owned());
            texts.collect()
        })
    }

    #[test]
    fn each_value_is_as_long_as_the_rest_allows() {
        #[rustfmt::skip]
        let cases = [
            ("{a}.{b}", "x.y.z", Some(vec!["x.y", "z"]), "the first takes what it can"),
            ("{a}.{b}", "x.", None, "nothing is no value"),
            ("{a}.{b}", ".x", None, "nothing is no value"),
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
    fn what_cannot_be_a_value_is_no_try() {
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
