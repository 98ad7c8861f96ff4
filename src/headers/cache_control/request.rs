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

/// The `Cache-Control` header of a request: what a client accepts from caches.
///
/// It is read like that of responses: see [`CacheControl`](crate::headers::CacheControl).
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
        /// A cache must revalidate its response before it answers. Browsers send this on a forced reload.
        no_cache, with_no_cache: "no-cache";

        /// Caches must not store the request or the response.
        no_store, with_no_store: "no-store";

        /// Intermediaries must not transform the content.
        no_transform, with_no_transform: "no-transform";

        /// Only a stored response is wanted; otherwise `504`.
        only_if_cached, with_only_if_cached: "only-if-cached";
    }

    times {
        /// The maximum age of the response. Browsers send 0 on a reload.
        max_age, with_max_age: "max-age";

        /// The time for which the response must still be fresh.
        min_fresh, with_min_fresh: "min-fresh";

        /// The time for which a stale response may be used if the server fails (RFC 5861).
        stale_if_error, with_stale_if_error: "stale-if-error";
    }
}

impl RequestCacheControl {
    /// The time for which the response may be stale; [`Duration::MAX`] for any time, which is written without a value.
    #[must_use]
    pub fn max_stale(&self) -> Option<Duration> {
        match self.0.get("max-stale")?.value {
            None => Some(Duration::MAX),
            Some(_) => self.0.time("max-stale"),
        }
    }

    /// Adds `max-stale`, in whole seconds; [`Duration::MAX`] for any time.
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
