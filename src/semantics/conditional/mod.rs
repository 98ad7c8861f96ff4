//! Conditional requests: decides whether a request is performed, by the rules of RFC 9110 §13.2.2.
//!
//! [`Request::check_preconditions`](crate::Request::check_preconditions) and
//! [`Response::conditional`](crate::Response::conditional) are for handlers. This module has the decision below them,
//! for programs on the raw gateway: headers in, a decision out.
//!
//! ```
//! use rustzeug::conditional::{Decision, Validators, evaluate};
//! use rustzeug::headers::ETag;
//! use rustzeug::{Request, http::Method};
//!
//! let request = Request::blank("/").with_if_none_match("v7");
//! let current = ETag::from("v7");
//! let decision = evaluate(&Method::GET, request.headers(), &Validators::from(&current));
//! assert_eq!(decision, Decision::NotModified);
//! ```

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::header;

use crate::headers;
use crate::headers::ETag;
use crate::headers::HttpDate;
use crate::headers::IfModifiedSince;
use crate::headers::IfNoneMatch;
use crate::headers::IfUnmodifiedSince;
use crate::headers::LastModified;
use crate::headers::Tag;
use crate::headers::tags;

#[cfg(test)]
mod tests;

/// The action for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Perform the request, including its `Range`.
    Proceed,
    /// Perform the request, but ignore `Range`: `If-Range` does not hold.
    IgnoreRange,
    /// `304`: the client already has the current representation.
    NotModified,
    /// `412`: do not perform the request.
    PreconditionFailed,
}

/// The known facts about the current state of a resource.
///
/// It is made from an [`&ETag`](ETag), from a time ([`HttpDate`]), or from an `Option` of either. `None` means that the
/// resource does not exist.
///
/// ```
/// use rustzeug::conditional::Validators;
/// use rustzeug::headers::{ETag, HttpDate};
///
/// let etag = ETag::from(7);
/// let both = Validators::from(&etag).with_last_modified(HttpDate::from_unix_seconds(0));
/// assert!(both.exists());
/// assert!(!Validators::from(None::<&ETag>).exists());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Validators<'v> {
    exists: bool,
    /// As it is written, perhaps malformed.
    etag: Option<&'v [u8]>,
    last_modified: Option<Modified<'v>>,
    now: Now,
}

/// The current time. A clock is read only if it is needed.
#[derive(Clone, Copy, Debug, Default)]
enum Now {
    #[default]
    Unknown,
    At(HttpDate),
    By(fn() -> HttpDate),
}

/// A time, or a clock that has not been read yet.
#[derive(Clone, Copy, Debug)]
enum Modified<'v> {
    At(HttpDate),
    Header(&'v HeaderMap),
}

impl<'v> Validators<'v> {
    /// A resource that exists, without other known facts: only `*` can match it.
    #[must_use]
    pub fn existing() -> Self {
        Self {
            exists: true,
            ..Self::default()
        }
    }

    /// A resource that does not exist.
    #[must_use]
    pub fn missing() -> Self {
        Self::default()
    }

    /// The validators in the headers of a response. Malformed ones are ignored.
    #[must_use]
    pub fn of_headers(headers: &'v HeaderMap) -> Self {
        // A scan of a few headers is cheaper than a lookup by hash.
        let mut lines = headers.iter();
        let etag = lines.find(|(name, _)| *name == header::ETAG);
        Self {
            exists: true,
            etag: etag.map(|(_, value)| value.as_bytes()),
            last_modified: Some(Modified::Header(headers)),
            now: Now::Unknown,
        }
    }

    /// Adds the time of the last change.
    #[must_use]
    pub fn with_last_modified(mut self, date: impl Into<HttpDate>) -> Self {
        self.last_modified = Some(Modified::At(date.into()));
        self
    }

    /// Sets the current time. Without it, no date in `If-Range` holds: a date holds only if the last change is at least
    /// a second old, since another change might follow within the same second (RFC 9110
    /// [§8.8.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.2.2)).
    #[must_use]
    pub fn with_now(mut self, now: impl Into<HttpDate>) -> Self {
        self.now = Now::At(now.into());
        self
    }

    /// Sets the clock for the current time.
    pub(crate) fn with_clock(mut self, clock: fn() -> HttpDate) -> Self {
        self.now = Now::By(clock);
        self
    }

    /// Whether the resource exists.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.exists
    }

    fn tag(&self) -> Option<Tag<'v>> {
        self.etag.and_then(Tag::whole)
    }

    /// Whether a line is the tag, letter by letter: mostly it is, since a client sends back what it got.
    fn is_written(&self, line: &[u8]) -> bool {
        self.etag == Some(line) && line.ends_with(b"\"")
    }

    fn last_modified(&self) -> Option<HttpDate> {
        match self.last_modified? {
            Modified::At(date) => Some(date),
            Modified::Header(headers) => {
                let header = headers::get::<LastModified>(headers).ok().flatten();
                header.map(Into::into)
            }
        }
    }
}

impl<'v> From<&'v ETag> for Validators<'v> {
    fn from(etag: &'v ETag) -> Self {
        Self {
            etag: Some(etag.as_bytes()),
            ..Self::existing()
        }
    }
}

impl From<HttpDate> for Validators<'_> {
    fn from(last_modified: HttpDate) -> Self {
        Self::existing().with_last_modified(last_modified)
    }
}

impl<V: Into<Self>> From<Option<V>> for Validators<'_> {
    fn from(current: Option<V>) -> Self {
        current.map_or_else(Self::missing, Into::into)
    }
}

/// The relevant fields that a request has, with a bit for each, and the first line of the most frequent one.
#[derive(Clone, Copy)]
struct Asked<'h> {
    bits: u8,
    none_match: Option<&'h HeaderValue>,
}

impl<'h> Asked<'h> {
    const MATCH: u8 = 1;
    const NONE_MATCH: u8 = 2;
    const MODIFIED_SINCE: u8 = 4;
    const UNMODIFIED_SINCE: u8 = 8;
    const RANGE: u8 = 16;
    const IF_RANGE: u8 = 32;

    /// Looks at each name once, since most requests have no such field.
    fn of(headers: &'h HeaderMap) -> Self {
        let mut asked = Self {
            bits: 0,
            none_match: None,
        };
        for (name, value) in headers {
            asked.bits |= match *name {
                header::IF_MATCH => Self::MATCH,
                header::IF_NONE_MATCH => {
                    asked.none_match = asked.none_match.or(Some(value));
                    Self::NONE_MATCH
                }
                header::IF_MODIFIED_SINCE => Self::MODIFIED_SINCE,
                header::IF_UNMODIFIED_SINCE => Self::UNMODIFIED_SINCE,
                header::RANGE => Self::RANGE,
                header::IF_RANGE => Self::IF_RANGE,
                _ => 0,
            };
        }
        asked
    }

    fn has(self, bits: u8) -> bool {
        self.bits & bits == bits
    }
}

/// Whether a request says with tags which state it changes, so that no update is lost: with `If-Match`, or with a
/// well-formed `If-None-Match`. A malformed `If-None-Match` excludes nothing.
///
/// `If-Unmodified-Since` is not enough: it is ignored if no time of the last change is known, and two changes within one
/// second cannot be distinguished.
#[must_use]
pub fn is_conditional(headers: &HeaderMap) -> bool {
    let asked = Asked::of(headers);
    asked.has(Asked::MATCH) || matches!(headers::get::<IfNoneMatch>(headers), Ok(Some(_)))
}

/// Decides what to do with a request, given the current state of its resource.
///
/// Call it before anything is changed, and only if the response without conditions would be a success (RFC 9110
/// [§13.2.1](https://www.rfc-editor.org/rfc/rfc9110#section-13.2.1)).
///
/// * `If-Match` compares strongly; without it, `If-Unmodified-Since` counts. Otherwise `412`.
/// * `If-None-Match` compares weakly; without it, `If-Modified-Since` counts for `GET` and `HEAD`. Otherwise `304` for these
///   two, `412` for other methods.
/// * `If-Range` compares strongly, dates for equality, and decides on a `Range` of a `GET`.
/// * A condition on a date is ignored if the date is malformed, or if the time of the last change is unknown. A
///   malformed element of a list of tags is skipped: it matches nothing.
/// * `CONNECT`, `OPTIONS` and `TRACE` have no conditions.
///
/// RFC 9110 [§13.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2).
#[must_use]
pub fn evaluate(method: &Method, headers: &HeaderMap, current: &Validators<'_>) -> Decision {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    if !reads && matches!(*method, Method::CONNECT | Method::OPTIONS | Method::TRACE) {
        return Decision::Proceed;
    }
    let asked = Asked::of(headers);
    let fails = if asked.has(Asked::MATCH) {
        !has_tag(headers, &header::IF_MATCH, current, |one, two| {
            one.matches_strongly(two)
        })
    } else if asked.has(Asked::UNMODIFIED_SINCE) {
        let since = headers::get::<IfUnmodifiedSince>(headers).ok().flatten();
        changed_since(since.map(Into::into), current) == Some(true)
    } else {
        false
    };
    if fails {
        return Decision::PreconditionFailed;
    }
    let is_known = if let Some(line) = asked.none_match {
        current.is_written(line.as_bytes())
            || has_tag(headers, &header::IF_NONE_MATCH, current, |one, two| {
                one.matches_weakly(two)
            })
    } else if asked.has(Asked::MODIFIED_SINCE) && reads {
        let since = headers::get::<IfModifiedSince>(headers).ok().flatten();
        changed_since(since.map(Into::into), current) == Some(false)
    } else {
        false
    };
    match (is_known, reads) {
        (true, true) => Decision::NotModified,
        (true, false) => Decision::PreconditionFailed,
        _ if asked.has(Asked::RANGE | Asked::IF_RANGE) && *method == Method::GET => {
            if_range(headers, current)
        }
        _ => Decision::Proceed,
    }
}

/// Whether a list of tags has the current tag, or is `*` and there is a current state.
fn has_tag(
    headers: &HeaderMap,
    name: &HeaderName,
    current: &Validators<'_>,
    equal: fn(Tag<'_>, Tag<'_>) -> bool,
) -> bool {
    let lines = headers.get_all(name).iter().map(HeaderValue::as_bytes);
    // An empty line is an empty list (§5.6.1.2).
    let mut lines = lines
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty());
    let Some(first) = lines.next() else {
        return false;
    };
    if first == b"*" {
        return current.exists && lines.next().is_none();
    }
    let Some(current) = current.tag() else {
        return false;
    };
    let is_current = |tag: Option<Tag<'_>>| tag.is_some_and(|tag| equal(tag, current));
    tags(first).any(is_current) || lines.flat_map(tags).any(is_current)
}

/// Whether the state has changed since the date; `None` if the condition must be ignored.
fn changed_since(since: Option<HttpDate>, current: &Validators<'_>) -> Option<bool> {
    Some(current.last_modified()? > since?)
}

fn if_range(headers: &HeaderMap, current: &Validators<'_>) -> Decision {
    let mut lines = headers.get_all(header::IF_RANGE).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else {
        return Decision::IgnoreRange;
    };
    let line = line.as_bytes().trim_ascii();
    let holds = match (Tag::whole(line), current.tag()) {
        (Some(tag), Some(current)) => tag.matches_strongly(current),
        (Some(_), None) => false,
        (None, _) => is_same_date(line, current),
    };
    if holds {
        Decision::Proceed
    } else {
        Decision::IgnoreRange
    }
}

fn is_same_date(line: &[u8], current: &Validators<'_>) -> bool {
    let Ok(date) = HttpDate::parse(line) else {
        return false;
    };
    let is_past = || match current.now {
        Now::Unknown => false,
        Now::At(now) => date < now,
        Now::By(clock) => date < clock(),
    };
    current.last_modified() == Some(date) && is_past()
}

/// Whether a field describes the content, so that a response without content leaves it out: all `Content-…` except
/// `Content-Location`, which a `304` keeps (RFC 9110 §15.4.5).
///
/// This includes a policy (`Content-Security-Policy`): the page that the client has stored contains the nonces of the
/// policy that was sent with it.
pub(crate) fn is_about_content(name: &HeaderName) -> bool {
    name.as_str().starts_with("content-") && name != header::CONTENT_LOCATION
}
