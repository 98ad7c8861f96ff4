//! Proactive negotiation of the media type, on the raw header.
//!
//! Nothing is kept and nothing is allocated: the text of `Accept` is read once
//! for every eight offers, and each is weighed as it goes. Typed `Accept` values
//! and the other `Accept-…` headers do not belong here.

mod accept;
#[cfg(test)]
mod tests;

use accept::Elements;
use accept::Media;
use accept::Range;
use accept::is_same;
use accept::unquoted;

/// How many elements of `Accept` are looked at, empty ones not counted; the rest is ignored.
const MAX_ELEMENTS: usize = 256;

/// How many offers are weighed in one pass over the text.
const BLOCK: usize = 8;

/// The offer that was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chosen<'o> {
    pub(crate) offer: &'o str,
    /// Whether a range names its type and subtype; none does where the field says nothing.
    pub(crate) is_named: bool,
}

/// Chooses the offer that the `Accept` field asks for most.
///
/// `lines` are the field's lines, `None` or an empty iterator where it is
/// absent; an `Option<&[u8]>` serves for one line. `offers` are media types,
/// with parameters or without, the server's favourite first; what is no
/// media type is never chosen from a header.
///
/// The most specific range that matches an offer decides its weight: type,
/// subtype and parameters, then type and subtype, then these with parameters
/// that the offer does not have, then `type/*`, `*/*`; of two equally
/// specific ones the first. A parameter that both have, with different
/// values, is no match. Names and values are compared without regard to
/// case, and quoting makes no difference.
///
/// The highest weight wins, then the offer that is named most exactly, then
/// the order of the offers; weight 0 excludes.
///
/// A malformed element is skipped alone. Absent, empty, or with none but
/// malformed elements, the field says nothing, and the first offer is chosen.
/// `None` if nothing is acceptable: answer `406`, or choose for the client.
///
/// Read as they are sent, though the grammar has no such thing: `*` for `*/*`
/// and weights as `.2` (Java's `HttpURLConnection`), more than three decimals, white
/// space around the `=`, a parameter without a value.
///
/// RFC 9110 [§12.5.1] (`Accept`), [§12.4.2] (weights).
///
/// [§12.5.1]: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
/// [§12.4.2]: https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2
pub(crate) fn best<'h, 'o, L>(lines: L, offers: &[&'o str]) -> Option<Chosen<'o>>
where
    L: IntoIterator<Item = &'h [u8], IntoIter: Clone>,
{
    let lines = lines.into_iter();
    let first = offers.first().map(|offer| Chosen {
        offer,
        is_named: false,
    });
    if lines.clone().next().is_none() {
        return first;
    }
    let mut chosen = None;
    let mut highest = (0, 0, false);
    for block in offers.chunks(BLOCK) {
        let mut rated = [const { None }; BLOCK];
        for (rated, offer) in rated.iter_mut().zip(block) {
            *rated = Media::split(offer.as_bytes()).map(Rated::new);
        }
        if !rate(lines.clone(), &mut rated) {
            return first;
        }
        for (rated, offer) in rated.iter().zip(block) {
            let rank = rated.as_ref().map_or((0, 0, false), Rated::rank);
            if rank > highest && rank.0 > 0 {
                highest = rank;
                chosen = Some(Chosen {
                    offer,
                    is_named: rank.1 == 2,
                });
            }
        }
    }
    chosen
}

/// Whether one of the ranges is of a family of types, as `+json` (RFC 6839), and not excluded.
pub(crate) fn asks_for_family<'h>(
    lines: impl IntoIterator<Item = &'h [u8]>,
    suffix: &[u8],
) -> bool {
    let ranges = lines.into_iter().flat_map(Elements::of).take(MAX_ELEMENTS);
    ranges.flatten().any(|range| {
        let subtype = range.media.subtype;
        let start = subtype.len().saturating_sub(suffix.len());
        range.weight > 0 && is_same(&subtype[start..], suffix)
    })
}

/// Compares each element with each offer; whether there was one that says something.
fn rate<'h>(
    lines: impl Iterator<Item = &'h [u8]>,
    offers: &mut [Option<Rated<'_>>; BLOCK],
) -> bool {
    let mut says_something = false;
    let elements = lines.flat_map(Elements::of).take(MAX_ELEMENTS);
    for range in elements.flatten() {
        says_something = true;
        for offer in offers.iter_mut().flatten() {
            offer.weigh(&range);
        }
    }
    says_something
}

/// An offer, and how much it is wanted.
struct Rated<'o> {
    media: Media<'o>,
    /// Of the range that decides: how much of type and subtype it names, then one more than it has
    /// parameters, or 0 if the offer does not have all of them.
    specificity: Option<(u8, usize)>,
    /// In thousandths; 0 where no range matches.
    weight: u16,
}

impl<'o> Rated<'o> {
    const fn new(media: Media<'o>) -> Self {
        Self {
            media,
            specificity: None,
            weight: 0,
        }
    }

    /// Takes the weight of a range that matches, if none before was as specific.
    fn weigh(&mut self, range: &Range<'_>) {
        if range.names > 0 && !is_same(range.media.kind, self.media.kind) {
            return;
        }
        if range.names == 2 && !is_same(range.media.subtype, self.media.subtype) {
            return;
        }
        let parameters = match range.parameters {
            0 => Some(1),
            _ => self.parameters_of(range),
        };
        let specificity = parameters.map(|parameters| (range.names, parameters));
        if self.specificity < specificity {
            self.specificity = specificity;
            self.weight = range.weight;
        }
    }

    /// One more than the parameters of a range, the weight aside, if the offer has all of them; 0 if
    /// it does not have one of them; `None` if it has one with another value.
    fn parameters_of(&self, range: &Range<'_>) -> Option<usize> {
        let mut count = 1 + range.parameters;
        for (name, value) in range.media.parameters().flatten() {
            if is_same(name, b"q") {
                continue;
            }
            match self.media.value(name) {
                None => count = 0,
                Some(own) if unquoted(own).eq(unquoted(value)) => {}
                Some(_) => return None,
            }
        }
        Some(count)
    }

    /// How much it is wanted, how much of it is named, and whether with all parameters.
    fn rank(&self) -> (u16, u8, bool) {
        let (names, parameters) = self.specificity.unwrap_or_default();
        (self.weight, names, parameters > 0)
    }
}
