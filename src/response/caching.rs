//! Shortcuts for the usual `Cache-Control` of a response, and tags from its content.

use std::time::Duration;

use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::headers::CacheControl;
use crate::headers::ETag;
use crate::response::Response;

const NEVER: HeaderValue = HeaderValue::from_static("no-store");

/// A year, the usual maximum of `max-age`.
const YEAR: Duration = Duration::from_hours(365 * 24);

/// Caching.
impl Response {
    /// Allows caches to store the response, and to use it for this time without revalidation: `Cache-Control: max-age`,
    /// in whole seconds.
    ///
    /// This includes shared caches, such as those of a content delivery network. If the response is for one user, set
    /// `private` first: `with_cache_control(CacheControl::new().with_private())`. The other directives of
    /// `Cache-Control` stay, except `no-store` and `no-cache`; `Expires` is removed.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::CacheControl;
    /// use std::time::Duration;
    ///
    /// let minute = Duration::from_secs(60);
    /// let response = Response::text("x").cache_for(minute);
    /// assert_eq!(response.headers()["cache-control"], "max-age=60");
    ///
    /// let own = CacheControl::new().with_private();
    /// let response = Response::text("x").with_cache_control(own).cache_for(minute);
    /// assert_eq!(response.headers()["cache-control"], "private, max-age=60");
    /// ```
    ///
    /// RFC 9111 [§5.2.2.1](https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.1).
    #[must_use]
    #[doc(alias = "cache_expires")]
    pub fn cache_for(self, time: Duration) -> Self {
        let before = self.cache_control().unwrap_or_default();
        let after = before.without("no-store").without("no-cache");
        self.caching(after.with_max_age(time))
    }

    /// Forbids caches to store the response: `Cache-Control: no-store`, in place of all other directives.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let response = Response::text("a secret").never_cache();
    /// assert_eq!(response.headers()["cache-control"], "no-store");
    /// ```
    ///
    /// RFC 9111 [§5.2.2.5](https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.5).
    #[must_use]
    pub fn never_cache(mut self) -> Self {
        let headers = self.headers_mut();
        headers.insert(header::CACHE_CONTROL, NEVER);
        headers.remove(header::EXPIRES);
        self
    }

    /// Allows caches to store the response forever, because the content of this URL never changes: a new state has a
    /// new URL, such as `/app.3f2a.css`. It sets `immutable`, so that a browser does not revalidate even on reload, and
    /// a `max-age` of a year, unless there is a `max-age`.
    ///
    /// ```
    /// use rustzeug::Response;
    ///
    /// let response = Response::text("body { margin: 0 }").immutable();
    /// assert_eq!(response.headers()["cache-control"], "max-age=31536000, immutable");
    /// ```
    ///
    /// RFC 8246.
    #[must_use]
    pub fn immutable(self) -> Self {
        let before = self.cache_control().unwrap_or_default();
        let time = before.max_age().unwrap_or(YEAR);
        let after = before.without("no-store").without("no-cache");
        self.caching(after.with_max_age(time).with_immutable())
    }

    fn caching(mut self, cache_control: CacheControl) -> Self {
        self.headers_mut().remove(header::EXPIRES);
        self.with_cache_control(cache_control)
    }

    /// Sets a strong tag from the content: [`ETag::of`].
    ///
    /// Only a `200` without an `ETag`, whose body is in memory, gets a tag. If you change the body, do so before this
    /// call.
    ///
    /// ```
    /// use rustzeug::Response;
    /// use rustzeug::headers::ETag;
    ///
    /// let response = Response::text("hello").with_content_etag();
    /// assert_eq!(response.etag(), Some(ETag::of("hello")));
    ///
    /// let response = Response::text("hello").with_etag("v7").with_content_etag();
    /// assert_eq!(response.etag(), Some(ETag::from("v7")));
    /// ```
    #[must_use]
    #[doc(alias = "add_etag")]
    #[doc(alias = "md5_etag")]
    pub fn with_content_etag(self) -> Self {
        if self.status() != StatusCode::OK || self.headers().contains_key(header::ETAG) {
            return self;
        }
        match self.body().as_bytes().map(ETag::of) {
            Some(etag) => self.with_etag(etag),
            None => self,
        }
    }
}
