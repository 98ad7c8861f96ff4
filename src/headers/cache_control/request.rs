//! `Cache-Control` of a request.

use std::time::Duration;

use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::cache_directives;
use super::directives::Directives;
use crate::headers::Header;
use crate::headers::HeaderError;
use crate::headers::text::header_text;
use crate::syntax::is_token;

/// The `Cache-Control` header of a request: what a client takes from caches.
///
/// It is read as that of responses: see [`CacheControl`](crate::headers::CacheControl).
///
/// # Grammar
///
/// `Cache-Control = #( token [ "=" ( token / quoted-string ) ] )` (RFC 9111
/// [§5.2.1](https://www.rfc-editor.org/rfc/rfc9111#section-5.2.1))
///
/// ```
/// use rustzeug::Request;
/// use std::time::Duration;
///
/// let request = Request::blank("/").with_header("cache-control", "max-age=0, max-stale");
/// let cache_control = request.cache_control().unwrap();
/// assert_eq!(cache_control.max_age(), Some(Duration::ZERO));
/// assert_eq!(cache_control.max_stale(), Some(Duration::MAX));
/// assert!(!cache_control.no_cache());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestCacheControl(Directives);

cache_directives! {
    RequestCacheControl, "directives such as `max-age=0`";

    flags {
        /// A cache has to ask before it answers: what a browser sends on a forced reload.
        no_cache, with_no_cache: "no-cache";

        /// Nobody may keep the request or its answer.
        no_store, with_no_store: "no-store";

        /// Nobody may convert the content.
        no_transform, with_no_transform: "no-transform";

        /// Only what a cache has; `504` otherwise.
        only_if_cached, with_only_if_cached: "only-if-cached";
    }

    times {
        /// The answer may be this old; 0 is what a browser sends on a reload.
        max_age, with_max_age: "max-age";

        /// The answer must stay fresh for this long.
        min_fresh, with_min_fresh: "min-fresh";

        /// If the server fails, an answer may be stale for this long (RFC 5861).
        stale_if_error, with_stale_if_error: "stale-if-error";
    }
}

impl RequestCacheControl {
    /// The answer may be stale for this long; [`Duration::MAX`] for any time, which is said without a value.
    #[must_use]
    pub fn max_stale(&self) -> Option<Duration> {
        match self.0.get("max-stale")?.value {
            None => Some(Duration::MAX),
            Some(_) => self.0.time("max-stale"),
        }
    }

    /// Says `max-stale`, in whole seconds; [`Duration::MAX`] for any time.
    #[must_use]
    pub fn with_max_stale(mut self, time: Duration) -> Self {
        if time == Duration::MAX {
            self.0.set("max-stale", None);
        } else {
            self.0.set_time("max-stale", time);
        }
        self
    }
}
