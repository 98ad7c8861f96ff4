//! All kinds of negotiation at once: the offers and the choice.

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header;

use crate::base::error::Error;
use crate::base::error::Result;

/// The offers of a negotiation: media types, languages, content codings. Each list is optional.
///
/// The favourite of the server comes first in each list. The favourite media type or language is also chosen if nothing is
/// acceptable, unless [`or_not_acceptable`](Self::or_not_acceptable) requests a `406`. The content coding is then
/// `identity`, even if it was not offered: a client cannot read what it cannot decode. The value can be a constant.
///
/// ```
/// use rustzeug::negotiation::Offers;
/// use rustzeug::{Request, Response, Result};
///
/// const OFFERS: Offers<'_> =
///     Offers::new().with_media_types(&["text/html", "text/plain"]).with_languages(&["en", "de"]);
///
/// fn greet(request: &Request) -> Result<Response> {
///     let chosen = request.negotiate(&OFFERS)?;
///     let text = if chosen.language() == "de" { "Hallo" } else { "Hello" };
///     let response = match chosen.media_type() {
///         "text/html" => Response::html(format!("<p>{text}</p>")),
///         _ => Response::text(text),
///     };
///     Ok(response.with_negotiated(&chosen))
/// }
///
/// let request = Request::blank("/").with_header("accept", "text/*").with_header("accept-language", "de-CH");
/// let mut response = greet(&request)?;
/// assert_eq!(response.read_text().wait()?, "<p>Hallo</p>");
/// assert_eq!(response.headers()["vary"], "accept, accept-language");
/// assert_eq!(response.headers()["content-language"], "de");
///
/// let strict = OFFERS.or_not_acceptable();
/// let error = Request::blank("/").with_header("accept", "image/png").negotiate(&strict).unwrap_err();
/// assert_eq!(error.status(), 406);
/// assert_eq!(error.message(), "available: `text/html`, `text/plain`");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Offers<'o> {
    media_types: &'o [&'o str],
    languages: &'o [&'o str],
    encodings: &'o [&'o str],
    is_strict: bool,
}

impl<'o> Offers<'o> {
    /// No offers: nothing is negotiated.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            media_types: &[],
            languages: &[],
            encodings: &[],
            is_strict: false,
        }
    }

    /// Offers media types, by the rules of [`media_type`](super::media_type).
    #[must_use]
    pub const fn with_media_types(mut self, media_types: &'o [&'o str]) -> Self {
        self.media_types = media_types;
        self
    }

    /// Offers languages, by the rules of [`language`](super::language).
    #[must_use]
    pub const fn with_languages(mut self, languages: &'o [&'o str]) -> Self {
        self.languages = languages;
        self
    }

    /// Offers content codings, `identity` among them, by the rules of [`encoding`](super::encoding).
    #[must_use]
    pub const fn with_encodings(mut self, encodings: &'o [&'o str]) -> Self {
        self.encodings = encodings;
        self
    }

    /// Answers `406` if the client accepts none of the media types or none of the content codings. Languages never cause a
    /// `406`: a text in another language is better than no text (RFC 9110
    /// [§12.5.4](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4)).
    #[must_use]
    pub const fn or_not_acceptable(mut self) -> Self {
        self.is_strict = true;
        self
    }

    /// The fields on which the choice depends.
    fn vary(&self) -> impl Iterator<Item = HeaderName> {
        // A single media type or language is chosen whatever the client says, but a coding is not.
        let least = if self.is_strict { 1 } else { 2 };
        let is_coded = self.encodings.iter().any(|coding| *coding != IDENTITY);
        let least_encodings = if is_coded { 1 } else { least };
        let kinds = [
            (self.media_types, least, header::ACCEPT),
            (self.languages, 2, header::ACCEPT_LANGUAGE),
            (self.encodings, least_encodings, header::ACCEPT_ENCODING),
        ];
        let depends =
            |(offers, least, name): (&[&str], usize, _)| (offers.len() >= least).then_some(name);
        kinds.into_iter().filter_map(depends)
    }
}

/// No coding.
const IDENTITY: &str = "identity";

/// The choice from [`Offers`].
#[derive(Clone, Copy, Debug)]
pub struct Negotiated<'o> {
    offers: Offers<'o>,
    media_type: &'o str,
    language: &'o str,
    encoding: &'o str,
}

impl<'o> Negotiated<'o> {
    /// The media type as it was offered; empty if none was.
    #[must_use]
    pub const fn media_type(&self) -> &'o str {
        self.media_type
    }

    /// The language as it was offered; empty if none was.
    #[must_use]
    pub const fn language(&self) -> &'o str {
        self.language
    }

    /// The content coding as it was offered, or `identity` where none of them is acceptable; empty if none was offered.
    #[must_use]
    pub const fn encoding(&self) -> &'o str {
        self.encoding
    }

    /// The fields of the request on which the choice depends, for `Vary`.
    pub fn vary(&self) -> impl Iterator<Item = HeaderName> {
        self.offers.vary()
    }
}

/// Chooses an offer of each kind; see [`Offers`].
pub(crate) fn negotiate<'o>(headers: &HeaderMap, offers: &Offers<'o>) -> Result<Negotiated<'o>> {
    let (types, tags, codings) = (offers.media_types, offers.languages, offers.encodings);
    let accepted = (
        super::media_type(headers, types),
        super::language(headers, tags),
        super::encoding(headers, codings),
    );
    Ok(Negotiated {
        offers: *offers,
        media_type: chosen(accepted.0, types, types.first().copied(), offers)?,
        language: accepted.1.or(tags.first()).copied().unwrap_or_default(),
        encoding: chosen(
            accepted.2,
            codings,
            codings.first().map(|_| IDENTITY),
            offers,
        )?,
    })
}

/// The best offer, or its replacement.
fn chosen<'o>(
    best: Option<&&'o str>,
    offered: &[&'o str],
    otherwise: Option<&'o str>,
    offers: &Offers<'o>,
) -> Result<&'o str> {
    match best.copied().or(otherwise.filter(|_| !offers.is_strict)) {
        Some(offer) => Ok(offer),
        None if offered.is_empty() => Ok(""),
        None => Err(not_acceptable(offered, offers)),
    }
}

/// A `406` lists the offers (RFC 9110 §15.5.7). It depends on these fields too.
#[cold]
fn not_acceptable(offered: &[&str], offers: &Offers<'_>) -> Error {
    let quoted: Vec<_> = offered.iter().map(|offer| format!("`{offer}`")).collect();
    let error = Error::not_acceptable().with_message(format!("available: {}", quoted.join(", ")));
    offers.vary().fold(error, |error, name| {
        error.with_appended_header(header::VARY, HeaderValue::from(name))
    })
}
