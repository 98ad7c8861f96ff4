//! `Accept`, `Accept-Encoding`, `Accept-Language`: the preferences of a client. The choice is made in `negotiation`.

mod content_coding;
mod language_tag;
mod media_range;
mod quality;
mod quality_list;
#[cfg(test)]
mod tests;
mod weighted_name;

pub use content_coding::ContentCoding;
pub use language_tag::LanguageTag;
pub use media_range::MediaRange;
pub use quality::Quality;
pub use quality_list::QualityList;

/// The `Accept` header: the media types that a client accepts, with weights.
///
/// To choose a type, call [`Request::best_media_type`](crate::Request::best_media_type), which does not need the list.
///
/// # Grammar
///
/// `Accept = #( media-range [ weight ] )` (RFC 9110
/// [§12.5.1](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1)). `*` is read as `*/*`.
///
/// ```
/// use rustzeug::Request;
/// use rustzeug::headers::{Accept, MediaRange};
/// use rustzeug::mime;
///
/// let accept: Accept = "text/html, application/json;q=0.9, */*;q=0.1".parse()?;
/// assert_eq!(accept.best(&["image/png", "application/json"]), Some(&"application/json"));
/// assert_eq!(accept.quality("image/png").to_string(), "0.1");
///
/// let request = Request::blank("/").with_accept(Accept::from([MediaRange::from(mime::TEXT_CSV)]));
/// assert_eq!(request.headers()["accept"], "text/csv");
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
pub type Accept = QualityList<MediaRange>;

/// The `Accept-Encoding` header: the content codings that a client can decode, with weights.
///
/// To choose a coding, call [`Request::best_encoding`](crate::Request::best_encoding).
///
/// # Grammar
///
/// `Accept-Encoding = #( codings [ weight ] )` (RFC 9110
/// [§12.5.3](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3))
///
/// ```
/// use rustzeug::headers::AcceptEncoding;
///
/// let accepted: AcceptEncoding = "gzip, br;q=0.5".parse()?;
/// assert_eq!(accepted.best(&["br", "gzip", "identity"]), Some(&"gzip"));
/// assert!(accepted.quality("identity").is_acceptable());
/// assert!(!accepted.quality("zstd").is_acceptable());
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
pub type AcceptEncoding = QualityList<ContentCoding>;

/// The `Accept-Language` header: the languages that a reader wants, with weights.
///
/// To choose a language, call [`Request::best_language`](crate::Request::best_language).
///
/// # Grammar
///
/// `Accept-Language = #( language-range [ weight ] )` (RFC 9110
/// [§12.5.4](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4))
///
/// ```
/// use rustzeug::headers::AcceptLanguage;
///
/// let accepted: AcceptLanguage = "de-CH, de;q=0.9, en;q=0.5".parse()?;
/// assert_eq!(accepted.best(&["en-GB", "de"]), Some(&"de"));
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
pub type AcceptLanguage = QualityList<LanguageTag>;
