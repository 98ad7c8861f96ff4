//! Compares `Accept-Language` with the offered tags.

use super::rank::Found;
use super::rank::Rank;
use super::rank::Rule;
use super::rank::Said;
use super::rank::names;
use super::rank::rank_by;
use crate::syntax::language::is_range;

/// Sets the rank of each offer.
///
/// The range that matches an offer most exactly decides its weight. If weights are equal, the language that the client
/// names earlier is better, because clients list languages in order of priority.
pub(super) fn rank<'h, 'o, O, I>(
    lines: impl Fn() -> I,
    offers: &'o [O],
    each: impl FnMut(&'o O, Rank),
) where
    O: AsRef<str>,
    I: Iterator<Item = &'h [u8]>,
{
    let rule = Rule {
        elements: |line| names(line, is_range),
        fit,
        settle,
    };
    rank_by(lines, &rule, offers, each);
}

fn settle(_: &[u8], said: Said, found: Option<Found>) -> Rank {
    match (said, found) {
        (Said::Something, Some(found)) => Rank {
            weight: found.weight,
            tie: u32::MAX - found.position,
        },
        (Said::Something, None) => Rank::NONE,
        (Said::Nothing | Said::Absent, _) => Rank::ANY,
    }
}

/// How exactly a range matches a tag: 1 for `*`; 2 if the tag is the beginning of the range, such as `de` of `de-CH`
/// (lookup, RFC 4647 §3.4). Otherwise the range equals the tag or is its beginning (basic filtering, §3.3.1); a longer
/// range is more exact.
fn fit(range: &&[u8], weight: u16, tag: &[u8]) -> u32 {
    if *range == b"*" {
        1
    } else if begins_with(tag, range) {
        u32::try_from(range.len()).map_or(u32::MAX, |length| length.saturating_add(2))
    } else if weight > 0 && begins_with(range, tag) {
        // A range of weight 0 excludes only the tags that begin with it, not shorter tags.
        2
    } else {
        0
    }
}

/// Whether a tag begins with the subtags of another, in any case.
fn begins_with(tag: &[u8], beginning: &[u8]) -> bool {
    let end = tag.get(beginning.len());
    let ends = beginning.len() <= tag.len() && matches!(end, None | Some(b'-'));
    ends && tag[..beginning.len()].eq_ignore_ascii_case(beginning)
}
