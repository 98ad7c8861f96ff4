//! `Cache-Control` of a response.

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

/// The `Cache-Control` header of a response: what caches may do with it.
///
/// For the usual cases there are [`cache_for`](crate::Response::cache_for),
/// [`never_cache`](crate::Response::never_cache) and [`immutable`](crate::Response::immutable).
///
/// Names are case-insensitive. Unknown directives are kept. Malformed elements are skipped. An invalid time is 0, so
/// that a cache revalidates the response.
///
/// # Grammar
///
/// `Cache-Control = #( token [ "=" ( token / quoted-string ) ] )` (RFC 9111
/// [§5.2](https://www.rfc-editor.org/rfc/rfc9111#section-5.2)); `immutable` is from RFC 8246, `stale-…` from RFC 5861
///
/// ```
/// use rustzeug::Response;
/// use rustzeug::headers::CacheControl;
/// use std::time::Duration;
///
/// let cache_control = CacheControl::new().with_private().with_max_age(Duration::from_secs(60));
/// let response = Response::text("x").with_cache_control(cache_control);
/// assert_eq!(response.headers()["cache-control"], "private, max-age=60");
///
/// let received: CacheControl = "No-Cache=\"set-cookie\", S-MaxAge=5".parse()?;
/// assert_eq!(received.s_maxage(), Some(Duration::from_secs(5)));
/// assert!(received.no_cache() && !received.no_store());
/// assert_eq!(received.get("no-cache"), Some("set-cookie"));
/// # Ok::<(), rustzeug::headers::HeaderError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CacheControl(Directives);

cache_directives! {
    CacheControl, "directives such as `max-age=60`";

    flags {
        /// Caches must not store the response.
        no_store, with_no_store: "no-store";

        /// A cache may store the response, but must revalidate it before each use. With field names as its value
        /// ([`get`](Self::get)), it applies to these fields only; it is safe to ignore the value.
        no_cache, with_no_cache: "no-cache";

        /// Intermediaries must not transform the content.
        no_transform, with_no_transform: "no-transform";

        /// Shared caches may store the response, even if the request had `Authorization`.
        public, with_public: "public";

        /// The response is for one user: shared caches must not store it.
        private, with_private: "private";

        /// A stale response must not be used without revalidation, even if the server cannot be reached.
        must_revalidate, with_must_revalidate: "must-revalidate";

        /// The same for shared caches.
        proxy_revalidate, with_proxy_revalidate: "proxy-revalidate";

        /// Only caches that understand the status may store the response.
        must_understand, with_must_understand: "must-understand";

        /// The response never changes while it is fresh: a browser does not revalidate it, not even on reload (RFC
        /// 8246).
        immutable, with_immutable: "immutable";
    }

    times {
        /// How long the response is fresh.
        max_age, with_max_age: "max-age";

        /// The same for shared caches.
        s_maxage, with_s_maxage: "s-maxage";

        /// How long the stale response may be used while the cache revalidates it (RFC 5861).
        stale_while_revalidate, with_stale_while_revalidate: "stale-while-revalidate";

        /// How long the stale response may be used if the server fails (RFC 5861).
        stale_if_error, with_stale_if_error: "stale-if-error";
    }
}
