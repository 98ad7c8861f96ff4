//! Freshness of a stored response: how long it may be used, and how old it is (RFC 9111 §4.2).
//!
//! This is for caches, clients and tests. Applications use [`Response::cache_for`](crate::Response::cache_for) and
//! similar methods.
//!
//! ```
//! use rustzeug::Response;
//! use rustzeug::caching::{Cache, Times, freshness_lifetime, is_fresh};
//! use rustzeug::headers::HttpDate;
//! use std::time::Duration;
//!
//! let noon = HttpDate::from_unix_seconds(1_800_000_000);
//! let response = Response::text("x").with_date(noon).cache_for(Duration::from_secs(60));
//! assert_eq!(freshness_lifetime(response.headers(), Cache::Private, noon), Some(Duration::from_secs(60)));
//!
//! let after = |seconds| Times::received_at(noon).with_now(noon + Duration::from_secs(seconds));
//! assert!(is_fresh(response.headers(), Cache::Private, after(59)));
//! assert!(!is_fresh(response.headers(), Cache::Private, after(60)));
//! ```

use std::time::Duration;

use http::HeaderMap;

use crate::headers;
use crate::headers::Age;
use crate::headers::CacheControl;
use crate::headers::Date;
use crate::headers::Expires;
use crate::headers::Header;
use crate::headers::HttpDate;
use crate::headers::LastModified;

/// The kind of a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// The cache of one user, such as that of a browser.
    Private,
    /// The cache of many users, such as that of a proxy or of a content delivery network. Here `s-maxage` applies.
    Shared,
}

/// The time of the request, the time at which the response was received, and the current time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    requested: HttpDate,
    received: HttpDate,
    now: HttpDate,
}

impl Times {
    /// Sets all three times to the time at which the response was received.
    #[must_use]
    pub fn received_at(received: impl Into<HttpDate>) -> Self {
        let received = received.into();
        Self {
            requested: received,
            received,
            now: received,
        }
    }

    /// Sets the time of the request.
    #[must_use]
    pub fn with_requested(mut self, requested: impl Into<HttpDate>) -> Self {
        self.requested = requested.into();
        self
    }

    /// Sets the current time.
    #[must_use]
    pub fn with_now(mut self, now: impl Into<HttpDate>) -> Self {
        self.now = now.into();
        self
    }
}

/// How long a response is fresh, from the time at which the origin server generated it; `None` if it does not declare
/// this.
///
/// It is `s-maxage` (in a shared cache), otherwise `max-age`, otherwise `Expires` minus `Date`; `received` replaces a
/// missing `Date`. Malformed values are 0. This does not check whether the response may be stored at all: see
/// [`CacheControl::no_store`] and [`CacheControl::no_cache`].
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::caching::{Cache, freshness_lifetime};
/// use rustzeug::headers::HttpDate;
/// use std::time::Duration;
///
/// let noon = HttpDate::from_unix_seconds(1_800_000_000);
/// let response = Response::text("x").with_header("cache-control", "max-age=60, s-maxage=5");
/// let lifetime = |cache| freshness_lifetime(response.headers(), cache, noon);
/// assert_eq!(lifetime(Cache::Private), Some(Duration::from_secs(60)));
/// assert_eq!(lifetime(Cache::Shared), Some(Duration::from_secs(5)));
///
/// let response = Response::text("x").with_date(noon).with_expires(noon + Duration::from_secs(90));
/// assert_eq!(freshness_lifetime(response.headers(), Cache::Shared, noon), Some(Duration::from_secs(90)));
/// assert_eq!(freshness_lifetime(Response::text("x").headers(), Cache::Shared, noon), None);
/// ```
///
/// RFC 9111 [§4.2.1](https://www.rfc-editor.org/rfc/rfc9111#section-4.2.1).
#[must_use]
pub fn freshness_lifetime(
    headers: &HeaderMap,
    cache: Cache,
    received: HttpDate,
) -> Option<Duration> {
    let cache_control: CacheControl = lenient(headers).unwrap_or_default();
    let shared = cache_control.s_maxage().filter(|_| cache == Cache::Shared);
    if let Some(lifetime) = shared.or_else(|| cache_control.max_age()) {
        return Some(lifetime);
    }
    let expires: HttpDate = lenient::<Expires>(headers)?.into();
    Some(
        expires
            .duration_since(date(headers, received))
            .unwrap_or_default(),
    )
}

/// How long a cache may assume that a response without explicit freshness is fresh: a tenth of the time since its last
/// change. `None` if the response has explicit freshness, or if the time of the last change is unknown.
///
/// Use it only for a heuristically cacheable status, such as `200`, `301`, `404` and `410` (RFC 9110
/// [§15.1](https://www.rfc-editor.org/rfc/rfc9110#section-15.1)).
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::caching::{Cache, heuristic_lifetime};
/// use rustzeug::headers::HttpDate;
/// use std::time::Duration;
///
/// let noon = HttpDate::from_unix_seconds(1_800_000_000);
/// let response = Response::text("x").with_last_modified(noon - Duration::from_secs(1000));
/// assert_eq!(heuristic_lifetime(response.headers(), Cache::Private, noon), Some(Duration::from_secs(100)));
/// ```
///
/// RFC 9111 [§4.2.2](https://www.rfc-editor.org/rfc/rfc9111#section-4.2.2).
#[must_use]
pub fn heuristic_lifetime(
    headers: &HeaderMap,
    cache: Cache,
    received: HttpDate,
) -> Option<Duration> {
    if freshness_lifetime(headers, cache, received).is_some() {
        return None;
    }
    let modified: HttpDate = lenient::<LastModified>(headers)?.into();
    let age = date(headers, received).duration_since(modified)?;
    Some(Duration::from_secs(age.as_secs() / 10))
}

/// How old a response is now, from its `Age`, its `Date`, and the time for which it was stored.
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::caching::{Times, current_age};
/// use rustzeug::headers::HttpDate;
/// use std::time::Duration;
///
/// let noon = HttpDate::from_unix_seconds(1_800_000_000);
/// let response = Response::text("x").with_age(Duration::from_secs(10));
/// let times = Times::received_at(noon).with_now(noon + Duration::from_secs(5));
/// assert_eq!(current_age(response.headers(), times), Duration::from_secs(15));
/// ```
///
/// RFC 9111 [§4.2.3](https://www.rfc-editor.org/rfc/rfc9111#section-4.2.3).
#[must_use]
pub fn current_age(headers: &HeaderMap, times: Times) -> Duration {
    let since = |later: HttpDate, earlier| later.duration_since(earlier).unwrap_or_default();
    let apparent = since(times.received, date(headers, times.received));
    let told = lenient::<Age>(headers).map_or(Duration::ZERO, Duration::from);
    let delay = since(times.received, times.requested);
    let initial = apparent.max(told.saturating_add(delay));
    initial.saturating_add(since(times.now, times.received))
}

/// Whether a stored response is fresh: it has explicit freshness, and is not older than that.
///
/// RFC 9111 [§4.2](https://www.rfc-editor.org/rfc/rfc9111#section-4.2).
#[must_use]
pub fn is_fresh(headers: &HeaderMap, cache: Cache, times: Times) -> bool {
    let lifetime = freshness_lifetime(headers, cache, times.received);
    lifetime.is_some_and(|lifetime| lifetime > current_age(headers, times))
}

fn date(headers: &HeaderMap, received: HttpDate) -> HttpDate {
    lenient::<Date>(headers).map_or(received, Into::into)
}

fn lenient<H: Header>(headers: &HeaderMap) -> Option<H> {
    headers::get(headers).ok().flatten()
}

#[cfg(test)]
mod tests {
    use http::HeaderName;
    use http::HeaderValue;

    use super::*;

    const MODIFIED: &str = "last-modified: Sun, 06 Nov 1994 08:39:37 GMT";
    const NOON: HttpDate = HttpDate::from_unix_seconds(784_111_777);

    fn headers(lines: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines.lines() {
            let (name, value) = line.split_once(": ").expect("a name and a value");
            let name: HeaderName = name.parse().expect("a name");
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        headers
    }

    #[test]
    fn how_long_it_is_fresh() {
        const DATE: &str =
            "date: Sun, 06 Nov 1994 08:49:37 GMT\nexpires: Sun, 06 Nov 1994 08:50:37 GMT";
        #[rustfmt::skip]
        let cases = [
            ("cache-control: max-age=5",             Some(5),  Some(5),  "one for all"),
            ("cache-control: max-age=5, s-maxage=9", Some(5),  Some(9),  "another for shared caches"),
            ("cache-control: s-maxage=9",            None,     Some(9),  "which says nothing to others"),
            (DATE,                                   Some(60), Some(60), "Expires less Date"),
            ("expires: Sun, 06 Nov 1994 08:50:07 GMT", Some(30), Some(30), "Expires less the time of arrival"),
            ("expires: 0",                           Some(0),  Some(0),  "expired already"),
            ("expires: Sun, 06 Nov 1994 08:40:00 GMT", Some(0), Some(0), "in the past"),
            ("cache-control: max-age=x\nexpires: Sun, 06 Nov 1994 08:50:07 GMT", Some(0), Some(0), "unreadable is stale"),
            ("cache-control: max-age=5\nexpires: 0", Some(5),  Some(5),  "max-age comes first"),
            ("x-none: 1",                            None,     None,     "nothing is said"),
        ];
        for (lines, private, shared, why) in cases {
            let headers = headers(lines);
            let lifetime = |cache| freshness_lifetime(&headers, cache, NOON).map(|it| it.as_secs());
            assert_eq!(lifetime(Cache::Private), private, "{lines:?}: {why}");
            assert_eq!(lifetime(Cache::Shared), shared, "{lines:?}: {why}");
        }
    }

    #[test]
    fn how_old_it_is() {
        let times = |requested: u64, now: u64| {
            Times::received_at(NOON)
                .with_requested(NOON - Duration::from_secs(requested))
                .with_now(NOON + Duration::from_secs(now))
        };
        #[rustfmt::skip]
        let cases = [
            ("x-none: 1",                                      times(0, 0), 0,  "it has just come"),
            ("x-none: 1",                                      times(0, 7), 7,  "it was kept"),
            ("age: 10",                                        times(0, 7), 17, "it was old when it came"),
            ("age: 10",                                        times(3, 7), 20, "it was 3 seconds on its way"),
            ("date: Sun, 06 Nov 1994 08:49:07 GMT",            times(0, 7), 37, "made 30 seconds before it came"),
            ("age: 10\ndate: Sun, 06 Nov 1994 08:49:07 GMT",   times(0, 0), 30, "the larger of both"),
            ("date: Sun, 06 Nov 1994 08:59:07 GMT",            times(0, 7), 7,  "a clock that is ahead"),
            ("age: x",                                         times(0, 7), 7,  "a bad age is none"),
        ];
        for (lines, times, want, why) in cases {
            assert_eq!(
                current_age(&headers(lines), times).as_secs(),
                want,
                "{lines:?}: {why}"
            );
        }
    }

    #[test]
    fn a_guess_is_a_tenth_of_the_time_since_the_last_change() {
        let guess = |lines: &str| heuristic_lifetime(&headers(lines), Cache::Private, NOON);
        assert_eq!(guess(MODIFIED), Some(Duration::from_mins(1)));
        assert_eq!(guess("x-none: 1"), None);
        assert_eq!(
            guess(&format!("{MODIFIED}\ncache-control: max-age=5")),
            None,
            "it says so itself"
        );
        assert_eq!(
            guess("last-modified: Sun, 06 Nov 1994 09:39:37 GMT"),
            None,
            "in the future"
        );
    }
}
