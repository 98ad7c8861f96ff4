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
/// Names have no case. Directives that are not known are kept. What is not a directive is passed over alone. A time
/// that cannot be read is 0, so that a cache asks.
///
/// # Grammar
///
/// `Cache-Control = #( token [ "=" ( token / quoted-string ) ] )` (RFC 9111
/// [§5.2](https://www.rfc-editor.org/rfc/rfc9111#section-5.2)); `immutable` is of RFC 8246, `stale-…` of RFC 5861
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
        /// Nobody may keep it.
        no_store, with_no_store: "no-store";

        /// A cache may keep it, and has to ask each time before it uses it. With names of fields as its value
        /// ([`get`](Self::get)) it is about these alone; it is safe to take it as without.
        no_cache, with_no_cache: "no-cache";

        /// Nobody may convert its content.
        no_transform, with_no_transform: "no-transform";

        /// Shared caches may keep it, even if the request had `Authorization`.
        public, with_public: "public";

        /// For one person: shared caches may not keep it.
        private, with_private: "private";

        /// When it is stale, it may not be used without asking, not even if nobody answers.
        must_revalidate, with_must_revalidate: "must-revalidate";

        /// The same for shared caches.
        proxy_revalidate, with_proxy_revalidate: "proxy-revalidate";

        /// Only caches that know its status may keep it.
        must_understand, with_must_understand: "must-understand";

        /// It never changes while it is fresh: a browser does not ask, not even on reload (RFC 8246).
        immutable, with_immutable: "immutable";
    }

    times {
        /// For how long it is fresh.
        max_age, with_max_age: "max-age";

        /// The same for shared caches.
        s_maxage, with_s_maxage: "s-maxage";

        /// For how long it may be used after that, while the cache asks (RFC 5861).
        stale_while_revalidate, with_stale_while_revalidate: "stale-while-revalidate";

        /// For how long it may be used after that if the server fails (RFC 5861).
        stale_if_error, with_stale_if_error: "stale-if-error";
    }
}
