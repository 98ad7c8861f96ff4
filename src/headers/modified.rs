//! `Last-Modified`, and the conditions on it: `If-Modified-Since` and `If-Unmodified-Since`; and `Expires`.

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::Header;
use super::HeaderError;
use super::HttpDate;
use super::date::date_headers;
use super::lines::only;
use super::text::header_text;

/// The `Last-Modified` header: when the representation changed for the last time.
///
/// As `response.last_modified()` and `response.with_last_modified(..)` it is an [`HttpDate`]. A
/// [`SystemTime`](std::time::SystemTime) converts to it without the fraction of the second.
///
/// # Grammar
///
/// `Last-Modified = HTTP-date` (RFC 9110 [§8.8.2](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.2))
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::HttpDate;
///
/// let modified = std::fs::metadata("Cargo.toml")?.modified()?;
/// let response = Response::text("x").with_last_modified(modified);
/// assert_eq!(response.last_modified(), Some(HttpDate::from(modified)));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LastModified(HttpDate);

/// The `If-Modified-Since` header: the request applies only if the representation changed after this time. A cache gets
/// `304` otherwise.
///
/// [`Response::conditional`](crate::Response::conditional) evaluates it, for `GET` and `HEAD` without `If-None-Match`.
///
/// # Grammar
///
/// `If-Modified-Since = HTTP-date` (RFC 9110 [§13.1.3](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.3))
///
/// ```
/// use rustzeug::Request;
///
/// let request = Request::blank("/").with_header("if-modified-since", "Sun, 06 Nov 1994 08:49:37 GMT");
/// assert_eq!(request.if_modified_since().map(|date| date.unix_seconds()), Some(784_111_777));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IfModifiedSince(HttpDate);

/// The `If-Unmodified-Since` header: the request applies only if the representation did not change after this time.
/// Otherwise the answer is `412`.
///
/// [`Request::check_preconditions`](crate::Request::check_preconditions) evaluates it, if there is no `If-Match`. Two
/// changes within one second cannot be distinguished, so an update can be lost; tags and `If-Match` prevent that.
///
/// # Grammar
///
/// `If-Unmodified-Since = HTTP-date` (RFC 9110 [§13.1.4](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.4))
///
/// ```
/// use rustzeug::Request;
///
/// let request = Request::blank("/").with_header("if-unmodified-since", "yesterday");
/// assert_eq!(request.if_unmodified_since(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IfUnmodifiedSince(HttpDate);

date_headers! {
    LastModified LAST_MODIFIED;
    IfModifiedSince IF_MODIFIED_SINCE;
    IfUnmodifiedSince IF_UNMODIFIED_SINCE;
}

/// The `Expires` header: when a cached response becomes stale, for caches that do not support `Cache-Control: max-age`.
///
/// A value that is not a date means that the response is already stale ([RFC 9111
/// §5.3](https://www.rfc-editor.org/rfc/rfc9111#section-5.3)), so it is read as [`HttpDate::MIN`], and reading does not
/// fail. Programs send `0` and `-1` for this purpose.
///
/// # Grammar
///
/// `Expires = HTTP-date`
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::HttpDate;
///
/// let response = Response::text("x").with_expires(HttpDate::from_unix_seconds(0));
/// assert_eq!(response.headers()["expires"], "Thu, 01 Jan 1970 00:00:00 GMT");
///
/// let response = Response::text("x").with_header("expires", "0");
/// assert_eq!(response.expires(), Some(HttpDate::MIN));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Expires(HttpDate);

impl From<HttpDate> for Expires {
    fn from(date: HttpDate) -> Self {
        Self(date)
    }
}

impl From<Expires> for HttpDate {
    fn from(expires: Expires) -> Self {
        expires.0
    }
}

impl Header for Expires {
    const NAME: HeaderName = header::EXPIRES;

    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
        let date = only(lines).and_then(|line| HttpDate::parse(line).ok());
        Ok(Self(date.unwrap_or(HttpDate::MIN)))
    }

    fn encode(&self) -> HeaderValue {
        self.0.into()
    }
}

header_text! { Expires }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_date_has_expired() {
        let past = HttpDate::MIN;
        #[rustfmt::skip]
        let cases = [
            ("Sun, 06 Nov 1994 08:49:37 GMT", HttpDate::from_unix_seconds(784_111_777), "a date"),
            ("0",                             past, "the usual way to say it"),
            ("-1",                            past, "another one"),
            ("",                              past, "an empty value"),
            ("Thu, 31 Feb 1994 08:49:37 GMT", past, "an impossible date"),
        ];
        for (text, want, why) in cases {
            assert_eq!(text.parse(), Ok(Expires(want)), "{text:?}: {why}");
        }
        let line = HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(
            Expires::decode([&line, &line].into_iter()),
            Ok(Expires(past)),
            "two lines"
        );
    }

    #[test]
    fn conditions_are_dates_and_nothing_else() {
        for (text, is_date) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", true),
            ("Sun Nov  6 08:49:37 1994", true),
            ("0", false),
            ("", false),
            ("Sun, 06 Nov 1994 08:49:37 GMT; length=9", false),
        ] {
            assert_eq!(text.parse::<IfModifiedSince>().is_ok(), is_date, "{text:?}");
            assert_eq!(
                text.parse::<IfUnmodifiedSince>().is_ok(),
                is_date,
                "{text:?}"
            );
            assert_eq!(text.parse::<LastModified>().is_ok(), is_date, "{text:?}");
        }
    }
}
