//! Negotiation with a parsed list, with the same results as with its header.

use super::encodings;
use super::languages;
use super::media_types;
use super::rank::Best;
use super::rank::Rank;
use super::rank::Ranked;
use crate::headers::Accept;
use crate::headers::AcceptEncoding;
use crate::headers::AcceptLanguage;
use crate::headers::Header;
use crate::headers::Quality;

/// Declares `best`, `ranked` and `quality` for a list. Holds no logic.
macro_rules! choosing {
    ($($list:ident by $module:ident: $function:literal, $offer:literal;)*) => {$(
        impl $list {
            #[doc = concat!("The offer that the client prefers, by the rules of [`", $function, "`](super::", $function, "); `None` if nothing is acceptable.")]
            #[must_use]
            pub fn best<'o, O: AsRef<str>>(&self, offers: &'o [O]) -> Option<&'o O> {
                let (line, mut best) = (self.encode(), Best::default());
                let lines = || std::iter::once(line.as_bytes());
                $module::rank(lines, offers, |offer, rank| best.consider(offer, rank));
                best.offer
            }

            /// All acceptable offers, the best first, with their weights.
            #[must_use]
            pub fn ranked<'o, O: AsRef<str>>(&self, offers: &'o [O]) -> Vec<(&'o O, Quality)> {
                let (line, mut ranked) = (self.encode(), Ranked::default());
                let lines = || std::iter::once(line.as_bytes());
                $module::rank(lines, offers, |offer, rank| ranked.consider(offer, rank));
                ranked.list()
            }

            #[doc = concat!("The weight of ", $offer, "; 0 if it is not acceptable.")]
            #[must_use]
            pub fn quality(&self, offer: impl AsRef<str>) -> Quality {
                let (line, mut found) = (self.encode(), Rank::NONE);
                let lines = || std::iter::once(line.as_bytes());
                $module::rank(lines, &[offer], |_, rank| found = rank);
                Quality::from_thousandths(found.weight)
            }
        }
    )*};
}

choosing! {
    Accept by media_types: "media_type", "a media type";
    AcceptEncoding by encodings: "encoding", "a content coding";
    AcceptLanguage by languages: "language", "a language";
}
