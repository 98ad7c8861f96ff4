//! Proactive negotiation: chooses the media type, the language and the content coding that the client prefers.
//!
//! The functions use the headers as they were sent. They store nothing, and do not allocate to choose the best offer.
//! [`Request`](crate::Request) has a method for each (`best_media_type`, `best_language`, `best_encoding`), and one
//! method for all of them: [`negotiate`](crate::Request::negotiate). The typed lists have such methods too:
//! [`Accept::best`](crate::headers::Accept::best).
//!
//! Offers are `&str`, `String`, [`Mime`](mime::Mime), or a custom type that implements `AsRef<str>`. The server's
//! favourite comes first. The result is the offer itself:
//!
//! ```
//! use rustzeug::Request;
//!
//! #[derive(Debug, PartialEq)]
//! enum Form { Page, Data }
//!
//! impl AsRef<str> for Form {
//!     fn as_ref(&self) -> &str {
//!         match self {
//!             Self::Page => "text/html",
//!             Self::Data => "application/json",
//!         }
//!     }
//! }
//!
//! const FORMS: &[Form] = &[Form::Page, Form::Data];
//! let request = Request::blank("/").with_header("accept", "application/json, */*;q=0.1");
//! assert_eq!(request.best_media_type(FORMS), Some(&Form::Data));
//! let request = Request::blank("/").with_header("accept", "image/png");
//! assert_eq!(request.best_media_type(FORMS), None);
//! ```
//!
//! # Rules
//!
//! * If a field is absent, empty, or has only malformed elements, the first offer is chosen (for codings see
//!   [`encoding`]). Malformed elements are skipped.
//! * The most specific element that matches an offer decides its weight; if several are equally specific, the first
//!   one. Weight 0 excludes the offer.
//! * The highest weight wins; then the offer that is named more exactly; then the first offer. For languages, the order
//!   of the header takes precedence over the order of the offers.
//! * `None`: nothing is acceptable. Answer `406`, or choose for the client.
//! * After 256 elements the rest is ignored.
//!
//! A response that was chosen in this way must list in `Vary` the fields on which it depends
//! ([`Response::append_vary`](crate::Response::append_vary)). Otherwise caches send it to clients with other
//! preferences.
//!
//! RFC 9110 [§12](https://www.rfc-editor.org/rfc/rfc9110#section-12).

use http::HeaderMap;
use http::HeaderValue;
use http::header;

use crate::headers::Quality;

mod encodings;
mod languages;
mod media_types;
mod offers;
mod rank;
#[cfg(test)]
mod tests;
mod typed;

pub use offers::Negotiated;
pub use offers::Offers;

use rank::Best;
use rank::Ranked;

pub(crate) use media_types::asks_for_family;
pub(crate) use media_types::is_named;
pub(crate) use offers::negotiate;
pub(crate) use rank::Rank;

/// The offered media type that the client prefers.
///
/// An offer may have parameters. The most specific range names type, subtype and parameters of the offer. The next ones
/// name type and subtype; these with parameters that the offer does not have; the suffix (`application/json` for
/// `application/problem+json`, RFC 6839); `type/*`; and `*/*`. If both have a parameter with different values, the
/// range does not match. Names and values are compared ignoring case and quotes. An offer that is not a media type
/// matches no range.
///
/// These forms are accepted, although the grammar does not allow them: `*` for `*/*` and weights such as `.2` (Java's
/// `HttpURLConnection`), more than three decimals, white space around the `=`, a parameter without a value.
///
/// ```
/// use rustzeug::http::{HeaderMap, HeaderValue};
/// use rustzeug::negotiation;
///
/// let mut headers = HeaderMap::new();
/// let firefox = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
/// headers.insert("accept", HeaderValue::from_static(firefox));
/// let best = negotiation::media_type(&headers, &["application/json", "text/html"]);
/// assert_eq!(best, Some(&"text/html"));
/// ```
///
/// RFC 9110 [§12.5.1](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1).
#[must_use]
pub fn media_type<'o, O: AsRef<str>>(headers: &HeaderMap, offers: &'o [O]) -> Option<&'o O> {
    let mut best = Best::default();
    let lines = || lines(headers, header::ACCEPT);
    media_types::rank(lines, offers, |offer, rank| best.consider(offer, rank));
    best.offer
}

/// All offered media types that the client accepts, the best first, with their weights.
///
/// ```
/// use rustzeug::http::{HeaderMap, HeaderValue};
/// use rustzeug::negotiation;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("accept", HeaderValue::from_static("text/*;q=0.5, application/json"));
/// let ranked = negotiation::media_types(&headers, &["text/html", "image/png", "application/json"]);
/// let ranked: Vec<_> = ranked.iter().map(|(offer, quality)| format!("{offer} {quality}")).collect();
/// assert_eq!(ranked, ["application/json 1", "text/html 0.5"]);
/// ```
#[must_use]
pub fn media_types<'o, O: AsRef<str>>(
    headers: &HeaderMap,
    offers: &'o [O],
) -> Vec<(&'o O, Quality)> {
    let mut ranked = Ranked::default();
    let lines = || lines(headers, header::ACCEPT);
    media_types::rank(lines, offers, |offer, rank| ranked.consider(offer, rank));
    ranked.list()
}

/// The offered language that the user prefers.
///
/// A range matches a tag that begins with it (`de` matches `de-CH`: basic filtering). Less exactly, it matches a tag
/// with which it begins (`de-CH` matches `de`: lookup). `*` matches all tags. A range of weight 0 excludes the tags
/// that begin with it: `en-US;q=0, en` excludes the offer `en-US`, but not `en-GB`. If weights are equal, the language
/// that the client names earlier wins.
///
/// ```
/// use rustzeug::http::{HeaderMap, HeaderValue};
/// use rustzeug::negotiation;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("accept-language", HeaderValue::from_static("de-CH, fr;q=0.9, en;q=0.5"));
/// assert_eq!(negotiation::language(&headers, &["en", "fr", "de"]), Some(&"de"));
/// assert_eq!(negotiation::language(&headers, &["en-GB", "ja"]), Some(&"en-GB"));
/// assert_eq!(negotiation::language(&headers, &["ja"]), None);
/// ```
///
/// RFC 9110 [§12.5.4](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4), RFC 4647
/// [§3.3.1](https://www.rfc-editor.org/rfc/rfc4647#section-3.3.1),
/// [§3.4](https://www.rfc-editor.org/rfc/rfc4647#section-3.4).
#[must_use]
pub fn language<'o, O: AsRef<str>>(headers: &HeaderMap, offers: &'o [O]) -> Option<&'o O> {
    let mut best = Best::default();
    let lines = || lines(headers, header::ACCEPT_LANGUAGE);
    languages::rank(lines, offers, |offer, rank| best.consider(offer, rank));
    best.offer
}

/// All offered languages that the user accepts, the best first, with their weights.
#[must_use]
pub fn languages<'o, O: AsRef<str>>(headers: &HeaderMap, offers: &'o [O]) -> Vec<(&'o O, Quality)> {
    let mut ranked = Ranked::default();
    let lines = || lines(headers, header::ACCEPT_LANGUAGE);
    languages::rank(lines, offers, |offer, rank| ranked.consider(offer, rank));
    ranked.list()
}

/// The offered content coding that the client prefers.
///
/// Offer `identity` too, which means no coding: it is acceptable unless the client excludes it (`identity;q=0`, or
/// `*;q=0`), and comes after all codings that have a weight. `x-gzip` is `gzip`. If the field is absent, `identity` is
/// chosen if it is offered: any coding would be allowed then, but the client may be unable to decode. If the field is
/// present and empty, only `identity` is acceptable.
///
/// ```
/// use rustzeug::http::{HeaderMap, HeaderValue};
/// use rustzeug::negotiation;
///
/// const CODINGS: &[&str] = &["br", "gzip", "identity"];
/// let mut headers = HeaderMap::new();
/// assert_eq!(negotiation::encoding(&headers, CODINGS), Some(&"identity"));
/// headers.insert("accept-encoding", HeaderValue::from_static("gzip, deflate"));
/// assert_eq!(negotiation::encoding(&headers, CODINGS), Some(&"gzip"));
/// headers.insert("accept-encoding", HeaderValue::from_static("zstd, identity;q=0"));
/// assert_eq!(negotiation::encoding(&headers, CODINGS), None);
/// ```
///
/// RFC 9110 [§12.5.3](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3).
#[must_use]
pub fn encoding<'o, O: AsRef<str>>(headers: &HeaderMap, offers: &'o [O]) -> Option<&'o O> {
    let mut best = Best::default();
    let lines = || lines(headers, header::ACCEPT_ENCODING);
    encodings::rank(lines, offers, |offer, rank| best.consider(offer, rank));
    best.offer
}

/// All offered content codings that the client accepts, the best first, with their weights. If the client does not name
/// `identity`, it has the least weight.
#[must_use]
pub fn encodings<'o, O: AsRef<str>>(headers: &HeaderMap, offers: &'o [O]) -> Vec<(&'o O, Quality)> {
    let mut ranked = Ranked::default();
    let lines = || lines(headers, header::ACCEPT_ENCODING);
    encodings::rank(lines, offers, |offer, rank| ranked.consider(offer, rank));
    ranked.list()
}

/// The media type for one line of `Accept`, and how it was chosen.
pub(crate) fn media_type_for<'o, O: AsRef<str>>(
    accept: Option<&[u8]>,
    offers: &'o [O],
) -> Option<(&'o O, Rank)> {
    let mut best = Best::default();
    media_types::rank(
        || accept.into_iter(),
        offers,
        |offer, rank| best.consider(offer, rank),
    );
    best.offer.map(|offer| (offer, best.rank))
}

fn lines(headers: &HeaderMap, name: http::HeaderName) -> impl Iterator<Item = &[u8]> {
    headers.get_all(name).iter().map(HeaderValue::as_bytes)
}
