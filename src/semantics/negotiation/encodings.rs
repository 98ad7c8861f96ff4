//! Compares `Accept-Encoding` with the offered content codings.

use super::rank::Found;
use super::rank::Rank;
use super::rank::Rule;
use super::rank::Said;
use super::rank::names;
use super::rank::rank_by;
use crate::syntax::is_token;
use crate::syntax::weight::MAX_WEIGHT;

/// Sets the rank of each offer.
///
/// A coding that is named has its weight, any other coding has that of `*`. Without either, only `identity` is
/// acceptable, and it comes after all codings with a weight. If the field is absent, `identity` comes first, since the
/// client may be unable to decode.
pub(super) fn rank<'h, 'o, O, I>(
    lines: impl Fn() -> I,
    offers: &'o [O],
    each: impl FnMut(&'o O, Rank),
) where
    O: AsRef<str>,
    I: Iterator<Item = &'h [u8]>,
{
    let rule = Rule {
        elements: |line| names(line, is_token),
        fit,
        settle,
    };
    rank_by(lines, &rule, offers, each);
}

fn settle(coding: &[u8], said: Said, found: Option<Found>) -> Rank {
    let is_identity = coding.eq_ignore_ascii_case(b"identity");
    match (found, said) {
        (Some(found), _) => Rank {
            weight: found.weight,
            tie: found.exactness,
        },
        (None, Said::Absent) => Rank {
            weight: MAX_WEIGHT,
            tie: u32::from(is_identity),
        },
        // Less than any weight that a client can send, but acceptable.
        _ if is_identity => Rank { weight: 1, tie: 0 },
        _ => Rank::NONE,
    }
}

/// 2 for a range that names the coding, 1 for `*`.
fn fit(name: &&[u8], _: u16, coding: &[u8]) -> u32 {
    if *name == b"*" {
        1
    } else if canonical(name).eq_ignore_ascii_case(canonical(coding)) {
        2
    } else {
        0
    }
}

/// The name without the obsolete `x-`: RFC 9110 §8.4.1.1, §8.4.1.3.
fn canonical(coding: &[u8]) -> &[u8] {
    match coding.split_at_checked(2) {
        Some((start, name)) if start.eq_ignore_ascii_case(b"x-") => {
            let mut known = [&b"gzip"[..], b"compress"].into_iter();
            let is_known = known.any(|known| name.eq_ignore_ascii_case(known));
            if is_known { name } else { coding }
        }
        _ => coding,
    }
}
