//! Typed headers: values that are read from header lines, checked, and written in one canonical form.
//!
//! A [`Header`] is a type with the name and the grammar of its field. It is read and set in three ways:
//!
//! | what | how |
//! |---|---|
//! | by name | `request.retry_after()`, `response.set_retry_after(..)`, `response.with_retry_after(..)` |
//! | by type | `request.header::<RetryAfter>()?`, `response.set(..)?`, `response.with(..)` |
//! | on a bare [`HeaderMap`] | [`headers::get`](get), [`headers::set`](set) |
//!
//! **By name is lenient**: an absent field and a malformed field are both `None`, as most RFCs require of a recipient.
//! **By type is strict**: `header::<H>()` returns `Ok(None)` for an absent field, and an error for a malformed field.
//! The error of a request is a `400` that names the field. Each type also converts from and to text: it implements
//! [`FromStr`](std::str::FromStr), [`Display`](std::fmt::Display) and `Into<HeaderValue>`.
//!
//! A header is parsed each time it is read, and the value is not stored. So a header that is not read costs nothing.
//!
//! ```
//! use rustzeug::headers::RetryAfter;
//! use rustzeug::{Request, Response};
//! use std::time::Duration;
//!
//! let response = Response::empty(503).with_retry_after(Duration::from_secs(120));
//! assert_eq!(response.headers()["retry-after"], "120");
//! assert_eq!(response.retry_after(), Some(RetryAfter::Seconds(120)));
//!
//! let request = Request::blank("/").with_header("date", "yesterday");
//! assert_eq!(request.date(), None);
//! let error = request.header::<rustzeug::headers::Date>().unwrap_err();
//! assert_eq!(error.status(), 400);
//! assert_eq!(error.message(), "the header `date` is malformed: expected a date such as `Sun, 06 Nov 1994 08:49:37 GMT`");
//! # Ok::<(), rustzeug::Error>(())
//! ```
//!
//! # A custom header
//!
//! ```
//! use rustzeug::headers::{Header, HeaderError};
//! use rustzeug::http::{HeaderName, HeaderValue};
//! use rustzeug::{Request, Response, Result};
//!
//! /// `X-Tenant`: a number.
//! #[derive(Debug, PartialEq)]
//! struct Tenant(u32);
//!
//! impl Header for Tenant {
//!     const NAME: HeaderName = HeaderName::from_static("x-tenant");
//!
//!     fn decode<'a>(mut lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError> {
//!         let malformed = HeaderError::new(Self::NAME, "a number");
//!         let (Some(line), None) = (lines.next(), lines.next()) else {
//!             return Err(malformed);
//!         };
//!         let number = line.to_str().ok().and_then(|text| text.parse().ok());
//!         number.map(Self).ok_or(malformed)
//!     }
//!
//!     fn encode(&self) -> HeaderValue {
//!         self.0.into()
//!     }
//! }
//!
//! fn notes(request: &Request) -> Result<Response> {
//!     let tenant = request.header::<Tenant>()?.unwrap_or(Tenant(1));
//!     Ok(Response::text("notes").with(tenant))
//! }
//!
//! let request = Request::blank("/").with(Tenant(7));
//! assert_eq!(notes(&request)?.headers()["x-tenant"], "7");
//! let request = Request::blank("/").with_header("x-tenant", "seven");
//! assert_eq!(notes(&request).unwrap_err().status(), 400);
//! # Ok::<(), rustzeug::Error>(())
//! ```

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;

mod accept;
mod age;
mod agents;
mod allow;
mod authorization;
mod cache_control;
mod checked_text;
mod content_disposition;
mod content_encoding;
mod content_language;
mod content_length;
mod content_range;
mod content_security_policy;
mod content_type;
mod cors;
mod date;
mod etag;
mod fetch_metadata;
mod forwarded;
mod header_error;
mod host;
mod http_date;
mod if_match;
mod if_range;
mod keyword;
mod lines;
mod link;
mod modified;
mod nonce;
#[cfg(feature = "signed")]
mod nonce_random;
mod range;
mod references;
mod retry_after;
mod security;
mod server_timing;
mod strict_transport_security;
mod table;
mod text;
mod vary;
mod x_forwarded;

pub use accept::Accept;
pub use accept::AcceptEncoding;
pub use accept::AcceptLanguage;
pub use accept::ContentCoding;
pub use accept::LanguageTag;
pub use accept::MediaRange;
pub use accept::Quality;
pub use accept::QualityList;
pub use age::Age;
pub use agents::Server;
pub use agents::UserAgent;
pub use agents::Via;
pub use agents::ViaHop;
pub use allow::Allow;
pub use authorization::AuthParameters;
pub use authorization::Authorization;
pub use authorization::Challenge;
pub use authorization::Credentials;
pub use authorization::OtherCredentials;
pub use authorization::ProxyAuthenticate;
pub use authorization::ProxyAuthorization;
pub use authorization::WwwAuthenticate;
pub use cache_control::CacheControl;
pub use cache_control::RequestCacheControl;
pub use content_disposition::ContentDisposition;
pub use content_encoding::ContentEncoding;
pub use content_language::ContentLanguage;
pub use content_length::ContentLength;
pub use content_range::AcceptRanges;
pub use content_range::ContentRange;
pub use content_security_policy::ContentSecurityPolicy;
pub use content_security_policy::ContentSecurityPolicyReportOnly;
pub use content_type::ContentType;
pub use cors::AccessControlAllowCredentials;
pub use cors::AccessControlAllowHeaders;
pub use cors::AccessControlAllowMethods;
pub use cors::AccessControlAllowOrigin;
pub use cors::AccessControlExposeHeaders;
pub use cors::AccessControlMaxAge;
pub use cors::AccessControlRequestHeaders;
pub use cors::AccessControlRequestMethod;
pub use date::Date;
pub use etag::ETag;
pub use fetch_metadata::SecFetchDest;
pub use fetch_metadata::SecFetchMode;
pub use fetch_metadata::SecFetchSite;
pub use fetch_metadata::SecFetchUser;
pub use forwarded::Forwarded;
pub use forwarded::ForwardedElement;
pub(crate) use forwarded::node_ip;
pub use header_error::HeaderError;
pub use host::Host;
pub use host::Origin;
pub use http_date::HttpDate;
pub use http_date::InvalidDate;
pub use if_match::IfMatch;
pub use if_match::IfNoneMatch;
pub use if_range::IfRange;
pub use link::Link;
pub use link::LinkValue;
pub use modified::Expires;
pub use modified::IfModifiedSince;
pub use modified::IfUnmodifiedSince;
pub use modified::LastModified;
pub use nonce::Nonce;
pub use range::ByteRange;
pub use range::Range;
pub use references::ContentLocation;
pub use references::Location;
pub use references::Referer;
pub use retry_after::RetryAfter;
pub use security::CrossOriginEmbedderPolicy;
pub use security::CrossOriginOpenerPolicy;
pub use security::CrossOriginResourcePolicy;
pub use security::PermissionsPolicy;
pub use security::ReferrerPolicy;
pub use security::XContentTypeOptions;
pub use security::XFrameOptions;
pub use server_timing::Metric;
pub use server_timing::ServerTiming;
pub use strict_transport_security::StrictTransportSecurity;
pub use vary::Vary;
pub use x_forwarded::XForwardedFor;
pub use x_forwarded::XForwardedHost;
pub use x_forwarded::XForwardedPort;
pub use x_forwarded::XForwardedPrefix;
pub use x_forwarded::XForwardedProto;

pub(crate) use etag::Tag;
pub(crate) use etag::tags;
pub(crate) use range::byte_ranges;
pub(crate) use table::header_accessors;
pub(crate) use table::header_chained;
pub(crate) use table::headers_of_both;
pub(crate) use table::headers_of_requests;
pub(crate) use table::headers_of_responses;

/// A header field as a type: its name, how it is read, how it is written.
///
/// The [module](self) has an example of a custom header.
pub trait Header: Sized {
    /// The name of the field.
    const NAME: HeaderName;

    /// Reads the lines of the field, in their order: at least one, without white space around the value.
    ///
    /// If the field is a list, all of its lines are one list (RFC 9110
    /// [§5.3](https://www.rfc-editor.org/rfc/rfc9110#section-5.3)), and empty elements are ignored
    /// ([§5.6.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1.2)). It must not panic for any text.
    ///
    /// # Errors
    ///
    /// A [`HeaderError`] that says what was expected.
    fn decode<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Result<Self, HeaderError>;

    /// Reads the field leniently, for the method of the header (`request.date()`). By default it returns the value of
    /// [`decode`](Self::decode), and `None` for its error. A list can skip its malformed elements.
    fn decode_leniently<'a>(lines: impl Iterator<Item = &'a HeaderValue>) -> Option<Self> {
        Self::decode(lines).ok()
    }

    /// Writes the field as one line. [`decode`](Self::decode) reads it as an equal value.
    ///
    /// An empty line that [`decode`](Self::decode) refuses is not sent: where a list needs an element, a list without
    /// elements removes the field.
    fn encode(&self) -> HeaderValue;
}

/// Reads a header; `Ok(None)` if it is absent.
///
/// ```
/// use rustzeug::headers::{self, Allow};
/// use rustzeug::http::{HeaderMap, Method};
///
/// let mut map = HeaderMap::new();
/// assert_eq!(headers::get::<Allow>(&map)?, None);
/// headers::set(&mut map, &Allow::from([Method::GET]));
/// assert!(headers::get::<Allow>(&map)?.is_some_and(|allow| allow.contains(&Method::GET)));
/// # Ok::<(), headers::HeaderError>(())
/// ```
///
/// # Errors
///
/// The field is present and malformed.
pub fn get<H: Header>(headers: &HeaderMap) -> Result<Option<H>, HeaderError> {
    let mut lines = headers.get_all(H::NAME).iter().peekable();
    if lines.peek().is_none() {
        return Ok(None);
    }
    H::decode(lines).map(Some)
}

/// Reads a header leniently; `None` if it is absent, or so malformed that it has no usable value.
///
/// ```
/// use rustzeug::headers::{self, Accept};
/// use rustzeug::http::{HeaderMap, HeaderValue};
///
/// let mut map = HeaderMap::new();
/// map.insert("accept", HeaderValue::from_static("text/html, nonsense"));
/// assert_eq!(headers::get_leniently::<Accept>(&map).unwrap().to_string(), "text/html");
/// assert!(headers::get::<Accept>(&map).is_err());
/// ```
#[must_use]
pub fn get_leniently<H: Header>(headers: &HeaderMap) -> Option<H> {
    let mut lines = headers.get_all(H::NAME).iter().peekable();
    lines.peek()?;
    H::decode_leniently(lines)
}

/// Sets a header, and replaces all lines of its name. `None` removes them, and so does a list without elements where
/// the field needs one.
///
/// ```
/// use rustzeug::headers::{self, RetryAfter};
/// use rustzeug::http::HeaderMap;
///
/// let mut map = HeaderMap::new();
/// headers::set(&mut map, &RetryAfter::Seconds(3));
/// assert_eq!(map["retry-after"], "3");
/// headers::set(&mut map, None::<&RetryAfter>);
/// assert!(map.is_empty());
/// ```
pub fn set<'h, H: Header + 'h>(headers: &mut HeaderMap, header: impl Into<Option<&'h H>>) {
    match header.into().and_then(line_of) {
        Some(line) => headers.insert(H::NAME, line),
        None => headers.remove(H::NAME),
    };
}

/// The line that is sent, if there is one.
pub(crate) fn line_of<H: Header>(header: &H) -> Option<HeaderValue> {
    let line = header.encode();
    let is_refused = || H::decode(std::iter::once(&line)).is_err();
    let is_nothing = line.is_empty() && is_refused();
    (!is_nothing).then_some(line)
}
