//! Compares `Accept` with the offered media types.

use super::rank::Found;
use super::rank::MAX_ELEMENTS;
use super::rank::Rank;
use super::rank::Rule;
use super::rank::Said;
use super::rank::rank_by;
use crate::syntax::media_range::Elements;
use crate::syntax::media_range::Media;
use crate::syntax::media_range::Range;
use crate::syntax::pieces::is_same;
use crate::syntax::pieces::unquoted;

/// The level of a range that names type and subtype of an offer. Below it: 3 for a range that names its suffix
/// (`application/json` for `application/problem+json`, RFC 6839), 2 for `type/*`, 1 for `*/*`, 0 for any other.
const NAMED: u32 = 4;

/// The position of the level in an exactness.
const LEVEL: u32 = 16;

/// Whether a range names type and subtype of the offer.
pub(crate) const fn is_named(rank: Rank) -> bool {
    rank.tie / 2 == NAMED
}

/// Sets the rank of each offer.
pub(crate) fn rank<'h, 'o, O, I>(
    lines: impl Fn() -> I,
    offers: &'o [O],
    each: impl FnMut(&'o O, Rank),
) where
    O: AsRef<str>,
    I: Iterator<Item = &'h [u8]>,
{
    let rule = Rule {
        elements: Elements::of,
        fit,
        settle,
    };
    rank_by(lines, &rule, offers, each);
}

/// Whether a range names a type of a family such as `+json` (RFC 6839), with a weight other than 0.
pub(crate) fn asks_for_family<'h>(
    lines: impl IntoIterator<Item = &'h [u8]>,
    suffix: &[u8],
) -> bool {
    let ranges = lines
        .into_iter()
        .flat_map(Elements::of)
        .take(MAX_ELEMENTS as usize);
    ranges.flatten().any(|(range, weight)| {
        let subtype = range.media.subtype();
        let start = subtype.len().saturating_sub(suffix.len());
        weight > 0 && is_same(&subtype[start..], suffix)
    })
}

/// The final rank of an offer. An offer that is not a media type matches no range.
fn settle(offer: &[u8], said: Said, found: Option<Found>) -> Rank {
    match found {
        _ if said != Said::Something => Rank::ANY,
        Some(Found {
            exactness, weight, ..
        }) if exactness >= 2 << LEVEL || is_media_type(offer) => {
            let has_all = exactness % (1 << LEVEL) > 0;
            let tie = (exactness >> LEVEL) * 2 + u32::from(has_all);
            Rank { weight, tie }
        }
        _ => Rank::NONE,
    }
}

/// Whether an offer has a slash. Most begin with `text/` or `application/`.
fn is_media_type(offer: &[u8]) -> bool {
    [4, 11].iter().any(|at| offer.get(*at) == Some(&b'/')) || offer.contains(&b'/')
}

/// How exactly a range matches an offer. The level counts first, then the number of parameters plus one, or 0 if the
/// offer does not have all of them.
#[inline]
fn fit(range: &Range<'_>, _: u16, offer: &[u8]) -> u32 {
    let level = level(range, offer);
    if level == 0 {
        return 0;
    }
    let parameters = match range.media.parameters {
        [] => Some(1),
        _ => parameters(range, offer),
    };
    parameters.map_or(0, |parameters| (level << LEVEL) + parameters)
}

/// How much of an offer a range names; 0 if it does not match. Texts of different lengths are not compared.
#[inline]
fn level(range: &Range<'_>, offer: &[u8]) -> u32 {
    let Media { essence, slash, .. } = range.media;
    if range.names == 0 {
        return 1;
    }
    if offer.get(slash) != Some(&b'/') {
        return 0;
    }
    if range.names == 1 {
        return if is_same_kind(range, offer) { 2 } else { 0 };
    }
    let length = essence.len();
    let ends = matches!(offer.get(length), None | Some(b';' | b' ' | b'\t'));
    if ends && offer.len() >= length && is_same(&offer[..length], essence) {
        NAMED
    } else if offer.len() > length && has_suffix(range, offer) {
        3
    } else {
        0
    }
}

/// Whether a range names the suffix of an offer.
#[inline]
fn has_suffix(range: &Range<'_>, offer: &[u8]) -> bool {
    let subtype = range.media.subtype();
    let plus = offer.len() - subtype.len() - 1;
    let ends_in_plus = offer[plus] == b'+' && plus > range.media.slash + 1;
    if ends_in_plus {
        is_same(&offer[plus + 1..], subtype) && is_same_kind(range, offer)
    } else {
        // A semicolon cannot come earlier: a letter, a plus and the suffix are before it.
        let rest = offer.get(range.media.essence.len() + 2..);
        rest.is_some_and(|rest| rest.contains(&b';')) && has_suffix_before_parameters(range, offer)
    }
}

#[cold]
fn has_suffix_before_parameters(range: &Range<'_>, offer: &[u8]) -> bool {
    let suffix = Media::split(offer).and_then(|offer| {
        let plus = offer.subtype().iter().rposition(|byte| *byte == b'+')?;
        Some(&offer.subtype()[plus + 1..])
    });
    let is_suffix = suffix.is_some_and(|suffix| is_same(suffix, range.media.subtype()));
    is_suffix && is_same_kind(range, offer)
}

fn is_same_kind(range: &Range<'_>, offer: &[u8]) -> bool {
    is_same(&offer[..range.media.slash], range.media.kind())
}

/// The number of parameters of a range plus one, without the weight, if the offer has all of them; 0 if the offer lacks
/// one of them; `None` if the offer has one with another value.
#[cold]
fn parameters(range: &Range<'_>, offer: &[u8]) -> Option<u32> {
    let offer = Media::split(offer)?;
    let (mut count, mut has_all) = (1, true);
    for (name, value) in range.media.parameters().flatten() {
        if is_same(name, b"q") {
            continue;
        }
        match offer.value(name) {
            None => has_all = false,
            Some(own) if unquoted(own).eq(unquoted(value)) => count += 1,
            Some(_) => return None,
        }
    }
    Some(if has_all {
        count.min((1 << LEVEL) - 1)
    } else {
        0
    })
}
