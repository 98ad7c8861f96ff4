//! Compares `Accept` with the offered media types.

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

/// The level of a range that names type and subtype of an offer. Below it: 2 for a range that names its suffix
/// (`application/json` for `application/problem+json`, RFC 6839), 1 for `type/*`, 0 for `*/*`.
const NAMED: u32 = 3;

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
    ranges.flatten().any(|range| {
        let subtype = range.media.subtype();
        let start = subtype.len().saturating_sub(suffix.len());
        range.weight > 0 && is_same(&subtype[start..], suffix)
    })
}

/// The final rank of an offer. An offer that is not a media type matches no range.
fn settle(offer: &[u8], said: Said, found: Option<Rank>) -> Rank {
    match found {
        _ if said != Said::Something => Rank::ANY,
        Some(rank) if rank.tie > 1 || offer.contains(&b'/') => rank,
        _ => Rank::NONE,
    }
}

/// How exactly a range matches an offer, and the rank that it gives. The level counts first, then the number of
/// parameters plus one, or 0 if the offer does not have all of them.
#[inline]
fn fit(range: &Range<'_>, _: u32, offer: &[u8]) -> Option<(u32, Rank)> {
    let level = level(range, offer)?;
    let parameters = match range.parameters {
        0 => 1,
        _ => parameters(range, offer)?,
    };
    let rank = Rank {
        weight: range.weight,
        tie: level * 2 + u32::from(parameters > 0),
    };
    Some(((level << 16) + parameters, rank))
}

/// How much of an offer a range names; `None` if it does not match. Texts of different lengths are not compared.
#[inline]
fn level(range: &Range<'_>, offer: &[u8]) -> Option<u32> {
    let Media { essence, slash, .. } = range.media;
    if range.names == 0 {
        return Some(0);
    }
    if offer.get(slash) != Some(&b'/') {
        return None;
    }
    if range.names == 1 {
        return is_same_kind(range, offer).then_some(1);
    }
    let length = essence.len();
    let ends = matches!(offer.get(length), None | Some(b';' | b' ' | b'\t'));
    if ends && offer.len() >= length && is_same(&offer[..length], essence) {
        return Some(NAMED);
    }
    (offer.len() > length && has_suffix(range, offer)).then_some(2)
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
        offer.contains(&b';') && has_suffix_before_parameters(range, offer)
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
    let mut count = u32::try_from(1 + range.parameters).map_or(0xFFFF, |count| count.min(0xFFFF));
    for (name, value) in range.media.parameters().flatten() {
        if is_same(name, b"q") {
            continue;
        }
        match offer.value(name) {
            None => count = 0,
            Some(own) if unquoted(own).eq(unquoted(value)) => {}
            Some(_) => return None,
        }
    }
    Some(count)
}
